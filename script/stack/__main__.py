import os
import sys

from script.stack import check, manage, processes, serve
from script.stack.checkout import Problem


def main() -> int:
    os.environ.pop("PYTHONPATH", None)  # ours, from script/bootstrap; not meant for what we start
    processes.leave_on_signal()
    command, arguments = sys.argv[1], sys.argv[2:]
    try:
        return {"serve": serve.run, "manage": manage.run, "test": check.run}[command](arguments)
    except Problem as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1


sys.exit(main())

import os
import signal
import sys
from types import FrameType

from script.stack import check, manage, serve
from script.stack.checkout import Problem


def stop(signum: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + signum)


def main() -> int:
    os.environ.pop("PYTHONPATH", None)  # ours, from script/bootstrap; not meant for what we start
    for signum in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(signum, stop)
    command, arguments = sys.argv[1], sys.argv[2:]
    try:
        return {"serve": serve.run, "manage": manage.run, "test": check.run}[command](arguments)
    except Problem as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1


sys.exit(main())

"""script/manage: one management command on the servers of script/serve."""

import signal
import subprocess
import sys

from script.stack import machine
from script.stack.checkout import ROOT, django_environment
from script.stack.processes import MARK
from script.stack.servers import Servers


def run(arguments: list[str]) -> int:
    machine.prepare()
    servers = Servers("serve")
    with servers.in_use():
        environment = {**django_environment(servers), MARK: servers.mark}
        command = [str(machine.PYTHON), str(ROOT / "manage.py"), *arguments]
        process = subprocess.Popen(command, env=environment, stdin=sys.stdin)
        try:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the command itself
            return process.wait()
        except SystemExit:
            process.terminate()
            process.wait()
            raise

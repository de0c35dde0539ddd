"""Starting processes so that they can always be found again, and stopping them so that none is left.

Each process gets a mark in its environment that names the checkout's folder it works for. After a SIGKILL of the
supervisor nothing else is needed to find what it left behind, and nobody else's process can be mistaken for ours.
PostgreSQL and Redis write over their environment to show a title, so the two also leave a note with their number
and the moment of their start.
"""

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

MARK = "JAROKELO_STARTED_FOR"
_LEAVING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@dataclass
class Process:
    name: str
    popen: subprocess.Popen[bytes]
    log: Path
    command: list[str]

    def last_lines(self, count: int = 25) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-count:])


def start(
    name: str, command: list[str], *, mark: str, log: Path, environment: dict[str, str], user: str | None = None,
    cwd: Path | None = None,
) -> Process:  # fmt: skip
    """Starts `command` in a session of its own, so that a Ctrl-C reaches the supervisor alone."""
    with log.open("wb") as output:
        popen = subprocess.Popen(
            command,
            cwd=cwd,
            env={**environment, MARK: mark},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=user,
            group=user,
            extra_groups=[] if user else None,
        )
    return Process(name, popen, log, command)


def leave_on_signal() -> None:
    """Ctrl-C, SIGTERM and SIGHUP end this program by way of its cleaning up."""
    for signum in _LEAVING:
        signal.signal(signum, _leave)


def _leave(signum: int, frame: FrameType | None) -> None:
    for each in _LEAVING:
        signal.signal(each, signal.SIG_IGN)  # an impatient second Ctrl-C must not break off the cleaning up
    raise SystemExit(128 + signum)


def stop(processes: Iterable[Process], *, how: signal.Signals = signal.SIGTERM, patience: float = 10) -> None:
    """Asks all of them at once, then kills whatever of their sessions is still there."""
    processes = list(processes)
    for process in processes:
        if process.popen.poll() is None:
            process.popen.send_signal(how)
    deadline = time.monotonic() + patience
    for process in processes:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.popen.wait(max(0.1, deadline - time.monotonic()))
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.popen.pid, signal.SIGKILL)
        process.popen.wait()


# -- What an earlier supervisor left behind ----------------------------------------------------------------


def note(process: Process, path: Path) -> None:
    path.write_text(json.dumps({"pid": process.popen.pid, "started": identity(process.popen.pid)}))


def noted(path: Path) -> int | None:
    """The process of such a note, if it is still the very same one."""
    try:
        found = json.loads(path.read_text())
        return int(found["pid"]) if identity(found["pid"]) == found["started"] else None
    except (FileNotFoundError, ValueError, KeyError):
        return None


def marked(mark: str) -> list[int]:
    """Every process that carries the mark, children of children included."""
    wanted = f"{MARK}={mark}".encode()
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        with contextlib.suppress(OSError):
            if wanted in (entry / "environ").read_bytes().split(b"\0"):
                found.append(int(entry.name))
    return found


def kill_leftovers(pids: Iterable[int], *, how: signal.Signals = signal.SIGTERM, patience: float = 10) -> None:
    starts = {pid: identity(pid) for pid in pids}
    for pid in starts:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, how)
    deadline = time.monotonic() + patience
    while alive := [pid for pid, started in starts.items() if started and identity(pid) == started]:
        if time.monotonic() > deadline:
            for pid in alive:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            deadline += patience
        time.sleep(0.05)


def identity(pid: int) -> str | None:
    """Boot and moment of start; with the number this names one process for ever. None for the dead."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    if fields[0] in "ZX":
        return None
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip() + ":" + fields[19]

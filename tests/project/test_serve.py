"""What the supervisor behind script/serve does when one of its programs falls."""

import os
import time
from pathlib import Path

import pytest

from script.stack import processes, serve
from script.stack.checkout import ROOT, Problem
from script.stack.processes import Process


@pytest.fixture
def log() -> Path:
    # Below the checkout, as the real ones are: messages name it from there.
    path = ROOT / ".local" / "log" / f"revive-{os.getpid()}.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


def start(command: str, log: Path) -> Process:
    return processes.start("worker", ["sh", "-c", command], mark="revive-test", log=log, environment=dict(os.environ))


def test_a_killed_program_comes_back(log: Path) -> None:
    running = [start("exec sleep 60", log)]
    killed = running[0].popen
    killed.kill()
    killed.wait()
    falls: list[float] = []
    try:
        serve._revive(running, dict(os.environ), falls)
        assert running[0].popen.pid != killed.pid
        assert running[0].popen.poll() is None
        assert len(falls) == 1
    finally:
        processes.stop(running)
        log.unlink()


def test_what_keeps_falling_ends_the_site(log: Path) -> None:
    running = [start("echo no database; exit 1", log)]
    running[0].popen.wait()
    try:
        with pytest.raises(Problem, match="worker ended by itself"):
            serve._revive(running, dict(os.environ), [time.monotonic()] * serve.FALLS_ALLOWED)
    finally:
        log.unlink()

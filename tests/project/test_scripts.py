"""What script/serve and its kin promise: the right environment, nothing of ours left, nothing of others touched."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis

from script.stack import check, processes, serve
from script.stack.checkout import Problem, django_environment, prepare_local
from script.stack.servers import Servers

ROOT = Path(__file__).resolve().parents[2]
SLEEP = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)",
]


def until(ready: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not ready():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Callable[..., processes.Process]]:
    running: list[processes.Process] = []

    def run(command: list[str] = SLEEP, *, mark: str = "ours") -> processes.Process:
        log = tmp_path / f"{len(running)}.log"
        process = processes.start("child", command, mark=f"{tmp_path}:{mark}", log=log, environment={})
        running.append(process)
        until(log.read_text)
        return process

    yield run
    processes.stop(running, patience=0)


# -- Leftovers ---------------------------------------------------------------------------------------------


def test_leftovers_are_found_by_their_mark_alone(started: Callable[..., processes.Process], tmp_path: Path) -> None:
    ours, _other = started(), started(mark="other")
    assert processes.marked(f"{tmp_path}:ours") == [ours.popen.pid]
    assert processes.marked(f"{tmp_path}") == []


def test_children_of_leftovers_are_found_too(started: Callable[..., processes.Process], tmp_path: Path) -> None:
    parent = started(["/bin/sh", "-c", "sleep 600 & echo up; wait"])
    assert len(processes.marked(f"{tmp_path}:ours")) == 2
    processes.stop([parent])
    until(lambda: not processes.marked(f"{tmp_path}:ours"))


def test_a_second_signal_does_not_break_off_the_cleaning_up() -> None:
    program = (
        "from script.stack import processes; processes.leave_on_signal()\n"
        "try: print('up', flush=True); input()\n"
        "finally: print('cleaning', flush=True); input(); print('clean', flush=True)"
    )
    child = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT)
    assert child.stdin
    assert child.stdout
    with child:
        assert child.stdout.readline() == b"up\n"
        child.send_signal(signal.SIGTERM)
        assert child.stdout.readline() == b"cleaning\n"
        child.send_signal(signal.SIGINT)
        child.stdin.write(b"\n")
        child.stdin.flush()
        assert child.stdout.readline() == b"clean\n"
    assert child.returncode == 128 + signal.SIGTERM


def test_a_stubborn_leftover_is_killed(started: Callable[..., processes.Process], tmp_path: Path) -> None:
    process = started(STUBBORN)
    processes.kill_leftovers(processes.marked(f"{tmp_path}:ours"), patience=0.2)
    assert process.popen.wait(5) == -signal.SIGKILL


def test_a_note_names_one_process_and_never_its_successor(
    started: Callable[..., processes.Process], tmp_path: Path
) -> None:
    process, note = started(), tmp_path / "child.note"
    processes.note(process, note)
    assert processes.noted(note) == process.popen.pid
    note.write_text(note.read_text().replace('"started": "', '"started": "another boot '))
    assert processes.noted(note) is None
    assert processes.noted(tmp_path / "none.note") is None


def test_stop_kills_what_does_not_listen(started: Callable[..., processes.Process]) -> None:
    process = started(STUBBORN)
    processes.stop([process], patience=0.2)
    assert process.popen.returncode == -signal.SIGKILL


# -- Servers -----------------------------------------------------------------------------------------------


@pytest.fixture
def name(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.delenv("REDIS_URL")
    prepare_local()
    return f"try-{os.getpid()}"


def works(servers: Servers) -> bool:
    with psycopg.connect(servers.database_url) as connection:
        assert connection.execute("SELECT unaccent('Járókelő'), postgis_version() IS NOT NULL").fetchone() == (
            "Jarokelo",
            True,
        )
    with redis.Redis.from_url(servers.redis_url) as client:
        return bool(client.ping())


def pids(servers: Servers) -> set[int]:
    return {pid for path in servers.home.glob("*.note") if (pid := processes.noted(path))}


@pytest.mark.real
def test_servers_are_shared_and_stop_with_their_last_user(name: str) -> None:
    first, second = Servers(name, throw_away=True), Servers(name, throw_away=True)
    with first.in_use():
        assert works(first)
        before = pids(first)
        assert len(before) == 2
        with second.in_use():
            assert works(second)
            assert pids(second) == before
        assert works(first)
        with (
            pytest.raises(redis.AuthenticationError),
            redis.Redis.from_url(first.redis_url.replace("redis://:", "redis://:not-")) as stranger,
        ):
            stranger.ping()
        assert (first.sockets.stat().st_mode & 0o077) == 0
    assert not any(processes.identity(pid) for pid in before)
    assert not first.home.exists()


@pytest.mark.real
def test_after_sigkill_the_next_start_stops_the_leftovers(name: str) -> None:
    killed = f"""
import os, signal
from script.stack.servers import Servers
servers = Servers({name!r}, throw_away=True)
with servers.in_use():
    os.kill(os.getpid(), signal.SIGKILL)
"""
    assert subprocess.run([sys.executable, "-c", killed], cwd=ROOT).returncode == -signal.SIGKILL
    servers = Servers(name, throw_away=True)
    left = pids(servers)
    assert len(left) == 2
    with servers.in_use():
        assert works(servers)
        assert not left & pids(servers)
        assert not any(processes.identity(pid) for pid in left)


# -- Environment -------------------------------------------------------------------------------------------


def test_what_the_caller_has_set_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://elsewhere/site")
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere/0")
    monkeypatch.setenv("SITE_NAME", "Utcakép")
    environment = django_environment(Servers("serve"))
    assert environment["DATABASE_URL"] == "postgres://elsewhere/site"
    assert environment["REDIS_URL"] == "redis://elsewhere/0"
    assert environment["SITE_NAME"] == "Utcakép"
    assert len(environment["SECRET_KEY"]) >= 40


def test_tests_are_deaf_to_the_callers_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SITE_NAME", "Utcakép")
    monkeypatch.setenv("ALLOWED_HOSTS", "*")
    environment = check.test_environment(Servers("serve"))
    assert "SITE_NAME" not in environment
    assert "ALLOWED_HOSTS" not in environment


def test_ports(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("PORT", str(taken.getsockname()[1]))
        with pytest.raises(Problem, match="is taken"):
            serve.choose_port()
    assert serve.choose_port() == int(os.environ["PORT"])
    monkeypatch.setenv("PORT", "many")
    with pytest.raises(Problem, match="not a number"):
        serve.choose_port()
    monkeypatch.delenv("PORT")
    assert serve.choose_port() > 0


@pytest.mark.parametrize(
    ("variable", "junk"),
    [("DEBUG", "perhaps"), ("EMAIL_TIMEOUT", "soon"), ("MAP_CENTER", "here"), ("SECRET_KEY", None)],
)
def test_settings_refuse_junk(variable: str, junk: str | None) -> None:
    environment: dict[str, Any] = {**os.environ, variable: junk}
    if junk is None:
        del environment[variable]
    result = subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert result.returncode != 0
    assert variable in result.stderr


# -- The scripts themselves --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["script/bootstrap", "script/serve", "script/manage", "script/test", "script/lock", ".ci/run"]
)
def test_scripts_are_bash(path: str) -> None:
    assert subprocess.run(["bash", "-n", ROOT / path]).returncode == 0
    assert os.access(ROOT / path, os.X_OK) or path == "script/bootstrap"


def test_ci_runs_what_developers_run() -> None:
    lines = (ROOT / ".ci" / "run").read_text().splitlines()
    assert [line for line in lines if not line.startswith("#")] == [
        'exec "$(dirname "${BASH_SOURCE[0]}")/../script/test" "$@"'
    ]


def test_serve_takes_no_arguments() -> None:
    result = subprocess.run([ROOT / "script" / "serve", "8001"], capture_output=True, text=True)
    assert result.returncode == 1
    assert "PORT" in result.stderr


def test_locks_pin_everything_with_hashes() -> None:
    for name in ("base", "dev"):
        lines = (ROOT / "requirements" / f"{name}.txt").read_text().splitlines()
        pinned = [line for line in lines if line and line[0].isalpha()]
        assert pinned
        assert all("==" in line and line.endswith("\\") for line in pinned)
        assert not any("://" in line for line in lines)

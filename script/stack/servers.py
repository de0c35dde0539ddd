"""This checkout's own PostgreSQL and Redis.

PostgreSQL listens on a unix socket in a folder that only its user may enter, Redis on a free port of 127.0.0.1 behind
a random password. Commands that run at the same time share them; the last one to end stops them.
"""

import contextlib
import fcntl
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from urllib.parse import quote

from script.stack import processes
from script.stack.checkout import SERVICE_USER, Problem, is_root, locked, secret, servers_home
from script.stack.processes import Process

PLAIN = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": "/nonexistent"}


def free_port(preferred: int = 0) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", preferred))
        except OSError:
            return free_port()
        return int(probe.getsockname()[1])


def postgres_installations() -> dict[str, Path]:
    """Version → folder of programs, for each PostgreSQL ≥ 15 that has PostGIS."""
    found = {}
    for folder in Path("/usr/lib/postgresql").glob("*/bin"):
        version = folder.parent.name
        extension = Path(f"/usr/share/postgresql/{version}/extension/postgis.control")
        if version.isdigit() and int(version) >= 15 and (folder / "postgres").exists() and extension.exists():
            found[version] = folder
    return dict(sorted(found.items(), key=lambda item: int(item[0])))


class Servers:
    """`name` is the folder: "serve" keeps its data; a throw-away one trades safety for speed."""

    def __init__(self, name: str, *, throw_away: bool = False) -> None:
        self.home = servers_home(name)
        self.throw_away = throw_away
        self.mark = f"{self.home}:servers"
        self.user = _service_user() if is_root() else None
        self.data, self.sockets, self.redis = self.home / "pg", self.home / "sockets", self.home / "redis"
        self.own_database = not os.environ.get("DATABASE_URL")
        self.own_redis = not os.environ.get("REDIS_URL")
        self.started: list[Process] = []

    @classmethod
    def clear_abandoned(cls) -> None:
        """Throw-away servers whose script/test was killed."""
        for home in servers_home("serve").parent.glob("test-*"):
            servers = cls(home.name, throw_away=True)
            with (servers.home / "users.lock").open("w") as users:
                servers._leave(users)

    @property
    def database_url(self) -> str:
        return f"postgres://jarokelo@{quote(str(self.sockets), safe='')}/jarokelo"

    @property
    def redis_url(self) -> str:
        port = (self.redis / "port").read_text()
        return f"redis://:{secret('redis-password')}@127.0.0.1:{port}/0"

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """The servers run inside this block, started here or found running for another command of this checkout."""
        with (self.home / "users.lock").open("w") as users:
            try:
                self._join(users)
                yield
            finally:
                self._leave(users)

    def _join(self, users: IO[str]) -> None:
        with locked(self.home / "change.lock"):
            if _alone(users):
                self._stop_leftovers()
                self._start()
            fcntl.flock(users, fcntl.LOCK_SH)

    def _leave(self, users: IO[str]) -> None:
        previous = {s: signal.signal(s, signal.SIG_IGN) for s in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
        with locked(self.home / "change.lock"):
            if _alone(users):
                processes.stop(self.started, how=signal.SIGINT)
                self._stop_leftovers()  # those that a command which ended before us had started
                for note in self.home.glob("*.note"):
                    note.unlink()
                if self.throw_away:
                    shutil.rmtree(self.home, ignore_errors=True)
        for signum, handler in previous.items():
            signal.signal(signum, handler)

    def _stop_leftovers(self) -> None:
        left = {pid for path in self.home.glob("*.note") if (pid := processes.noted(path))}
        left.update(processes.marked(self.mark))
        # SIGINT is PostgreSQL's fast shutdown: SIGTERM would wait for every client to go.
        processes.kill_leftovers(left, how=signal.SIGINT)
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _start(self) -> None:
        for folder in (self.data, self.sockets, self.redis):
            folder.mkdir(mode=0o700, exist_ok=True)
            if self.user:
                shutil.chown(folder, self.user, self.user)
        if self.own_redis:
            self._start_redis()
        if self.own_database:
            self._start_postgres()

    # -- PostgreSQL ----------------------------------------------------------------------------------------

    def _start_postgres(self) -> None:
        fresh = not (self.data / "PG_VERSION").exists()
        programs = self._programs(fresh)
        if fresh:
            initdb = ["-U", "jarokelo", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
            self._run([programs / "initdb", "-D", self.data, *initdb])
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "max_connections": "100",
            "timezone": "UTC",
            **({"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"} if self.throw_away else {}),
        }
        settings = [word for key, value in options.items() for word in ("-c", f"{key}={value}")]
        self._launch("postgres", [str(programs / "postgres"), "-D", str(self.data), *settings])
        self._wait_for("postgres", lambda: self._psql(programs, "template1", "SELECT 1"))
        if not self._psql(programs, "jarokelo", "SELECT 1"):
            for database, line in (
                # In template1, so that each test database is born with them.
                ("template1", "CREATE EXTENSION IF NOT EXISTS postgis"),
                ("template1", "CREATE EXTENSION IF NOT EXISTS unaccent"),
                ("postgres", "CREATE DATABASE jarokelo"),
            ):
                if not self._psql(programs, database, line):
                    raise Problem(f"PostgreSQL refused: {line}\n{self.started[-1].last_lines()}")

    def _programs(self, fresh: bool) -> Path:
        installed = postgres_installations()
        version = list(installed)[-1] if fresh else (self.data / "PG_VERSION").read_text().strip()
        if version not in installed:
            raise Problem(
                f"{self.data} was made by PostgreSQL {version}, which is not installed any more. "
                f"Install postgresql-{version}-postgis-3, or remove {self.home} to begin with new demo data."
            )
        return installed[version]

    def _psql(self, programs: Path, database: str, line: str) -> bool:
        command = ["-h", str(self.sockets), "-U", "jarokelo", "-d", database, "-Xqc", line]
        result = subprocess.run([programs / "psql", *command], env=PLAIN, cwd="/", capture_output=True)
        return result.returncode == 0

    # -- Redis ---------------------------------------------------------------------------------------------

    def _start_redis(self) -> None:
        port = free_port()
        config = self.redis / "redis.conf"
        lines = {
            "bind": "127.0.0.1",
            "port": str(port),
            "requirepass": secret("redis-password"),
            "dir": f'"{self.redis}"',
            "save": '""',  # the broker holds nothing that the database does not know
            "maxmemory": "256mb",
            "maxmemory-policy": "noeviction",
        }
        config.write_text("".join(f"{key} {value}\n" for key, value in lines.items()))
        (self.redis / "port").write_text(str(port))
        for path in (config, self.redis / "port"):
            path.chmod(0o600)
            if self.user:
                shutil.chown(path, self.user, self.user)
        program = shutil.which("redis-server")
        if not program:
            raise Problem("redis-server is missing.")
        self._launch("redis", [program, str(config)])
        self._wait_for("redis", lambda: _answers(port))

    # -- Both ----------------------------------------------------------------------------------------------

    def _launch(self, name: str, command: list[str]) -> None:
        process = processes.start(
            name, command, mark=self.mark, log=self.home / f"{name}.log", environment=PLAIN, user=self.user,
            cwd=self.data if name == "postgres" else self.redis,
        )  # fmt: skip
        self.started.append(process)
        processes.note(process, self.home / f"{name}.note")

    def _wait_for(self, name: str, ready: Callable[[], bool], seconds: float = 60) -> None:
        process = self.started[-1]
        deadline = time.monotonic() + seconds
        while not ready():
            if process.popen.poll() is not None or time.monotonic() > deadline:
                raise Problem(f"{name} did not start:\n{process.last_lines()}")
            time.sleep(0.05)

    def _run(self, command: list[str | Path]) -> None:
        result = subprocess.run(
            command, env=PLAIN, cwd="/", capture_output=True, text=True, user=self.user, group=self.user,
            extra_groups=[] if self.user else None,
        )  # fmt: skip
        if result.returncode:
            raise Problem(f"{command[0]} failed:\n{result.stdout}{result.stderr}")


def _alone(users: IO[str]) -> bool:
    """Nobody but us uses the servers; asked under change.lock only."""
    fcntl.flock(users, fcntl.LOCK_UN)
    with contextlib.suppress(BlockingIOError):
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def _service_user() -> str:
    for name in (SERVICE_USER, "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    raise Problem("PostgreSQL does not run as root, and there is neither a user postgres nor nobody.")


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as connection:
        connection.sendall(b"PING\r\n")
        return bool(re.match(rb"[+-]", connection.recv(16)))  # "-NOAUTH" will do
    return False

"""A PostgreSQL of a test's own, to be stopped and started; the test process speaks to it instead of the usual one."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from tests.servers import free_port


def binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.skip("PostgreSQL's programs are not here; script/test installs them")
    return found[-1].parent


class Cluster:
    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()

    def run(self, program: str, *arguments: str, check: bool = True) -> None:
        command = [str(binaries() / program), *arguments]
        user = "postgres" if os.geteuid() == 0 else None  # PostgreSQL refuses to be root
        done = subprocess.run(
            command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd="/", user=user, group=user
        )
        assert done.returncode == 0 or not check, done.stderr.decode()

    def create(self) -> None:
        if os.geteuid() == 0:
            os.chown(self.folder, pwd.getpwnam("postgres").pw_uid, -1)
        self.run("initdb", "-D", str(self.folder), "-U", "jarokelo", "-A", "trust", "-E", "UTF8", "--no-sync")
        self.start()

    def start(self) -> None:
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        log = str(self.folder / "log")
        self.run("pg_ctl", "-D", str(self.folder), "-w", "-l", log, "-o", options, "start")

    def stop(self, mode: str = "fast", *, check: bool = True) -> None:
        self.run("pg_ctl", "-D", str(self.folder), "-w", "-m", mode, "stop", check=check)


@contextmanager
def private_cluster() -> Iterator[Cluster]:
    """Migrated and empty; `connection` is its own until the end."""
    # Not in pytest's own folder, which is closed to the user that PostgreSQL runs as.
    cluster = Cluster(Path(tempfile.mkdtemp(prefix="jarokelo-postgresql-")))
    cluster.create()
    usual = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(HOST="127.0.0.1", PORT=cluster.port, NAME="postgres", USER="jarokelo", PASSWORD="")
    try:
        call_command("migrate", verbosity=0)
        yield cluster
    finally:
        connection.close()
        connection.settings_dict.update(usual)
        cluster.stop("immediate", check=False)
        shutil.rmtree(cluster.folder)

"""The folders of this checkout and the environment of its Django processes."""

import fcntl
import hashlib
import os
import pwd
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from script.stack.servers import Servers

ROOT = Path(__file__).resolve().parent.parent.parent
LOCAL = ROOT / ".local"
VENV = ROOT / ".venv"
SERVICE_USER = "postgres"  # PostgreSQL refuses to run as root


class Problem(Exception):
    """Something that the person at the terminal has to put right; the text says how."""


def is_root() -> bool:
    return os.geteuid() == 0


def prepare_local() -> None:
    try:
        LOCAL.mkdir(exist_ok=True)
        LOCAL.chmod(0o711)  # the servers' user walks through it; only what lies deeper is theirs
        for name in ("media", "mail", "log"):
            (LOCAL / name).mkdir(mode=0o700, exist_ok=True)
    except PermissionError as error:
        owner = pwd.getpwuid((LOCAL if LOCAL.exists() else ROOT).stat().st_uid).pw_name
        raise Problem(
            f"{error.filename} belongs to {owner}. Run this as {owner}, or remove .local and .venv first."
        ) from error


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """One process at a time; the kernel lets go of the lock however the holder ends."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def servers_home(name: str) -> Path:
    """Where PostgreSQL and Redis keep their files: `.local/NAME`, or a folder in /var/tmp when the servers' user
    cannot get to the checkout (root's home) or a socket's path there would be too long."""
    home = LOCAL / name
    if len(str(home)) > 80 or (is_root() and not all(_passable(folder) for folder in LOCAL.parents)):
        # A number of this very clone: another one made at the same path later does not inherit its data.
        base = Path(f"/var/tmp/jarokelo-{hashlib.sha256(secret('clone').encode()).hexdigest()[:16]}")
        base.mkdir(mode=0o711, exist_ok=True)
        found = base.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
            raise Problem(f"{base} is not ours. Please remove it.")
        home = base / name
    home.mkdir(mode=0o711, exist_ok=True)
    return home


def _passable(folder: Path) -> bool:
    return bool(folder.stat().st_mode & stat.S_IXOTH)


def secret(name: str) -> str:
    """A random text of this checkout, made once."""
    path = LOCAL / name
    try:
        return path.read_text()
    except FileNotFoundError:
        text = secrets.token_urlsafe(48)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
        return text


def django_environment(servers: "Servers") -> dict[str, str]:
    """What settings.py reads, for a site on this machine; whatever the caller has set wins."""
    defaults = {
        "SECRET_KEY": secret("secret-key"),
        **({"DATABASE_URL": servers.database_url} if servers.own_database else {}),
        **({"REDIS_URL": servers.redis_url} if servers.own_redis else {}),
        "DEMO": "true",
        "STATIC_ROOT": str(LOCAL / "static"),
        "MEDIA_ROOT": str(LOCAL / "media"),
        "DEMO_MAIL_DIR": str(LOCAL / "mail"),
    }
    own = {key: value for key, value in os.environ.items() if value and key != "VIRTUAL_ENV"}
    path = {"PATH": f"{VENV / 'bin'}:{own.get('PATH', '/usr/local/bin:/usr/bin:/bin')}", "PYTHONUNBUFFERED": "1"}
    return {"LANG": "C.UTF-8", **defaults, **own, **path}

"""Installs what is missing: Debian packages, then the Python packages of the lock files into `.venv`."""

import ctypes.util
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from script.stack.checkout import LOCAL, ROOT, VENV, Problem, is_root, locked, prepare_local
from script.stack.servers import postgres_installations

PYTHON = VENV / "bin" / "python"
_running: set[subprocess.Popen[str]] = set()  # what a signal has to end before we go
STAMP = VENV / "installed.json"  # which lock files' content the environment holds
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")


def prepare(*, tests: bool = False) -> None:
    """Make sure that everything is there; does nothing, quickly, the second time."""
    prepare_local()
    with locked(LOCAL / "setup.lock"):
        packages = _missing_packages(tests)
        if packages:
            _refresh_package_lists(packages)
        if "python3-venv" in packages:  # pip needs it, so it goes first
            _install_packages(["python3-venv"])
            packages.remove("python3-venv")
        with ThreadPoolExecutor() as side_by_side:
            jobs = [side_by_side.submit(_install_requirements, "dev" if tests else "base")]
            if packages:
                jobs.append(side_by_side.submit(_install_packages, packages))
            try:
                for job in jobs:
                    job.result()
            except BaseException:
                for process in list(_running):
                    process.terminate()
                raise
        _compile_messages()


# -- Debian packages ---------------------------------------------------------------------------------------


def _missing_packages(tests: bool) -> list[str]:
    packages = []
    if not PYTHON.exists() and not importlib.util.find_spec("ensurepip"):
        packages.append("python3-venv")
    if not os.environ.get("DATABASE_URL") and not postgres_installations():
        packages.append("postgresql-postgis")
    if not os.environ.get("REDIS_URL") and not shutil.which("redis-server"):
        packages.append("redis-server")
    if not shutil.which("msgfmt"):
        packages.append("gettext")
    if not (ctypes.util.find_library("gdal") and ctypes.util.find_library("geos_c")):
        packages.append("gdal-bin")
    if not all(map(ctypes.util.find_library, ("pango-1.0", "pangoft2-1.0", "harfbuzz-subset"))):
        packages += ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fonts-dejavu-core"]
    if not Path("/etc/ssl/certs/ca-certificates.crt").exists():
        packages.append("ca-certificates")
    if tests and not any(map(shutil.which, CHROMIUMS)):
        packages += ["chromium", "fonts-dejavu-core"]
    return packages


def _apt(*arguments: str) -> list[str]:
    if is_root():
        privilege = []
    elif shutil.which("sudo") and (
        sys.stdin.isatty() or subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0
    ):
        privilege = ["sudo"]
    else:
        privilege = None
    if privilege is None or not shutil.which("apt-get"):
        raise PermissionError
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300"]
    return [*privilege, *quiet, *arguments]


def _refresh_package_lists(packages: list[str]) -> None:
    wanted = " ".join(packages).replace("postgresql-postgis", "postgresql-15-postgis-3")
    try:
        command = _apt("update")
    except PermissionError:
        raise Problem(
            f"Missing on this machine: {wanted}\n"
            "Neither root nor sudo is at hand to install it. Please have an administrator run\n"
            f"  apt-get update && apt-get install {wanted}\n"
            "(where it has no PostgreSQL 15: its own, newer version), and start again."
        ) from None
    print(f"Installing {', '.join(packages)} …", flush=True)
    _run(command, "apt-get update")


def _install_packages(packages: list[str]) -> None:
    names = [_newest_postgis() if name == "postgresql-postgis" else name for name in packages]
    with _no_system_servers():
        _run(_apt("install", "--yes", "--no-install-recommends", *names), "apt-get install")


def _newest_postgis() -> str:
    listed = subprocess.run(
        ["apt-cache", "search", "--names-only", "^postgresql-[0-9]+-postgis-3$"], capture_output=True, text=True
    ).stdout
    versions = sorted(int(version) for version in re.findall(r"^postgresql-(\d+)-", listed, re.M))
    if not versions or versions[-1] < 15:
        raise Problem("This distribution offers no PostgreSQL 15 or newer with PostGIS. Please set DATABASE_URL.")
    return f"postgresql-{versions[-1]}-postgis-3"


@contextmanager
def _no_system_servers() -> Iterator[None]:
    """Debian starts what it installs; we want the programs only, and no cluster on port 5432."""
    policy = Path("/usr/sbin/policy-rc.d")
    drop_in = Path("/etc/postgresql-common/createcluster.d/jarokelo.conf")
    files = [(policy, "#!/bin/sh\nexit 101\n"), (drop_in, "create_main_cluster = false\n")]
    made = [(path, text) for path, text in files if not path.exists()]
    for path, text in made:
        _as_root(f'mkdir -p "{path.parent}" && cat > "{path}" && chmod 755 "{path}"', text)
    try:
        yield
    finally:
        for path, _text in made:
            _as_root(f'rm -f "{path}"')


def _as_root(line: str, text: str = "") -> None:
    prefix = [] if is_root() else ["sudo"]
    subprocess.run([*prefix, "sh", "-c", line], input=text, text=True, check=True)


# -- Python packages ---------------------------------------------------------------------------------------


def _install_requirements(name: str) -> None:
    try:
        stamp: dict[str, str] = json.loads(STAMP.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        stamp = {}
    locks = {lock: _digest(lock) for lock in ("base", "dev")}
    usable = _venv_version() is not None
    if usable and stamp.get(name) == locks[name]:
        return
    print(f"Installing the Python packages of requirements/{name}.txt …", flush=True)
    if not usable:
        _run([sys.executable, "-m", "venv", "--clear", str(VENV)], "python -m venv")
    elif not (VENV / "bin" / "pip").exists():
        _run([str(PYTHON), "-m", "ensurepip"], "ensurepip")
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    lock = f"requirements/{name}.txt"
    _run([*pip, "--only-binary", ":all:", "--require-hashes", "-r", lock], f"pip install -r {lock}")
    # dev.txt holds base.txt's versions too.
    STAMP.write_text(json.dumps(locks if name == "dev" else {"base": locks["base"]}))


def _digest(name: str) -> str:
    return hashlib.sha256((ROOT / "requirements" / f"{name}.txt").read_bytes()).hexdigest()


def _venv_version() -> str | None:
    """Python's version in `.venv`, None if that cannot run here (made on another machine, for another Python)."""
    test = "import sys, ssl; assert (3, 11) <= sys.version_info < (3, 14); print(sys.version)"
    try:
        result = subprocess.run([PYTHON, "-c", test], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return result.stdout.strip()


# -- Translations ------------------------------------------------------------------------------------------


def _compile_messages() -> None:
    for source in ROOT.glob("locale/*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            _run(["msgfmt", "--check-format", "-o", str(target), str(source)], "msgfmt")


def _run(command: list[str], name: str) -> None:
    """Silent when it works; the whole output when it does not."""
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    _running.add(process)
    try:
        output, _ = process.communicate()
    except BaseException:
        process.terminate()  # never SIGKILL: apt-get would leave a broken package database behind
        process.communicate()
        raise
    finally:
        _running.discard(process)
    if process.returncode:
        raise Problem(f"{name} failed:\n{output}")

"""script/test: every check and every test; with arguments only pytest with these."""

import os
import re
import secrets
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from script.stack import machine
from script.stack.checkout import ROOT, VENV, django_environment
from script.stack.processes import MARK
from script.stack.servers import Servers

PYTEST = ["pytest", "-n", "2", "--dist", "loadgroup"]


@dataclass
class Result:
    name: str
    passed: bool
    seconds: float
    output: str = ""

    def __str__(self) -> str:
        return f"{'ok    ' if self.passed else 'FAILED'}  {self.name:<24} {self.seconds:6.1f} s"


def run(arguments: list[str]) -> int:
    begun = time.monotonic()
    machine.prepare(tests=True)
    results = [Result("set-up", True, time.monotonic() - begun)]
    Servers.clear_abandoned()
    servers = Servers(f"test-{os.getpid()}", throw_away=True)
    with servers.in_use():
        environment = test_environment(servers)
        if arguments:
            return 0 if _call("tests", ["pytest", *arguments], environment, captured=False).passed else 1
        with ThreadPoolExecutor(max_workers=os.cpu_count()) as side_by_side:
            for result in side_by_side.map(lambda check: _run_check(check, environment), _checks()):
                print(result, flush=True)
                if not result.passed:
                    print(result.output, flush=True)
                results.append(result)
        results.append(_call("tests", PYTEST, environment, captured=False))
    failed = [result.name for result in results if not result.passed]
    print("\n" + "\n".join(map(str, results)))
    verdict = f"FAILED: {', '.join(failed)}" if failed else "Everything passed"
    print(f"{verdict}, in {time.monotonic() - begun:.0f} s.", flush=True)
    return 1 if failed else 0


def _checks() -> list[tuple[str, list[str], bool]]:
    """Name, command, and whether it wants a production-like environment."""
    manage = ["python", "manage.py"]
    return [
        ("types (mypy)", ["mypy", "."], False),
        ("code (ruff)", ["ruff", "check"], False),
        ("format (ruff)", ["ruff", "format", "--check"], False),
        ("templates' lint (djlint)", ["djlint", "templates", "--lint"], False),
        ("templates' form (djlint)", ["djlint", "templates", "--check"], False),
        ("imports (import-linter)", ["lint-imports"], False),
        ("migrations", [*manage, "makemigrations", "--check", "--dry-run"], False),
        ("deployment", [*manage, "check", "--deploy", "--fail-level", "WARNING"], True),
        ("translations", ["python", "-m", "script.check_translations"], False),
    ]


def _run_check(check: tuple[str, list[str], bool], environment: dict[str, str]) -> Result:
    name, command, production = check
    return _call(name, command, {**environment, **_production()} if production else environment, captured=True)


def _call(name: str, command: list[str], environment: dict[str, str], *, captured: bool) -> Result:
    begun = time.monotonic()
    program = [str(VENV / "bin" / command[0]), *command[1:]]
    output = ""
    process = subprocess.Popen(
        program,
        cwd=ROOT,
        env=environment,
        text=True,
        stdout=subprocess.PIPE if captured else None,
        stderr=subprocess.STDOUT if captured else None,
    )
    try:
        output, _ = process.communicate()
    except BaseException:
        process.terminate()
        process.wait(30)
        raise
    return Result(name, process.returncode == 0, time.monotonic() - begun, output or "")


def test_environment(servers: Servers) -> dict[str, str]:
    """As in script/serve, but deaf to what else the caller has set: a test must not depend on it."""
    settings = (ROOT / "jarokelo" / "settings.py").read_text()
    known = set(re.findall(r"env\.\w+\(\s*\"([A-Z_]+)\"", settings)) - {"DATABASE_URL", "REDIS_URL", "TEST_DB_SUFFIX"}
    chosen = {name: value for name, value in django_environment(servers).items() if name not in known}
    folders = {name: str(servers.home / name.lower()) for name in ("STATIC_ROOT", "MEDIA_ROOT", "DEMO_MAIL_DIR")}
    given = {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "DEMO": "true",
        "EMAIL_URL": "smtp://127.0.0.1:1",  # tests name their own server
        MARK: servers.mark,
    }
    return {**chosen, **folders, **given}


def _production() -> dict[str, str]:
    return {
        "DEMO": "false",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "SITE_URL": "https://jarokelo.example",
        "ALLOWED_HOSTS": "jarokelo.example",
        "BEHIND_PROXY": "true",
        "EMAIL_URL": "smtp://site:secret@mail.jarokelo.example:587/?tls=True",
    }

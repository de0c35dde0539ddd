"""script/serve: the whole site of this checkout with its demo, until Ctrl-C or SIGTERM."""

import fcntl
import os
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from script.stack import machine, processes
from script.stack.checkout import LOCAL, ROOT, VENV, Problem, django_environment
from script.stack.processes import Process
from script.stack.servers import Servers, free_port

MARK = f"{LOCAL}:serve"
FALLS_ALLOWED, FALLS_WITHIN = 5, 60.0  # of all programs together, in seconds


def run(arguments: list[str]) -> int:
    if arguments:
        raise Problem(
            "script/serve takes no arguments. PORT, DATABASE_URL, REDIS_URL and EMAIL_URL change what it uses."
        )
    begun = time.monotonic()
    machine.prepare()
    with ExitStack() as stack:
        stack.enter_context(_only_one())
        processes.kill_leftovers(processes.marked(MARK))
        port = choose_port()
        Servers.clear_abandoned()
        servers = Servers("serve")
        stack.enter_context(servers.in_use())
        site = {"SITE_URL": f"http://localhost:{port}", **django_environment(servers)}
        running: list[Process] = []
        stack.callback(lambda: processes.stop(running))
        if not os.environ.get("EMAIL_URL"):
            mail_port = free_port()
            site["EMAIL_URL"] = f"smtp://127.0.0.1:{mail_port}"
            running.append(_start("mail", [_manage, "demo_mail_server", f"--port={mail_port}"], site))
        print("Preparing the database (the sample data of a first start takes half a minute) …", flush=True)
        _finish([
            _start("static", [_manage, "collectstatic", "--noinput", "--verbosity=0"], site),
            _start("prepare", [_manage, "prepare", "--demo"], site),
        ])  # fmt: skip
        celery = [_program("celery"), "--app=jarokelo"]
        log_level = "--loglevel=INFO"
        web = ["--bind", f"127.0.0.1:{port}", "--workers=2", "--worker-class=gthread", "--threads=4"]
        web += ["--access-logfile=-", "--logger-class=jarokelo.accesslog.AccessLog", "--no-control-socket"]
        running += [
            _start("web", [_program("gunicorn"), *web, "jarokelo.wsgi"], site),
            _start("worker", [*celery, "worker", "--concurrency=2", log_level], site),
            _start("beat", [*celery, "beat", f"--schedule={LOCAL / 'beat'}", log_level], site),
        ]
        _wait_for_site(port, running)
        (LOCAL / "serve.lock").write_text(site["SITE_URL"])
        _announce(site, time.monotonic() - begun)
        falls: list[float] = []
        while True:
            _revive(running, site, falls)
            time.sleep(0.3)


@contextmanager
def _only_one() -> Iterator[None]:
    with (LOCAL / "serve.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise Problem(f"script/serve already runs in this folder. {file.read()}") from None
        file.truncate(0)
        yield


def choose_port() -> int:
    wanted = os.environ.get("PORT")
    if not wanted:
        return free_port(8000)
    if not wanted.isdigit():
        raise Problem(f"PORT is not a number: {wanted}")
    if free_port(int(wanted)) != int(wanted):
        raise Problem(f"Port {wanted} is taken. Choose another PORT, or none for a free one.")
    return int(wanted)


def _program(name: str) -> str:
    return str(VENV / "bin" / name)


_manage = str(ROOT / "manage.py")


def _start(name: str, command: list[str], environment: dict[str, str]) -> Process:
    log = LOCAL / "log" / f"{name}.log"
    return processes.start(name, [str(machine.PYTHON), *command], mark=MARK, log=log, environment=environment, cwd=ROOT)


def _finish(steps: list[Process]) -> None:
    """Waits for steps that run side by side; the first failure stops the rest."""
    try:
        while any(step.popen.poll() is None for step in steps):
            _check_failed(steps)
            time.sleep(0.05)
        _check_failed(steps)
    finally:
        processes.stop(steps)


def _check_failed(steps: list[Process]) -> None:
    for step in steps:
        if step.popen.poll():
            raise Problem(f"The step “{step.name}” failed:\n{step.last_lines()}")


def _check_running(running: list[Process]) -> None:
    for process in running:
        if process.popen.poll() is not None:
            shown = process.log.relative_to(ROOT)
            raise Problem(f"{process.name} ended by itself ({shown}):\n{process.last_lines()}")


def _revive(running: list[Process], site: dict[str, str], falls: list[float]) -> None:
    """Starts again what was killed, as a service manager would; what keeps falling ends the site."""
    falls[:] = [moment for moment in falls if time.monotonic() - moment < FALLS_WITHIN]
    for place, process in enumerate(running):
        if process.popen.poll() is None:
            continue
        if len(falls) >= FALLS_ALLOWED:
            _check_running(running)
        falls.append(time.monotonic())
        processes.stop([process])  # what is left of its session
        print(f"{process.name} ended by itself and is started again:\n{process.last_lines(3)}", flush=True)
        running[place] = processes.start(
            process.name, process.command, mark=MARK, log=process.log, environment=site, cwd=ROOT
        )


def _wait_for_site(port: int, running: list[Process]) -> None:
    deadline = time.monotonic() + 60
    reason = ""
    while time.monotonic() < deadline:
        _check_running(running)
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10):
                return
        except urllib.error.HTTPError as error:
            reason = error.read().decode(errors="replace")
        except OSError as error:
            reason = str(error)
        time.sleep(0.1)
    raise Problem(f"The site did not get well within a minute: {reason}\nSee {Path('.local/log')}/")


def _announce(site: dict[str, str], seconds: float) -> None:
    url = site["SITE_URL"]
    lines = [f"Járókelő is up after {seconds:.0f} s:  {url}/"]
    if not os.environ.get("EMAIL_URL"):
        lines.append(f"Every mail it sends:  {url}/demo/mail/")
    people = " · ".join(f"{name}@example.org" for name in ("citizen", "moderator", "officer", "admin"))
    lines += [f"Sign in as:  {people}", "Password:  jarokelo-demo", "Logs: .local/log/ · Ctrl-C stops everything."]
    print("\n" + "\n".join(lines), flush=True)

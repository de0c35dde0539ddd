"""The settings module itself: each name once, beat's jobs known to the workers."""

import ast
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from celery import current_app
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
TREE = ast.parse((ROOT / "jarokelo" / "settings.py").read_text())
ASK_BEAT = "import json; from jarokelo import settings; print(json.dumps(sorted(settings.CELERY_BEAT_SCHEDULE)))"


def names_given() -> Iterator[str]:
    """Every name that the module assigns, as often as it does; `NAME["key"] = …` is no second one."""
    for node in ast.walk(TREE):
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        for target in targets:
            names = (node for node in ast.walk(target) if isinstance(node, ast.Name))
            yield from (name.id for name in names if isinstance(name.ctx, ast.Store))


def variables_read() -> Iterator[str]:
    for node in ast.walk(TREE):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and getattr(node.func.value, "id", "") == "env"
        ):
            name = ast.literal_eval(node.args[0])
            assert isinstance(name, str)
            yield name


def twice(names: Iterator[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]


def test_no_name_is_given_twice() -> None:
    assert "MAIL_MAX_BYTES" in set(names_given())
    assert twice(names_given()) == []


def test_no_variable_is_read_twice() -> None:
    assert "MAIL_MAX_BYTES" in set(variables_read())
    assert twice(variables_read()) == []


@pytest.mark.parametrize("name", settings.CELERY_BEAT_SCHEDULE)
def test_workers_know_each_job_of_beat(name: str) -> None:
    current_app.loader.import_default_modules()
    assert settings.CELERY_BEAT_SCHEDULE[name]["task"] in current_app.tasks


def jobs(**environment: str) -> Any:
    clean = {name: value for name, value in os.environ.items() if name != "IMAP_URL"}
    done = subprocess.run(
        [sys.executable, "-c", ASK_BEAT],
        env={**clean, **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def test_the_mailbox_is_read_where_there_is_one_only() -> None:
    without, with_one = jobs(), jobs(IMAP_URL="imaps://a:b@mail.example/INBOX")
    assert "read-mailbox" not in without
    assert with_one == sorted([*without, "read-mailbox"])
    current_app.loader.import_default_modules()
    assert "forwarding.read_mailbox" in current_app.tasks

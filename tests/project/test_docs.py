"""The documents keep up with the code."""

import re
from pathlib import Path

from django.conf import settings

from tests.project.variables import read_by_settings

ROOT = Path(__file__).resolve().parents[2]


def test_operators_find_every_variable() -> None:
    assert sorted(read_by_settings() - rows_of("### Every variable")) == []


def test_operators_find_every_command() -> None:
    commands = {path.stem for path in ROOT.glob("*/management/commands/[a-z]*.py")}
    assert "prepare" in commands
    assert sorted(commands - {name.split()[0] for name in rows_of("## On one's own machine")}) == []


def test_operators_find_every_job_of_beat() -> None:
    assert rows_of("### What beat does") == {*settings.CELERY_BEAT_SCHEDULE, "read-mailbox"}


def rows_of(heading: str) -> set[str]:
    """What stands between backticks in the first column of a table of `operations.md`."""
    text = (ROOT / "docs" / "operations.md").read_text().partition(f"\n{heading}\n")[2]
    rows = [line.split(" | ")[0] for line in re.split(r"\n##", text)[0].splitlines() if line.startswith("| `")]
    assert rows, heading
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row)}


def test_every_dependency_has_its_reason() -> None:
    text = (ROOT / "docs" / "dependencies.md").read_text()
    for name in ("base", "dev"):
        lines = (ROOT / "requirements" / f"{name}.in").read_text().splitlines()
        packages = [re.split(r"[~=<>\[ ]", line)[0] for line in lines if line and line[0] not in "#-"]
        assert packages
        assert [package for package in packages if package not in text] == []


def test_links_between_documents_lead_somewhere() -> None:
    for document in [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", document.read_text()):
            assert (document.parent / target).exists(), f"{document.name}: {target}"

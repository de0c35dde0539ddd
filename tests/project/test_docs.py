"""The documents keep up with the code."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_operators_find_every_variable() -> None:
    variables = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', (ROOT / "jarokelo" / "settings.py").read_text()))
    text = (ROOT / "docs" / "operations.md").read_text()
    assert variables
    assert [name for name in sorted(variables) if f"`{name}`" not in text] == []


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

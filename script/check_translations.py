"""Compares locale/ with what the code says: every text there, in every language, complete and with its placeholders.

`--write` brings the catalogues up to date instead (new texts come in untranslated; English repeats the text).
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("hu", "en")
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")
MAKE_MESSAGES = ["makemessages", "--no-location", "--no-obsolete", "--no-wrap", "--ignore=tests", "--verbosity=0"]
NOT_SOURCE = shutil.ignore_patterns(".*", "__pycache__", "requirements", "docs", "*.mo", "tests")


def catalogue(root: Path, language: str) -> Path:
    return root / "locale" / language / "LC_MESSAGES" / "django.po"


def collect(root: Path) -> None:
    """Writes the texts of the code under `root` into its catalogues."""
    (root / "locale").mkdir(exist_ok=True)
    languages = [f"--locale={language}" for language in LANGUAGES]
    subprocess.run([sys.executable, "manage.py", *MAKE_MESSAGES, *languages], cwd=root, check=True)


def key(entry: polib.POEntry) -> tuple[str, str, str]:
    return entry.msgctxt or "", entry.msgid, entry.msgid_plural


def placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def problems(language: str, fresh: Path) -> list[str]:
    path = catalogue(ROOT, language)
    if not path.exists():
        return [f"{language}: {path.relative_to(ROOT)} is missing"]
    committed = [entry for entry in polib.pofile(path) if not entry.obsolete]
    in_code = {key(entry) for entry in polib.pofile(fresh)}
    in_catalogue = {key(entry) for entry in committed}
    found = [f"{language}: not in the catalogue: {text!r}" for _, text, _ in sorted(in_code - in_catalogue)]
    found += [f"{language}: not in the code any more: {text!r}" for _, text, _ in sorted(in_catalogue - in_code)]
    for entry in committed:
        found += [f"{language}: {problem}: {entry.msgid!r}" for problem in entry_problems(entry)]
    return found


def entry_problems(entry: polib.POEntry) -> list[str]:
    if entry.fuzzy:
        return ["fuzzy"]
    if not entry.translated():
        return ["untranslated"]
    if not entry.msgid_plural:
        return [] if placeholders(entry.msgstr) == placeholders(entry.msgid) else ["other placeholders"]
    # "One report" may leave the number out.
    allowed = (placeholders(entry.msgid), placeholders(entry.msgid_plural))
    return [] if all(placeholders(form) in allowed for form in entry.msgstr_plural.values()) else ["other placeholders"]


def write() -> None:
    collect(ROOT)
    english = polib.pofile(catalogue(ROOT, "en"), wrapwidth=0)
    for entry in english:
        if entry.msgid_plural:
            entry.msgstr_plural = {0: entry.msgid, 1: entry.msgid_plural}
        else:
            entry.msgstr = entry.msgid
        entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
    english.save()


def main() -> int:
    if "--write" in sys.argv[1:]:
        write()
        return 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "code"
        shutil.copytree(ROOT, copy, ignore=NOT_SOURCE)
        collect(copy)
        found = [line for language in LANGUAGES for line in problems(language, catalogue(copy, language))]
    print("\n".join(found) or "Every text is there, in every language.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

"""The table of keys and what is made of it: page, dialog, hints, and the switch."""

import re
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from accounts.account_holdings import export_preferences
from accounts.models import Person
from moderation.keys import GROUPS, KEYS, SPOKEN
from reports.models import Report

pytestmark = pytest.mark.django_db
TEMPLATES = Path(settings.BASE_DIR) / "templates"


def test_no_key_has_two_meanings() -> None:
    keys = Counter(str(key) for _group, row in GROUPS for one in row for key in one.keys)
    assert [key for key, count in keys.items() if count > 1] == []
    single = [key for one in KEYS.values() if one.name not in SPOKEN for key in one.keys]
    assert all(len(str(key)) == 1 and not str(key).isdigit() for key in single)


def test_every_key_is_carried_by_something() -> None:
    """What the list promises, a template holds."""
    used = {name for path in TEMPLATES.rglob("*.html") for name in re.findall(r"{% key \"(\w+)\" %}", path.read_text())}
    assert used == set(KEYS) - set(SPOKEN)


def test_all_keys_stand_on_the_page_and_in_the_dialog(at_desk: Client, submitted: Report) -> None:
    page, case = (at_desk.get(url).content.decode() for url in ("/desk/keys", f"/desk/{submitted.reference}"))
    for key in KEYS.values():
        assert str(key.label) in page
        assert str(key.label) in case


def test_keys_are_switched_off_per_person(at_desk: Client, submitted: Report, moderator: Person) -> None:
    assert 'data-desk-keys="on"' in at_desk.get(f"/desk/{submitted.reference}").content.decode()
    at_desk.post("/desk/keys", {"keys": "off"})
    moderator.refresh_from_db()
    assert moderator.desk_keys is False
    case = at_desk.get(f"/desk/{submitted.reference}").content.decode()
    assert 'data-desk-keys="off"' in case
    assert 'id="keys-help"' not in case
    assert export_preferences(moderator)["single_keys_at_the_desk"] is False

    at_desk.post("/desk/keys", {"keys": "on"})
    moderator.refresh_from_db()
    assert moderator.desk_keys is True


@pytest.mark.parametrize("junk", ["", "x", "\x00", "ON"])
def test_junk_switches_them_off_and_breaks_nothing(at_desk: Client, moderator: Person, junk: str) -> None:
    assert at_desk.post("/desk/keys", {"keys": junk})["Location"] == "/desk/keys"
    moderator.refresh_from_db()
    assert moderator.desk_keys is False


def parts_of(path: Path) -> set[Path]:
    """A template and all that it includes."""
    found, todo = set(), [path]
    while todo:
        part = todo.pop()
        if part not in found:
            found.add(part)
            todo += [TEMPLATES / name for name in re.findall(r'{% include "([^"]+)"', part.read_text())]
    return found


PAGES = [path for path in (TEMPLATES / "moderation").glob("*.html") if "{% extends" in path.read_text()]
WITH_KEYS = [path for path in PAGES if any("{% key " in part.read_text() for part in parts_of(path))]


@pytest.mark.parametrize("path", WITH_KEYS, ids=lambda path: path.stem)
def test_a_page_that_carries_keys_listens_to_them(path: Path) -> None:
    assert TEMPLATES / "moderation" / "_keys.html" in parts_of(path)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_every_page_of_the_desk_shows_its_keys(path: Path) -> None:
    """By "?", and by a link for those who have no keys."""
    assert TEMPLATES / "moderation" / "_keys_link.html" in parts_of(path)


def test_digits_of_lists_are_explained() -> None:
    """What has no letter: digits that a template gives, and the table's words for them."""
    used = {n for path in TEMPLATES.rglob("*.html") for n in re.findall(r"{% digit (\d) %}", path.read_text())}
    assert used == {"0", "1", "2", "3", "4", "5", "6", "9"}
    assert all(
        KEYS[name].keys == (digit,) for name, digit in (("yes", "1"), ("no", "2"), ("file", "0"), ("unmatch", "9"))
    )
    assert all(f"{n} " in str(KEYS["more"].label) for n in range(1, 7))


def test_every_page_beside_a_case_leads_back_by_key() -> None:
    beside = {"split", "highlight", "merge_choose", "merge_compare", "preview", "letters", "answer", "answers", "word"}
    back = '{% key "queue" %}'
    found = {path.stem for path in PAGES if any(back in part.read_text() for part in parts_of(path))}
    assert beside <= found


@pytest.mark.parametrize("page", ["letters", "answer", "word"])
def test_the_way_back_keeps_the_queue(at_desk: Client, sent: Report, page: str) -> None:
    case = f"/desk/{sent.reference}"
    links = at_desk.get(f"{case}?queue=overdue").content.decode()
    assert f'"{case}/{page}?queue=overdue"' in links
    for asked, back in (("?queue=overdue", f"{case}?queue=overdue"), ("?queue=junk", case), ("?queue=filter-9", case)):
        shown = at_desk.get(f"{case}/{page}{asked}").content.decode()
        assert re.search(rf'href="{re.escape(back)}"\s+data-key="g"', shown)

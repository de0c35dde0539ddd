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

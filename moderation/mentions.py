"""Calling a colleague into an internal note: "@anna" or "@anna.kovacs".

Who may be called works at the desk and may see the report. Whoever is called reads it on the desk and by mail.
"""

import re
from typing import Any

from accounts.models import Person
from moderation.holders import people_for
from moderation.models import Handoff
from municipalities.routing import plain
from notifications.notices import give_notice, register_notice
from reports import links
from reports.models import Report

TEMPLATE = "mentioned"
_handle = re.compile(r"(?<![\w@.])@([\w.\-]{2,60})")


def connect() -> None:
    register_notice(TEMPLATE, compose_mention)


def handle_of(person: Person) -> str:
    """ "Kovács Anna" is called by "@kovacs.anna"; who has no name by the first part of the address."""
    return plain(person.name or person.email.split("@")[0]).replace(" ", ".")


def mentioned(text: str, people: list[Person]) -> list[Person]:
    """A part of the name is enough where it is nobody else's."""
    found = []
    for handle in _handle.findall(text):
        wanted = plain(handle).replace(" ", ".")
        exact = [person for person in people if handle_of(person) == wanted]
        parts = [person for person in people if wanted in handle_of(person).split(".")]
        for person in exact[:1] or (parts if len(parts) == 1 else []):
            if person not in found:
                found.append(person)
    return found


def call_mentioned(report: Report, text: str, *, actor: Person) -> list[Person]:
    """Inside the transaction of the note; one's own name calls nobody."""
    if "@" not in text:
        return []
    called = [person for person in mentioned(text, list(people_for(report))) if person.pk != actor.pk]
    for person in called:
        word = Handoff.objects.create(
            kind=Handoff.Kind.MENTIONED, report=report, person=person, by=actor, note=text[:1000]
        )
        give_notice([person], TEMPLATE, str(word.pk))
    return called


def compose_mention(person: Person, key: str) -> dict[str, Any] | None:
    """Moot once it was read at the desk, or where the person does not work there any more."""
    word = Handoff.objects.filter(pk=int(key), person=person, seen_at=None).select_related("report", "by").first()
    if word is None or word.report is None or not person.is_moderator:
        return None
    return {
        "url": links.absolute(f"/desk/{word.report.reference}"),
        "by": str(word.by or ""),
        "report": word.report,
        "words": word.note,
    }

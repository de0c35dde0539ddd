"""What would go out if a case were sent as it stands in the form: made by really sending it, and rolling that back.

So the preview is exact by construction. Ids in it were never given to anybody: its links and addresses lead nowhere.
"""

import base64
import copy
import re
from dataclasses import dataclass, field
from email.mime.base import MIMEBase

from django.core.mail import EmailMultiAlternatives
from django.db import transaction

from accounts.models import Person
from forwarding.mail import compose as compose_letter
from forwarding.models import Dispatch
from moderation.actions import Decision, carry_out
from municipalities.models import Contact, Institution
from notifications.actions import messages_of
from notifications.mails import compose as compose_message
from notifications.models import Message
from reports.actions import leading_assignment
from reports.lifecycle import EventKind
from reports.models import Report

# The link that lets its holder act as the reporter, and those that stop mails, are nobody's business here.
_SECRET_LINKS = re.compile(r"(/(?:own|unsubscribe|confirm|follow)/)[^\s<>\"]+")


@dataclass(frozen=True)
class Preview:
    institution: Institution
    contact: Contact | None  # None: nobody can be reached
    letter: EmailMultiAlternatives | None = None
    to_reporter: EmailMultiAlternatives | None = None
    reporter_language: str = ""
    followers: int = 0
    pictures: list[str] = field(default_factory=list)  # names of the files within the letter

    @property
    def html(self) -> str:
        """The letter's page with its pictures in it."""
        if self.letter is None:
            return ""
        html = str(self.letter.alternatives[0][0])
        for part in self.letter.attachments:
            if isinstance(part, MIMEBase):
                cid, data = part["Content-ID"].strip("<>"), part.get_payload(decode=True)
                packed = base64.b64encode(data if isinstance(data, bytes) else b"").decode()
                html = html.replace(f"cid:{cid}", f"data:{part.get_content_type()};base64,{packed}")
        return html

    @property
    def words_to_reporter(self) -> str:
        return _SECRET_LINKS.sub(r"\1…", str(self.to_reporter.body)) if self.to_reporter else ""


def preview_sending(report: Report, decision: Decision, *, actor: Person, version: int) -> Preview:
    """Raises what `decide_case` raises. Nothing is left of it."""
    with transaction.atomic():
        carry_out(report, decision, actor=actor, version=version)
        report = Report.objects.for_list().select_related("reporter", "area").get(pk=report.pk)
        assignment = leading_assignment(report)
        assert assignment is not None  # noqa: S101  (sending makes one)
        event = report.events.filter(kind__in=(EventKind.SENT, EventKind.PUBLISHED)).latest("pk")
        dispatch = Dispatch.objects.filter(event=event).select_related("event__report__category", "contact").first()
        letter = compose_letter(dispatch, with_file=False) if dispatch else None
        messages = list(messages_of(event))
        own = next((message for message in messages if message.person_id == report.reporter_id), None)
        preview = Preview(
            institution=assignment.institution,
            contact=assignment.contact,
            letter=letter,
            to_reporter=compose_message(_nameless(own)) if own else None,
            reporter_language=own.person.language if own else "",
            followers=len(messages) - bool(own),
            pictures=[_name_of(part) for part in letter.attachments] if letter else [],
        )
        transaction.set_rollback(True)
    return preview


def _nameless(message: Message) -> Message:
    """Moderators do not see who an anonymous reporter is."""
    message.person = copy.copy(message.person)
    message.person.name = ""
    return message


def _name_of(part: object) -> str:
    return part.get_filename() or "" if isinstance(part, MIMEBase) else ""

"""The gathered mail: a list of the cases on top, then each letter as it would have gone by itself.

Each case keeps its own link and its own reply address; a plain reply to the whole is matched by the reference in it.
"""

from email.mime.base import MIMEBase
from typing import NamedTuple

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils.translation import override

from forwarding.casefile import attach_case
from forwarding.mail import letter_context
from forwarding.models import Dispatch, DispatchDigest
from forwarding.reply_address import bounce_address, digest_address
from forwarding.weight import Room
from notifications.mailer import build_mail
from notifications.words import Words, render_mail


class Section(NamedTuple):
    dispatch: Dispatch
    words: Words


def write_section(dispatch: Dispatch) -> Section:
    """Without its photos, only to see that it can be written; raises whatever a mistake in its data raises."""
    return Section(dispatch, _write(dispatch, Room(0))[0])


def compose_digest(digest: DispatchDigest, sections: list[Section]) -> EmailMultiAlternatives:
    """The mail, ready to be sent. The first cases' photos and files have room first. Raises `ClaimLost`."""
    room = Room(digest.contact.mail_limit)
    for section in sections:
        room.left -= len(section.words.text.encode()) + len(section.words.html.encode())
    written, parts, shown = [], [], set()
    for section in sections:
        digest.keep_claim()
        report = section.dispatch.event.report
        words, files = _write(section.dispatch, room, is_again=report.pk in shown)
        shown.add(report.pk)
        written.append({"report": report, "words": words})
        parts += files
    with override(digest.contact.language or settings.LANGUAGE_CODE):
        context = {"letters": written, "institution": digest.contact.institution}
        whole = render_mail("forwarding/mail/digest", context)
    return build_mail(
        to=digest.address,
        subject=whole.subject,
        text=whole.text,
        html=whole.html,
        message_id=digest.message_id,
        own_address=digest_address(digest),
        envelope=bounce_address(digest),
        images=parts,
    )


def _write(dispatch: Dispatch, room: Room, *, is_again: bool = False) -> tuple[Words, list[MIMEBase]]:
    """`is_again`: this mail has the photos and the file of the report already."""
    with override(dispatch.contact.language or settings.LANGUAGE_CODE):
        context, pictures = letter_context(dispatch, room, prefix=f"photo-{dispatch.pk}", with_photos=not is_again)
        files = attach_case(dispatch, room) if room.left > 0 and not is_again else []
        layout = {"layout": "forwarding/mail/section.html", "in_digest": True, "has_file": bool(files)}
        words = render_mail(f"forwarding/mail/{dispatch.event.kind}", {**context, **layout})
    return words, [*(picture.image for picture in pictures), *files]

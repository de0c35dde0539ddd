"""A reporter answers the desk by replying to its mail: the words go into their private conversation.

Only a reply that names the Message-ID of a question to this very person, from their own address, is taken: the id
cannot be guessed, and nobody else was sent it. Whatever is not taken waits unmatched at the desk.
"""

import io

from accounts.bans import Banned
from forwarding.mailcuts import own_words
from forwarding.mailparts import parse, walk
from notifications.models import Message
from reports.actions_photos import TooManyPhotos
from reports.actions_words import reply_to_desk
from reports.lifecycle import MoveNotAllowed
from reports.models import Photo, Report
from reports.photos import PhotoRejected
from reports.uploads import store_photo

QUESTIONS = ("needs_info", "info_reminded", "word")
PHOTOS_AT_MOST = 5
TEXT_AT_MOST = 4000


def take_word(sender: str, answers_to: list[str], text: str, raw: bytes) -> Report | None:
    """The report that took it as its reporter's answer, if one did."""
    question = (
        Message.objects.filter(message_id__in=answers_to, template__in=QUESTIONS)
        .select_related("event__report", "person")
        .order_by("-pk")
        .first()
    )
    words = own_words(text)[:TEXT_AT_MOST]
    if question is None or not words or not sender:
        return None
    report, person = question.event.report, question.person
    if report.reporter_id != person.pk or person.email.lower() != sender.lower():
        return None
    try:
        reply_to_desk(report, words, photos_in(raw), actor=person)
    except (MoveNotAllowed, TooManyPhotos, Banned):
        return None
    return report


def photos_in(raw: bytes) -> list[Photo]:
    """Pictures that came with the mail, as uploads; what is no picture is left in the stored mail."""
    photos: list[Photo] = []
    for part in walk(parse(raw)):
        if part.get_content_maintype() != "image" or len(photos) == PHOTOS_AT_MOST:
            continue
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes) and payload:
            try:
                photos.append(store_photo(io.BytesIO(payload)))
            except PhotoRejected:
                continue
    return photos

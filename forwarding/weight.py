"""What fits into a mail: photos as long as there is room, the rest as links through the officer's link."""

from email.mime.application import MIMEApplication
from email.mime.image import MIMEImage
from typing import NamedTuple

from django.conf import settings
from django.urls import reverse

from reports import links
from reports.models import Photo, Report

FRAME = 8_000  # bytes of a mail's own heads
PART = 600  # and of each part's
MARKUP = 4  # the text twice, once within HTML; letters of two bytes


class Picture(NamedTuple):
    cid: str
    image: MIMEImage
    photo: Photo


class PhotoLink(NamedTuple):
    url: str
    photo: Photo


class Room:
    """How many bytes a mail may still grow."""

    def __init__(self, limit: int) -> None:
        self.left = limit - FRAME

    def take_words(self, characters: int) -> None:
        self.left -= characters * MARKUP

    def take(self, size: int) -> bool:
        """Whether a file of so many bytes fits; base64 makes it longer by a third, and by the ends of its lines."""
        encoded = size * 4 // 3 * 78 // 76 + PART
        if encoded > self.left:
            return False
        self.left -= encoded
        return True


def pictures_of(report: Report, room: Room | None = None, *, prefix: str = "photo") -> list[Picture]:
    """Inside the mail, so that they are there when the body's network blocks what comes from outside."""
    pictures = []
    for number, photo in enumerate(shown_photos(report), start=1):
        if room is not None and room.left <= PART:
            break  # nor read
        with photo.medium.open("rb") as file:
            content = file.read()
        if room is not None and not room.take(len(content)):
            continue
        image = MIMEImage(content, "jpeg")
        cid = f"{prefix}-{number}@{settings.MAIL_DOMAIN}"
        image.add_header("Content-ID", f"<{cid}>")
        image.add_header("Content-Disposition", "inline", filename=f"{report.reference}-{number}.jpg")
        pictures.append(Picture(cid, image, photo))
    return pictures


def links_to_rest(report: Report, pictures: list[Picture], assignment_id: int) -> list[PhotoLink]:
    """Of the photos that did not fit."""
    inside = {picture.photo.pk for picture in pictures}
    rest = [photo for photo in shown_photos(report) if photo.pk not in inside]
    token = links.officer_token(assignment_id) if rest else ""
    return [
        PhotoLink(links.absolute(reverse("officer_photo", args=[token, photo.token, "large"])), photo) for photo in rest
    ]


def shown_photos(report: Report) -> list[Photo]:
    return list(report.photos.filter(is_hidden=False, comment=None))


def file_part(content: bytes, name: str) -> MIMEApplication:
    part = MIMEApplication(content, "pdf")
    part.add_header("Content-Disposition", "attachment", filename=name)
    return part

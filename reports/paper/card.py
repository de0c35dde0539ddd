"""The picture that social sites show with a link: photo, heading, status, place and our name, 1200 × 630."""

import io
from collections.abc import Iterator
from functools import lru_cache

from django.conf import settings
from django.utils.translation import gettext as _
from PIL import Image, ImageDraw, ImageFont, ImageOps

from reports.lifecycle import Status
from reports.models import Photo, Report

WIDTH, HEIGHT = 1200, 630
PHOTO_WIDTH = 500
MARGIN = 56
HEADING_LINES = 4
PAPER, INK, MUTED, ACCENT, ON_ACCENT = "#faf6ef", "#241c15", "#62564a", "#b23a12", "#fffdf9"
# Ink and ground of a status, as in tokens.css.
TONES = {
    Status.SENT: ("#7a4a00", "#fbeac4"),
    Status.IN_PROGRESS: ("#125264", "#d9ecf0"),
    Status.AWAITING_CONFIRMATION: ("#5c3a7e", "#ece2f5"),
    Status.SOLVED: ("#1f5c33", "#dcefdc"),
    Status.UNRESOLVED: ("#9a1b2f", "#fbe0e1"),
    Status.ANSWERED: ("#1f5c33", "#dcefdc"),
    Status.DELIVERED: ("#1f5c33", "#dcefdc"),
}
OTHER_TONE = ("#554b41", "#ece4d8")

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


@lru_cache(maxsize=16)
def font(name: str, size: int) -> Font:
    """DejaVu, which Debian has; without it Pillow's own."""
    try:
        return ImageFont.truetype(f"{name}.ttf", size)
    except OSError:
        return ImageFont.load_default(size)


def draw_card(report: Report) -> bytes:
    """A JPEG in the language that is active; the caller has asked who may see the report."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(image)
    photo = report.cover
    right = WIDTH
    if photo is not None and (picture := open_photo(photo)) is not None:
        right = WIDTH - PHOTO_WIDTH
        image.paste(picture, (right, 0))
    draw.rectangle((0, 0, WIDTH, 14), fill=ACCENT)
    room = right - 2 * MARGIN
    y = MARGIN + 20
    y = draw_status(draw, report, y)
    size, lines = heading_lines(draw, report.heading, room)
    for line in lines:
        draw.text((MARGIN, y), line, font=font("DejaVuSerif-Bold", size), fill=INK)
        y += round(size * 1.22)
    place = report.address or (str(report.area) if report.area else "")
    small = font("DejaVuSans", 28)
    for line in fit(draw, place, small, room, 2):
        draw.text((MARGIN, y + 14), line, font=small, fill=MUTED)
        y += 38
    draw_brand(draw)
    file = io.BytesIO()
    image.save(file, "JPEG", quality=82, optimize=True, progressive=True)
    return file.getvalue()


def open_photo(photo: Photo) -> Image.Image | None:
    """The middle of the photo in the card's shape; None where the file is lost."""
    try:
        with photo.medium.open("rb") as file, Image.open(file) as picture:
            return ImageOps.fit(picture.convert("RGB"), (PHOTO_WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    except FileNotFoundError:
        return None


def draw_status(draw: ImageDraw.ImageDraw, report: Report, y: int) -> int:
    ink, ground = TONES.get(report.state, OTHER_TONE)
    words = str(report.state.label)
    if report.is_overdue:
        words, (ink, ground) = _("Overdue"), TONES[Status.UNRESOLVED]
    small = font("DejaVuSans-Bold", 26)
    width = round(draw.textlength(words, font=small))
    draw.rounded_rectangle((MARGIN, y, MARGIN + width + 44, y + 52), radius=26, fill=ground)
    draw.text((MARGIN + 22, y + 26), words, font=small, fill=ink, anchor="lm")
    return y + 52 + 28


def draw_brand(draw: ImageDraw.ImageDraw) -> None:
    """Our pin and name, at the foot."""
    x, y = MARGIN, HEIGHT - MARGIN - 44
    draw.ellipse((x, y, x + 36, y + 36), fill=ACCENT)
    draw.polygon(((x + 5, y + 28), (x + 31, y + 28), (x + 18, y + 48)), fill=ACCENT)
    draw.ellipse((x + 12, y + 12, x + 24, y + 24), fill=ON_ACCENT)
    draw.text((x + 52, y + 22), settings.SITE_NAME, font=font("DejaVuSerif-Bold", 34), fill=ACCENT, anchor="lm")


def heading_lines(draw: ImageDraw.ImageDraw, heading: str, room: int) -> tuple[int, list[str]]:
    """As large as it fits into `HEADING_LINES`; the smallest size cuts."""
    for size in (62, 54, 46):
        lines = list(wrap(draw, heading, font("DejaVuSerif-Bold", size), room))
        if len(lines) <= HEADING_LINES - (size > 54):
            return size, lines
    return 46, fit(draw, heading, font("DejaVuSerif-Bold", 46), room, HEADING_LINES)


def fit(draw: ImageDraw.ImageDraw, text: str, face: Font, room: int, most: int) -> list[str]:
    """At most `most` lines; what is left out is an ellipsis."""
    lines = list(wrap(draw, text, face, room))
    if len(lines) <= most:
        return lines
    last = lines[most - 1]
    while last and draw.textlength(f"{last} …", font=face) > room:
        last = last[:-1].rstrip()
    return [*lines[: most - 1], f"{last} …"]


def wrap(draw: ImageDraw.ImageDraw, text: str, face: Font, room: int) -> Iterator[str]:
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if draw.textlength(longer, font=face) <= room:
            line = longer
            continue
        if line:
            yield line
        while draw.textlength(word, font=face) > room:  # one word, longer than a line
            part = next(n for n in range(len(word) - 1, 0, -1) if draw.textlength(word[:n], font=face) <= room)
            yield word[:part]
            word = word[part:]
        line = word
    if line:
        yield line

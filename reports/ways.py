"""How a body's answer reached us when neither by its link nor by a mail of its own."""

from datetime import date

from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _


class Way(models.TextChoices):
    PHONE = "phone", _("by phone")
    LETTER = "letter", _("by letter")
    IN_PERSON = "in_person", _("in person")
    OTHER_MAIL = "other_mail", _("by mail to another address")
    # At the body's own wish; for everybody it is the body's answer, at the desk the moderator's act.
    FOR_BODY = "for_body", _("written for the body, at its wish")


def came(way: str, day: date | None) -> str:
    """ "by phone, 24 November 2026": beside the answer, for everybody. Empty for an answer by mail or link."""
    if way not in Way.values or way == Way.FOR_BODY:
        return ""
    label = str(Way(way).label)
    return f"{label}, {date_format(day, 'DATE_FORMAT')}" if day else label

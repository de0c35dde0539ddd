"""Personal data in what somebody writes, spotted before it is published: phones, mail addresses, number plates, names.

A hint, never a verdict: whoever writes decides. So it rather misses one than cries wolf over "Kossuth Lajos utca 12.",
a date or a bus. Phone numbers by the `phonenumbers` library, the rest by pattern.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import phonenumbers
from django.db import models
from django.utils.translation import gettext_lazy as _

from municipalities.routing import plain
from reports.personal_words import FAMOUS, FIRST_NAMES, GREETINGS, NO_PLATE, PLACE_WORDS

LONGEST_TEXT = 6000
COUNTRY = "HU"


class DataKind(models.TextChoices):
    PHONE = "phone", _("This looks like a phone number.")
    MAIL = "mail", _("This looks like a mail address.")
    PLATE = "plate", _("This looks like a number plate.")
    NAME = "name", _("This looks like somebody's name.")


class Span(NamedTuple):
    start: int
    end: int
    kind: DataKind
    text: str

    @property
    def sentence(self) -> str:
        return str(self.kind.label)


def find_personal_data(text: str) -> list[Span]:
    """What looks personal, in the order of the text, nothing twice."""
    text = text[:LONGEST_TEXT]
    found: list[Span] = []
    for finder in (find_mails, find_phones, find_plates, find_names):
        for span in finder(text):
            if not any(span.start < other.end and other.start < span.end for other in found):
                found.append(span)
    return sorted(found)


# -- Mail addresses -----------------------------------------------------------------------------------------

MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")


def find_mails(text: str) -> Iterator[Span]:
    for match in MAIL.finditer(text):
        yield Span(match.start(), match.end(), DataKind.MAIL, match[0])


# -- Phone numbers ------------------------------------------------------------------------------------------

CALLABLE = re.compile(r"\(?(?:\+|00|06)")  # with a prefix: "1117 2024" is no number to call
# Hungarian mobile numbers as they are said, "30/123-4567"; the library wants the prefix.
SHORT_MOBILE = re.compile(r"(?<![\d.,])(?:20|30|31|50|70)[ /-]\d{3}[ /-]?\d{2}[ -]?\d{2}(?![\d.,]?\d)")


def find_phones(text: str) -> Iterator[Span]:
    for match in phonenumbers.PhoneNumberMatcher(text, COUNTRY):
        if CALLABLE.match(match.raw_string):
            yield Span(match.start, match.end, DataKind.PHONE, match.raw_string)
    for short in SHORT_MOBILE.finditer(text):
        yield Span(short.start(), short.end(), DataKind.PHONE, short[0])


# -- Number plates ------------------------------------------------------------------------------------------

OLD_PLATE = re.compile(r"(?<![\w-])([A-Z]{3})(-| - | ?)(\d{3})(?![\w-])", re.IGNORECASE)
NEW_PLATE = re.compile(r"(?<![\w-])([A-Z]{2} ?[A-Z]{2})(-| - | ?)(\d{3})(?![\w-])", re.IGNORECASE)
SAID = re.compile(r"rendsz[aá]m|forgalmi|plate|registration", re.IGNORECASE)
SAID_WITHIN = 60  # characters before


def find_plates(text: str) -> Iterator[Span]:
    for pattern in (NEW_PLATE, OLD_PLATE):
        for match in pattern.finditer(text):
            letters, joint = match[1].replace(" ", ""), match[2].strip()
            is_said = SAID.search(text, max(0, match.start() - SAID_WITHIN), match.start()) is not None
            if letters.upper() in NO_PLATE:
                continue
            is_new = len(letters) == 4 and letters[0] == "A"  # AA AA-001 was the first, in 2022
            if (letters.isupper() and (joint or is_new or (is_said and len(letters) == 3))) or (joint and is_said):
                yield Span(match.start(), match.end(), DataKind.PLATE, match[0])


# -- Names --------------------------------------------------------------------------------------------------

WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
CAPITAL = re.compile(r"[A-ZÁÉÍÓÖŐÚÜŰ][a-záéíóöőúüű]{2,}(?:-[A-ZÁÉÍÓÖŐÚÜŰ][a-záéíóöőúüű]{2,})?")
HOUSE_NUMBER = re.compile(r"[ ,]{1,2}\d")
NAME_ENDINGS = re.compile(r"(?:nak|nek|val|vel|tol|hoz|hez|t|ot|et|at|nal|nel|ek|ekkel|ne|rol|ra|re)?$")
LOOK_AHEAD = 4  # words after a name


def is_first_name(word: str) -> bool:
    bare = plain(word)
    return any(bare.startswith(name) and NAME_ENDINGS.fullmatch(bare[len(name) :]) for name in names_from(bare[:3]))


def names_from(start: str) -> list[str]:
    return _BY_START.get(start, [])


_BY_START: dict[str, list[str]] = {}
for _name in sorted(FIRST_NAMES):
    _BY_START.setdefault(plain(_name)[:3], []).append(plain(_name))


def find_names(text: str) -> Iterator[Span]:
    """Two words with a capital, one of them a common first name, that name no place."""
    words = list(WORD.finditer(text))
    for place, (one, two) in enumerate(pairwise(words)):
        if text[one.end() : two.start()] != " " or not (CAPITAL.fullmatch(one[0]) and CAPITAL.fullmatch(two[0])):
            continue
        if not (is_first_name(two[0]) or is_first_name(one[0])):
            continue
        if any(part in FAMOUS for part in plain(one[0]).split()):
            continue
        if is_place_word(plain(two[0])) or plain(one[0]) in GREETINGS:
            continue
        after = [plain(word[0]) for word in words[place + 2 : place + 2 + LOOK_AHEAD]]
        if any(is_place_word(word) for word in after) or HOUSE_NUMBER.match(text, two.end()):
            continue
        if starts_sentence(text, one.start()) and not is_first_name(two[0]):
            continue  # "Anna már …" is no full name, and the first word of a sentence is big anyway
        yield Span(one.start(), two.end(), DataKind.NAME, text[one.start() : two.end()])


def is_place_word(bare: str) -> bool:
    """With any ending; but who "parkol" is no park."""
    return any(bare == word or (len(word) > 3 and word != "park" and bare.startswith(word)) for word in PLACE_WORDS)


def starts_sentence(text: str, at: int) -> bool:
    before = text[:at].rstrip()
    return not before or before[-1] in ".!?:\n–-•"

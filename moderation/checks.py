"""What a moderator should look at before deciding: hints, never verdicts. They stop nothing.

Example: "Szivárog a gáz a Fő utcában, hívjon: 06 30 123 4567" gives rise to *emergency* ("gaz szivarog") and
*personal* (the number). A check that errs costs a glance.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from moderation.check_words import EMERGENCY, NOT_STREET
from municipalities.models import Question
from municipalities.routing import plain
from reports.comment_checks import is_shouted
from reports.lifecycle import Kind, Reason
from reports.lookalikes import Lookalike
from reports.models import Report
from reports.personal_data import find_personal_data
from reports.rude_words import find_rude_words

LIKELY = 0.7  # of a duplicate's likeness, from where it is worth a hint


@dataclass(frozen=True)
class Check:
    """`found` are the words that gave rise to it; `leads_to` the reason for rejecting, where it may be one."""

    code: str
    icon: str
    tone: str
    text: str
    found: tuple[str, ...] = ()
    leads_to: str = ""


def checks_for(report: Report, *, duplicates: Sequence[Lookalike], lacking: Sequence[Question]) -> list[Check]:
    """The gravest first. `lacking`: what its category asks and nobody has answered."""
    text = f"{report.title}\n{report.description}"
    found = [*_words(text), *_likeness(duplicates), *_what_lacks(report)]
    if lacking:
        words = tuple(question.text for question in lacking)
        found.append(Check("unanswered", "circle-question-mark", "info", _("Not answered:"), words))
    return found


def _words(text: str) -> Iterator[Check]:
    bare = plain(text)
    if urgent := _matches(EMERGENCY.findall(bare)):
        words = _("Perhaps an emergency: is 112 told, or the works' fault line?")
        yield Check("emergency", "siren", "bad", words, urgent, Reason.EMERGENCY)
    if personal := find_personal_data(text):
        words = _("Perhaps personal data, which everybody would read:")
        yield Check("personal", "user-round-x", "bad", words, _matches(span.text for span in personal), Reason.PERSONAL)
    if rude := find_rude_words(text):
        yield Check("insult", "message-square-warning", "bad", _("Rude words:"), tuple(rude), Reason.PERSONAL)
    if other := _matches(NOT_STREET.findall(bare)):
        words = _("Perhaps no matter of the street:")
        yield Check("not_street", "house", "wait", words, other, Reason.NOT_A_PROBLEM)
    if is_shouted(text):
        yield Check("shouting", "case-upper", "info", _("Written in capitals."))


def _likeness(duplicates: Sequence[Lookalike]) -> Iterator[Check]:
    if duplicates and duplicates[0].score >= LIKELY:
        yield Check("duplicate", "copy", "wait", _("Perhaps reported already:"), (duplicates[0].report.heading,))


def _what_lacks(report: Report) -> Iterator[Check]:
    if report.is_place_vague:
        yield Check("place", "map-pin-off", "wait", _("The place is told only in words."), (), Reason.NO_PLACE)
    elif report.area is None:
        yield Check("area", "map-pin-off", "wait", _("The place lies outside the areas that we serve."))
    if report.kind == Kind.PROBLEM and report.no_photo_reason:
        yield Check("photo", "camera-off", "info", _("Without a photo: %(why)s") % {"why": report.no_photo_reason})


def _matches(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))[:4]


def questions_to_ask(report: Report, lacking: Sequence[Question]) -> list[str]:
    """What the reporter may be asked, ready to send, in the language in which they get their mails."""
    language = (report.reporter.language if report.reporter else "") or settings.LANGUAGE_CODE
    with override(language):
        ideas = [_("Where exactly is it? A house number, a side of the street or what stands beside it would help.")]
        if report.no_photo_reason and report.kind == Kind.PROBLEM:
            ideas.insert(0, _("Could you send a photo of it? The body understands it much faster."))
        if lacking:
            wanted = " ".join(question.text for question in lacking)
            ideas.insert(0, _("To pass it on, we need to know one thing more: %(question)s") % {"question": wanted})
        ideas.append(_("What exactly is the problem, and since when? Please tell in a few words."))
    return ideas[:4]

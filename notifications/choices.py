"""What people want to be told, and how often."""

from collections.abc import Iterable

from django.db import transaction

from accounts.actions import set_mail_limits
from accounts.models import Person
from notifications.kinds import Frequency, MailKind
from notifications.models import MailChoice


def may_tell(person: Person, *, kind: MailKind | None) -> bool:
    """Whether a mail of this kind may go to the person; None: a question or a receipt, which only `mail_none` stops.

    Where many people are asked for, prefetch their `mail_choices`.
    """
    if not person.can_get_mail:
        return False
    return kind is None or (person.mail_news and frequency_of(person, kind) != Frequency.NEVER)


def frequency_of(person: Person, kind: MailKind) -> Frequency:
    """How often the person wants mails of this kind (`mail_choices` may be prefetched)."""
    choices: Iterable[MailChoice] = person.mail_choices.all()
    return next((Frequency(choice.frequency) for choice in choices if choice.kind == kind), Frequency.NOW)


@transaction.atomic
def choose_mails(person: Person, *, level: str, choices: dict[MailKind, Frequency]) -> None:
    """`level`: "news", "questions" (nothing that one can do without) or "none". `choices`: how often each kind."""
    set_mail_limits(person, news=level == "news", none=level == "none")
    for kind, frequency in choices.items():
        set_frequency(person, [kind], frequency)


def set_frequency(person: Person, kinds: Iterable[MailKind], frequency: Frequency) -> None:
    MailChoice.objects.bulk_create(
        [MailChoice(person=person, kind=kind, frequency=frequency) for kind in kinds],
        update_conflicts=True,
        unique_fields=["person", "kind"],
        update_fields=["frequency"],
    )

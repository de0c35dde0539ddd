"""Whose data a mail that came in shows: its sender's, where that is somebody we know."""

from collections.abc import Iterable

from accounts.models import Person
from accounts.readings import people_by_address
from forwarding.models import IncomingMail


def senders_of(mails: Iterable[IncomingMail]) -> list[Person | None]:
    """One for each mail, in one query; None where we do not know who wrote."""
    senders = [mail.sender.lower() for mail in mails]
    known = people_by_address(senders)
    return [known.get(sender) for sender in senders]

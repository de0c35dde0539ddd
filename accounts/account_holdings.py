"""What accounts themselves hold about a person beside their row: for the archive, and for the end of it."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession

from accounts.holdings import Holding, register_holding
from accounts.models import Person


def export_preferences(person: Person) -> dict[str, Any]:
    point = person.default_point
    return {
        "usual_place": {"longitude": point.x, "latitude": point.y, "zoom": person.default_zoom} if point else None,
        "usual_filters": person.default_filters,
        "single_keys_at_the_desk": person.desk_keys,
    }


def erase_preferences(person: Person, keep_reports: bool) -> None:
    # On the object too: whoever erases saves it afterwards.
    person.default_point, person.default_filters = None, ""
    Person.objects.filter(pk=person.pk).update(default_point=None, default_filters="")


def export_addresses(person: Person) -> list[dict[str, Any]]:
    rows = EmailAddress.objects.filter(user=person).order_by("pk")
    return [{"address": row.email, "confirmed": row.verified} for row in rows]


def erase_addresses(person: Person, keep_reports: bool) -> None:
    EmailAddress.objects.filter(user=person).delete()


def export_sessions(person: Person) -> list[dict[str, Any]]:
    rows = UserSession.objects.filter(user=person).order_by("pk")
    return [{"since": row.created_at, "from": row.ip, "browser": row.user_agent} for row in rows]


def erase_sessions(person: Person, keep_reports: bool) -> None:
    for session in UserSession.objects.filter(user=person):
        session.end()


def export_factors(person: Person) -> list[dict[str, Any]]:
    """Names and dates; the secrets themselves are of no use outside and dangerous in a file."""
    rows = Authenticator.objects.filter(user=person).order_by("pk")
    return [
        {"kind": row.type, "name": str(row), "added": row.created_at, "last_used": row.last_used_at} for row in rows
    ]


def erase_factors(person: Person, keep_reports: bool) -> None:
    Authenticator.objects.filter(user=person).delete()


def export_others(person: Person) -> list[dict[str, Any]]:
    rows = SocialAccount.objects.filter(user=person).order_by("pk")
    return [
        {"site": row.provider, "id": row.uid, "connected": row.date_joined, "told_us": row.extra_data} for row in rows
    ]


def erase_others(person: Person, keep_reports: bool) -> None:
    SocialAccount.objects.filter(user=person).delete()


def register() -> None:
    for holding in (
        Holding("preferences", export_preferences, erase_preferences),
        Holding("addresses", export_addresses, erase_addresses),
        Holding("sessions", export_sessions, erase_sessions),
        Holding("second_factors", export_factors, erase_factors),
        Holding("connected_accounts", export_others, erase_others),
    ):
        register_holding(holding)

"""Who sets a password by a link from a mail, or signs in by a mail, has shown that the address is theirs."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import authentication_step_completed, password_reset
from allauth.socialaccount.internal.flows.email_authentication import wipe_password
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import Person


@receiver(password_reset)
def verify_address(user: Person, **_signal: Any) -> None:
    """With one address only: with more, the mail may have gone to another."""
    addresses = EmailAddress.objects.filter(user=user)
    if addresses.exclude(email__iexact=user.email).exists():
        return
    confirm_address(user)


@receiver(authentication_step_completed)
def trust_address(request: HttpRequest, user: Person, method: str, **signal: Any) -> None:
    """By a code or a link. A password that was set before is not trusted: somebody else may have signed up with this
    address, and waited for its owner."""
    email = signal.get("email") or ""
    if method != "code" or email.lower() != user.email.lower():
        return
    if EmailAddress.objects.filter(user=user, email__iexact=email, verified=False).exists():
        wipe_password(request, user, email)
    confirm_address(user)


def confirm_address(person: Person) -> None:
    EmailAddress.objects.update_or_create(
        user=person, email__iexact=person.email, defaults={"email": person.email, "verified": True, "primary": True}
    )


def addresses_of(person: Person) -> set[str]:
    """All that are known to be theirs, in small letters."""
    confirmed = EmailAddress.objects.filter(user=person, verified=True)
    return {person.email.lower(), *(address.lower() for address in confirmed.values_list("email", flat=True))}

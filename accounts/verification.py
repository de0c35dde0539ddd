"""Who sets a password by a link from a mail has shown that the address is theirs."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import password_reset
from django.dispatch import receiver

from accounts.models import Person


@receiver(password_reset)
def verify_address(user: Person, **_signal: Any) -> None:
    """With one address only: with more, the mail may have gone to another."""
    addresses = EmailAddress.objects.filter(user=user)
    if addresses.exclude(email__iexact=user.email).exists():
        return
    EmailAddress.objects.update_or_create(
        user=user, email__iexact=user.email, defaults={"email": user.email, "verified": True, "primary": True}
    )

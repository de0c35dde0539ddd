"""How allauth behaves here: its mails are ours in tone and headers, and a guest's row becomes the guest's account."""

from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.utils.translation import get_language, override

from accounts.models import Person


class AccountAdapter(DefaultAccountAdapter):
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """In the person's language; a stranger's in that of the page."""
        person = Person.objects.filter(email__iexact=email).first()
        values = {"email": email, "SITE_NAME": settings.SITE_NAME, "SITE_URL": settings.SITE_URL, **context}
        with override((person and person.language) or get_language()):
            mail = self.render_mail(template_prefix, email, values, headers={"Auto-Submitted": "auto-generated"})
        mail.send()

    def send_account_already_exists_mail(self, email: str) -> None:
        """The address that somebody signs up with is known. A guest's way to an account is a password.

        Only the mail says which it is: the page is the same for every address.
        """
        person = Person.objects.filter(email__iexact=email, is_active=True).first()
        if person is None or person.has_usable_password():
            super().send_account_already_exists_mail(email)
            return
        key = f"{user_pk_to_url_str(person)}-{default_token_generator.make_token(person)}"
        url = self.get_reset_password_from_key_url(key)
        self.send_mail("account/email/guest_account", email, {"user": person, "password_reset_url": url})

    def format_email_subject(self, subject: str) -> str:
        return f"{app_settings.EMAIL_SUBJECT_PREFIX}{subject}"

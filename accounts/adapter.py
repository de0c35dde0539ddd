"""How allauth behaves here: its mails are ours in tone and headers, and a guest's row becomes the guest's account."""

from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import default_token_generator
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.account.utils import get_next_redirect_url, user_pk_to_url_str
from allauth.core import context as current
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, override

from accounts.models import Person
from accounts.reauthentication import is_recent
from accounts.sign_in_links import sign_in_url

# Mails with a code have a link beside it.
WITH_LINK = ("account/email/login_code", "account/email/email_confirmation_signup", "account/email/guest_account")


class AccountAdapter(DefaultAccountAdapter):
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """In the person's language; a stranger's in that of the page."""
        person = Person.objects.filter(email__iexact=email).first()
        values = {"email": email, "user": person, "SITE_NAME": settings.SITE_NAME, "SITE_URL": settings.SITE_URL}
        values |= context
        if person and template_prefix in WITH_LINK:
            values["sign_in_url"] = sign_in_url(person, self.wanted_page())
        with override((person and person.language) or get_language()):
            mail = self.render_mail(template_prefix, email, values, headers={"Auto-Submitted": "auto-generated"})
        mail.send()

    def wanted_page(self) -> str:
        request: HttpRequest | None = current.request
        return (request and get_next_redirect_url(request)) or ""

    def send_account_already_exists_mail(self, email: str) -> None:
        """The address that somebody signs up with is known. A guest's way to an account is the link in this mail.

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

    def new_user(self, request: HttpRequest) -> Person:
        return Person(language=get_language() or "")

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Whoever has neither password nor second factor proves it by their mail."""
        methods = super().get_reauthentication_methods(user)
        return methods or [{"id": "code", "description": "", "url": reverse("reauthenticate_by_code")}]

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whoever signed in just now has proved it. allauth would let people without a password do everything in any
        old session; we ask for a code."""
        request: HttpRequest = current.request
        if not super().is_reauthentication_required(app=app, **kwargs) or is_recent(request):
            return False
        if not get_reauthentication_flows(request.user):
            raise ImmediateHttpResponse(redirect(f"{reverse('reauthenticate_by_code')}?next={request.path}"))
        return True

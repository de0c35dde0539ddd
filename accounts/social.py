"""Signing in by another site's account. An address that the other site has not verified opens nobody's account."""

from typing import Any

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.internal.flows.email_authentication import wipe_password
from allauth.socialaccount.models import SocialApp, SocialLogin
from django.http import Http404, HttpRequest
from django.utils.translation import get_language

from accounts.models import Person
from accounts.verification import confirm_address


class SocialAdapter(DefaultSocialAccountAdapter):
    def get_app(self, request: HttpRequest, provider: str, client_id: str | None = None) -> Any:
        try:
            return super().get_app(request, provider, client_id)
        except SocialApp.DoesNotExist:
            raise Http404 from None  # not switched on

    def new_user(self, request: HttpRequest, sociallogin: SocialLogin) -> Person:
        return Person(language=get_language() or "")

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> Any:
        person = super().populate_user(request, sociallogin, data)
        name = data.get("name") or " ".join(filter(None, [data.get("last_name"), data.get("first_name")]))
        person.name = name[: Person._meta.get_field("name").max_length]
        return person

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """A guest who comes by a verified address finds the guest's reports: the row is confirmed."""
        person = sociallogin.user
        if sociallogin.is_existing and person:
            known = {address.email.lower() for address in sociallogin.email_addresses if address.verified}
            if person.email.lower() in known:
                wipe_password(request, person, person.email)  # of whoever signed up with it before its owner
                confirm_address(person)

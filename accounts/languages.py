"""The language of a person: chosen by the switch on each page or in the settings; mails speak it."""

from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

from accounts.models import Person


def set_language(person: Any, language: str) -> None:
    """Unknown languages are left out; nothing is written where nothing changes."""
    if language in dict(settings.LANGUAGES) and language != person.language:
        Person.objects.filter(pk=person.pk).update(language=language)


@receiver(user_logged_in)
def speak_to(request: HttpRequest | None, user: Person, **_signal: Any) -> None:
    """The browser keeps it from now on (`jarokelo.middleware.LanguageMiddleware`)."""
    if request is not None and user.language in dict(settings.LANGUAGES):
        request.persons_language = user.language  # type: ignore[attr-defined]


def keep_language(response: HttpResponse, language: str) -> None:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        path=settings.LANGUAGE_COOKIE_PATH,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,
    )

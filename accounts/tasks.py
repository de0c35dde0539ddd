"""What is forgotten about visits by itself."""

from importlib import import_module
from typing import Any

from allauth.usersessions.models import UserSession
from celery import shared_task
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef

from accounts import readings


@shared_task(name="accounts.purge_sessions")
def purge_sessions() -> int:
    """Delete what ran out: sessions (a guest's address and half-written report stand in them), and the address and
    browser of visits whose session is gone. Gives the number of the latter."""
    engine: Any = import_module(settings.SESSION_ENGINE)
    engine.SessionStore.clear_expired()
    there = Session.objects.filter(session_key=OuterRef("session_key"))
    return UserSession.objects.filter(~Exists(there)).delete()[0]


@shared_task(name="accounts.purge_readings")
def purge_readings() -> int:
    """Forget who of the staff read whose data `READINGS_KEEP` ago; gives the number of lines."""
    return readings.purge_readings()

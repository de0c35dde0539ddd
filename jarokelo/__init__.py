"""The project: settings, addresses, worker, and what needs every app (the demo)."""

from jarokelo.celery import app as celery_app

__all__ = ["celery_app"]

"""The worker. Tasks carry ids only: the row in the database, with its lease, is the truth."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jarokelo.settings")

app = Celery("jarokelo")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

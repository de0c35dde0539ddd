"""Background work of the desk. Arguments are ids; the rows decide whether there is anything to do."""

import os
import subprocess
import sys

from celery import shared_task
from django.conf import settings

from forwarding.incoming import BY_RULE_TASK
from moderation import bulk, publishing, publishing_mails


@shared_task(name=publishing.TASK)
def publish_by_rule(report_id: int) -> bool:
    return publishing.publish_by_rule(report_id)


@shared_task(name=BY_RULE_TASK)
def publish_mail_by_rule(mail_id: int) -> bool:
    return publishing_mails.publish_by_rule(mail_id)


@shared_task(name="moderation.train_suggestions")
def train_suggestions() -> None:
    """In a process of its own, which nobody waits for: a worker goes on sending mails, and its memory stays small."""
    subprocess.Popen(  # noqa: S603  (our own command)
        [sys.executable, str(settings.BASE_DIR / "manage.py"), "train_suggestions", "--gently"],
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        stdin=subprocess.DEVNULL,
    )


@shared_task(name=bulk.TASK)
def run_bulk(bulk_id: int) -> None:
    bulk.run_bulk(bulk_id)


@shared_task(name="moderation.sweep")
def sweep() -> None:
    bulk.announce_abandoned()
    publishing_mails.announce_forgotten()

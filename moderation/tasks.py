"""Background work of the desk. Arguments are ids; the rows decide whether there is anything to do."""

from celery import shared_task

from moderation import publishing


@shared_task(name=publishing.TASK)
def publish_by_rule(report_id: int) -> bool:
    return publishing.publish_by_rule(report_id)

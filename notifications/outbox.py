from notifications.alerts.matching import note_candidate
from reports.outbox import register_task, register_writer


def connect() -> None:
    """Messages to people are fanned out from the event by a worker, after the commit; what alerts may want to hear is
    written down in the transaction of the event itself."""
    register_task("notifications.fan_out")
    register_writer(note_candidate)

from reports.outbox import register_task


def connect() -> None:
    """Messages to people are fanned out from the event by a worker, after the commit."""
    register_task("notifications.fan_out")

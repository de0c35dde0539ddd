"""What alerts and thanks hold about a person."""

from typing import Any

from accounts.holdings import Holding, register_holding
from accounts.models import Person
from notifications.alerts.actions import delete_alerts
from notifications.alerts.shapes import write_points
from notifications.models import Alert, AlertHit, Thanks
from notifications.models.alert import Where


def connect() -> None:
    register_holding(Holding("alerts", export=export_alerts, erase=erase_alerts))
    register_holding(Holding("thanks", export=export_thanks, erase=erase_thanks))


def export_alerts(person: Person) -> list[dict[str, Any]]:
    alerts = person.alerts.select_related("area", "category", "institution").order_by("pk")
    told = AlertHit.objects.filter(person=person, mail__isnull=False).order_by("pk")
    reports: dict[int, list[str]] = {}
    for alert_id, reference in told.values_list("alert_id", "report__reference"):
        reports.setdefault(alert_id, []).append(reference)
    return [{**_alert(alert), "told_of": reports.get(alert.pk, [])} for alert in alerts]


def _alert(alert: Alert) -> dict[str, Any]:
    return {
        "name": alert.name,
        "where": alert.where,
        "place": [alert.point.y, alert.point.x] if alert.point else None,
        "radius": alert.radius,
        "area": str(alert.area) if alert.area else "",
        "points": write_points(alert.shape).splitlines() if alert.shape and alert.where == Where.SHAPE else [],
        "category": alert.category.slug if alert.category else "",
        "institution": str(alert.institution) if alert.institution else "",
        "words": alert.words,
        "moments": alert.moments,
        "frequency": alert.frequency,
        "language": alert.language,
        "created_at": alert.created_at.isoformat(),
        "confirmed_at": alert.confirmed_at.isoformat() if alert.confirmed_at else None,
        "runs_since": alert.active_since.isoformat() if alert.active_since else None,
    }


def erase_alerts(person: Person, keep_reports: bool) -> None:
    """The alerts with their hits and mails."""
    delete_alerts(Alert.objects.filter(person=person))


def export_thanks(person: Person) -> dict[str, list[dict[str, str]]]:
    received = Thanks.objects.filter(person=person).order_by("pk").values_list("report__reference", "kind", "since")
    given = Thanks.objects.filter(giver=person).order_by("pk").values_list("report__reference", "kind", "since")
    return {
        name: [{"report": report, "kind": kind, "since": since.isoformat()} for report, kind, since in rows]
        for name, rows in (("received", received), ("given", given))
    }


def erase_thanks(person: Person, keep_reports: bool) -> None:
    """What the person gave stays with whoever got it, without a name."""
    Thanks.objects.filter(person=person).delete()
    Thanks.objects.filter(giver=person).update(giver=None)

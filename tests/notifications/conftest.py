"""Alerts and published reports."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Person
from forwarding.actions import send_report
from municipalities.models import Area, Institution
from notifications.alerts.actions import create_alert
from notifications.models import Alert
from reports.models import Report

MakeAlert = Callable[..., Alert]
Publish = Callable[..., Report]


@pytest.fixture
def make_alert(neighbour: Person, district: Area) -> MakeAlert:
    """The neighbour's alert on new reports in `district`, at once, unless said otherwise."""

    def build(person: Person | None = None, *, confirmed: bool = True, **fields: Any) -> Alert:
        values: dict[str, Any] = {"where": "area", "area": district, "moments": ["new"], "frequency": "now"}
        values |= {"name": "Az én utcám", **fields}
        if values["where"] != "area":
            values["area"] = None
        return create_alert(Alert(**values), person or neighbour, confirmed=confirmed, language="en")

    return build


@pytest.fixture
def publish(make_report: Publish, works: Institution, moderator: Person) -> Publish:
    """A report that is published and forwarded."""

    def build(**fields: Any) -> Report:
        report = make_report(**fields)
        send_report(report, works, actor=moderator)
        report.refresh_from_db()
        return report

    return build

"""What a test of undoing compares: all rows of a report but its history, and its timers."""

from typing import Any

from django.contrib.auth.models import Group, Permission

from accounts.rights import Right, Role
from reports.journal import snapshot
from reports.models import Report, Timer

Rows = dict[tuple[str, Any], dict[str, Any]]


def rows_of(*reports: Report) -> Rows:
    """Versions count up, and a sending that was taken back stays as such: both are history."""
    rows = snapshot([report.pk for report in reports])
    return {
        key: {name: value for name, value in row.items() if name != "version"}
        for key, row in rows.items()
        if row.get("outcome") != "taken_back"
    }


def take_right(right: Right, role: Role = Role.VOLUNTEER) -> None:
    """An administrator takes a right from a role."""
    group = Group.objects.get(name=role.group)
    group.permissions.remove(Permission.objects.get(content_type__app_label="accounts", codename=right))


def timers_of(*reports: Report) -> list[tuple[Any, ...]]:
    rows = Timer.objects.filter(report__in=reports)
    return sorted(rows.values_list("report", "kind", "base", "due_at", "done_at"), key=repr)

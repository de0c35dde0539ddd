"""Reports from the old service: one JSON object a line, in Hungarian words, into our own model.

The source knows days, not hours, and of the last step often not even the day. Then the event stands on
the last day that is known and says `"date_known": false`. Every event is born processed, nobody is
told, and open reports carry no deadline: importing wakes nothing.
"""

import json
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, NamedTuple

from django.contrib.gis.geos import Point
from django.utils import timezone

from municipalities.models import Area, Category, Contact, Institution
from reports.lifecycle import EVENTS, EventKind, Proof, Reason, Role, Status
from reports.models import Assignment, Report, ReportEvent

SOURCE = "jarokelo.hu"
ANSWER_DAYS = 30
# Stands for "somebody else": no body of its own, so that it is neither reached nor learned from.
PLACEHOLDER = "Egyéb illetékes"

STATUSES = {
    "Megoldott": Status.SOLVED,
    "Megoldatlan": Status.UNRESOLVED,
    "Megerősítésre vár": Status.AWAITING_CONFIRMATION,
    "Válaszra vár": Status.SENT,
    "Megoldásra vár": Status.IN_PROGRESS,
}

# Hours of the day, so that steps of one day stand in their order.
RECEIVED_AT, SENT_AT, ANSWERED_AT, DONE_AT, CLOSED_AT = time(8), time(9), time(12), time(14), time(16)


class Kind(NamedTuple):
    slug: str
    english: str
    icon: str
    colour: str


KINDS = {
    "Forgalomtechnika": Kind("traffic", "Traffic signs and signals", "signpost", "#a03a2a"),
    "Parkok és zöldterületek": Kind("green-spaces", "Parks and green spaces", "trees", "#2f6b3a"),
    "Közművek": Kind("utilities", "Utilities", "plug", "#1f5f8b"),
    "Köztisztaság": Kind("cleanliness", "Cleanliness", "trash-2", "#5a5140"),
    "Elhagyott jármű": Kind("abandoned-vehicle", "Abandoned vehicle", "car-front", "#6b4a5a"),
    "Kátyú": Kind("pothole", "Pothole", "traffic-cone", "#9a4a12"),
    "Járda": Kind("pavement", "Pavement", "footprints", "#8a5200"),
    "Egyéb": Kind("other", "Other", "circle-question-mark", "#5b6b62"),
    "Közvilágítás": Kind("lighting", "Street lighting", "lightbulb", "#7a5c00"),
    "Közösségi közlekedés": Kind("public-transport", "Public transport", "bus", "#5b3a94"),
    "Parkolás": Kind("parking", "Parking", "circle-parking", "#3a4f9c"),
    "Graffiti": Kind("graffiti", "Graffiti", "spray-can", "#8b2f6b"),
    "Kerékpározás": Kind("cycling", "Cycling", "bike", "#86560a"),
    "Akadálymentesítés": Kind("accessibility", "Accessibility", "accessibility", "#2a5f7a"),
}

# By the first pattern that its name fits.
INSTITUTION_KINDS = [
    (r"közút|útkezelő|autópálya|útinform", Institution.Kind.ROAD),
    (r"\bbkk\b|\bbkv\b|\bmáv\b|hév|volán|közlekedés", Institution.Kind.TRANSPORT),
    (r"önkormányzat|kerület|felügyelet|rendészet|hivatal", Institution.Kind.MUNICIPALITY),
    (r"művek|telekom|e\.on|csatorn|közmű|világítás|\bgáz|mvm|upc|vodafone|digi|áram", Institution.Kind.UTILITY),
]


class BadLine(Exception):
    """This line is no report; the message says why."""


@dataclass(frozen=True)
class SourceReport:
    id: str
    title: str
    description: str
    category: str
    institution: str
    status: Status
    address: str
    longitude: float
    latitude: float
    reported_on: date
    first_response_on: date | None
    resolved_on: date | None

    @property
    def order(self) -> tuple[int, str]:
        """Newer reports have higher ids."""
        return (int(self.id), "") if self.id.isdecimal() else (0, self.id)


def read_lines(lines: Iterable[bytes]) -> Iterator[SourceReport | str]:
    """Each line as a report, or as the reason why it is none, with its number."""
    seen: set[str] = set()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            report = read_line(line)
            if report.id in seen:
                raise BadLine(f"the id {report.id} stands in the file twice")
        except BadLine as error:
            yield f"line {number}: {error}"
        else:
            seen.add(report.id)
            yield report


def read_line(line: bytes) -> SourceReport:
    try:
        row = json.loads(line)
    except ValueError as error:  # bad UTF-8, too
        raise BadLine(f"is not JSON ({error})") from error
    except RecursionError as error:
        raise BadLine("is nested too deeply") from error
    if not isinstance(row, dict):
        raise BadLine("is not an object")
    status = STATUSES.get(text(row, "status", 40))
    if status is None:
        raise BadLine(f"unknown status “{row['status']}”")
    longitude, latitude = place(row)
    reported_on = day(row, "reported_on")
    if reported_on is None:
        raise BadLine("has no reported_on")
    return SourceReport(
        id=identity(row),
        title=text(row, "title", 0, required=False)[:150],
        description=text(row, "description", 0),
        category=text(row, "category", 50),
        institution=text(row, "institution", 200),
        status=status,
        address=text(row, "address", 0, required=False)[:250],
        longitude=longitude,
        latitude=latitude,
        reported_on=reported_on,
        first_response_on=day(row, "first_response_on"),
        resolved_on=day(row, "resolved_on"),
    )


def identity(row: dict[str, Any]) -> str:
    value = row.get("id")
    if isinstance(value, bool) or not isinstance(value, int | str) or not str(value).strip():
        raise BadLine("has no id")
    if len(str(value)) > 40:
        raise BadLine("has an id of over 40 characters")
    return str(value).strip()


def text(row: dict[str, Any], name: str, most: int, *, required: bool = True) -> str:
    value = row.get(name)
    if value is None and not required:
        return ""
    if not isinstance(value, str) or (required and not value.strip()):
        raise BadLine(f"has no {name}")
    clean = value.replace("\x00", "").encode(errors="replace").decode().strip()  # neither fits into the database
    if most and len(clean) > most:
        raise BadLine(f"has a {name} of over {most} characters")
    return clean


def day(row: dict[str, Any], name: str) -> date | None:
    value = row.get(name)
    if value is None or value == "":
        return None
    try:
        found = date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise BadLine(f"{name} is not a date: {value!r}") from error
    if not date(2000, 1, 1) <= found <= timezone.localdate():
        raise BadLine(f"{name} is out of range: {value}")
    return found


def place(row: dict[str, Any]) -> tuple[float, float]:
    found = []
    for name, most in (("longitude", 180), ("latitude", 90)):
        value = row.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise BadLine(f"has no {name}")
        if abs(value) > most:
            raise BadLine(f"{name} is out of range: {value}")
        found.append(float(value))
    if found == [0, 0]:
        raise BadLine("its coordinates are zero")
    return found[0], found[1]


def institution_kind(name: str) -> str:
    for pattern, kind in INSTITUTION_KINDS:
        if re.search(pattern, name.casefold()):
            return kind
    return Institution.Kind.OTHER


def moment(day: date, hour: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, hour))


@dataclass
class Rows:
    """The rows of one report, unsaved."""

    report: Report
    assignment: Assignment | None
    events: list[ReportEvent]


class Builder:
    """Turns source reports into rows; categories, bodies and areas are known by then."""

    def __init__(
        self,
        categories: dict[str, Category],
        institutions: dict[str, Institution],
        contacts: dict[int, Contact],
    ) -> None:
        self.categories, self.institutions, self.contacts = categories, institutions, contacts

    def rows(self, source: SourceReport, area: Area | None, *, as_new: bool) -> Rows:
        created = moment(source.reported_on, RECEIVED_AT)
        institution = self.institutions[source.institution]
        report = Report(
            source=SOURCE,
            source_id=source.id,
            channel=Report.Channel.IMPORT,
            status=Status.SUBMITTED,
            category=self.categories[source.category],
            title=source.title,
            description=source.description,
            original_title=source.title,
            original_description=source.description,
            point=Point(source.longitude, source.latitude, srid=4326),
            address=source.address,
            area=area,
            created_at=created,
            submitted_at=created,
            status_since=created,
        )
        rows = Rows(report, None, [])
        add_event(rows, EventKind.RECEIVED, Role.REPORTER, created, Status.SUBMITTED)
        if as_new:
            report.expected_institution = institution
        else:
            self.send(rows, institution, moment(source.reported_on, SENT_AT))
            tell_life(rows, source)
        return rows

    def send(self, rows: Rows, institution: Institution, at: datetime) -> None:
        report = rows.report
        report.institution, report.published_at = institution, at
        rows.assignment = Assignment(
            report=report,
            institution=institution,
            contact=self.contacts.get(institution.pk),
            title=report.title,
            text=report.description,
            sent_at=at,
            answer_days=ANSWER_DAYS,
        )
        add_event(rows, EventKind.SENT, Role.MODERATOR, at, Status.SENT)


def tell_life(rows: Rows, source: SourceReport) -> None:
    """What came after sending, in the order of the days that the source gives."""
    report, assignment = rows.report, rows.assignment
    answered = moment(source.first_response_on, ANSWERED_AT) if source.first_response_on else None
    report.first_answer_at = answered
    if assignment:
        assignment.first_answer_at = answered
    last_known = source.first_response_on or source.reported_on
    moved = source.status != Status.SENT
    closed_on = source.resolved_on or last_known
    late = answered is not None and source.status == Status.SOLVED and closed_on < answered.date()
    if answered and not late:
        # "Waits for an answer" stays so in the source even after a first reply.
        add_event(rows, EventKind.ANSWERED, Role.OFFICER, answered, Status.IN_PROGRESS if moved else None)
    elif source.status == Status.IN_PROGRESS:
        add_event(rows, EventKind.NOTED, Role.MODERATOR, report.status_since, Status.IN_PROGRESS, date_known=False)
    if source.status == Status.AWAITING_CONFIRMATION:
        at = moment(last_known, DONE_AT)
        add_event(rows, EventKind.DONE_SAID, Role.OFFICER, at, source.status, date_known=False)
    elif source.status == Status.SOLVED:
        at = moment(closed_on, CLOSED_AT)
        known = {} if source.resolved_on else {"date_known": False}
        add_event(rows, EventKind.SOLVED, Role.MODERATOR, at, source.status, proof=Proof.STATED, **known)
        report.proof = Proof.STATED  # nobody's click is known
        close(rows, at, Assignment.Outcome.DONE)
    elif source.status == Status.UNRESOLVED:
        at = moment(closed_on, CLOSED_AT)
        known = {} if source.resolved_on else {"date_known": False}
        reason = Reason.NO_SOLUTION if answered else Reason.NO_ANSWER
        add_event(rows, EventKind.UNRESOLVED, Role.SYSTEM, at, source.status, reason=reason, **known)
        report.reason = reason
        close(rows, at, Assignment.Outcome.ENDED)
    if answered and late:
        add_event(rows, EventKind.ANSWERED, Role.OFFICER, answered, None)


def close(rows: Rows, at: datetime, outcome: Assignment.Outcome) -> None:
    rows.report.closed_at = at
    if rows.assignment:
        rows.assignment.outcome, rows.assignment.ended_at = outcome, at


def add_event(rows: Rows, kind: EventKind, role: Role, at: datetime, new: Status | None, **data: Any) -> None:
    report = rows.report
    rows.events.append(
        ReportEvent(
            report=report,
            kind=kind,
            role=role,
            old_status=report.status if new and rows.events else "",
            new_status=new or "",
            is_public=EVENTS[kind].is_public,
            assignment=rows.assignment,
            data=data,
            created_at=at,
            processed_at=at,
        )
    )
    if new:
        report.status, report.status_since = new, at

"""The life of one made report: how it ended or where it stands, and the line of events that led there."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from reports.lifecycle import EventKind as E
from reports.lifecycle import Proof, Reason, Role, Status

S = Status

# How many of a hundred stand where, by the age of the report in days.
_YOUNG = {S.SUBMITTED: 45, S.SENT: 38, S.IN_PROGRESS: 6, S.NEEDS_INFO: 3, S.REJECTED: 5, S.DUPLICATE: 3}
_OLDER = {
    S.SENT: 28, S.IN_PROGRESS: 25, S.AWAITING_CONFIRMATION: 8, S.SOLVED: 25, S.UNRESOLVED: 2, S.REJECTED: 5,
    S.DUPLICATE: 4, S.WITHDRAWN: 1, S.HIDDEN: 1, S.SUBMITTED: 1,
}  # fmt: skip
_OLD = {
    S.SOLVED: 58, S.UNRESOLVED: 15, S.IN_PROGRESS: 6, S.SENT: 5, S.REJECTED: 7, S.DUPLICATE: 5, S.WITHDRAWN: 2,
    S.HIDDEN: 2,
}  # fmt: skip
_BY_AGE = [(3, _YOUNG), (60, _OLDER), (10**6, _OLD)]
TO_BODY = {S.SENT, S.IN_PROGRESS, S.AWAITING_CONFIRMATION, S.SOLVED, S.UNRESOLVED, S.DUPLICATE, S.HIDDEN}
ANSWERED = {S.IN_PROGRESS, S.AWAITING_CONFIRMATION, S.SOLVED, S.UNRESOLVED}


@dataclass
class Line:
    kind: E
    role: Role
    at: datetime
    new: str = ""
    data: dict[str, str] = field(default_factory=dict)
    has_text: bool = False


@dataclass
class Life:
    status: Status
    submitted_at: datetime
    lines: list[Line]
    published_at: datetime | None = None
    first_answer_at: datetime | None = None
    closed_at: datetime | None = None
    since: datetime = field(init=False)
    proof: str = ""
    reason: str = ""
    outcome: str = ""

    def __post_init__(self) -> None:
        self.since = self.submitted_at


def live(submitted_at: datetime, now: datetime, chance: random.Random) -> Life:
    """Steps follow each other within the time that there was; none lies in the future."""
    age = (now - submitted_at).days
    shares = next(shares for limit, shares in _BY_AGE if age < limit)
    status = chance.choices(list(shares), list(shares.values()))[0]
    life = Life(status, submitted_at, [Line(E.RECEIVED, Role.REPORTER, submitted_at, S.SUBMITTED)])
    steps = _steps(life, chance)
    room = (now - submitted_at).total_seconds()
    waits = [chance.lognormvariate(mean, 1) for _line, mean in steps]
    scale = min(1.0, 0.95 * room / 86400 / max(sum(waits), 0.001))
    at = submitted_at
    for (line, _mean), wait in zip(steps, waits, strict=True):
        at += timedelta(days=wait * scale)
        line.at = at
        life.lines.append(line)
        _move(life, line)
    return life


def _steps(life: Life, chance: random.Random) -> list[tuple[Line, float]]:
    """Each with the logarithm of the days that one waits for it."""
    at, status = life.submitted_at, life.status
    if status == S.NEEDS_INFO:
        return [(Line(E.INFO_ASKED, Role.MODERATOR, at, status, has_text=True), -0.5)]
    if status == S.REJECTED:
        life.reason = chance.choice((Reason.NOT_A_PROBLEM, Reason.OTHER))
        return [(Line(E.REJECTED, Role.MODERATOR, at, status, {"reason": life.reason}, True), -0.5)]
    if status == S.WITHDRAWN:
        return [(Line(E.WITHDRAWN, Role.REPORTER, at, status), 0)]
    if status not in TO_BODY:
        return []
    steps = [(Line(E.SENT, Role.MODERATOR, at, S.SENT), -0.2)]
    if status == S.HIDDEN:
        return [*steps, (Line(E.HIDDEN, Role.MODERATOR, at, status), 1)]
    if status == S.DUPLICATE:
        return [*steps, (Line(E.DUPLICATE, Role.MODERATOR, at, status), 0)]
    if status not in ANSWERED:
        return steps
    steps.append((Line(E.ANSWERED, Role.OFFICER, at, S.IN_PROGRESS, has_text=True), 2.2))
    if status == S.IN_PROGRESS:
        return steps
    if status == S.UNRESOLVED:
        life.reason = chance.choice((Reason.NO_SOLUTION, Reason.CANNOT, Reason.NO_ANSWER))
        return [*steps, (Line(E.UNRESOLVED, Role.SYSTEM, at, status, {"reason": life.reason}), 4)]
    steps.append((Line(E.DONE_SAID, Role.OFFICER, at, S.AWAITING_CONFIRMATION, has_text=True), 2.6))
    if status == S.SOLVED:
        life.proof = chance.choices(Proof.values, (45, 10, 45))[0]
        role = {Proof.REPORTER: Role.REPORTER, Proof.PHOTO: Role.CITIZEN}.get(Proof(life.proof), Role.SYSTEM)
        steps.append((Line(E.SOLVED, role, at, status, {"proof": life.proof}), 1.5))
    return steps


def _move(life: Life, line: Line) -> None:
    life.since = line.at
    match line.kind:
        case E.SENT:
            life.published_at, life.outcome = line.at, "open"
        case E.ANSWERED:
            life.first_answer_at = line.at
        case E.DONE_SAID:
            life.outcome = "done"
        case E.SOLVED:
            life.closed_at = line.at
        case E.UNRESOLVED:
            life.closed_at, life.outcome = line.at, "cannot"
        case E.HIDDEN | E.DUPLICATE:
            life.outcome = "ended"

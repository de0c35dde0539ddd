"""Every pair of statuses, and the promise that every open one ends."""

import pytest

from reports.lifecycle import (
    ENDINGS,
    EVENTS,
    MOVES,
    OPEN,
    EventKind,
    MoveNotAllowed,
    Role,
    Status,
    find_move,
    moves_for,
)

S, R = Status, Role
REPORTER, CITIZEN, OFFICER, MODERATOR, SYSTEM = R.REPORTER, R.CITIZEN, R.OFFICER, R.MODERATOR, R.SYSTEM

# Written again by hand from the product's table, so that a slip in the code has nothing to agree with.
SENT_MOVES = {
    S.SENT: {OFFICER, MODERATOR},
    S.IN_PROGRESS: {OFFICER, MODERATOR},
    S.AWAITING_CONFIRMATION: {OFFICER, MODERATOR},
    S.UNRESOLVED: {OFFICER, MODERATOR, SYSTEM},
    S.SOLVED: {REPORTER, CITIZEN, MODERATOR},
    S.DUPLICATE: {MODERATOR},
    S.HIDDEN: {MODERATOR},
    S.WITHDRAWN: {REPORTER, MODERATOR},
}
EXPECTED: dict[Status, dict[Status, set[Role]]] = {
    S.DRAFT: {S.SUBMITTED: {REPORTER}, S.UNCONFIRMED: {REPORTER}},
    S.UNCONFIRMED: {S.SUBMITTED: {REPORTER}},
    S.SUBMITTED: {
        S.SENT: {MODERATOR},
        S.NEEDS_INFO: {MODERATOR},
        S.REJECTED: {MODERATOR},
        S.DUPLICATE: {MODERATOR},
        S.HIDDEN: {MODERATOR},
        S.WITHDRAWN: {REPORTER},
    },
    S.NEEDS_INFO: {
        S.SUBMITTED: {REPORTER},
        S.REJECTED: {MODERATOR, SYSTEM},
        S.HIDDEN: {MODERATOR},
        S.WITHDRAWN: {REPORTER},
    },
    S.REJECTED: {S.SUBMITTED: {REPORTER, MODERATOR}},
    S.SENT: SENT_MOVES,
    S.IN_PROGRESS: SENT_MOVES,
    S.AWAITING_CONFIRMATION: {
        S.SOLVED: {REPORTER, CITIZEN, MODERATOR, SYSTEM},
        S.IN_PROGRESS: {REPORTER, CITIZEN, MODERATOR},
        S.SENT: {OFFICER, MODERATOR},
        S.DUPLICATE: {MODERATOR},
        S.HIDDEN: {MODERATOR},
    },
    S.SOLVED: {
        S.IN_PROGRESS: {REPORTER, CITIZEN, MODERATOR},
        S.SENT: {MODERATOR},
        S.HIDDEN: {MODERATOR},
    },
    S.UNRESOLVED: {
        S.IN_PROGRESS: {REPORTER, CITIZEN, OFFICER, MODERATOR},
        S.SENT: {MODERATOR},
        S.HIDDEN: {MODERATOR},
        S.AWAITING_CONFIRMATION: {OFFICER, MODERATOR},
        S.SOLVED: {CITIZEN, MODERATOR},
    },
    S.DUPLICATE: {s: {MODERATOR} for s in (S.SUBMITTED, S.SENT, S.IN_PROGRESS, S.AWAITING_CONFIRMATION)},
    S.HIDDEN: {
        s: {MODERATOR}
        for s in (
            S.SUBMITTED,
            S.NEEDS_INFO,
            S.SENT,
            S.IN_PROGRESS,
            S.AWAITING_CONFIRMATION,
            S.SOLVED,
            S.UNRESOLVED,
        )
    },
    S.WITHDRAWN: {},
}


@pytest.mark.parametrize("old", Status)
@pytest.mark.parametrize("new", Status)
def test_every_pair_allows_exactly_the_roles_of_the_table(old: Status, new: Status) -> None:
    allowed = EXPECTED[old].get(new, set())
    for role in Role:
        if role in allowed:
            assert find_move(old, new, role).event in EventKind
            assert new in moves_for(old, role)
        else:
            with pytest.raises(MoveNotAllowed):
                find_move(old, new, role)


def test_every_event_has_a_rule_with_a_sentence() -> None:
    assert set(EVENTS) == set(EventKind)
    assert all(str(rule.sentence) for rule in EVENTS.values())


def test_every_open_status_surely_ends() -> None:
    assert set(ENDINGS) == set(OPEN)
    for status, ending in ENDINGS.items():
        if ending.leads_to is not None:
            assert SYSTEM in MOVES[status][ending.leads_to].roles

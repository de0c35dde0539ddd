"""Every pair of statuses, and the promise that every open one ends."""

import pytest

from reports.lifecycle import (
    ENDINGS,
    EVENTS,
    MOVES,
    OPEN,
    EventKind,
    Kind,
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
    S.ANSWERED: {OFFICER, MODERATOR},
    S.DELIVERED: {OFFICER, MODERATOR, SYSTEM},
    S.DUPLICATE: {MODERATOR},
    S.HIDDEN: {MODERATOR},
    S.WITHDRAWN: {REPORTER, MODERATOR},
}
EXPECTED: dict[Status, dict[Status, set[Role]]] = {
    S.DRAFT: {S.SUBMITTED: {REPORTER}, S.UNCONFIRMED: {REPORTER}},
    S.UNCONFIRMED: {S.SUBMITTED: {REPORTER}},
    S.SUBMITTED: {
        S.SENT: {MODERATOR, SYSTEM},
        S.DELIVERED: {MODERATOR},
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
        S.WITHDRAWN: {REPORTER},
    },
    S.SOLVED: {
        S.IN_PROGRESS: {REPORTER, CITIZEN, MODERATOR},
        S.SENT: {MODERATOR},
        S.HIDDEN: {MODERATOR},
        # A proof that did not hold: back to what it was.
        S.AWAITING_CONFIRMATION: {MODERATOR},
        S.UNRESOLVED: {MODERATOR},
    },
    S.UNRESOLVED: {
        S.IN_PROGRESS: {REPORTER, CITIZEN, OFFICER, MODERATOR},
        S.SENT: {MODERATOR},
        S.HIDDEN: {MODERATOR},
        S.AWAITING_CONFIRMATION: {OFFICER, MODERATOR},
        S.SOLVED: {CITIZEN, MODERATOR},
        S.ANSWERED: {OFFICER, MODERATOR},
    },
    S.ANSWERED: {S.IN_PROGRESS: {REPORTER, MODERATOR}, S.SENT: {MODERATOR}, S.HIDDEN: {MODERATOR}},
    S.DELIVERED: {S.SENT: {MODERATOR}, S.HIDDEN: {MODERATOR}, S.WITHDRAWN: {REPORTER}},
    # By itself where the original left the site and this one takes its place.
    S.DUPLICATE: {s: {MODERATOR, SYSTEM} for s in (S.SUBMITTED, S.SENT, S.IN_PROGRESS, S.AWAITING_CONFIRMATION)},
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
            S.ANSWERED,
            S.DELIVERED,
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


# Which statuses each kind may ever reach once it is with a body, from the product's sentence on questions and praise.
ENDS_OF = {
    Kind.PROBLEM: {S.IN_PROGRESS, S.AWAITING_CONFIRMATION, S.SOLVED, S.UNRESOLVED},
    Kind.QUESTION: {S.IN_PROGRESS, S.UNRESOLVED, S.ANSWERED},
    Kind.PRAISE: {S.DELIVERED},
}


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("old", Status)
@pytest.mark.parametrize("new", Status)
def test_no_kind_reaches_the_end_of_another(kind: Kind, old: Status, new: Status) -> None:
    strangers = set().union(*ENDS_OF.values()) - ENDS_OF[kind]
    for role in Role:
        allowed = role in EXPECTED[old].get(new, set()) and new not in strangers
        assert (new in moves_for(old, role, kind)) == allowed
        if not allowed:
            with pytest.raises(MoveNotAllowed):
                find_move(old, new, role, kind)


def test_every_event_has_a_rule_with_a_sentence() -> None:
    assert set(EVENTS) == set(EventKind)
    assert all(str(rule.sentence) for rule in EVENTS.values())


def test_every_open_status_surely_ends() -> None:
    assert set(ENDINGS) == set(OPEN)
    for status, ending in ENDINGS.items():
        if ending.leads_to is not None:
            assert SYSTEM in MOVES[status][ending.leads_to].roles

"""The tab of comments, photos, passers-by's words and flags: who sees what, one press each, and the way back."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser, Group, Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Person
from accounts.rights import Right
from forwarding.actions import say_done, send_report
from moderation.queues import count_all
from municipalities.models import Area, Institution
from notifications.actions import fan_out_event
from notifications.models import Message
from reports.actions import lock_report, move_report
from reports.actions_comments import edit_comment, withdraw_comment, write_comment
from reports.actions_flags import raise_flag
from reports.actions_photos import add_photos
from reports.actions_sightings import tell_sighting
from reports.lifecycle import EventKind, Proof, Role, Status
from reports.models import Assignment, Comment, Flag, FlagVoice, Photo, Report, Sighting

pytestmark = pytest.mark.django_db

TAB = "/desk/?queue=talk"
FLAGGED = "/desk/?queue=flagged"
EN = {"Accept-Language": "en"}
RUDE = "Kurva élet, még mindig ott van."


@pytest.fixture
def comment(sent: Report, neighbour: Person) -> Comment:
    return write_comment(sent, RUDE, author=neighbour, confirmed=True)


@pytest.fixture
def sighting(assignment: Assignment, neighbour: Person, upload: Callable[..., Photo]) -> Sighting:
    say_done(assignment, "Kész.", actor=None)
    report = Report.objects.get(pk=assignment.report_id)
    return tell_sighting(report, is_solved=True, text="", author=neighbour, confirmed=True, photos=[upload()])


def flag(report: Report, comment: Comment | None = None, number: int = 1, **fields: Any) -> Flag:
    return raise_flag(
        report,
        reason=FlagVoice.Reason.INSULT,
        text="",
        person=AnonymousUser(),
        address_hash=str(number),
        comment=comment,
        **fields,
    )


def press(client: Client, kind: str, thing: Any, action: str, **fields: Any) -> Any:
    data = {"action": action, **fields}
    return client.post(f"/desk/talk/{kind}/{thing.pk}", data, headers=EN, follow=True)


def said(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def keys(client: Client, tab: str = TAB) -> list[str]:
    return [row.key for row in client.get(tab).context["talk_rows"]]


def version_on(page: str, thing: Any, kind: str) -> str:
    found = re.search(rf'id="{kind}-{thing.pk}".*?name="version" value="([^"]*)"', page, re.DOTALL)
    assert found
    return found[1]


# -- The list -----------------------------------------------------------------------------------------------


def test_all_that_waits_stands_in_one_list_oldest_first(
    at_desk: Client,
    comment: Comment,
    assignment: Assignment,
    neighbour: Person,
    reporter: Person,
    moderator: Person,
    upload: Callable[..., Photo],
) -> None:
    report = assignment.report
    with_photo = write_comment(report, "Képpel.", author=neighbour, confirmed=True, photos=[upload()])
    add_photos(report, [upload()], actor=reporter)
    sighting = tell_sighting(report, is_solved=False, text="Ott van.", author=neighbour, confirmed=True)
    pointed = flag(report, with_photo)
    # Not for the desk (yet): unconfirmed, withdrawn, shown.
    write_comment(report, "Még nem.", author=neighbour, confirmed=False, photos=[upload()])
    withdraw_comment(write_comment(report, "Mégse.", author=neighbour, confirmed=True, photos=[upload()]))
    tell_sighting(report, is_solved=False, text="Még nem.", author=neighbour, confirmed=False)
    photo, added = with_photo.photos.get(), Photo.objects.get(event__kind=EventKind.PHOTOS_ADDED)
    expected = [f"comment-{comment.pk}", f"photo-{photo.pk}", f"photo-{added.pk}", f"sighting-{sighting.pk}"]
    assert keys(at_desk) == expected
    assert keys(at_desk, FLAGGED) == [f"flag-{pointed.pk}"]
    assert (count_all(moderator)["talk"], count_all(moderator)["flagged"]) == (4, 1)
    page = at_desk.get(TAB, headers=EN).content.decode()
    assert RUDE in page
    assert "a rude word" in page
    assert "Ott van." in page


def test_only_of_ones_own_area(
    client_of: Callable[[Person], Client],
    other_moderator: Person,
    comment: Comment,
    neighbour: Person,
    employee: Person,
    upload: Callable[..., Photo],
) -> None:
    report = comment.report
    write_comment(report, "Képpel.", author=neighbour, confirmed=True, photos=[upload()])
    things: list[tuple[str, Any]] = [
        ("comment", comment),
        ("photo", Photo.objects.get()),
        ("sighting", tell_sighting(report, is_solved=False, text="x", author=neighbour, confirmed=True)),
        ("flag", flag(report)),
    ]
    stranger = client_of(other_moderator)
    assert keys(stranger) == keys(stranger, FLAGGED) == []
    assert (count_all(other_moderator)["talk"], count_all(other_moderator)["flagged"]) == (0, 0)
    assert (count_all(employee)["talk"], count_all(employee)["flagged"]) == (3, 1)
    for kind, thing in things:
        for action in ("show", "hide", "accept", "reject", "dismiss", "undo"):
            assert press(stranger, kind, thing, action).status_code == 404
    assert len(keys(client_of(employee))) == 3
    assert len(keys(client_of(employee), FLAGGED)) == 1


@pytest.mark.parametrize("rows", [1, 5])
def test_the_tab_costs_the_same_for_many(
    rows: int,
    at_desk: Client,
    assignment: Assignment,
    stranger: Person,
    make_report: Callable[..., Report],
    works: Institution,
    moderator: Person,
    upload: Callable[..., Photo],
    settings: Any,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    settings.TALK_PER_PERSON = settings.COMMENT_FLOOD = 100
    for number in range(rows):
        report = send_report(make_report(photos=1), works, actor=moderator).report
        write_comment(report, f"{RUDE} {number}", author=stranger, confirmed=True)
        shown = write_comment(report, f"Kép {number}", author=stranger, confirmed=True, photos=[upload()])
        tell_sighting(report, is_solved=True, text="x", author=stranger, confirmed=True, photos=[upload()])
        flag(report, shown)
        flag(report, number=2)
    # Session, person, memberships, rights, all counts in one; one list; comments and their texts; photos; passers-by's
    # words, their photos and the reports', texts for not accepting one; who has which row. In the other tab flags,
    # their voices and their comments' words.
    with django_assert_num_queries(17):
        assert len(at_desk.get(TAB).context["talk_rows"]) == 3 * rows
    with django_assert_num_queries(13):
        assert len(at_desk.get(FLAGGED).context["talk_rows"]) == 2 * rows


# -- Comments and photos ------------------------------------------------------------------------------------


def test_show_tells_the_followers_once(at_desk: Client, comment: Comment, reporter: Person, settings: Any) -> None:
    response = press(at_desk, "comment", comment, "show", version="1")
    assert said(response) == [f"Comment shown: {comment.report.heading}"]
    comment.refresh_from_db()
    assert (comment.status, comment.decided_by and comment.decided_by.email) == ("shown", "moderator@example.org")
    assert RUDE in Client().get(comment.report.get_absolute_url()).content.decode()
    event = comment.report.events.get(kind=EventKind.COMMENTED)
    assert fan_out_event(event.pk) == []  # not before the moderator may have undone it
    with time_machine.travel(timezone.now() + timedelta(seconds=settings.UNDO_SECONDS + 1)):
        fan_out_event(event.pk)
    assert list(Message.objects.filter(event=event).values_list("person", "template")) == [(reporter.pk, "commented")]

    assert "Taken back: it waits again." in said(press(at_desk, "comment", comment, "undo"))
    comment.refresh_from_db()
    assert comment.status == "waiting"
    assert not Message.objects.filter(event=event, status="waiting").exists()


def test_hide_a_waiting_and_a_shown_comment(at_desk: Client, comment: Comment, neighbour: Person) -> None:
    press(at_desk, "comment", comment, "hide", version="1")
    shown = write_comment(comment.report, "Szép idő van.", author=neighbour, confirmed=True)
    page = at_desk.get(shown.report.get_absolute_url(), headers=EN).content.decode()
    assert f"/desk/talk/comment/{shown.pk}" in page
    assert f"/desk/talk/comment/{shown.pk}" not in Client().get(shown.report.get_absolute_url()).content.decode()
    response = at_desk.post(f"/desk/talk/comment/{shown.pk}", {"action": "hide", "back": "report"})
    assert response["Location"] == f"{shown.report.get_absolute_url()}#comments"
    assert set(Comment.objects.values_list("status", flat=True)) == {"hidden"}
    assert "Szép idő van." not in Client().get(shown.report.get_absolute_url()).content.decode()


def test_two_at_once_the_second_is_told(
    at_desk: Client, client_of: Callable[[Person], Client], employee: Person, comment: Comment
) -> None:
    version = version_on(at_desk.get(TAB).content.decode(), comment, "comment")
    press(client_of(employee), "comment", comment, "show", version=version)
    # What is shown by now may still be hidden, but not by an answer to the old page of a waiting one.
    assert "Somebody else" in said(press(at_desk, "comment", comment, "show", version=version))[0]
    comment.refresh_from_db()
    assert (comment.status, comment.decided_by) == ("shown", employee)


def test_words_that_changed_meanwhile_are_not_shown_unread(at_desk: Client, comment: Comment) -> None:
    version = version_on(at_desk.get(TAB).content.decode(), comment, "comment")
    edit_comment(comment, "Valami egészen más, kurva jó.")
    assert "it has changed" in said(press(at_desk, "comment", comment, "show", version=version))[0]
    comment.refresh_from_db()
    assert comment.status == "waiting"
    page = at_desk.get(TAB, headers=EN).content.decode()
    assert RUDE in page  # what it was before, for the moderator alone
    press(at_desk, "comment", comment, "show", version="2")
    comment.refresh_from_db()
    assert comment.status == "shown"


def test_photos_are_shown_or_kept_hidden_and_back(
    at_desk: Client, sent: Report, neighbour: Person, upload: Callable[..., Photo]
) -> None:
    write_comment(sent, "Képpel.", author=neighbour, confirmed=True, photos=[upload()])
    photo = Photo.objects.get()
    for action, is_hidden in (("show", False), ("hide", True)):
        press(at_desk, "photo", photo, action)
        photo.refresh_from_db()
        assert (photo.is_hidden, photo.awaits_review) == (is_hidden, False)
        assert "Somebody else" in said(press(at_desk, "photo", photo, "show"))[0]
        press(at_desk, "photo", photo, "undo")
        photo.refresh_from_db()
        assert (photo.is_hidden, photo.awaits_review) == (True, True)


# -- Passers-by's words -------------------------------------------------------------------------------------


def test_one_press_solves_and_one_takes_it_back(at_desk: Client, sighting: Sighting) -> None:
    version = version_on(at_desk.get(TAB).content.decode(), sighting, "sighting")
    assert version == "awaiting_confirmation"
    press(at_desk, "sighting", sighting, "accept", version=version)
    report = Report.objects.get(pk=sighting.report_id)
    assert (report.status, report.proof) == (Status.SOLVED, Proof.PHOTO)
    page = at_desk.get(TAB, headers=EN).content.decode()
    assert "What you decided last" in page
    press(at_desk, "sighting", sighting, "undo")
    report.refresh_from_db()
    assert report.status == Status.AWAITING_CONFIRMATION
    assert keys(at_desk) == [f"sighting-{sighting.pk}"]
    assert "What you decided last" not in at_desk.get(TAB, headers=EN).content.decode()


def test_rejected_with_a_saved_reason_in_the_passer_bys_language(
    at_desk: Client, sighting: Sighting, neighbour: Person, settings: Any
) -> None:
    assert "Choose or write" in said(press(at_desk, "sighting", sighting, "reject", reason="other", text=" "))[0]
    press(at_desk, "sighting", sighting, "reject", reason="old", text="Try again!")
    sighting.refresh_from_db()
    assert sighting.status == "rejected"
    event = sighting.report.events.latest("pk")
    assert event.body == "The photo seems to show the place as it was before.\n\nTry again!"
    with time_machine.travel(timezone.now() + timedelta(seconds=settings.UNDO_SECONDS + 1)):
        fan_out_event(event.pk)
    message = Message.objects.get(event=event)
    assert (message.person, message.template, message.kind) == (neighbour, "sighting_no", "")


def test_a_report_that_moved_meanwhile_is_said_so(at_desk: Client, sighting: Sighting, reporter: Person) -> None:
    version = version_on(at_desk.get(TAB).content.decode(), sighting, "sighting")
    report = lock_report(sighting.report)
    move_report(report, Status.SOLVED, role=Role.REPORTER, actor=reporter, changes={"proof": Proof.REPORTER})
    assert "it has changed" in said(press(at_desk, "sighting", sighting, "accept", version=version))[0]
    page = at_desk.get(TAB, headers=EN).content.decode()
    assert "The report has moved since: it was “Awaiting confirmation”, and is “Solved” now." in page
    [words] = said(press(at_desk, "sighting", sighting, "accept", version="solved"))
    assert "it is “Solved” now" in words
    report.refresh_from_db()
    assert report.proof == Proof.REPORTER


# -- Flags --------------------------------------------------------------------------------------------------


def test_flags_on_one_thing_are_one_row(at_desk: Client, sent: Report, neighbour: Person) -> None:
    comment = write_comment(sent, "Szép idő van.", author=neighbour, confirmed=True)
    for number in range(3):
        pointed = flag(sent, comment, number)
    assert keys(at_desk, FLAGGED) == [f"flag-{pointed.pk}"]
    version = version_on(at_desk.get(FLAGGED).content.decode(), pointed, "flag")
    flag(sent, comment, 4)
    assert "it has changed" in said(press(at_desk, "flag", pointed, "dismiss", version=version))[0]
    press(at_desk, "flag", pointed, "hide", version="4")
    comment.refresh_from_db()
    assert comment.status == "hidden"
    press(at_desk, "flag", pointed, "undo")
    comment.refresh_from_db()
    assert comment.status == "shown"
    press(at_desk, "flag", pointed, "dismiss", version="4")
    assert keys(at_desk, FLAGGED) == []


def test_what_flags_hid_stands_in_the_list_once(at_desk: Client, sent: Report, neighbour: Person) -> None:
    comment = write_comment(sent, "Ott lakik a Kovács.", author=neighbour, confirmed=True)
    for number in range(3):
        pointed = raise_flag(
            sent,
            reason=FlagVoice.Reason.PERSONAL,
            text="",
            person=AnonymousUser(),
            address_hash=str(number),
            comment=comment,
        )
    assert keys(at_desk, FLAGGED) == [f"flag-{pointed.pk}"]
    assert "hidden until you look" in at_desk.get(FLAGGED, headers=EN).content.decode()


# -- Junk ---------------------------------------------------------------------------------------------------


def test_junk_is_not_found_or_told(at_desk: Client, comment: Comment, other_district: Area) -> None:
    assert at_desk.get(f"/desk/talk/comment/{comment.pk}").status_code == 405
    for path in ("nosuch/1", f"comment/{10**30}", "comment/0", "flag/999"):
        assert at_desk.post(f"/desk/talk/{path}", {"action": "show"}).status_code == 404
    for action in ("", "accept", "\x00", "dismiss"):
        assert press(at_desk, "comment", comment, action).status_code == 404
    press(at_desk, "comment", comment, "show", version="9" * 40)
    # A case opened from this tab has its own page; nothing comes after it.
    assert at_desk.get(f"/desk/{comment.report.reference}?queue=talk").status_code == 200


# -- Rights -------------------------------------------------------------------------------------------------


def test_only_buttons_that_one_may_press_are_drawn(
    at_desk: Client, comment: Comment, sighting: Sighting, sent: Report, upload: Callable[..., Photo]
) -> None:
    """What is drawn is obeyed, what is not drawn is 404."""
    group = Group.objects.get(name="volunteer")
    flag(sent, number=7)

    def drawn(tab: str) -> set[str]:
        return set(re.findall(r'name="action"\s+value="(\w+)"', at_desk.get(tab).content.decode()))

    assert drawn(TAB) == {"show", "hide", "accept", "reject"}
    assert drawn(FLAGGED) == {"dismiss", "hide"}
    group.permissions.remove(Permission.objects.get(codename=Right.HIDE))
    assert drawn(TAB) == {"show", "accept", "reject"}
    assert drawn(FLAGGED) == {"dismiss"}
    assert press(at_desk, "comment", comment, "hide").status_code == 404
    page = at_desk.get(comment.report.get_absolute_url()).content.decode()
    assert reverse("desk_talk", args=["comment", comment.pk]) not in page
    group.permissions.remove(Permission.objects.get(codename=Right.DECIDE))
    assert drawn(TAB) == drawn(FLAGGED) == set()


def test_a_step_is_hidden_by_who_may_decide(at_desk: Client, sighting: Sighting) -> None:
    press(at_desk, "sighting", sighting, "accept")
    case, link = f"/desk/{sighting.report.reference}", "/hide"
    assert link in at_desk.get(case).content.decode()
    Group.objects.get(name="volunteer").permissions.remove(Permission.objects.get(codename=Right.DECIDE))
    assert link not in at_desk.get(case).content.decode()

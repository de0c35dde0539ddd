"""Two reports of one problem: what moves, what does not, and who hears of it."""

import threading
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.erasure import erase_person
from accounts.models import Person
from forwarding.actions import say_not_ours, send_report
from forwarding.models import Dispatch
from forwarding.sending import send_dispatch
from municipalities.models import Institution
from notifications.actions import fan_out_event
from notifications.models import AlertCandidate, Message, Mute
from notifications.sending import send_message
from reports import links
from reports.access import visible_events
from reports.actions import ChangedMeanwhile
from reports.actions_comments import write_comment
from reports.actions_desk import hide_report, restore_report
from reports.actions_flags import raise_flag
from reports.actions_follow import follow_report, support_report, unfollow_report, unsupport_report
from reports.actions_merge import (
    CannotMerge,
    merge_reports,
    reports_of_merge,
    separate_report,
    suggest_original,
    why_not,
)
from reports.actions_photos import room_for_photos
from reports.actions_reporter import withdraw_report
from reports.actions_sightings import tell_sighting
from reports.lifecycle import EventKind, MoveNotAllowed, Role, Status
from reports.merge_rows import what_moves
from reports.models import Assignment, FlagVoice, Follow, MapCell, Photo, Report, ReportEvent, Support
from reports.paging import published_counts

pytestmark = pytest.mark.django_db
Make = Callable[..., Report]


@pytest.fixture
def publish(make_report: Make, works: Institution, moderator: Person) -> Make:
    def build(**fields: Any) -> Report:
        report = make_report(**fields)
        send_report(report, works, actor=moderator)
        return Report.objects.get(pk=report.pk)

    return build


@pytest.fixture
def two(publish: Make, reporter: Person, neighbour: Person) -> tuple[Report, Report]:
    """The reporter's, published first, and the neighbour's with two photos."""
    original = publish(photos=1)
    return original, publish(photos=2, reporter=neighbour, title="Gödör", reporter_name="Norbert", show_name=True)


def tell_all() -> None:
    mail.outbox.clear()
    for pk in ReportEvent.objects.filter(processed_at=None).order_by("pk").values_list("pk", flat=True):
        fan_out_event(pk)
    for pk in Message.objects.due().order_by("pk").values_list("pk", flat=True):
        send_message(pk)
    for pk in Dispatch.objects.filter(status="waiting").order_by("pk").values_list("pk", flat=True):
        send_dispatch(pk)


def fresh(*reports: Report) -> list[Report]:
    return [Report.objects.get(pk=report.pk) for report in reports]


def people(model: type[Follow] | type[Support], report: Report) -> set[int]:
    return set(model._default_manager.filter(report=report).values_list("person", flat=True))


# -- What moves ---------------------------------------------------------------------------------------------------


def test_people_are_counted_once_and_the_reporter_joins_them(
    two: tuple[Report, Report],
    reporter: Person,
    neighbour: Person,
    stranger: Person,
    employee: Person,
    moderator: Person,
) -> None:
    original, copy = two
    support_report(original, stranger)
    for person in (stranger, reporter, employee):
        support_report(copy, person)
    moving = what_moves(copy, original)
    assert (moving.followers, moving.supporters, moving.photos, moving.reporter) == (1, 1, 2, True)

    merge_reports(copy, original, actor=moderator)

    original, copy = fresh(original, copy)
    assert (copy.status, copy.original, copy.status_before) == (Status.DUPLICATE, original, Status.SENT)
    # The stranger stood there already, the reporter is its reporter; the employee and the neighbour are new.
    assert people(Support, original) == people(Follow, original) == {stranger.pk, employee.pk, neighbour.pk}
    assert original.supporters == 3
    assert (people(Support, copy), people(Follow, copy), copy.supporters) == (set(), set(), 0)


def test_ones_own_duplicate_adds_nobody(publish: Make, reporter: Person, moderator: Person) -> None:
    original, copy = publish(), publish()
    assert not what_moves(copy, original).reporter
    merge_reports(copy, original, actor=moderator)
    [original] = fresh(original)
    assert (original.supporters, people(Follow, original)) == (0, set())


def test_without_a_reporter_nobody_is_added(publish: Make, moderator: Person) -> None:
    original, copy = publish(), publish(reporter=None)
    merge_reports(copy, original, actor=moderator)
    assert people(Support, original) == set()


def test_who_wanted_no_more_news_is_counted_but_not_told(
    two: tuple[Report, Report], neighbour: Person, moderator: Person
) -> None:
    original, copy = two
    Mute.objects.create(report=copy, person=neighbour)
    merge_reports(copy, original, actor=moderator)
    assert (people(Support, original), people(Follow, original)) == ({neighbour.pk}, set())


def test_supporters_that_have_no_rows_stay_where_they_are(two: tuple[Report, Report], moderator: Person) -> None:
    original, copy = two
    Report.objects.filter(pk=copy.pk).update(supporters=7)  # imported
    merge_reports(copy, original, actor=moderator)
    assert [report.supporters for report in fresh(original, copy)] == [1, 7]


def test_photos_stand_behind_those_of_the_original_and_say_where_they_came_from(
    two: tuple[Report, Report], moderator: Person, settings: Any
) -> None:
    original, copy = two
    settings.PHOTO_MAX_REPORT = 2
    sent = list(copy.photos.values_list("pk", flat=True))
    merge_reports(copy, original, actor=moderator)
    photos = list(original.photos.all())
    assert [photo.pk for photo in photos[1:]] == sent
    assert [photo.came_from_id for photo in photos] == [None, copy.pk, copy.pk]
    assert [photo.order for photo in photos] == [0, 1, 2]
    assert room_for_photos(original) == 1  # what others brought takes no room from its reporter


def test_photos_may_stay_away(two: tuple[Report, Report], moderator: Person) -> None:
    original, copy = two
    merge_reports(copy, original, actor=moderator, with_photos=False)
    assert (original.photos.count(), copy.photos.count()) == (1, 2)


def test_comments_sightings_and_flags_move_with_their_photos(
    two: tuple[Report, Report], stranger: Person, employee: Person, moderator: Person, upload: Callable[..., Photo]
) -> None:
    original, copy = two
    comment = write_comment(copy, "Tegnap is láttam.", author=stranger, confirmed=True, photos=[upload()])
    proof = tell_sighting(copy, is_solved=True, text="", author=stranger, confirmed=True, photos=[upload()])
    tell_sighting(original, is_solved=False, text="Még ott van.", author=employee, confirmed=True)
    second = tell_sighting(copy, is_solved=False, text="Még ott van.", author=employee, confirmed=True)
    voice: dict[str, Any] = {"reason": FlagVoice.Reason.SPAM, "text": "", "person": employee, "address_hash": ""}
    on_comment = raise_flag(copy, comment=comment, **voice)
    on_photo = raise_flag(copy, photo=copy.photos.filter(kind="problem").first(), **voice)
    on_report = raise_flag(copy, **voice)

    merge_reports(copy, original, actor=moderator)

    for row in (comment, proof, second, on_comment, on_photo, on_report):
        row.refresh_from_db()
    assert (comment.report, comment.came_from) == (original, copy)
    assert comment.photos.get().report == original
    assert (proof.report, proof.photos.get().report) == (original, original)
    assert second.report == copy  # one of each person waits at a time
    assert (on_comment.report, on_photo.report, on_report.report) == (original, original, copy)


def test_what_is_private_stays_where_it_was(publish: Make, neighbour: Person, moderator: Person) -> None:
    original, copy = publish(photos=1), publish(photos=1, reporter=neighbour, is_private=True)
    assert what_moves(copy, original).photos == 0
    merge_reports(copy, original, actor=moderator)
    assert (original.photos.count(), copy.photos.count()) == (1, 1)
    assert people(Follow, original) == {neighbour.pk}


# -- What may be joined -------------------------------------------------------------------------------------------


def test_why_not(publish: Make, make_report: Make, moderator: Person, reporter: Person) -> None:
    original, copy, third = publish(), publish(), publish()
    merge_reports(copy, original, actor=moderator)
    copy = Report.objects.get(pk=copy.pk)
    waiting, private = make_report(), publish(is_private=True)
    withdrawn = withdraw_report(publish(), actor=reporter)
    refused = [
        (original, original),
        (third, copy),  # an original is never itself a duplicate
        (original, copy),  # nor a circle
        (third, waiting),
        (third, withdrawn),
        (third, private),
        (withdrawn, original),
        (copy, third),  # it is one already
    ]
    for report, wanted in refused:
        assert why_not(report, wanted), (report.status, wanted.status)
        with pytest.raises(CannotMerge, match=r"\w"):
            merge_reports(report, wanted, actor=moderator)
    assert [report.status for report in fresh(original, third, copy)] == [Status.SENT, Status.SENT, Status.DUPLICATE]
    assert not why_not(waiting, original)
    assert not why_not(private, original)


def test_the_older_published_one_is_suggested(publish: Make, make_report: Make) -> None:
    waiting, older, newer = make_report(), publish(), publish()
    assert suggest_original(older, newer) == suggest_original(newer, older) == older
    assert suggest_original(waiting, newer) == suggest_original(newer, waiting) == newer


def test_a_new_report_is_joined_straight_from_the_queue(
    sent: Report, make_report: Make, moderator: Person, client: Client
) -> None:
    copy = merge_reports(make_report(), sent, actor=moderator)
    [copy] = fresh(copy)
    assert (copy.status, copy.status_before) == (Status.DUPLICATE, Status.SUBMITTED)
    assert copy.published_at is not None
    assert client.get(copy.get_absolute_url()).status_code == HTTPStatus.OK
    assert not copy.timers.filter(done_at=None).exists()


def test_marking_an_original_repoints_its_own_and_remembers_the_first_giver(
    publish: Make, neighbour: Person, stranger: Person, moderator: Person
) -> None:
    first, second, third = publish(), publish(reporter=neighbour, photos=1), publish(reporter=stranger, photos=1)
    merge_reports(third, second, actor=moderator)
    assert reports_of_merge(second, first)[2:] == [third]
    version = Report.objects.get(pk=third.pk).version
    assert what_moves(second, first).duplicates == 1
    merge_reports(second, first, actor=moderator)
    [third] = fresh(third)
    assert (third.original, third.version) == (first, version + 1)
    assert set(first.photos.values_list("came_from", flat=True)) == {second.pk, third.pk}
    assert people(Support, first) == {neighbour.pk, stranger.pk}


def test_an_older_version_is_told(two: tuple[Report, Report], moderator: Person) -> None:
    original, copy = two
    with pytest.raises(ChangedMeanwhile):
        merge_reports(copy, original, actor=moderator, version=copy.version - 1)
    assert Report.objects.get(pk=copy.pk).status == Status.SENT


# -- Who hears of it ----------------------------------------------------------------------------------------------


def test_the_reporter_is_told_and_the_body_that_has_it(
    two: tuple[Report, Report], neighbour: Person, reporter: Person, moderator: Person
) -> None:
    original, copy = two
    tell_all()
    merge_reports(copy, original, actor=moderator)
    tell_all()
    told = {sent.to[0]: sent for sent in mail.outbox}
    assert set(told) == {neighbour.email, "ugyfel@utkezelo.example"}  # not the original's reporter
    letter = told[neighbour.email]
    for body in (letter.body, letter.alternatives[0][0]):  # type: ignore[attr-defined]
        assert original.get_absolute_url() in body
        assert original.heading in body
    assert original.reference in told["ugyfel@utkezelo.example"].body
    assignment = Assignment.objects.get(report=copy)
    assert (assignment.outcome, assignment.is_running) == (Assignment.Outcome.ENDED, False)
    assert [line.kind for line in original.events.filter(kind=EventKind.MERGED)] == ["merged"]
    assert original.events.get(kind=EventKind.MERGED).data == {"duplicate": copy.pk}


def test_the_body_that_never_had_it_hears_nothing(sent: Report, make_report: Make, moderator: Person) -> None:
    copy = make_report()
    tell_all()
    merge_reports(copy, sent, actor=moderator)
    assert not Dispatch.objects.filter(event__report=copy).exists()
    assert not Dispatch.objects.filter(event__kind=EventKind.MERGED).exists()


def test_nothing_is_counted_twice(two: tuple[Report, Report], moderator: Person, client: Client) -> None:
    original, copy = two
    AlertCandidate.objects.all().delete()
    merge_reports(copy, original, actor=moderator)
    assert sum(published_counts().values()) == 1
    widest = MapCell.objects.order_by("zoom").values_list("zoom", flat=True)[0]
    assert sum(MapCell.objects.filter(zoom=widest).values_list("count", flat=True)) == 1
    assert not AlertCandidate.objects.exists()
    assert client.get("/").context["total"] == 1
    for name in ("report_list", "report_feed", "sitemap", "map_reports", "front"):
        page = client.get(reverse(name), {"bbox": "19,47.4,19.1,47.5", "zoom": "14"} if "map" in name else {})
        assert copy.reference not in page.content.decode(), name


def test_who_follows_a_duplicate_from_then_on_follows_the_original(
    two: tuple[Report, Report], stranger: Person, employee: Person, moderator: Person
) -> None:
    original, copy = two
    merge_reports(copy, original, actor=moderator)
    follow_report(copy, stranger)  # from a page that was open before
    assert support_report(copy, employee)
    assert not support_report(copy, original.reporter)
    assert {stranger.pk, employee.pk} <= people(Follow, original)
    assert (people(Follow, copy), people(Support, copy)) == (set(), set())
    unfollow_report(copy, stranger)  # by the link of an older mail
    unsupport_report(copy, employee)
    assert people(Follow, original) == {copy.reporter_id, employee.pk}
    assert people(Support, original) == {copy.reporter_id}
    assert Report.objects.get(pk=original.pk).supporters == 1


def test_a_guest_who_was_asked_before_follows_the_original(
    two: tuple[Report, Report], moderator: Person, client: Client
) -> None:
    original, copy = two
    merge_reports(copy, original, actor=moderator)
    url = links.follow_url(copy.pk, "guest@example.org", support=True)
    client.post(urlsplit(url).path)
    assert client.get(urlsplit(url).path).context["done"]
    assert original.follows.filter(person__email="guest@example.org").exists()


# -- The public pages ---------------------------------------------------------------------------------------------


def test_the_originals_page_says_how_many_and_whose_photos(
    two: tuple[Report, Report], moderator: Person, client: Client, publish: Make, neighbour: Person
) -> None:
    original, copy = two
    secret = publish(is_private=True, reporter=neighbour, title="Bizalmas")
    for one in (copy, secret):
        merge_reports(one, original, actor=moderator)
    page = client.get(original.get_absolute_url(), headers={"accept-language": "en"}).content.decode()
    assert "1 more report of the same problem was joined with this one" in " ".join(page.split())
    assert page.count("From a joined report") == 2
    assert "Norbert" in page
    assert copy.get_absolute_url() in page
    assert "Bizalmas" not in page


def test_the_duplicates_page_stays_leads_on_and_shows_what_it_gave(
    two: tuple[Report, Report], moderator: Person, client: Client
) -> None:
    original, copy = two
    merge_reports(copy, original, actor=moderator)
    response = client.get(copy.get_absolute_url())
    page = response.content.decode()
    assert response.status_code == HTTPStatus.OK
    assert 'name="robots" content="noindex"' in page
    assert f'href="{original.get_absolute_url()}"' in page
    for photo in copy.lent_photos.all():
        assert photo.url_large in page
        served: Any = client.get(photo.url_large)
        assert served.status_code == HTTPStatus.OK
        served.getvalue()


@pytest.mark.parametrize("count", [1, 6])
def test_the_originals_page_costs_the_same(
    publish: Make, moderator: Person, client: Client, django_assert_max_num_queries: Any, count: int
) -> None:
    original = publish(photos=1)
    for _ in range(count):
        merge_reports(publish(photos=1), original, actor=moderator)
    with django_assert_max_num_queries(24):
        client.get(original.get_absolute_url())


# -- Back again ---------------------------------------------------------------------------------------------------


def test_separated_it_is_what_it_was_with_what_it_had_brought(
    two: tuple[Report, Report], neighbour: Person, stranger: Person, moderator: Person
) -> None:
    original, copy = two
    comment = write_comment(copy, "Tegnap is láttam.", author=stranger, confirmed=True)
    merge_reports(copy, original, actor=moderator)
    tell_all()
    separate_report(copy, actor=moderator)
    tell_all()
    original, copy = fresh(original, copy)
    assert (copy.status, copy.original, copy.status_before) == (Status.SENT, None, "")
    assert (copy.photos.count(), original.photos.count()) == (2, 1)
    assert not Photo.objects.exclude(came_from=None).exists()
    assert EventKind.MERGED not in [event.kind for event in visible_events(original, internal=False)]
    comment.refresh_from_db()
    assert (comment.report, comment.came_from) == (copy, None)
    assert (original.supporters, people(Support, original), people(Follow, original)) == (0, set(), set())
    assignment = Assignment.objects.get(report=copy)
    assert (assignment.outcome, assignment.is_leading) == (Assignment.Outcome.OPEN, True)
    assert {sent.to[0] for sent in mail.outbox} == {neighbour.email, "ugyfel@utkezelo.example"}
    with pytest.raises(MoveNotAllowed):
        separate_report(copy, actor=moderator)
    with pytest.raises(ChangedMeanwhile):
        separate_report(copy, actor=moderator, version=0)


def test_separated_it_still_looks_for_a_body_where_it_did(two: tuple[Report, Report], moderator: Person) -> None:
    original, copy = two
    say_not_ours(Assignment.objects.get(report=copy), "Nem a miénk.", actor=None)
    merge_reports(copy, original, actor=moderator)
    assert not Report.objects.get(pk=copy.pk).needs_rerouting
    assert not Dispatch.objects.filter(event__kind=EventKind.DUPLICATE).exists()  # it has given it back
    separate_report(copy, actor=moderator)
    assert Report.objects.get(pk=copy.pk).needs_rerouting


def test_hidden_the_oldest_published_duplicate_takes_its_place(
    publish: Make, make_report: Make, neighbour: Person, stranger: Person, moderator: Person, client: Client
) -> None:
    original = publish(photos=1)
    queued = make_report(reporter=stranger)
    heir, younger = publish(reporter=neighbour, photos=1), publish(reporter=stranger, photos=1)
    for one in (queued, younger, heir):
        merge_reports(one, original, actor=moderator)
    support_report(original, moderator)
    comment = write_comment(original, "Az eredetihez.", author=stranger, confirmed=True)

    hide_report(original, "Sértő.", actor=moderator)

    original, heir, younger, queued = fresh(original, heir, younger, queued)
    assert (heir.status, heir.original) == (Status.SENT, None)
    assert {younger.original, queued.original} == {heir}
    assert people(Support, heir) == {stranger.pk, moderator.pk}
    assert heir.supporters == 2
    # Its own photo is at home again, the younger one's came along; the hidden report keeps what was its own.
    assert sorted(photo.came_from_id or 0 for photo in heir.photos.all()) == [0, younger.pk]
    assert original.photos.count() == 1
    comment.refresh_from_db()
    assert comment.report == original
    event = heir.events.get(kind=EventKind.SEPARATED)
    assert (event.role, event.actor) == (Role.SYSTEM, None)
    assert client.get(heir.get_absolute_url()).status_code == HTTPStatus.OK
    assert client.get(original.get_absolute_url()).status_code == HTTPStatus.GONE

    restore_report(original, actor=moderator)
    assert [report.status for report in fresh(original, heir)] == [Status.SENT, Status.SENT]


def test_joined_from_the_queue_an_heir_goes_back_there(sent: Report, make_report: Make, moderator: Person) -> None:
    copy = merge_reports(make_report(), sent, actor=moderator)
    hide_report(sent, "", actor=moderator)
    [copy] = fresh(copy)
    assert (copy.status, copy.original) == (Status.SUBMITTED, None)
    assert copy.timers.filter(done_at=None).exists()


def test_withdrawn_or_erased_an_original_leaves_nobody_behind(
    publish: Make, reporter: Person, neighbour: Person, stranger: Person, moderator: Person
) -> None:
    for leave in (
        lambda one: withdraw_report(one, actor=one.reporter),
        lambda one: erase_person(one.reporter, keep_reports=False),
    ):
        original, copy = publish(reporter=stranger), publish(reporter=neighbour)
        merge_reports(copy, original, actor=moderator)
        leave(Report.objects.get(pk=original.pk))
        assert [report.status for report in fresh(original, copy)] == [Status.WITHDRAWN, Status.SENT]


# -- Erasing ------------------------------------------------------------------------------------------------------


def test_erasing_the_giver_of_a_photo_reaches_it_and_only_it(
    two: tuple[Report, Report], neighbour: Person, moderator: Person
) -> None:
    original, copy = two
    merge_reports(copy, original, actor=moderator)
    erase_person(neighbour, keep_reports=True)
    kept = {bool(photo.original) for photo in copy.lent_photos.all()}
    assert kept == {False}
    assert original.photos.get(came_from=None).original
    assert copy.lent_photos.count() == 2


def test_erasing_who_reported_the_original_takes_no_photo_of_others(
    two: tuple[Report, Report], reporter: Person, moderator: Person
) -> None:
    original, copy = two
    merge_reports(copy, original, actor=moderator)
    erase_person(reporter, keep_reports=True)
    assert all(photo.original for photo in copy.lent_photos.all())
    assert not original.photos.get(came_from=None).original


# -- Two at once --------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_moderators_at_once_make_no_circle_and_no_deadlock(
    two: tuple[Report, Report], stranger: Person, moderator: Person
) -> None:
    """One joins A to B while the other joins B to A: one of them wins, the other is told."""
    original, copy = two
    start, ends = threading.Barrier(2), []

    def join(report: Report, wanted: Report) -> None:
        try:
            start.wait(5)
            merge_reports(report, wanted, actor=moderator)
            ends.append("joined")
        except CannotMerge:
            ends.append("refused")
        finally:
            connection.close()

    for _round in range(3):
        threads = [threading.Thread(target=join, args=pair) for pair in ((copy, original), (original, copy))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        assert sorted(ends) == ["joined", "refused"]
        duplicates = Report.objects.filter(status=Status.DUPLICATE)
        separate_report(duplicates.get(), actor=moderator)
        ends.clear()


@pytest.mark.django_db(transaction=True)
def test_me_too_during_a_merge_is_not_lost(two: tuple[Report, Report], stranger: Person, moderator: Person) -> None:
    original, copy = two
    before = Report.objects.get(pk=copy.pk)

    def press() -> None:
        try:
            support_report(before, stranger)
        finally:
            connection.close()

    with transaction.atomic():
        merge_reports(copy, original, actor=moderator)
        thread = threading.Thread(target=press)
        thread.start()
        thread.join(0.3)
        assert thread.is_alive(), "it waits for the merge"
    thread.join(10)
    assert stranger.pk in people(Support, original)
    assert Report.objects.get(pk=original.pk).supporters == 2

"""Joining two reports at the desk: what is offered, compared, done, refused and undone."""

from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group, Permission
from django.contrib.gis.geos import Point
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Person
from accounts.rights import Right
from forwarding.actions import send_report
from forwarding.models import Dispatch
from moderation.acts import CannotUndo, undo_act
from moderation.models import Act
from municipalities.models import Area, Institution
from notifications.actions import fan_out_event
from reports.access import visible_events
from reports.actions_comments import write_comment
from reports.actions_desk import hide_report
from reports.actions_flags import raise_flag
from reports.actions_follow import support_report, unfollow_report, unsupport_report
from reports.actions_sightings import tell_sighting
from reports.journal import snapshot
from reports.lifecycle import EventKind, Status
from reports.models import FlagVoice, MapCell, Photo, Report, Timer

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
def two(publish: Make, neighbour: Person, stranger: Person, upload: Callable[..., Photo]) -> tuple[Report, Report]:
    """The reporter's, and the neighbour's with everything that people can give to a report."""
    original = publish(photos=1)
    copy = publish(photos=2, reporter=neighbour, title="Gödör")
    third = Person.objects.create_user("third@example.org", "pw")
    for person in (stranger, third):
        support_report(copy, person)
    support_report(original, stranger)
    comment = write_comment(copy, "Tegnap is láttam.", author=stranger, confirmed=True, photos=[upload()])
    tell_sighting(copy, is_solved=True, text="", author=stranger, confirmed=True, photos=[upload()])
    raise_flag(copy, comment=comment, reason=FlagVoice.Reason.SPAM, text="", person=stranger, address_hash="")
    return Report.objects.get(pk=original.pk), Report.objects.get(pk=copy.pk)


def merge_url(report: Report, query: str = "") -> str:
    return reverse("desk_merge", args=[report.reference]) + query


def merge_data(duplicate: Report, other: Report, original: Report, **typed: Any) -> dict[str, Any]:
    version = Report.objects.get(pk=duplicate.pk).version
    return {
        "other": other.reference,
        "original": original.reference,
        "version": version,
        "with_photos": "on",
        **typed,
    }


def merge(client: Client, copy: Report, original: Report) -> Act:
    response = client.post(merge_url(copy), merge_data(copy, original, original))
    assert response.status_code == HTTPStatus.FOUND, response.content.decode()
    return Act.objects.get(kind="merge")


def everything(*reports: Report) -> set[tuple[Any, ...]]:
    """Every column of all rows of these reports, the squares of the map and the timers: what undoing brings back."""
    columns = {
        (*key, name, repr(value))
        for key, row in snapshot([report.pk for report in reports]).items()
        for name, value in row.items()
        if name != "version"
    }
    cells = MapCell.objects.exclude(count=0).values_list("zoom", "x", "y", "status", "category_id", "count")
    timers = Timer.objects.filter(report__in=reports).values_list("report", "kind", "base", "due_at", "done_at")
    return columns | set(cells) | set(timers)


# -- Offering -----------------------------------------------------------------------------------------------------


def test_the_case_offers_to_join_what_looks_the_same(at_desk: Client, publish: Make, make_report: Make) -> None:
    same = publish(title="Kátyú", description="Mély kátyú a sarkon, veszélyes.")
    publish(point=Point(19.06, 47.46, srid=4326))  # far away
    publish(is_private=True)
    report = make_report()
    for path in (reverse("desk_case", args=[report.reference]), merge_url(report)):
        page = at_desk.get(path, headers={"accept-language": "en"}).content.decode()
        assert page.count(f"{merge_url(report)}?other=") == 1
        assert f"{merge_url(report)}?other={same.reference}" in page
        assert "% alike" in page
    assert f'action="{merge_url(report)}"' in page


def test_what_lies_on_another_desk_is_not_offered(
    make_report: Make, publish: Make, other_moderator: Person, client_of: Callable[..., Client], other_district: Area
) -> None:
    edge = Point(19.1, 47.45, srid=4326)
    publish(point=edge)
    report = make_report(point=edge, area=other_district)
    response = client_of(other_moderator).get(reverse("desk_case", args=[report.reference]))
    assert len(response.context["duplicates"]) == 1
    assert "?other=" not in response.content.decode()


def test_without_the_right_nothing_is_offered_and_nothing_opens(
    at_desk: Client, submitted: Report, sent: Report
) -> None:
    Group.objects.get(name="volunteer").permissions.remove(Permission.objects.get(codename=Right.MERGE))
    page = at_desk.get(reverse("desk_case", args=[submitted.reference])).content.decode()
    for name in ("desk_merge", "desk_split"):
        url = reverse(name, args=[submitted.reference])
        assert url not in page
        assert at_desk.get(url).status_code == at_desk.post(url).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(
    "written", ["{reference}", "{REFERENCE}", " http://localhost/reports/{reference}?x=1 ", "9911"]
)
def test_the_other_one_by_code_address_or_number(
    at_desk: Client, submitted: Report, publish: Make, written: str
) -> None:
    other = publish(source="old", source_id="9911")
    words = written.format(reference=other.reference, REFERENCE=other.reference.upper())
    response = at_desk.get(merge_url(submitted), {"other": words})
    assert response.status_code == HTTPStatus.OK
    assert response.context["other"] == other


@pytest.mark.parametrize("written", ["", "x", "zzzzzzzz", "a\x00b", "9" * 300, "999999999999999999999999", "%s", "/"])
def test_junk_for_the_other_one_is_an_error_at_the_field(at_desk: Client, submitted: Report, written: str) -> None:
    for answer in (
        at_desk.get(merge_url(submitted), {"other": written}),
        at_desk.post(merge_url(submitted), {"other": written}),
    ):
        assert answer.status_code == HTTPStatus.BAD_REQUEST
        assert "id_other_error" in answer.content.decode()


def test_itself_and_its_own_duplicate_are_refused(at_desk: Client, two: tuple[Report, Report]) -> None:
    original, copy = two
    assert at_desk.get(merge_url(copy), {"other": copy.reference}).status_code == HTTPStatus.BAD_REQUEST
    merge(at_desk, copy, original)
    assert at_desk.get(merge_url(original), {"other": copy.reference}).status_code == HTTPStatus.BAD_REQUEST


def test_a_duplicate_stands_for_its_original(at_desk: Client, two: tuple[Report, Report], make_report: Make) -> None:
    original, copy = two
    merge(at_desk, copy, original)
    response = at_desk.get(merge_url(make_report()), {"other": copy.reference})
    assert response.context["other"] == original


def test_a_report_of_another_desk_is_not_found(at_desk: Client, submitted: Report, make_report: Make) -> None:
    abroad = make_report(area=None)
    assert at_desk.get(merge_url(submitted), {"other": abroad.reference}).status_code == HTTPStatus.BAD_REQUEST


# -- Comparing ----------------------------------------------------------------------------------------------------


def test_both_beside_each_other_with_what_would_move(at_desk: Client, two: tuple[Report, Report]) -> None:
    original, copy = two
    Report.objects.filter(pk=copy.pk).update(point=Point(19.05 + 30 / 75_300, 47.45, srid=4326))
    response = at_desk.get(merge_url(copy), {"other": original.reference}, headers={"accept-language": "en"})
    page = " ".join(response.content.decode().split())
    assert (response.context["duplicate"], response.context["original"]) == (copy, original)
    assert 29 <= response.context["metres"] <= 31
    for words in ("metres apart", "2 photos move", "1 comment moves", "1 person who follows", "1 supporter is counted"):
        assert words in page, words
    for photo in (*original.photos.filter(kind="problem"), *copy.photos.filter(kind="problem")):
        assert photo.url_medium in page
    assert "told that it was joined" in page
    assert not Act.objects.exists()


def test_the_moderator_may_turn_them_round(at_desk: Client, two: tuple[Report, Report]) -> None:
    original, copy = two
    response = at_desk.get(merge_url(copy), {"other": original.reference, "original": copy.reference})
    assert (response.context["duplicate"], response.context["original"]) == (original, copy)
    at_desk.post(merge_url(copy), merge_data(original, original, copy))
    assert Report.objects.get(pk=original.pk).original == copy


def test_what_cannot_be_is_said_before_and_refused_after(at_desk: Client, submitted: Report, make_report: Make) -> None:
    other = make_report()
    response = at_desk.get(merge_url(submitted), {"other": other.reference})
    assert response.context["why_not"]
    assert not response.context["may_swap"]
    response = at_desk.post(merge_url(submitted), merge_data(submitted, other, other))
    assert response.status_code == HTTPStatus.CONFLICT
    assert not Act.objects.exists()


@pytest.mark.parametrize("version", ["", "x", "-1", "99999999999999", "\x00"])
def test_a_version_that_is_none_is_refused(at_desk: Client, two: tuple[Report, Report], version: str) -> None:
    original, copy = two
    response = at_desk.post(merge_url(copy), merge_data(copy, original, original, version=version))
    assert response.status_code == HTTPStatus.BAD_REQUEST


def test_who_saw_an_older_version_looks_again(at_desk: Client, two: tuple[Report, Report]) -> None:
    original, copy = two
    response = at_desk.post(merge_url(copy), merge_data(copy, original, original, version=1))
    assert response.status_code == HTTPStatus.CONFLICT
    assert f'value="{copy.version}"' in response.content.decode()
    assert Report.objects.get(pk=copy.pk).status == Status.SENT


def test_comparing_costs_the_same_however_much_there_is(
    at_desk: Client, two: tuple[Report, Report], django_assert_num_queries: DjangoAssertNumQueries, publish: Make
) -> None:
    original, copy = two
    url = merge_url(copy, f"?other={original.reference}")
    at_desk.get(url)
    for turn in range(2):
        # Session, person, memberships and rights; both reports with their photos; what would move; the menu.
        with django_assert_num_queries(15):
            at_desk.get(url)
        for number in range(3):
            support_report(copy, Person.objects.create_user(f"p{turn}{number}@example.org", "pw"))
            publish()


# -- Joining, and undoing -----------------------------------------------------------------------------------------


def test_joined_the_next_case_opens(at_desk: Client, sent: Report, make_report: Make) -> None:
    report, following = make_report(), make_report()
    response = at_desk.post(merge_url(report, "?queue=new"), merge_data(report, sent, sent))
    assert response["Location"] == reverse("desk_case", args=[following.reference]) + "?queue=new"
    act = Act.objects.get()
    assert (act.kind, act.report, list(act.others.all())) == ("merge", report, [sent])


def test_undoing_brings_everything_back(
    at_desk: Client, two: tuple[Report, Report], publish: Make, moderator: Person
) -> None:
    original, copy = two
    older = publish(photos=1)
    at_desk.post(merge_url(older), merge_data(older, copy, copy))
    before = everything(original, copy, older)
    at_desk.post(merge_url(copy), merge_data(copy, original, original))
    act = Act.objects.filter(kind="merge").latest("pk")
    assert set(act.others.all()) == {original, older}
    assert Report.objects.get(pk=older.pk).original == original
    assert everything(original, copy, older) != before

    response = at_desk.post(reverse("desk_undo", args=[act.pk]))

    assert response["Location"] == reverse("desk_case", args=[copy.reference])
    assert everything(original, copy, older) ^ before == set()
    assert Report.objects.get(pk=older.pk).original == copy
    public = [event.kind for event in visible_events(original, internal=False)]
    assert EventKind.MERGED not in public
    # Nobody has heard of it, and nobody will.
    with time_machine.travel(timezone.now() + timedelta(minutes=10)):
        for event in act.events:
            assert fan_out_event(event) == []
    assert {dispatch.status for dispatch in Dispatch.objects.filter(event__in=act.events)} == {"cancelled"}


def test_who_left_meanwhile_does_not_come_back(
    at_desk: Client, two: tuple[Report, Report], moderator: Person, stranger: Person
) -> None:
    original, copy = two
    third = Person.objects.get(email="third@example.org")
    act = merge(at_desk, copy, original)
    for person in (third, copy.reporter):
        unsupport_report(original, person)
        unfollow_report(original, person)
    support_report(original, moderator)
    undo_act(act, actor=moderator)
    original, copy = Report.objects.get(pk=original.pk), Report.objects.get(pk=copy.pk)
    # The stranger's "me too" at both, the moderator's at the original; the third person wants neither any more.
    assert {support.person for support in original.supports.all()} == {stranger, moderator}
    assert {support.person for support in copy.supports.all()} == {stranger}
    assert (original.supporters, copy.supporters) == (2, 1)
    assert not copy.follows.filter(person=third).exists()


def test_what_went_on_since_is_not_overwritten(at_desk: Client, two: tuple[Report, Report], moderator: Person) -> None:
    original, copy = two
    act = merge(at_desk, copy, original)
    hide_report(Report.objects.get(pk=original.pk), "", actor=moderator)
    with pytest.raises(CannotUndo, match=r"\w"):
        undo_act(act, actor=moderator)
    assert Report.objects.get(pk=copy.pk).status == Status.SENT  # it took the original's place


def test_hiding_an_original_is_undone_with_its_heir(
    at_desk: Client, two: tuple[Report, Report], case_data: Callable[..., dict[str, Any]], moderator: Person
) -> None:
    original, copy = two
    merge(at_desk, copy, original)
    original = Report.objects.get(pk=original.pk)
    before = everything(original, copy)
    url = reverse("desk_case", args=[original.reference])
    assert at_desk.post(url, case_data(original, action="hide")).status_code == HTTPStatus.FOUND
    assert Report.objects.get(pk=copy.pk).status == Status.SENT
    undo_act(Act.objects.get(kind="hide"), actor=moderator)
    assert everything(original, copy) ^ before == set()


def test_restored_at_the_desk_a_duplicate_takes_its_own_along(
    at_desk: Client, two: tuple[Report, Report], case_data: Callable[..., dict[str, Any]], moderator: Person
) -> None:
    original, copy = two
    merge(at_desk, copy, original)
    copy = Report.objects.get(pk=copy.pk)
    before = everything(original, copy)
    page = at_desk.get(reverse("desk_case", args=[copy.reference])).content.decode()
    assert reverse("desk_undo", args=[Act.objects.get().pk]) in page
    assert reverse("desk_case", args=[original.reference]) in page
    at_desk.post(reverse("desk_case", args=[copy.reference]), case_data(copy, action="restore"))
    copy.refresh_from_db()
    assert (copy.status, copy.photos.filter(kind="problem").count()) == (Status.SENT, 2)
    undo_act(Act.objects.get(kind="restore"), actor=moderator)
    assert everything(original, copy) ^ before == set()


def test_the_case_says_how_many_were_joined(at_desk: Client, two: tuple[Report, Report]) -> None:
    original, copy = two
    merge(at_desk, copy, original)
    page = at_desk.get(reverse("desk_case", args=[original.reference]), headers={"accept-language": "en"})
    assert "1 report of the same problem was joined" in " ".join(page.content.decode().split())

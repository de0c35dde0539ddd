"""Filters over all reports of the desk, and those that somebody keeps as tabs of their own."""

from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.erasure import erase_person
from accounts.models import Person
from forwarding.actions import send_report
from moderation.actions_claims import give_case, take_case
from moderation.models import SavedFilter
from moderation.queues import queue_of
from municipalities.models import Area, Category, Institution
from reports.actions_flags import raise_flag
from reports.models import FlagVoice, Report

pytestmark = pytest.mark.django_db

EN = {"Accept-Language": "en"}
MakeReport = Callable[..., Report]


def found(client: Client, query: str) -> set[str]:
    return {case["row"].title for case in client.get(f"/desk/?{query}").context["cases"]}


@pytest.fixture
def reports(
    make_report: MakeReport,
    works: Institution,
    parks: Category,
    moderator: Person,
    employee: Person,
    other_district: Area,
) -> dict[str, Report]:
    """Each has one thing that the others have not."""
    made = {
        "plain": make_report(title="plain"),
        "photo": make_report(title="photo", photos=1),
        "park": make_report(title="park", category=parks),
        "elsewhere": make_report(title="elsewhere", area=other_district),
        "praise": make_report(title="praise", kind="praise"),
        "old": make_report(title="old"),
        "sent": make_report(title="sent"),
        "flagged": make_report(title="flagged"),
        "mine": make_report(title="mine"),
        "hers": make_report(title="hers"),
    }
    send_report(made["sent"], works, actor=moderator)
    now = timezone.now()
    Report.objects.filter(pk=made["sent"].pk).update(due_at=now - timedelta(days=1))
    Report.objects.filter(pk=made["old"].pk).update(created_at=now - timedelta(days=40))
    raise_flag(
        made["flagged"], reason=FlagVoice.Reason.SPAM, text="", person=AnonymousUser(), address_hash="1", comment=None
    )
    take_case(made["mine"], actor=moderator)
    give_case(made["hers"], employee, "", actor=employee)
    return made


def test_each_filter_finds_its_reports(
    at_desk: Client,
    reports: dict[str, Report],
    works: Institution,
    other_district: Area,
    city: Area,
    employee: Person,
) -> None:
    everything = set(reports)
    expected = {
        "q=elsewhere": {"elsewhere"},
        "status=sent": {"sent"},
        "category=parks": {"park"},
        f"area={other_district.pk}": {"elsewhere"},
        f"area={city.pk}": everything,
        f"institution={works.pk}": {"sent"},
        "kind=praise": {"praise"},
        "age=30": {"old"},
        f"date_to={(timezone.localdate() - timedelta(days=10)).isoformat()}": {"old"},
        f"date_from={timezone.localdate().isoformat()}": everything - {"old"},
        "late=yes": {"sent"},
        "late=no": everything - {"sent"},
        "photos=yes": {"photo"},
        "photos=no": everything - {"photo"},
        "flagged=yes": {"flagged"},
        "flagged=no": everything - {"flagged"},
        "holder=me": {"mine"},
        "holder=nobody": everything - {"mine", "hers"},
        f"holder={employee.pk}": {"hers"},
        "status=submitted&photos=no&kind=problem&age=30": {"old"},
        "find=1": everything,
    }
    for query, titles in expected.items():
        assert found(at_desk, query) == titles, query


def test_what_the_tabs_call_overdue_and_flagged(at_desk: Client, reports: dict[str, Report]) -> None:
    assert found(at_desk, "queue=overdue") == {"sent"}
    assert [row.report.title for row in at_desk.get("/desk/?queue=flagged").context["talk_rows"]] == ["flagged"]
    assert found(at_desk, "queue=mine") == {"mine"}


def test_the_promised_day_counts_as_overdue(at_desk: Client, sent: Report) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    Report.objects.filter(pk=sent.pk).update(status="in_progress", promised_on=yesterday)
    assert [report.is_overdue for report in Report.objects.overdue()] == [True]
    Report.objects.filter(pk=sent.pk).update(promised_on=timezone.localdate())
    assert not Report.objects.overdue().exists()


def test_filters_stay_within_ones_own_area(
    client_of: Callable[[Person], Client], other_moderator: Person, reports: dict[str, Report]
) -> None:
    assert found(client_of(other_moderator), "find=1") == {"elsewhere"}


@pytest.mark.parametrize(
    "query",
    [
        "status=nosuch",
        "category=%00",
        "area=999999999999999999999",
        "holder=%D9%A3",
        "holder=99999999999999999999",
        "date_from=x",
        "date_from=9999-12-31",
        "age=-1",
        "q=" + "x" * 900,
        "find=%00&page=-1",
        "late=maybe&photos=2&flagged=%27",
    ],
)
def test_junk_is_told_at_the_field(at_desk: Client, reports: dict[str, Report], query: str) -> None:
    assert at_desk.get(f"/desk/?{query}").status_code == HTTPStatus.OK


def test_a_filter_is_kept_worked_through_and_deleted(
    at_desk: Client, reports: dict[str, Report], moderator: Person
) -> None:
    typed = {"name": "Parkok", "query": "category=parks&find=1&nosuch=7&status=junk"}
    url = at_desk.post("/desk/filters", typed)["Location"]
    saved = SavedFilter.objects.get()
    assert (saved.person, saved.name, saved.query) == (moderator, "Parkok", "category=parks")
    assert url == queue_of(saved).url
    assert found(at_desk, f"queue=filter-{saved.pk}") == {"park"}
    assert "Parkok" in at_desk.get("/desk/").content.decode()
    following = at_desk.post("/desk/next", {"queue": saved.key})["Location"]
    assert following == f"/desk/{reports['park'].reference}?queue=filter-{saved.pk}"
    assert "Parkok" in at_desk.get(following).content.decode()

    at_desk.post(f"/desk/filters/{saved.pk}", {"action": "rename", "name": "Zöld"})
    at_desk.post(f"/desk/filters/{saved.pk}", {"action": "default"})
    assert found(at_desk, "") == {"park"}  # opens first
    assert "Zöld" in at_desk.get("/desk/filters").content.decode()
    at_desk.post(f"/desk/filters/{saved.pk}", {"action": "not_default"})
    assert "plain" in found(at_desk, "")
    at_desk.post(f"/desk/filters/{saved.pk}", {"action": "delete"})
    assert not SavedFilter.objects.exists()
    assert "plain" in found(at_desk, f"queue=filter-{saved.pk}")


def test_one_opens_first_and_names_are_ones_own(
    at_desk: Client, client_of: Callable[[Person], Client], employee: Person
) -> None:
    for name in ("Egy", "Kettő"):
        at_desk.post("/desk/filters", {"name": name, "query": "age=7", "is_default": "on"})
    assert list(SavedFilter.objects.values_list("name", "is_default")) == [("Egy", False), ("Kettő", True)]
    response = at_desk.post("/desk/filters", {"name": "EGY", "query": "age=30"}, headers=EN)
    assert response.status_code == HTTPStatus.BAD_REQUEST
    page = response.content.decode()
    assert "You have a filter of this name already." in page
    assert 'value="age=30"' in page
    assert at_desk.post("/desk/filters", {"name": " ", "query": "age=30"}).status_code == HTTPStatus.BAD_REQUEST
    # Somebody else may use the name, and may not touch these.
    other = client_of(employee)
    assert other.post("/desk/filters", {"name": "Egy", "query": "age=7"}).status_code == HTTPStatus.FOUND
    first = SavedFilter.objects.get(name="Egy", person__email="moderator@example.org")
    assert other.post(f"/desk/filters/{first.pk}", {"action": "delete"}).status_code == HTTPStatus.NOT_FOUND
    assert "Kettő" not in other.get("/desk/").content.decode()
    at_desk.post(f"/desk/filters/{first.pk}", {"action": "rename", "name": "Kettő"})
    first.refresh_from_db()
    assert first.name == "Egy"


def test_no_more_than_twenty(at_desk: Client) -> None:
    for number in range(21):
        response = at_desk.post("/desk/filters", {"name": f"{number}.", "query": "age=7"})
    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert SavedFilter.objects.count() == 20


def test_erasing_a_person_takes_their_filters(at_desk: Client, moderator: Person) -> None:
    at_desk.post("/desk/filters", {"name": "Egy", "query": "q=Kovács"})
    for _twice in range(2):
        erase_person(moderator, keep_reports=True)
        assert not SavedFilter.objects.exists()


def test_queries_do_not_grow(
    at_desk: Client,
    reports: dict[str, Report],
    make_report: MakeReport,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    at_desk.post("/desk/filters", {"name": "Egy", "query": "status=submitted"})
    saved = SavedFilter.objects.get()
    for number in range(5):
        make_report(title=f"{number}.", photos=1)
    # Session, person, memberships, rights; filters kept, all tabs in one; how many, rows, photos, given, claimed;
    # notices, acts of late; options of category, area, body and person; what was chosen of them.
    for query in ("find=1", f"queue=filter-{saved.pk}", "category=pothole"):
        with django_assert_max_num_queries(21):
            at_desk.get(f"/desk/?{query}")

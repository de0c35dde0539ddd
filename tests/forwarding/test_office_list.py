"""The office's list: tabs with counts, what is waited for in words, filters, order, pages, figures, saved views."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Person
from forwarding.office.access import own_cases
from forwarding.office.listing import figures
from forwarding.office.models import SavedView
from forwarding.office.states import Tab
from municipalities.models import Area, Category, Institution, Membership, Unit
from reports.models import Assignment, Report
from tests.forwarding.office import Cases

pytestmark = pytest.mark.django_db
Make = Callable[..., Report]


@pytest.fixture
def cases(make_report: Make, works: Institution, moderator: Person) -> Cases:
    return Cases(make_report, works, moderator)


@pytest.fixture
def at_office(officer: Person, client_of: Callable[[Person], Client]) -> Client:
    return client_of(officer)


def titles(client: Client, **query: Any) -> list[str]:
    """In their order."""
    page = client.get(reverse("office"), query)
    assert page.status_code == 200
    return [row["report"].title for row in page.context["rows"]]


def counts(client: Client, **query: Any) -> dict[str, int]:
    return client.get(reverse("office"), query).context["list"].counts


@pytest.fixture
def one_of_each(cases: Cases) -> Cases:
    cases.sent("késő", due_in=-5)
    cases.sent("sürgős", due_in=3)
    cases.sent("ráér", due_in=20)
    cases.answered("megválaszolt")
    cases.promised("ígért", days=4)
    cases.promised("elmúlt ígéret", days=-2)
    cases.done("kész")
    cases.not_ours("másé")
    cases.closed("lezárt")
    return cases


def test_tabs_and_their_counts_agree(at_office: Client, one_of_each: Cases) -> None:
    expected: dict[Tab, set[str]] = {
        Tab.MINE: set(),
        Tab.UNIT: set(),
        Tab.OPEN: {"késő", "sürgős", "ráér", "megválaszolt", "ígért", "elmúlt ígéret", "kész"},
        Tab.LATE: {"késő", "elmúlt ígéret"},
        Tab.SOON: {"sürgős", "ígért"},
        Tab.UNANSWERED: {"késő", "sürgős", "ráér"},
        Tab.PROMISE_LATE: {"elmúlt ígéret"},
        Tab.CONFIRMATION: {"kész"},
        Tab.NOT_OURS: {"másé"},
        Tab.CLOSED: {"lezárt"},
    }
    for tab, wanted in expected.items():
        assert set(titles(at_office, show=tab)) == wanted, tab
    assert counts(at_office) == {tab.value: len(wanted) for tab, wanted in expected.items()}


def test_the_nearest_deadline_comes_first_and_is_told_in_words(
    client: Client, officer: Person, one_of_each: Cases
) -> None:
    officer.language = "en"
    officer.save()
    client.force_login(officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.cookies["django_language"] = "en"
    page = client.get(reverse("office"))
    words = {row["report"].title: row["deadline"] and row["deadline"].in_words for row in page.context["rows"]}
    assert list(words)[:5] == ["késő", "elmúlt ígéret", "sürgős", "ígért", "ráér"]
    assert words["késő"] == "5 days over"
    assert words["elmúlt ígéret"] == "2 days over"
    assert words["sürgős"] == "3 days left"
    assert words["ígért"] == "4 days left"
    assert words["megválaszolt"] is None
    assert words["kész"] is None
    assert "5 days over" in page.content.decode()


def test_on_the_day_itself(at_office: Client, cases: Cases, time_machine: Any) -> None:
    time_machine.move_to(timezone.localtime().replace(hour=9, minute=0), tick=False)
    cases.sent("ma", due_in=0)
    assert titles(at_office, show="soon") == ["ma"]
    assert titles(at_office, show="late") == []
    time_machine.move_to(timezone.localtime().replace(hour=13, minute=0), tick=False)
    assert titles(at_office, show="late") == ["ma"]
    assert titles(at_office, show="soon") == []


@pytest.fixture
def varied(cases: Cases, parks: Category, other_district: Area) -> Cases:
    cases.sent("Gödör a Rege úton", due_in=3, address="Rege út 4.")
    cases.sent("Pad nélkül", category=parks, area=other_district, point=Point(19.15, 47.45, srid=4326), due_in=9)
    with_photo = cases.sent("Fényképes", photos=1, due_in=20)
    Assignment.objects.filter(pk=with_photo.pk).update(sent_at=timezone.now() - timedelta(days=40))
    cases.promised("Ígért", days=12)
    return cases


def test_filters(at_office: Client, varied: Cases, parks: Category, other_district: Area, works: Institution) -> None:
    reference = Report.objects.get(title="Pad nélkül").reference
    ten_days_ago = (timezone.localdate() - timedelta(days=10)).isoformat()
    wanted: list[tuple[dict[str, Any], set[str]]] = [
        ({"q": "rege"}, {"Gödör a Rege úton"}),
        ({"q": reference.upper()}, {"Pad nélkül"}),
        ({"category": parks.slug}, {"Pad nélkül"}),
        ({"area": other_district.pk}, {"Pad nélkül"}),
        ({"status": "in_progress"}, {"Ígért"}),
        ({"deadline": "7"}, {"Gödör a Rege úton"}),
        ({"deadline": "30"}, {"Gödör a Rege úton", "Pad nélkül", "Fényképes", "Ígért"}),
        ({"deadline": "late"}, set()),
        ({"deadline": "none"}, set()),
        ({"promised": "yes"}, {"Ígért"}),
        ({"promised": "no", "photos": "no"}, {"Gödör a Rege úton", "Pad nélkül"}),
        ({"photos": "yes"}, {"Fényképes"}),
        ({"date_to": ten_days_ago}, {"Fényképes"}),
        ({"date_from": ten_days_ago}, {"Gödör a Rege úton", "Pad nélkül", "Ígért"}),
        ({"q": "nincs ilyen"}, set()),
    ]
    for query, expected in wanted:
        assert set(titles(at_office, **query)) == expected, query
        assert counts(at_office, **query)["open"] == len(expected), query


def test_orders(at_office: Client, varied: Cases) -> None:
    assert titles(at_office)[0] == "Gödör a Rege úton"
    assert titles(at_office, sort="oldest")[0] == "Fényképes"
    assert titles(at_office, sort="newest")[0] == "Ígért"
    assert titles(at_office, sort="area")[-1] == "Pad nélkül"
    assert titles(at_office, sort="status")[0] == "Ígért"
    assert len(titles(at_office, sort="category")) == 4


def test_junk_in_the_address_is_said_and_harms_nothing(at_office: Client, varied: Cases) -> None:
    for query in (
        {"area": "x' OR 1=1"},
        {"area": "99999999999999999999999"},
        {"sort": "constructor"},
        {"show": "everything"},
        {"date_from": "9999-99-99"},
        {"q": "\x00"},
        {"page": "-1"},
        {"category": "nincs"},
        {"body": "1"},
    ):
        assert at_office.get(reverse("office"), query).status_code == 200, query


def test_several_bodies_one_or_all(
    at_office: Client, cases: Cases, officer: Person, gardens: Institution, refuser: Institution
) -> None:
    cases.sent("útkezelőé")
    cases.sent("főkerté", body=gardens)
    assert titles(at_office) == ["útkezelőé"]
    assert titles(at_office, body=gardens.pk) == ["útkezelőé"]  # not theirs: no such filter
    Membership.objects.create(person=officer, role="officer", institution=gardens)
    assert set(titles(at_office)) == {"útkezelőé", "főkerté"}
    assert titles(at_office, body=gardens.pk) == ["főkerté"]
    assert titles(at_office, body=refuser.pk) == []
    page = at_office.get(reverse("office"), {"body": gardens.pk})
    assert page.context["figures"].open == 1
    assert refuser.name not in page.content.decode()


def test_what_others_have_is_nowhere(
    client_of: Callable[[Person], Client], cases: Cases, other_officer: Person, moderator: Person
) -> None:
    case = cases.sent("titkos ügy", is_private=True)
    stranger = client_of(other_officer)
    assert titles(stranger) == []
    assert titles(stranger, q=case.report.reference) == []
    assert titles(client_of(other_officer), area=case.report.area_id) == []
    assert "titkos ügy" not in stranger.get(reverse("office"), {"area": str(case.report.area_id)}).content.decode()
    assert client_of(moderator).get(reverse("office")).status_code == 404


def test_whose_cases(at_office: Client, cases: Cases, officer: Person, works: Institution) -> None:
    colleague = Person.objects.create_user("colleague@example.org", "pw", name="Kolléga")
    Membership.objects.create(person=colleague, role="officer", institution=works)
    depot = Unit.objects.create(institution=works, name="Telep")
    mine, units, theirs, _nobodys = (cases.sent(name) for name in ("enyém", "telepé", "másé", "senkié"))
    Assignment.objects.filter(pk=mine.pk).update(assignee=officer)
    Assignment.objects.filter(pk=units.pk).update(unit=depot)
    Assignment.objects.filter(pk=theirs.pk).update(assignee=colleague)
    assert titles(at_office, show="mine") == titles(at_office, holder="me") == ["enyém"]
    assert titles(at_office, holder="nobody") == ["senkié"]
    assert titles(at_office, holder=f"p{colleague.pk}") == ["másé"]
    assert titles(at_office, holder=f"u{depot.pk}") == ["telepé"]
    assert titles(at_office, show="unit") == []
    officer.memberships.update(unit=depot)
    assert titles(at_office, show="unit") == ["telepé"]
    assert "Kolléga" in at_office.get(reverse("office")).content.decode()


def test_private_cases_are_the_bodys_too(at_office: Client, cases: Cases) -> None:
    cases.sent("titkos ügy", is_private=True)
    assert titles(at_office) == ["titkos ügy"]


def test_many_cases_have_pages_and_cost_no_more(
    at_office: Client, cases: Cases, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(3):
        cases.sent(f"{number}.")
    url = reverse("office")
    at_office.get(url)
    with django_assert_num_queries(QUERIES):
        at_office.get(url)
    for number in range(27):
        cases.sent(f"{number + 3}.")
    with django_assert_num_queries(QUERIES):
        page = at_office.get(url)
    assert len(page.context["rows"]) == 25
    assert re.search(r"page=2", page.content.decode())
    with django_assert_num_queries(QUERIES):
        assert len(at_office.get(url, {"page": 2}).context["rows"]) == 5


QUERIES = 13


def test_figures_in_one_query(
    one_of_each: Cases, officer: Person, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    answered = Assignment.objects.exclude(first_answer_at=None)
    for days, case in enumerate(answered.order_by("pk"), start=1):
        assert case.first_answer_at
        Assignment.objects.filter(pk=case.pk).update(sent_at=case.first_answer_at - timedelta(days=days))
    with django_assert_num_queries(1):
        found = figures(own_cases(officer))
    assert (found.open, found.late) == (7, 2)
    assert found.days_to_answer == pytest.approx(3.5)  # of 1, 2, 3, 4, 5, 6
    Assignment.objects.update(first_answer_at=timezone.now() - timedelta(days=91))
    assert figures(own_cases(officer)).days_to_answer is None


# -- Views that are kept ---------------------------------------------------------------------------------------


def test_a_view_is_kept_opened_renamed_deleted(at_office: Client, varied: Cases, officer: Person) -> None:
    views = reverse("office_views")
    query = "q=rege&show=soon&page=7&nonsense=1&status=nosuch"
    assert b"q=rege" in at_office.get(f"{views}?{query}").content
    kept = at_office.post(views, {"name": "Az én utcám", "query": query})
    view = SavedView.objects.get()
    assert (view.query, view.person, view.shared_with) == ("q=rege&show=soon", officer, None)
    assert kept.headers["Location"] == f"{reverse('office')}?q=rege&show=soon"
    assert "Az én utcám" in at_office.get(kept.headers["Location"]).content.decode()
    assert at_office.post(views, {"name": "az én UTCÁM", "query": query}).status_code == 400
    assert at_office.post(views, {"name": "", "query": query}).status_code == 400
    at_office.post(reverse("office_view", args=[view.pk]), {"name": "Rege út", "action": "keep"})
    view.refresh_from_db()
    assert view.name == "Rege út"
    at_office.post(reverse("office_view", args=[view.pk]), {"action": "delete"})
    assert not SavedView.objects.exists()


def test_a_view_is_shared_with_ones_own_body_only(
    at_office: Client,
    client_of: Callable[[Person], Client],
    varied: Cases,
    works: Institution,
    gardens: Institution,
    other_officer: Person,
) -> None:
    colleague = Person.objects.create_user("colleague@example.org", "pw", name="Kolléga")
    Membership.objects.create(person=colleague, role="officer", institution=works)
    views = reverse("office_views")
    assert at_office.post(views, {"name": "a", "query": "q=a", "shared_with": gardens.pk}).status_code == 400
    at_office.post(views, {"name": "Közös", "query": "show=late", "shared_with": works.pk})
    at_office.post(views, {"name": "Titkos nézet", "query": "show=soon"})
    theirs = client_of(colleague).get(reverse("office")).content.decode()
    assert "Közös" in theirs
    assert "Titkos nézet" not in theirs
    assert "Közös" not in client_of(other_officer).get(reverse("office")).content.decode()
    shared = SavedView.objects.get(name="Közös")
    assert client_of(colleague).post(reverse("office_view", args=[shared.pk]), {"action": "delete"}).status_code == 404
    assert client_of(other_officer).post(reverse("office_view", args=[shared.pk])).status_code == 404


def test_there_is_an_end_to_views(at_office: Client, officer: Person) -> None:
    SavedView.objects.bulk_create(SavedView(person=officer, name=f"{n}", query="show=late") for n in range(20))
    assert at_office.post(reverse("office_views"), {"name": "még", "query": "show=soon"}).status_code == 400

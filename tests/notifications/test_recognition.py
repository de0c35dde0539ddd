"""Every kind of help is counted once, from what there is; anonymous reports show nowhere; nobody is named unasked."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from accounts.erasure import erase_person, export_person
from accounts.models import Person
from accounts.profiles import change_profile
from forwarding.actions import answer_report, say_done, send_report
from municipalities.models import Area, Institution
from notifications.recognition import count_help
from notifications.recognition_models import Badge, Contribution, Help
from notifications.tasks import count_help as nightly
from notifications.thanks import helpers, together
from reports.actions_desk import ask_info, hide_report
from reports.actions_follow import follow_report, support_report
from reports.actions_photos import add_photos, review_photo
from reports.actions_reporter import give_info, hide_name
from reports.actions_sightings import accept_sighting, undo_sighting
from reports.actions_solved import confirm_solved
from reports.models import Assignment, Comment, Follow, Photo, Report, Sighting

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def public(make_report: Callable[..., Report], works: Institution, moderator: Person) -> Callable[..., Report]:
    """A published report with its reporter's name, unless said otherwise."""

    def build(**fields: Any) -> Report:
        report = make_report(**{"show_name": True, "reporter_name": "Rita Bejelentő", **fields})
        send_report(report, works, actor=moderator)
        return Report.objects.get(pk=report.pk)

    return build


def seen(person: Person, name: str = "Rita B.", **changes: Any) -> Person:
    options = {"is_public": True, "is_findable": False, "in_lists": True, **changes}
    return change_profile(person, name=name, **options)


def levels(person: Person) -> dict[str, tuple[int, int]]:
    return {badge.kind: (badge.level, badge.shown_level) for badge in Badge.objects.filter(person=person)}


# -- Counting -----------------------------------------------------------------------------------------------


def test_every_kind_of_help_has_its_badge(
    public: Callable[..., Report],
    make_report: Callable[..., Report],
    reporter: Person,
    neighbour: Person,
    moderator: Person,
    officer: Person,
    works: Institution,
    upload: Callable[..., Photo],
) -> None:
    asked = make_report(show_name=True)
    ask_info(asked, "Melyik oldalon?", actor=moderator)
    give_info(asked, "A bal oldalon.", actor=reporter)
    assignment = send_report(asked, works, actor=moderator)
    [photo] = [upload()]
    photo.uploaded_by = reporter
    photo.save()
    add_photos(Report.objects.get(pk=asked.pk), [photo], actor=reporter)
    count_help()
    assert Help.PHOTO not in levels(reporter)  # nobody has looked at it yet
    review_photo(photo, True, actor=moderator)
    answer_report(assignment, "Megnézzük.", actor=officer)
    say_done(assignment, "Kész.", actor=officer)
    confirm_solved(asked, actor=reporter)
    other = public()
    support_report(other, neighbour)
    for month in (9, 10):
        with time_machine.travel(f"2026-{month}-05T12:00Z", tick=False):
            follow_report(public(), neighbour)

    nightly()

    assert set(levels(reporter)) == {Help.REPORT, Help.INFO, Help.PHOTO, Help.CONFIRM}
    assert set(levels(neighbour)) == {Help.SUPPORT, Help.FOLLOW}
    assert set(levels(officer)) == set(levels(moderator)) == set()


def test_accepted_proofs_count_until_they_are_taken_back(
    public: Callable[..., Report], neighbour: Person, moderator: Person, upload: Callable[..., Photo]
) -> None:
    report = public()
    row = {"report": report, "author": neighbour, "is_solved": True, "report_status": report.status}
    sighting = Sighting.objects.create(**row, status="waiting", created_at=timezone.now())
    upload_row = upload()
    upload_row.report, upload_row.sighting, upload_row.kind = report, sighting, Photo.Kind.PROOF
    upload_row.is_hidden = upload_row.awaits_review = True
    upload_row.save()
    count_help()
    assert levels(neighbour) == {}
    accept_sighting(sighting, actor=moderator)
    count_help()
    assert levels(neighbour) == {Help.PROOF: (1, 1)}
    undo_sighting(sighting, actor=moderator)
    count_help()
    assert levels(neighbour) == {}


def test_comments_on_reports_of_others_count_once_each_and_named_ones_are_shown(
    public: Callable[..., Report], reporter: Person, neighbour: Person, stranger: Person
) -> None:
    report, now = public(), timezone.now()
    shown = {"report": report, "status": "shown", "created_at": now, "shown_at": now}
    for _number in range(6):
        Comment.objects.create(**shown, author=neighbour, name="Norbert")
    Comment.objects.create(**shown, author=stranger)
    Comment.objects.create(**shown, author=reporter, name="Rita")
    Comment.objects.create(**{**shown, "status": "hidden"}, author=reporter, name="Rita")
    count_help()
    assert levels(neighbour) == {Help.COMMENT: (1, 1)}
    assert levels(stranger) == {Help.COMMENT: (1, 0)}
    assert Help.COMMENT not in levels(reporter)


def test_counting_again_changes_nothing(public: Callable[..., Report], reporter: Person) -> None:
    for _number in range(5):
        public()
    count_help()
    before = list(Badge.objects.values()), list(Contribution.objects.order_by("pk").values("kind", "acts", "shown"))
    count_help()
    after = list(Badge.objects.values()), list(Contribution.objects.order_by("pk").values("kind", "acts", "shown"))
    assert after == before
    assert levels(reporter) == {Help.REPORT: (2, 2)}


def test_since_moves_only_when_the_level_rises(public: Callable[..., Report], reporter: Person) -> None:
    with time_machine.travel("2026-09-15T12:00Z", tick=False):
        public()
    with time_machine.travel("2026-10-15T12:00Z", tick=False):
        count_help()
        assert Badge.objects.get().since == date(2026, 9, 1)
        for _number in range(4):
            public()
        count_help()
        assert (Badge.objects.get().level, Badge.objects.get().since) == (2, date(2026, 10, 15))
    with time_machine.travel("2026-11-15T12:00Z", tick=False):
        public()
        count_help()
        assert Badge.objects.get().since == date(2026, 10, 15)


def test_a_month_is_the_sites_own(public: Callable[..., Report]) -> None:
    with time_machine.travel("2026-10-31T23:30Z", tick=False):  # half past midnight in Budapest
        public()
    count_help()
    assert Contribution.objects.get().month == date(2026, 11, 1)


def test_what_is_hidden_or_taken_back_drops_out(
    public: Callable[..., Report], reporter: Person, moderator: Person
) -> None:
    report = public()
    count_help()
    assert levels(reporter)
    hide_report(report, "", actor=moderator)
    count_help()
    assert levels(reporter) == {}
    assert not Contribution.objects.exists()


@pytest.mark.parametrize("fields", [{"is_private": True}, {"confirmed": False}])
def test_private_and_waiting_reports_count_for_nothing(
    make_report: Callable[..., Report], fields: dict[str, bool]
) -> None:
    make_report(**fields)
    count_help()
    assert not Contribution.objects.exists()


def test_own_report_is_neither_supported_nor_followed(public: Callable[..., Report], reporter: Person) -> None:
    report = public()
    follow_report(report, reporter)
    support_report(report, reporter)
    count_help()
    assert set(levels(reporter)) == {Help.REPORT}


def test_following_is_steady_in_one_neighbourhood_and_not_many_presses(
    public: Callable[..., Report], neighbour: Person, stranger: Person, district: Area, other_district: Area
) -> None:
    for area in (district, other_district):
        month = 9 if area == district else 10
        with time_machine.travel(f"2026-{month}-05T12:00Z", tick=False):
            follow_report(public(area=area), neighbour)  # one month here, one there
    for _press in range(30):
        follow_report(public(), stranger)  # thirty in one month
    count_help()
    assert levels(neighbour) == levels(stranger) == {}
    with time_machine.travel("2026-10-05T12:00Z", tick=False):
        follow_report(public(), neighbour)
    count_help()
    assert levels(neighbour) == {Help.FOLLOW: (1, 1)}
    assert Follow.objects.filter(person=stranger).count() == 30


def test_acts_for_an_anonymous_report_are_ones_own_secret(
    public: Callable[..., Report], reporter: Person, officer: Person
) -> None:
    report = public(show_name=False)
    assignment = Assignment.objects.get(report=report)
    answer_report(assignment, "Megnézzük.", actor=officer)
    say_done(assignment, "Kész.", actor=officer)
    confirm_solved(report, actor=reporter)
    seen(reporter)
    count_help()

    assert levels(reporter) == {Help.REPORT: (1, 0), Help.CONFIRM: (1, 0)}
    assert helpers(month=None, area=None) == []
    page = Client().get("/people/rita-b", headers=ENGLISH).content.decode()
    assert report.reference not in page
    assert "How they help" not in page


def test_hiding_the_name_takes_the_report_off_the_profile_at_once(
    public: Callable[..., Report], reporter: Person
) -> None:
    report = public()
    seen(reporter)
    assert report.reference in Client().get("/people/rita-b").content.decode()
    hide_name(report, actor=reporter)
    assert report.reference not in Client().get("/people/rita-b").content.decode()
    count_help()
    assert levels(reporter) == {Help.REPORT: (1, 0)}


# -- The lists ----------------------------------------------------------------------------------------------


def test_many_ways_come_before_many_acts(
    public: Callable[..., Report], reporter: Person, neighbour: Person, stranger: Person
) -> None:
    rows = [public() for _number in range(6)]
    mine = public(reporter=neighbour, reporter_name="Norbert")
    support_report(rows[0], neighbour)
    support_report(mine, stranger)
    count_help()
    for person, name in ((reporter, "Sok"), (neighbour, "Sokféle"), (stranger, "Titkos")):
        seen(person, name, is_public=person != stranger)

    found = helpers(month=timezone.localdate().replace(day=1), area=None)

    assert [(helper.name, helper.ways) for helper in found] == [
        ("Sokféle", [Help.REPORT, Help.SUPPORT]),
        ("Sok", [Help.REPORT]),
    ]
    counted = {row["help"]: (row["people"], row["acts"]) for row in together(month=None, area=None)}
    assert counted == {Help.REPORT: (2, 7), Help.SUPPORT: (2, 2)}
    page = Client().get("/thanks?month=all", headers=ENGLISH).content.decode()
    assert "<p>published reports</p>" in page  # 7 of them; badges have names of another kind


@pytest.mark.parametrize("kind", Help)
def test_each_kind_is_counted_in_words(kind: Help) -> None:
    with override("en"):
        assert kind.counted(1) != kind.counted(2)
        assert kind.counted(2) != kind.label


def test_by_month_and_area(
    public: Callable[..., Report], reporter: Person, district: Area, other_district: Area, city: Area
) -> None:
    with time_machine.travel("2026-10-05T12:00Z", tick=False):
        public(area=district)
    seen(reporter)
    count_help()
    october, november = date(2026, 10, 1), date(2026, 11, 1)
    assert len(helpers(month=october, area=district)) == 1
    assert len(helpers(month=october, area=city)) == 1
    assert helpers(month=october, area=other_district) == []
    assert helpers(month=november, area=None) == []


def test_one_press_leaves_the_lists_and_joins_them(
    public: Callable[..., Report], reporter: Person, client_of: Callable[..., Client]
) -> None:
    public()
    seen(reporter)
    count_help()
    client = client_of(reporter)
    assert "Rita B." in client.get("/thanks?month=all").content.decode()
    for join, is_there in (("0", False), ("0", False), ("1", True)):
        response = client.post("/my/profile/lists", {"join": join}, follow=True, headers=ENGLISH)
        assert ("You have left the lists." in response.content.decode()) != is_there
        assert ("Rita B." in Client().get("/thanks?month=all").content.decode()) == is_there
        assert Client().get("/people/rita-b").status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "month=junk",
        "month=2026-99",
        "area=junk",
        "area=99999999999999999999",
        "area=²",
        "month=\x00&area=%00",
        "month=all&area=0",
    ],
)
def test_junk_in_the_address_of_the_lists(client: Client, query: str) -> None:
    assert client.get(f"/thanks?{query}").status_code == 200


def test_lists_cost_the_same_for_many(
    public: Callable[..., Report], reporter: Person, neighbour: Person, django_assert_num_queries: Any
) -> None:
    people = [reporter, neighbour, *(Person.objects.create_user(f"p{n}@example.org") for n in range(8))]
    for number, person in enumerate(people):
        public(reporter=person)
        seen(person, f"Név {number}")
    count_help()
    client = Client()
    client.get("/thanks")  # the names of the areas are remembered for some minutes
    with django_assert_num_queries(3):  # areas, helpers, together
        page = client.get("/thanks").content.decode()
    assert page.count("/people/") == 10


# -- The profile --------------------------------------------------------------------------------------------


def test_nobody_has_a_page_unasked(reporter: Person, client_of: Callable[..., Client]) -> None:
    assert not reporter.profile_public
    page = client_of(reporter).get("/my/profile", headers=ENGLISH).content.decode()
    assert "Nobody but you sees this" in page
    assert Client().get("/people/rita-bejelento").status_code == 404


def profile_form(**changes: str) -> dict[str, str]:
    return {"is_public": "on", "name": "Rita B.", "in_lists": "on", **changes}


def test_switched_on_and_off(public: Callable[..., Report], reporter: Person, client_of: Callable[..., Client]) -> None:
    report = public()
    client = client_of(reporter)
    response = client.post("/my/profile", profile_form())
    assert (response.status_code, response["Location"]) == (302, "/my/profile")

    page = Client().get("/people/rita-b", headers=ENGLISH)
    words = page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert 'name="robots"' in words
    assert report.reference in words
    assert reporter.email not in words

    client.post("/my/profile", {"name": "Rita B.", "in_lists": "on"})
    assert Client().get("/people/rita-b").status_code == 404
    assert client.get("/people/rita-b").status_code == 404
    assert "Rita" not in Client().get("/thanks?month=all").content.decode()


def test_found_by_search_engines_only_if_wanted(reporter: Person) -> None:
    seen(reporter, is_findable=True)
    assert 'name="robots"' not in Client().get("/people/rita-b").content.decode()


def test_public_needs_a_name(reporter: Person, client_of: Callable[..., Client]) -> None:
    response = client_of(reporter).post("/my/profile", profile_form(name="  "))
    assert set(response.context["form"].errors) == {"name"}
    reporter.refresh_from_db()
    assert not reporter.profile_public


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "Ő", "🌳", "a\nb", "x" * 60, "日本", "-", "../admin"])
def test_any_name_has_an_address_and_is_escaped(reporter: Person, client_of: Callable[..., Client], name: str) -> None:
    client_of(reporter).post("/my/profile", profile_form(name=name))
    reporter.refresh_from_db()
    assert reporter.profile_slug
    page = Client().get(f"/people/{reporter.profile_slug}")
    assert page.status_code == 200
    assert "<script>alert" not in page.content.decode()


@pytest.mark.parametrize("name", ["x" * 61, "a\x00b"])
def test_names_that_cannot_be(reporter: Person, client_of: Callable[..., Client], name: str) -> None:
    assert client_of(reporter).post("/my/profile", profile_form(name=name)).context["form"].errors


def test_two_of_the_same_name_and_a_new_name(reporter: Person, neighbour: Person) -> None:
    first, second = seen(reporter), seen(neighbour)
    assert first.profile_slug == "rita-b"
    assert second.profile_slug.startswith("rita-b-")
    again = seen(neighbour)
    assert again.profile_slug == second.profile_slug
    renamed = seen(reporter, "Róza")
    assert renamed.profile_slug == "roza"
    assert Client().get("/people/rita-b").status_code == 404


def test_inactive_people_have_no_page(reporter: Person) -> None:
    seen(reporter)
    Person.objects.filter(pk=reporter.pk).update(is_active=False)
    assert Client().get("/people/rita-b").status_code == 404


def test_page_of_a_person_costs_the_same_for_many_reports(
    public: Callable[..., Report], reporter: Person, django_assert_num_queries: Any
) -> None:
    for _number in range(8):
        public(photos=1)
    seen(reporter)
    count_help()
    with django_assert_num_queries(6):  # person, count, solved, badges, reports, photos
        Client().get("/people/rita-b")


def test_archive_holds_it_and_erasure_takes_it(
    public: Callable[..., Report], reporter: Person, client_of: Callable[..., Client]
) -> None:
    public()
    reporter = seen(reporter)
    count_help()
    held = export_person(reporter)["recognition"]
    assert held["profile"]["name"] == "Rita B."
    assert [badge["kind"] for badge in held["badges"]] == ["report"]
    assert [row["area__name"] for row in held["contributions"]] == ["Belváros"]

    erase_person(reporter, keep_reports=True)
    erase_person(reporter, keep_reports=True)
    count_help()

    reporter.refresh_from_db()
    assert (reporter.profile_name, reporter.profile_slug, reporter.profile_public) == ("", "", False)
    assert not Badge.objects.exists()
    assert not Contribution.objects.exists()
    assert Client().get("/people/rita-b").status_code == 404

"""Is it reported already? What is offered while one writes, why, and what never is."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.gis.geos import Point
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import Person
from municipalities.models import Area, Category
from notifications.models import FollowRequest
from reports.lookalikes import Lookalike, Sign, lookalike_reports, stems_of
from reports.models import Photo, Report, Support
from reports.uploads import store_photo

from .filling import NEW, fields, sent_to_done
from .pictures import encode, four_corners, scene

pytestmark = pytest.mark.django_db

HERE = Point(19.05, 47.45, srid=4326)
METRE = 1 / 111_200  # degrees of latitude
WORDS = "Mély kátyú a sarkon, veszélyes, balesetet okozhat"


def north(metres: float) -> Point:
    return Point(19.05, 47.45 + metres * METRE, srid=4326)


@pytest.fixture
def publish(make_report: Callable[..., Report]) -> Callable[..., Report]:
    def build(metres: float = 10, **values: Any) -> Report:
        given = [name for name in ("status", "closed_at", "is_private") if name in values]
        state: dict[str, Any] = {name: values.pop(name) for name in given}
        report = make_report(point=north(metres), **values)
        state = {"status": "sent", "published_at": timezone.now(), **state}
        if state["status"] == "solved":
            state["proof"] = "stated"
        Report.objects.filter(pk=report.pk).update(**state)
        report.refresh_from_db()
        return report

    return build


def look(person: Any = None, point: Point = HERE, **options: Any) -> list[Lookalike]:
    return lookalike_reports(person or AnonymousUser(), point, **options)


def test_near_one_of_the_same_kind_and_words_is_offered_with_its_reasons(
    publish: Callable[..., Report], potholes: Category
) -> None:
    report = publish(12)
    [found] = look(category=potholes, words=WORDS)
    assert found.report == report
    assert found.metres == 12
    assert found.signs == (Sign.NEAR, Sign.SAME_KIND, Sign.SAME_WORDS)
    assert found.reasons[0].startswith("12 m")


def test_another_problem_at_the_same_place_is_not(publish: Callable[..., Report], parks: Category) -> None:
    publish(3)
    assert look(), "so near, and nothing else is known"
    assert not look(category=parks, words="Kiszáradt bokrok locsolása és gondozatlan virágágyás")


def test_radius_is_the_categorys_own(publish: Callable[..., Report], potholes: Category, settings: Any) -> None:
    publish(200)
    assert not look(category=potholes, words=WORDS)
    potholes.similar_metres = 700
    potholes.save()
    assert look(category=potholes, words=WORDS)
    assert look(words=WORDS), "nothing is chosen: the report's own category has the say"
    potholes.similar_metres = 100
    potholes.save()
    assert not look(category=potholes, words=WORDS)


def test_likeliest_first_and_no_more_than_asked_for(publish: Callable[..., Report], potholes: Category) -> None:
    far, near, middle = publish(45), publish(5), publish(25)
    assert [one.report for one in look(category=potholes, words=WORDS)] == [near, middle, far]
    assert [one.report for one in look(category=potholes, words=WORDS, limit=1)] == [near]


@pytest.mark.parametrize("viewer", ["anonymous", "reporter", "moderator", "employee"])
def test_only_what_everybody_may_see(
    request: pytest.FixtureRequest,
    publish: Callable[..., Report],
    make_report: Callable[..., Report],
    potholes: Category,
    viewer: str,
) -> None:
    publish(5, is_private=True)
    publish(5, status="hidden")
    publish(5, kind="question")
    make_report(point=HERE)
    make_report(point=HERE, confirmed=False)
    person = AnonymousUser() if viewer == "anonymous" else request.getfixturevalue(viewer)
    assert look(person, category=potholes, words=WORDS) == []


def test_lately_closed_ones_are_offered_and_old_ones_not(
    publish: Callable[..., Report], potholes: Category, settings: Any
) -> None:
    publish(5, status="solved", closed_at=timezone.now() - settings.SIMILAR_CLOSED - timedelta(days=1))
    assert not look(category=potholes, words=WORDS)
    lately = publish(5, status="solved", closed_at=timezone.now() - timedelta(days=3))
    assert [one.report for one in look(category=potholes, words=WORDS)] == [lately]


# -- Photos -------------------------------------------------------------------------------------------------


def photo_of(report: Report | None, size: tuple[int, int] = (640, 480), **values: Any) -> Photo:
    photo = store_photo(BytesIO(encode(scene(*size), "JPEG")))
    Photo.objects.filter(pk=photo.pk).update(report=report, **values)
    photo.refresh_from_db()
    return photo


def test_photo_that_looks_alike_speaks_for_it(publish: Callable[..., Report]) -> None:
    report = publish(100)
    hashes = [photo_of(None, (800, 600)).likeness or 0]
    other = store_photo(BytesIO(encode(four_corners(640, 480), "JPEG"))).likeness or 0
    photo_of(report)
    assert not look(words="Valami egészen más van ideírva")
    assert not look(photo_hashes=[other])
    [found] = look(photo_hashes=[other, *hashes])
    assert found.signs == (Sign.NEAR, Sign.LOOKS_ALIKE)


@pytest.mark.parametrize("values", [{"is_hidden": True}, {"kind": "answer"}, {"report": None}])
def test_hidden_unclaimed_and_answers_photos_match_nothing(
    publish: Callable[..., Report], values: dict[str, Any]
) -> None:
    hashes = [photo_of(None).likeness or 0]
    Photo.objects.filter(pk=photo_of(publish(100)).pk).update(**values)
    assert not look(photo_hashes=hashes)


def test_far_below_zero_is_compared_rightly(publish: Callable[..., Report]) -> None:
    """The sign is a bit like any other."""
    report = publish(100)
    photo_of(report, likeness=-1)
    assert look(photo_hashes=[-1])
    assert look(photo_hashes=[2**63 - 1])  # one bit
    assert not look(photo_hashes=[0])


# -- Cost ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 8])
def test_queries_are_fixed(
    publish: Callable[..., Report], potholes: Category, django_assert_num_queries: Any, count: int
) -> None:
    for _number in range(count):
        photo_of(publish(5))
    anonymous = AnonymousUser()
    with django_assert_num_queries(2):  # reports, photos
        found = look(anonymous, category=potholes, words=WORDS, photo_hashes=[1, 2])
        assert all(str(one.report.category) and one.report.area and one.reasons for one in found)
    with django_assert_num_queries(2):  # the widest radius, reports
        look(anonymous)


def test_index_of_places_finds_them(publish: Callable[..., Report]) -> None:
    publish()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        # With one row every index costs the same; only what this query is for shall be left to choose.
        others = [index.name for index in Report._meta.indexes if index.name != "report_place"]
        cursor.execute(f"DROP INDEX {', '.join(others)}")
        near = Report.objects.published().near(HERE, metres=150, recent_since=timezone.now())
        assert "report_place" in near.explain()


def test_stems() -> None:
    assert stems_of("Kátyúk a Fő utcában!") == stems_of("KÁTYÚ, kátyú") == {"katyu"}
    assert stems_of("\x00 12 utca") == set()


# -- While one writes ---------------------------------------------------------------------------------------

URL = "/report/similar"


def test_piece_for_the_form(client: Client, publish: Callable[..., Report]) -> None:
    report = publish(8)
    place = {"latitude": "47.45", "longitude": "19.05", "description": WORDS}
    page = client.post(URL, place).content.decode()
    assert report.heading in page
    assert f'name="similar_seen" value="{report.reference}"' in " ".join(page.split())
    assert f"/reports/{report.reference}/news" in page  # a guest says where to write to
    assert client.post(URL, {**place, "latitude": "47.49"}).content == b""
    assert client.get(URL).status_code == 405


@pytest.mark.parametrize("junk", ["", "\x00", "NaN", "1e999", "-1", "x" * 9000])
def test_junk_finds_nothing(client: Client, publish: Callable[..., Report], junk: str) -> None:
    names = ("latitude", "longitude", "category", "title", "description", "kept_photos")
    response = client.post(URL, dict.fromkeys(names, junk))
    assert (response.status_code, response.content) == (200, b"")
    place = {"latitude": "47.45", "longitude": "19.05"}
    assert client.post(URL, {**dict.fromkeys(names, junk), **place}).status_code == 200


def test_photo_that_went_up_is_looked_at_too(client: Client, publish: Callable[..., Report]) -> None:
    report = publish(100)
    photo_of(report)
    picture = SimpleUploadedFile("a.jpg", encode(scene(640, 480), "JPEG"))
    token = client.post("/report/photos", {"photo": picture}).json()["token"]
    place = {"latitude": "47.45", "longitude": "19.05", "kept_photos": token}
    assert report.reference in client.post(URL, place).content.decode()
    assert Client().post(URL, place).content == b""  # nobody else's photo


# -- Before it is sent --------------------------------------------------------------------------------------


def test_asked_once_before_a_report_is_taken(client: Client, publish: Callable[..., Report]) -> None:
    other = publish(8)
    form = fields(description=WORDS)
    response = client.post(NEW, form)
    assert response.status_code == 200
    assert Report.objects.count() == 1
    page = " ".join(response.content.decode().split())
    assert f'name="similar_seen" value="{other.reference}"' in page
    assert WORDS in page
    assert form["submission"] in page

    Report.objects.exclude(pk=other.pk).delete()
    answered = client.post(NEW, {**form, "similar_seen": other.reference})
    assert answered.status_code == 302
    assert Report.objects.filter(submission=uuid.UUID(form["submission"])).count() == 1


@pytest.mark.parametrize(
    "change",
    [{"kind": "praise"}, {"kind": "question"}, {"description": "Kiszáradt bokrok és virágok", "latitude": "47.451"}],
)
def test_not_asked_where_nothing_is_like_it(
    client: Client, publish: Callable[..., Report], change: dict[str, str]
) -> None:
    publish(8)
    assert client.post(NEW, fields(**{"description": WORDS, **change})).status_code == 302


def test_private_matter_is_not_compared(
    client: Client, publish: Callable[..., Report], secret_matters: Category
) -> None:
    publish(8)
    assert client.post(NEW, fields(description=WORDS, category=str(secret_matters.pk))).status_code == 302


def test_me_too_in_one_press(
    client: Client, client_of: Callable[[Person | None], Client], publish: Callable[..., Report], neighbour: Person
) -> None:
    """The buttons post the whole form to the report's own addresses."""
    report = publish(8)
    signed_in = client_of(neighbour)
    assert f"/reports/{report.reference}/support" in signed_in.post(NEW, fields(description=WORDS)).content.decode()
    form = {**fields(description=WORDS), "wish": "support"}
    response = signed_in.post(f"/reports/{report.reference}/support", form, follow=True)
    assert response.redirect_chain[0][0] == report.get_absolute_url()
    assert Support.objects.get().person == neighbour

    client.post(f"/reports/{report.reference}/news", form)
    asked = FollowRequest.objects.get()
    assert (asked.email, asked.is_support) == ("guest@example.org", True)
    assert Report.objects.count() == 1


def test_first_report_anywhere_goes_straight_through(client: Client, district: Area) -> None:
    sent_to_done(client.post(NEW, fields(description=WORDS)))

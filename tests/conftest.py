"""The cast: who takes part in every story of these tests.

Reporter writes, neighbour follows, stranger looks on; moderator works at the desk; officer answers for
`works`, other_officer for `gardens`; employee runs the house. Places are squares named by their role.
"""

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.db import connection
from django.test import Client, TransactionTestCase
from PIL import Image

from accounts.models import Person
from forwarding.actions import send_report
from municipalities.models import Area, Category, Contact, Institution, Membership, Responsibility
from reports.actions_sending import submit_report
from reports.models import Assignment, Photo, Report
from reports.uploads import store_photo
from tests.emptying import empty_tables

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


def square(west: float, south: float, side: float = 0.1) -> MultiPolygon:
    return MultiPolygon(Polygon.from_bbox((west, south, west + side, south + side)), srid=4326)


@pytest.fixture(scope="session", autouse=True)
def _quickly_emptied() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty_tables)
        yield


@pytest.fixture(scope="session", autouse=True)
def _last_one_out(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Threads of test servers may still hold a connection when the database of the tests is dropped."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    cards = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": str(tmp_path)}
    settings.CACHES = {**settings.CACHES, "cards": cards}


@pytest.fixture(autouse=True)
def _fast_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _told_at_once(request: pytest.FixtureRequest, settings: Any) -> None:
    """Where real workers send, nobody waits for the time in which a moderator may undo."""
    if "real" in request.keywords or "browser" in request.keywords:
        settings.UNDO_SECONDS = 0


@pytest.fixture(autouse=True)
def _no_case_files(settings: Any) -> None:
    """Half a second for each letter; the tests of the case file switch them on."""
    settings.CASE_FILES = False


@pytest.fixture(autouse=True)
def _no_geocoder(settings: Any) -> None:
    settings.GEOCODER_URL = ""


@pytest.fixture(autouse=True)
def _plain_static(settings: Any, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def announced(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """What would have been announced to the broker, in place of a broker."""
    calls: list[tuple[str, int]] = []
    monkeypatch.setattr("reports.outbox._send_task", lambda task, row_id: calls.append((task, row_id)))
    return calls


@pytest.fixture(autouse=True)
def _no_broker(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Most tests look at rows; those marked `real` speak with the real broker."""
    if "real" not in request.keywords and "browser" not in request.keywords:
        monkeypatch.setattr("reports.outbox._send_task", lambda task, row_id: None)


# -- Places, categories, bodies -----------------------------------------------------------------------------


@pytest.fixture
def city(db: None) -> Area:
    city = Area.objects.create(kind="county", name="Egyváros", code="01", is_served=False)
    city.set_shape(square(19.0, 47.4, 0.2))
    return city


@pytest.fixture
def district(city: Area) -> Area:
    """The square 19.0–19.1 × 47.4–47.5."""
    district = Area.objects.create(kind="district", name="Belváros", code="001", parent=city)
    district.set_shape(square(19.0, 47.4))
    return district


@pytest.fixture
def other_district(city: Area) -> Area:
    """The square east of `district`."""
    district = Area.objects.create(kind="district", name="Külváros", code="002", parent=city)
    district.set_shape(square(19.1, 47.4))
    return district


@pytest.fixture
def potholes(db: None) -> Category:
    return Category.objects.create(slug="pothole", names={"hu": "Kátyú", "en": "Pothole"}, icon="construction")


@pytest.fixture
def parks(db: None) -> Category:
    return Category.objects.create(slug="parks", names={"hu": "Park", "en": "Park"}, icon="trees")


@pytest.fixture
def secret_matters(db: None) -> Category:
    return Category.objects.create(slug="secret", names={"hu": "Bizalmas", "en": "Confidential"}, is_private=True)


@pytest.fixture
def works(db: None) -> Institution:
    institution = Institution.objects.create(name="Egyváros Útkezelő", kind="road")
    Contact.objects.create(institution=institution, address="ugyfel@utkezelo.example")
    return institution


@pytest.fixture
def gardens(db: None) -> Institution:
    institution = Institution.objects.create(name="Egyváros Főkert", kind="utility")
    Contact.objects.create(institution=institution, address="info@fokert.example")
    return institution


@pytest.fixture
def refuser(db: None) -> Institution:
    return Institution.objects.create(name="Egyváros Hallgató Hivatal", refuses=True, refusal_note="Csak postán.")


@pytest.fixture
def rule(district: Area, potholes: Category, works: Institution) -> Responsibility:
    return Responsibility.objects.create(area=district, category=potholes, institution=works, answer_days=15)


# -- People -------------------------------------------------------------------------------------------------


@pytest.fixture
def reporter(db: None) -> Person:
    return Person.objects.create_user("reporter@example.org", "pw", name="Rita Bejelentő", language="hu")


@pytest.fixture
def neighbour(db: None) -> Person:
    return Person.objects.create_user("neighbour@example.org", "pw", name="Norbert Szomszéd", language="en")


@pytest.fixture
def stranger(db: None) -> Person:
    return Person.objects.create_user("stranger@example.org", "pw", name="Sári Idegen")


@pytest.fixture
def moderator(city: Area) -> Person:
    person = Person.objects.create_user("moderator@example.org", "pw", name="Mónika Moderátor")
    Membership.objects.create(person=person, role="moderator", area=city)
    return person


@pytest.fixture
def officer(works: Institution) -> Person:
    person = Person.objects.create_user("officer@example.org", "pw", name="Ottó Ügyintéző")
    Membership.objects.create(person=person, role="officer", institution=works)
    return person


@pytest.fixture
def other_officer(gardens: Institution) -> Person:
    person = Person.objects.create_user("other-officer@example.org", "pw", name="Olga Kertész")
    Membership.objects.create(person=person, role="officer", institution=gardens)
    return person


@pytest.fixture
def employee(db: None) -> Person:
    return Person.objects.create_user("employee@example.org", "pw", name="Emese Munkatárs", is_staff=True)


@pytest.fixture
def client_of() -> Callable[[Person | None], Client]:
    """A browser in which this person (or nobody) is signed in."""

    def build(person: Person | None) -> Client:
        client = Client()
        if person:
            client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return build


# -- Reports ------------------------------------------------------------------------------------------------


def jpeg(colour: str = "#886644", size: tuple[int, int] = (64, 48)) -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, "JPEG")
    file.seek(0)
    file.name = "photo.jpg"
    return file


@pytest.fixture
def upload(db: None) -> Callable[..., Photo]:
    return lambda colour="#886644": store_photo(jpeg(colour))


@pytest.fixture
def make_report(district: Area, potholes: Category, reporter: Person) -> Callable[..., Report]:
    """A report in the queue: `submitted`, with place, title and category unless said otherwise."""

    def build(*, photos: int = 0, confirmed: bool = True, **fields: Any) -> Report:
        values: dict[str, Any] = {
            "title": "Kátyú a sarkon",
            "description": "Mély kátyú a sarkon, veszélyes.",
            "point": Point(19.05, 47.45, srid=4326),
            "address": "Fő utca 1.",
            "area": district,
            "category": potholes,
            "reporter": reporter,
            "no_photo_reason": "" if photos else "Sötét volt.",
            **fields,
        }
        uploads = [store_photo(jpeg()) for _ in range(photos)]
        return submit_report(Report(**values), uploads, actor=values["reporter"], confirmed=confirmed)

    return build


@pytest.fixture
def submitted(make_report: Callable[..., Report]) -> Report:
    return make_report()


@pytest.fixture
def assignment(submitted: Report, works: Institution, moderator: Person) -> Assignment:
    """`submitted`, sent to `works`."""
    return send_report(submitted, works, actor=moderator)


@pytest.fixture
def sent(assignment: Assignment) -> Report:
    return Report.objects.get(pk=assignment.report_id)


@pytest.fixture
def shared() -> Path:
    if not SHARED.is_dir():
        pytest.skip("../shared/data is not here")
    return SHARED

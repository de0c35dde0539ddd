"""What the sample holds. It is loaded once for all of these tests, which only read."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.gis.geos import Point
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from accounts.models import Person
from forwarding.models import Dispatch
from jarokelo.demo_data.stories import PRIVATE_STORIES
from municipalities.models import Category
from municipalities.routing import suggest_institutions
from notifications.models import Message
from reports.lifecycle import LISTED, Role, Status, find_move
from reports.models import MapCell, Report, ReportEvent
from tests.conftest import jpeg

FAST_HASHER = "django.contrib.auth.hashers.MD5PasswordHasher"  # as in every test: conftest.py

pytestmark = pytest.mark.usefixtures("_sample")


@pytest.fixture(scope="module")
def _sample(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    data = jpeg().read()
    files = {"large": data, "medium": data, "small": data}
    media: Path = tmp_path_factory.mktemp("media")
    with (
        django_db_blocker.unblock(),
        pytest.MonkeyPatch.context() as patch,
        override_settings(DEMO=True, ALLOWED_HOSTS=["localhost"], MEDIA_ROOT=media, PASSWORD_HASHERS=[FAST_HASHER]),
        transaction.atomic(),
    ):
        patch.setattr("jarokelo.demo_data.storing.Album.files", lambda self, snapshot, rng: files)
        call_command("load_demo", "--commit", verbosity=0)
        yield
        transaction.set_rollback(True)


def test_every_life_is_one_that_the_table_of_moves_allows() -> None:
    now = timezone.now()
    for report in Report.objects.prefetch_related("events", "assignments").select_related("institution"):
        status = ""
        for event in report.events.all():
            if not event.new_status:
                continue
            assert event.old_status == status, report.reference
            if status and event.new_status != status:
                find_move(status, event.new_status, Role(event.role))
            status = event.new_status
        assert status == report.status
        assert report.status_since <= now
        lead = next((a for a in report.assignments.all() if a.is_lead), None)
        assert (lead.institution if lead else None) == report.institution
        assert report.state.is_with_body is False or lead is not None
        assert report.created_at <= report.status_since
        if report.institution and report.institution.refuses:
            assert report.due_at is None
            assert report.status == Status.SENT


def test_tells_nobody_anything() -> None:
    assert not ReportEvent.objects.filter(processed_at=None).exists()
    assert not Message.objects.exists()
    assert not Dispatch.objects.exists()


def test_private_matters_stay_private() -> None:
    private = Report.objects.filter(category__slug="homeless")
    assert {report.is_private for report in private} == {True}
    assert private.count() == len(PRIVATE_STORIES)
    assert not Report.objects.published().filter(category__slug="homeless").exists()


def test_map_counts_what_is_published() -> None:
    published = Report.objects.filter(status__in=LISTED, is_private=False).count()
    assert sum(MapCell.objects.filter(zoom=10).values_list("count", flat=True)) == published


def test_logins() -> None:
    for name in ("citizen", "moderator", "officer", "admin"):
        person = Person.objects.get(email=f"{name}@example.org")
        assert person.check_password("jarokelo-demo")
        assert EmailAddress.objects.filter(user=person, verified=True, primary=True).exists()
    assert Person.objects.get(email="admin@example.org").is_superuser
    assert Person.objects.get(email="moderator@example.org").is_moderator
    citizen, officer = (Person.objects.get(email=f"{name}@example.org") for name in ("citizen", "officer"))
    assert citizen.reports.count() > 5
    assert citizen.roles == set()
    body = officer.memberships.get().institution
    assert Report.objects.filter(institution=body, status__in=[Status.SENT, Status.IN_PROGRESS]).count() >= 3
    assert not Person.objects.get(email="balint@example.org").has_usable_password()


def test_rules_of_the_sample_are_found() -> None:
    pothole = Category.objects.get(slug="pothole")
    main_road = suggest_institutions(Point(19.0440, 47.4770, srid=4326), pothole, "Bartók Béla út 12.")
    side_street = suggest_institutions(Point(19.0440, 47.4770, srid=4326), pothole, "Mészöly utca 2.")
    assert "Útmester" in main_road[0].institution.name
    assert side_street[0].institution.name.startswith("XI. kerület")
    arezzo = suggest_institutions(Point(11.88, 43.46, srid=4326), pothole)
    assert arezzo[0].institution.name.startswith("Comune di Arezzo")

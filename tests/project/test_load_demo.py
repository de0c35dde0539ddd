"""The sample: invented, complete, legal, and the same when it is loaded twice."""

from collections import Counter
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Ban, Person
from jarokelo.demo_data import districts
from jarokelo.demo_data.planning import PLAN
from moderation.models import Act, Handoff, SavedText
from municipalities.models import Area, Category, Contact, Institution
from notifications.models import Alert, Notice
from reports.models import Assignment, Follow, Photo, Report, ReportEvent
from tests.conftest import jpeg


@pytest.fixture
def _local(settings: Any) -> None:
    settings.DEMO = True
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1"]


@pytest.fixture
def _one_drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The drawings have a test of their own."""
    data = jpeg().read()
    files = {"large": data, "medium": data, "small": data}
    monkeypatch.setattr("jarokelo.demo_data.storing.Album.files", lambda self, snapshot, rng: files)


@pytest.fixture
def sample(db: None, _local: None, _one_drawing: None) -> str:
    return load("--commit")


def load(*options: str) -> str:
    out = StringIO()
    call_command("load_demo", *options, stdout=out)
    return out.getvalue()


def rows() -> dict[str, int]:
    models = (
        Act,
        Alert,
        Area,
        Ban,
        Assignment,
        Category,
        Contact,
        Follow,
        Institution,
        Person,
        Photo,
        Report,
        ReportEvent,
        SavedText,
    )
    return {model.__name__: model._default_manager.count() for model in models}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("demo", "hosts"), [(True, ["jarokelo.hu"]), (True, ["localhost", "*"]), (False, ["localhost"])]
)
def test_refuses_where_others_could_reach_it(settings: Any, demo: bool, hosts: list[str]) -> None:
    settings.DEMO, settings.ALLOWED_HOSTS = demo, hosts
    with pytest.raises(CommandError, match="local"):
        load("--commit")
    assert not any(rows().values())


@pytest.mark.django_db
@pytest.mark.usefixtures("_local", "_one_drawing")
def test_dry_run_writes_nothing(settings: Any) -> None:
    assert "Dry run" in load()
    assert not any(rows().values())
    assert not Path(settings.MEDIA_ROOT).exists()


def test_loads_everything_once(sample: str) -> None:
    found = rows()
    assert found["Area"] == 25
    assert Area.objects.filter(kind="district", is_sketch=True, parent__code="01").count() == 23
    assert found["Category"] == 23
    assert Category.objects.filter(is_private=True).count() == 2  # one, and its parent
    assert found["Institution"] == 40
    assert Institution.objects.filter(refuses=True).count() == 1
    assert Institution.objects.filter(contacts=None, refuses=False).count() == 1
    assert Contact.objects.exclude(address__regex=r"(@|\.)example(\.org)?$").count() == 0
    assert found["Report"] == 317
    assert Alert.objects.running().count() == 4
    assert set(Alert.objects.values_list("frequency", flat=True)) == {"now", "daily", "weekly", "monthly"}
    by_status = Counter(Report.objects.values_list("status", flat=True))
    assert by_status == {status.value: count for status, (count, _, _) in PLAN.items()}
    assert found["Photo"] > 280
    assert "nothing to do" in load("--commit")
    assert rows() == found


@pytest.mark.django_db
@pytest.mark.usefixtures("_local", "_one_drawing")
def test_sample_over_real_boundaries_keeps_them() -> None:
    real = Area.objects.create(kind="settlement", code="14216", name="Igazi XI.")
    real.set_shape(districts.shape(next(s for s in districts.SKETCHES if s.code == "14216")))
    load("--commit")
    assert Area.objects.filter(code="14216").get() == real
    assert Report.objects.filter(area=real).exists()


def test_the_desk_is_not_empty_and_tells_nobody(sample: str) -> None:
    assert SavedText.objects.count() >= 5
    assert all(set(text.texts) == {"hu", "en"} for text in SavedText.objects.all())
    assert Ban.objects.get().is_running
    assert Act.objects.to_look_at().count() == 2
    kinds = set(Handoff.objects.values_list("kind", flat=True))
    assert kinds == {"given", "mentioned"}
    assert not Notice.objects.exists()
    before = rows()
    load("--commit")
    assert rows() == before

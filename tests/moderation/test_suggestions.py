"""Suggestions learned from decided reports, at the desk: order, reasons, and what the rules still forbid."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

import municipalities
from accounts.models import Person
from moderation import tasks
from moderation.actions import Decision, decide_case
from moderation.models import Suggested
from moderation.suggestions import choices_for
from municipalities.learned import storing, using
from municipalities.models import Area, Category, Contact, Institution, Responsibility
from reports.actions_sending import submit_report
from reports.lifecycle import Status
from reports.models import Report
from tests.conftest import square
from tests.municipalities.made_examples import made_rows

pytestmark = pytest.mark.django_db

HERE = Point(19.06, 47.5, srid=4326)
HOLE = "Mély kátyú\nMély kátyú az úttesten, letörik a kerék."


@pytest.fixture(autouse=True)
def _fresh_process() -> Iterator[None]:
    using.forget()
    yield
    using.forget()


@pytest.fixture
def town(db: None) -> dict[str, Any]:
    """The made-up town with 400 decided reports."""
    rows = made_rows(400)
    areas = {}
    for number, name in enumerate(("I", "II", "III")):
        areas[name] = Area.objects.create(kind="district", name=f"{name}. kerület", code=f"00{number}")
        areas[name].set_shape(square(19.0 + 0.04 * number, 47.47, 0.04))
    kinds = {
        name: Category.objects.create(slug=f"kind-{number}", names={"hu": name, "en": f"Kind {number}"})
        for number, name in enumerate(sorted({row["category"] for row in rows}))
    }
    names = sorted({row["institution"] for row in rows})
    bodies = {name: Institution.objects.create(name=name) for name in names}
    for body in bodies.values():
        Contact.objects.create(institution=body, address=f"b{body.pk}@example.org")
    reports = []
    for number, row in enumerate(rows):
        at = timezone.now() - timedelta(days=100, minutes=-number)
        reports.append(
            Report(
                reference=f"t{number:07}",
                status=Status.SENT,
                category=kinds[row["category"]],
                institution=bodies[row["institution"]],
                title=row["title"],
                description=row["description"],
                original_title=row["title"],
                original_description=row["description"],
                point=Point(row["longitude"], row["latitude"], srid=4326),
                address=row["address"],
                area=areas[row["address"].split(".")[0]],
                created_at=at,
                submitted_at=at,
                published_at=at,
                status_since=at,
            )
        )
    Report.objects.bulk_create(reports)
    return {"areas": areas, "kinds": kinds, "bodies": bodies}


@pytest.fixture
def learned(town: dict[str, Any]) -> dict[str, Any]:
    out = StringIO()
    call_command("train_suggestions", stdout=out)
    assert "400 examples" in out.getvalue()
    assert "MB, in" in out.getvalue()
    return town


def names(town: dict[str, Any], kind: str = "Kátyú", text: str = HOLE, address: str = "Kék utca 3") -> list[str]:
    found = municipalities.suggest_institutions(HERE, town["kinds"][kind], address, text)
    return [suggestion.institution.name for suggestion in found]


@pytest.fixture
def case(learned: dict[str, Any], reporter: Person) -> Report:
    title, description = HOLE.split("\n")
    report = Report(
        title=title,
        description=description,
        point=HERE,
        address="II. kerület, Kék utca 3",
        category=learned["kinds"]["Kátyú"],
        reporter=reporter,
        no_photo_reason="Sötét volt.",
    )
    return submit_report(report, [], actor=reporter, confirmed=True)


def test_before_anything_is_learned_the_rules_speak(town: dict[str, Any]) -> None:
    lamp = town["bodies"]["Városi Lámpa Kft."]
    Responsibility.objects.create(category=town["kinds"]["Kátyú"], institution=lamp)
    assert names(town) == ["Városi Lámpa Kft."]


def test_learned_from_the_database_with_the_reason_in_words(learned: dict[str, Any]) -> None:
    assert names(learned)[0] == "II. kerület Önkormányzata"
    assert names(learned, address="Fő út 5")[0] == "Útkezelő Zrt."
    for language, wanted in (
        ("hu", ["a szövegben: „", "II. kerület", "alkalommal"]),
        ("en", ["because of the words “", "times before"]),
    ):
        with override(language):
            found = municipalities.suggest_institutions(HERE, learned["kinds"]["Kátyú"], "Kék utca 3", HOLE)
        assert all(part in found[0].reason for part in wanted), found[0].reason
        assert " · " in found[0].reason


def test_categories_come_from_words_with_their_reason(learned: dict[str, Any]) -> None:
    with override("en"):
        found = municipalities.suggest_categories("Nem ég a lámpa\nHetek óta sötét van.")
    assert found[0].category == learned["kinds"]["Közvilágítás"]
    assert "lámpa" in found[0].reason
    Category.objects.filter(pk=found[0].category.pk).update(is_active=False)
    assert learned["kinds"]["Közvilágítás"] not in [
        suggestion.category for suggestion in municipalities.suggest_categories("Nem ég a lámpa")
    ]


def test_an_inactive_body_is_not_suggested_and_an_employees_priority_stays_first(learned: dict[str, Any]) -> None:
    first, road = learned["bodies"]["II. kerület Önkormányzata"], learned["bodies"]["Útkezelő Zrt."]
    Institution.objects.filter(pk=first.pk).update(is_active=False)
    assert first.name not in names(learned)
    Institution.objects.filter(pk=first.pk).update(is_active=True)
    rule = Responsibility.objects.create(category=learned["kinds"]["Kátyú"], institution=road)
    assert names(learned)[0] == first.name
    assert road.name in names(learned)
    Responsibility.objects.filter(pk=rule.pk).update(priority=1)
    assert names(learned)[:2] == [road.name, first.name]


def test_whoever_said_no_or_refuses_stands_as_with_the_rules(
    learned: dict[str, Any], case: Report, moderator_everywhere: Person, officer_says_no: Callable[[Report], Report]
) -> None:
    first = learned["bodies"]["II. kerület Önkormányzata"]
    Institution.objects.filter(pk=first.pk).update(refuses=True)
    [choice, *_] = choices_for(case, case.point, case.category, case.address).bodies
    assert choice.institution == first
    assert choice.institution.refuses
    Institution.objects.filter(pk=first.pk).update(refuses=False)
    decide_case(case, Decision("send", institution=first), actor=moderator_everywhere, version=case.version)
    case = officer_says_no(case)
    choices = choices_for(case, case.point, case.category, case.address).bodies
    assert choices[0].institution != first
    assert choices[-1].institution == first
    assert choices[-1].has_refused


@pytest.fixture
def moderator_everywhere(db: None) -> Person:
    person = Person.objects.create_user("anna@example.org", "pw", name="Anna", language="hu", is_staff=True)
    return person


@pytest.fixture
def officer_says_no() -> Callable[[Report], Report]:
    def say(report: Report) -> Report:
        report.assignments.update(outcome="not_ours", ended_at=timezone.now())
        Report.objects.filter(pk=report.pk).update(needs_rerouting=True)
        report.refresh_from_db()
        return report

    return say


@pytest.mark.parametrize("trouble", ["unsure", "stale", "broken", "no text"])
def test_falls_back_to_the_rules(learned: dict[str, Any], settings: Any, trouble: str) -> None:
    lamp = learned["bodies"]["Városi Lámpa Kft."]
    Responsibility.objects.create(category=learned["kinds"]["Kátyú"], institution=lamp)
    text = HOLE
    if trouble == "unsure":
        settings.SUGGESTIONS_SURE = 1.01
    elif trouble == "stale":
        settings.SUGGESTIONS_KEEP_DAYS = -1
    elif trouble == "broken":
        [version] = storing.versions()
        path = storing.default_storage.path(f"{storing.FOLDER}/{version.name}")
        with open(path, "r+b") as file:
            file.truncate(1000)
        using.forget()
    else:
        text = ""
    assert names(learned, text=text) == [lamp.name]


def test_the_case_shows_it_and_asks_few_questions(
    learned: dict[str, Any],
    case: Report,
    moderator_everywhere: Person,
    client_of: Callable[[Person | None], Client],
    django_assert_max_num_queries: Any,
) -> None:
    page = client_of(moderator_everywhere).get(reverse("desk_case", args=[case.reference])).content.decode()
    assert "II. kerület Önkormányzata" in page
    assert "alkalommal" in page
    with django_assert_max_num_queries(5):
        choices_for(case, case.point, case.category, case.address)


def test_taken_or_not_is_countable(learned: dict[str, Any], case: Report, moderator_everywhere: Person) -> None:
    since = timezone.now() - timedelta(hours=1)
    other = learned["bodies"]["Útkezelő Zrt."]
    decide_case(case, Decision("send", institution=other), actor=moderator_everywhere, version=case.version)
    [kept] = Suggested.objects.all()
    assert kept.version == using.current_version() != ""
    assert kept.institution == learned["bodies"]["II. kerület Önkormányzata"]
    assert kept.category == learned["kinds"]["Kátyú"]
    assert kept.chosen == other
    assert Suggested.objects.counted(since) == {"decisions": 1, "category_taken": 1, "institution_taken": 0}
    kept.act.undone_at = timezone.now()
    kept.act.save(update_fields=["undone_at"])
    assert Suggested.objects.counted(since)["decisions"] == 0


def test_private_reports_and_refusals_teach_nothing(town: dict[str, Any]) -> None:
    from moderation.examples import examples

    assert len(list(examples())) == 400
    Report.objects.filter(reference="t0000001").update(is_private=True)
    Report.objects.filter(reference="t0000002").update(category=None)
    Report.objects.filter(reference="t0000003").update(kind="question")
    lamps = Report.objects.filter(institution=town["bodies"]["Városi Lámpa Kft."])
    Report.objects.filter(pk=lamps.order_by("-pk")[0].pk).update(institution=None)
    assert len(list(examples())) == 396


def test_too_few_reports_keep_the_rules(db: None) -> None:
    out = StringIO()
    call_command("train_suggestions", stdout=out)
    assert "Too little to learn from" in out.getvalue()
    assert storing.versions() == []


def test_the_beat_starts_a_process_that_nobody_waits_for(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr(tasks.subprocess, "Popen", lambda command, **options: started.append(command))
    tasks.train_suggestions()
    assert started[0][1:] == [str(settings.BASE_DIR / "manage.py"), "train_suggestions", "--gently"]
    entry = settings.CELERY_BEAT_SCHEDULE["train-suggestions"]
    assert entry["task"] == tasks.train_suggestions.name
    assert entry["schedule"].hour == {2}

"""Which alerts fit to what happened: place, category, words, moments; once, not to oneself, nothing hidden."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.gis.geos import Point, Polygon
from django.db import connection
from django.utils import timezone

from accounts.models import Person
from forwarding.actions import answer_report, say_done, send_report
from municipalities.models import Area, Category, Institution
from notifications.alerts import matching, shapes
from notifications.alerts.actions import pause_alert, resume_alert
from notifications.models import Alert, AlertCandidate, AlertHit, MailChoice
from reports.actions_desk import edit_report, hide_report
from reports.actions_follow import follow_report
from reports.actions_solved import confirm_solved
from reports.models import Report

from .conftest import MakeAlert, Publish
from .test_fan_out import fan_out_all

pytestmark = pytest.mark.django_db


def hits() -> list[tuple[str, str]]:
    """(alert's name, moment) of all hits so far, after matching what waits."""
    while matching.match_batch():
        pass
    return list(AlertHit.objects.order_by("pk").values_list("alert__name", "moment"))


def test_new_report_in_the_area(make_alert: MakeAlert, publish: Publish) -> None:
    make_alert()
    report = publish()
    assert hits() == [("Az én utcám", "new")]
    hit = AlertHit.objects.get()
    assert (hit.report, hit.event.report) == (report, report)
    assert not AlertCandidate.objects.exists()


def test_matched_once_however_often_it_is_asked(make_alert: MakeAlert, publish: Publish) -> None:
    make_alert()
    event = publish().events.get(kind="sent")
    hits()
    AlertCandidate.objects.create(event=event, moment="new")  # as if the worker had died before it deleted it
    assert len(hits()) == 1


def test_killed_in_the_middle_nothing_has_happened(
    make_alert: MakeAlert, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_alert()
    publish()
    with monkeypatch.context() as patch:
        patch.setattr(matching, "MATCH", matching.MATCH + "; SELECT 1 / 0")
        with pytest.raises(Exception, match="zero"):
            matching.match_batch()
    assert AlertCandidate.objects.count() == 1
    assert not AlertHit.objects.exists()
    assert len(hits()) == 1


@pytest.mark.parametrize("which", ["city", "country"])
def test_area_holds_what_lies_inside(make_alert: MakeAlert, publish: Publish, city: Area, which: str) -> None:
    area = city
    if which == "country":
        area = Area.objects.create(kind="country", name="Ország", code="HU", is_served=False)
        Area.objects.filter(pk=city.pk).update(parent=area)
    make_alert(area=area)
    publish()
    assert len(hits()) == 1


def test_other_area_hears_nothing(make_alert: MakeAlert, publish: Publish, other_district: Area) -> None:
    make_alert(area=other_district)
    publish()
    assert hits() == []


def test_area_with_a_newer_boundary(make_alert: MakeAlert, publish: Publish, district: Area) -> None:
    make_alert()
    Area.objects.filter(pk=district.pk).update(valid_to=timezone.localdate())
    newer = Area.objects.create(kind="district", name="Belváros", code=district.code, parent=district.parent)
    publish(area=newer)
    assert len(hits()) == 1


def around(point: Point, radius: int) -> dict[str, Any]:
    return {"where": "around", "point": point, "radius": radius, "shape": shapes.circle(point, radius)}


@pytest.mark.parametrize(("metres", "found"), [(495, True), (505, False)])
def test_circle_is_measured_in_metres(make_alert: MakeAlert, publish: Publish, metres: int, found: bool) -> None:
    centre = Point(19.05, 47.45, srid=4326)
    for bearing in (0, 45, 90):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT ST_X(p), ST_Y(p) FROM (SELECT ST_Project(ST_MakePoint(%s, %s)::geography, %s,"
                " radians(%s))::geometry AS p) AS projected",
                [centre.x, centre.y, metres, bearing],
            )
            longitude, latitude = cursor.fetchone()
        publish(point=Point(longitude, latitude, srid=4326))
    make_alert(**around(centre, 500))
    Alert.objects.update(active_since=timezone.now() - timedelta(hours=1))
    assert len(hits()) == (3 if found else 0)


def test_drawn_shape_holds_what_is_inside_and_on_its_edge(make_alert: MakeAlert, publish: Publish) -> None:
    triangle = Polygon([(19.04, 47.44), (19.06, 47.44), (19.06, 47.46), (19.04, 47.44)], srid=4326)
    make_alert(where="shape", shape=triangle)
    publish(point=Point(19.055, 47.445, srid=4326))
    publish(point=Point(19.05, 47.44, srid=4326))  # on its southern side
    publish(point=Point(19.045, 47.455, srid=4326))  # in its box, but outside
    assert len(hits()) == 2


def test_category_with_what_lies_below(
    make_alert: MakeAlert, publish: Publish, potholes: Category, parks: Category
) -> None:
    child = Category.objects.create(slug="deep", names={"hu": "Mély kátyú"}, parent=potholes)
    make_alert(name="kátyú", category=potholes)
    make_alert(name="mély", category=child, where="anywhere", frequency="daily")
    publish(category=child)
    publish(category=potholes)
    publish(category=parks)
    assert sorted(hits()) == [("kátyú", "new"), ("kátyú", "new")]
    Alert.objects.filter(name="kátyú").delete()
    publish(category=child)
    assert hits() == [("mély", "new")]


def test_words_and_body(make_alert: MakeAlert, publish: Publish, works: Institution, gardens: Institution) -> None:
    make_alert(where="anywhere", name="szavak", words="hinta játszótér")
    make_alert(where="anywhere", name="test", institution=gardens, frequency="daily")
    publish(title="Törött hinták a játszótéren")
    publish(title="Törött hinta")
    assert hits() == [("szavak", "new")]
    make_alert(where="anywhere", name="útkezelő", institution=works)
    publish()
    assert hits()[1:] == [("útkezelő", "new")]


def test_each_moment_is_told_to_who_chose_it(
    make_alert: MakeAlert, publish: Publish, reporter: Person, moderator: Person, stranger: Person
) -> None:
    make_alert(name="minden", moments=["new", "in_progress", "awaiting_confirmation", "solved", "unresolved"])
    make_alert(stranger, name="megoldott", moments=["solved"])
    report = publish()
    lead = report.assignments.get()
    answer_report(lead, "Megnézzük.", actor=None)
    answer_report(lead, "Még nézzük.", actor=None)  # no step forward: nothing new
    say_done(lead, "Kész.", actor=None)
    confirm_solved(report, actor=reporter)
    assert [hit for hit in hits() if hit[0] == "minden"] == [
        ("minden", moment) for moment in ("new", "in_progress", "awaiting_confirmation", "solved")
    ]
    assert [hit for hit in hits() if hit[0] == "megoldott"] == [("megoldott", "solved")]


def test_another_body_is_no_new_report(
    make_alert: MakeAlert, publish: Publish, gardens: Institution, moderator: Person
) -> None:
    report = publish()
    make_alert(moments=["new", "in_progress"])
    send_report(report, gardens, actor=moderator)
    assert hits() == []


def test_refused_report_is_published_too(
    make_alert: MakeAlert, make_report: Publish, refuser: Institution, moderator: Person
) -> None:
    make_alert()
    send_report(make_report(), refuser, actor=moderator)
    assert len(hits()) == 1


# -- Nobody is told of their own act, or twice, or of something hidden --------------------------------------------


def test_nobody_is_told_of_their_own_report_or_act(
    make_alert: MakeAlert, publish: Publish, reporter: Person, moderator: Person
) -> None:
    make_alert(reporter)
    make_alert(moderator)
    publish()
    assert hits() == []


def test_nobody_is_told_twice_by_two_alerts(make_alert: MakeAlert, publish: Publish, city: Area) -> None:
    make_alert(name="hetente", frequency="weekly")
    make_alert(name="azonnal", area=city, frequency="now")
    make_alert(name="naponta", frequency="daily")
    publish()
    assert hits() == [("azonnal", "new")]


def test_who_follows_the_report_is_told_by_the_followers_mail_alone(
    make_alert: MakeAlert, publish: Publish, neighbour: Person
) -> None:
    make_alert(moments=["in_progress"])
    report = publish()
    follow_report(report, neighbour)
    fan_out_all()
    answer_report(report.assignments.get(), "Megnézzük.", actor=None)
    assert ("answered", neighbour.email) in fan_out_all()
    assert hits() == []


def test_follower_who_wants_no_followers_mails_has_the_alert(
    make_alert: MakeAlert, publish: Publish, neighbour: Person
) -> None:
    make_alert(moments=["in_progress"])
    report = publish()
    follow_report(report, neighbour)
    MailChoice.objects.create(person=neighbour, kind="followed", frequency="never")
    answer_report(report.assignments.get(), "Megnézzük.", actor=None)
    assert len(hits()) == 1


def test_private_and_waiting_reports_never(
    make_alert: MakeAlert, publish: Publish, make_report: Publish, secret_matters: Category
) -> None:
    make_alert()
    make_report()
    publish(category=secret_matters)
    publish(is_private=True)
    assert hits() == []


def test_hidden_before_matching(make_alert: MakeAlert, publish: Publish, moderator: Person) -> None:
    make_alert()
    hide_report(publish(), "Sértő.", actor=moderator)
    assert hits() == []


def test_made_public_later_is_new_then(make_alert: MakeAlert, publish: Publish, moderator: Person) -> None:
    make_alert()
    report = publish(is_private=True)
    assert hits() == []
    edit_report(report, {"is_private": False}, actor=moderator)
    assert hits() == [("Az én utcám", "new")]
    for is_private in (True, False):
        edit_report(report, {"is_private": is_private}, actor=moderator)
    assert len(hits()) == 1


# -- Which alerts run ---------------------------------------------------------------------------------------------


def test_unconfirmed_and_paused_alerts_find_nothing(make_alert: MakeAlert, publish: Publish) -> None:
    make_alert(confirmed=False)
    paused = make_alert()
    pause_alert(paused)
    publish()
    assert hits() == []
    resume_alert(paused)
    assert hits() == []
    publish()
    assert len(hits()) == 1


def test_nothing_from_before_the_alert(make_alert: MakeAlert, publish: Publish) -> None:
    publish()  # no worker was there meanwhile
    make_alert()
    assert hits() == []


@pytest.mark.parametrize(
    "values",
    [{"mail_stopped_at": timezone.now()}, {"mail_none": True}, {"mail_news": False}, {"is_active": False}],
)
def test_who_gets_no_mail_collects_nothing(
    make_alert: MakeAlert, publish: Publish, neighbour: Person, values: dict[str, Any]
) -> None:
    """A hard bounce stops alerts too."""
    make_alert()
    Person.objects.filter(pk=neighbour.pk).update(**values)
    publish()
    assert hits() == []


def test_who_wants_no_alerts_collects_nothing(make_alert: MakeAlert, publish: Publish, neighbour: Person) -> None:
    make_alert()
    MailChoice.objects.create(person=neighbour, kind="alert", frequency="never")
    publish()
    assert hits() == []


# -- What it costs ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("reports", "alerts"), [(1, 1), (5, 40)])
def test_cost_is_one_query_for_a_batch(
    make_alert: MakeAlert,
    publish: Publish,
    reports: int,
    alerts: int,
    django_assert_num_queries: Callable[..., Any],
) -> None:
    for number in range(alerts):
        make_alert(Person.objects.create_user(f"person{number}@example.org"))
    for _number in range(reports):
        publish()
    # savepoint and its release; the candidates, no compiling, the one query, the candidates deleted
    with django_assert_num_queries(6):
        assert matching.match_batch() == reports
    assert AlertHit.objects.count() == reports * alerts


def test_two_workers_take_different_changes(make_alert: MakeAlert, publish: Publish) -> None:
    make_alert()
    for _number in range(3):
        publish()
    assert "SKIP LOCKED" in str(AlertCandidate.objects.select_for_update(skip_locked=True).query)
    assert matching.match_batch() == 3
    assert matching.match_batch() == 0


def test_preview_counts_what_it_would_have_found(
    make_alert: MakeAlert, publish: Publish, potholes: Category, django_assert_num_queries: Callable[..., Any]
) -> None:
    alert = make_alert(category=potholes, words="kátyú")
    publish()
    old = publish()
    Report.objects.filter(pk=old.pk).update(published_at=timezone.now() - timedelta(days=40))
    publish(is_private=True)
    with django_assert_num_queries(1):
        assert matching.count_lately(alert) == 1

"""Making, changing and ending alerts on pages: signed in, by a typed address, without a map, with mistakes."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client

from accounts.models import Person
from municipalities.models import Area, Category, Institution
from notifications.alerts import mailing
from notifications.alerts.shapes import area_of, write_points
from notifications.models import Alert, AlertMail, FollowRequest
from reports import links
from reports.models import Report

from .conftest import MakeAlert, Publish

pytestmark = pytest.mark.django_db

SQUARE = "47.44, 19.04\n47.44, 19.06\n47.46, 19.06\n47.46, 19.04"
ClientOf = Callable[[Person | None], Client]


def fields(**changes: Any) -> dict[str, Any]:
    values = {
        "where": "around",
        "latitude": "47.45",
        "longitude": "19.05",
        "radius": "300",
        "moments": ["new"],
        "frequency": "daily",
        "name": "Az iskola körül",
        **changes,
    }
    return {name: value for name, value in values.items() if value is not None}


def errors(response: Any) -> dict[str, list[str]]:
    assert response.status_code == 200
    assert not Alert.objects.exists()
    return {name: list(problems) for name, problems in response.context["form"].errors.items()}


# -- Making ---------------------------------------------------------------------------------------------------------


def test_circle(client_of: ClientOf, neighbour: Person) -> None:
    response = client_of(neighbour).post("/alerts/new", fields())
    assert (response.status_code, response["Location"]) == (302, "/alerts/")
    alert = Alert.objects.get()
    assert (alert.person, alert.name, alert.frequency, alert.radius) == (neighbour, "Az iskola körül", "daily", 300)
    assert alert.shape is not None
    assert area_of(alert.shape) == pytest.approx(0.2827, rel=0.01)
    assert alert.active_since is not None


def test_needed_fields_are_not_called_optional(client: Client) -> None:
    page = client.get("/alerts/new", headers={"accept-language": "en"}).content.decode()
    labels = {" ".join(re.sub("<[^>]*>", "", label).split()) for label in re.findall(r"(?s)<label.*?</label>", page)}
    assert {"Latitude", "Longitude", "How far from there, in metres", "District or settlement"} <= labels
    assert "Category (optional)" in labels


def test_summary_of_mistakes_names_the_field_as_the_form_does(client_of: ClientOf, neighbour: Person) -> None:
    response = client_of(neighbour).post("/alerts/new", fields(latitude=""), headers={"accept-language": "en"})
    summary = response.content.decode().split('id="form-errors"')[1].split("</div>")[0]
    assert re.search(r'href="#id_latitude">\s*Szélesség|href="#id_latitude">\s*Latitude', summary)
    assert "Place" not in summary


def test_shape_from_a_list_of_points(client_of: ClientOf, neighbour: Person) -> None:
    client_of(neighbour).post("/alerts/new", fields(where="shape", points=SQUARE, name=""))
    alert = Alert.objects.get()
    assert alert.shape is not None
    assert alert.shape.extent == (19.04, 47.44, 19.06, 47.46)
    assert write_points(alert.shape).splitlines()[0] == "47.440000, 19.040000"
    assert alert.name == "az általam rajzolt területen"


@pytest.mark.parametrize(
    "points",
    [
        SQUARE + "\n47.44, 19.04",  # closed by hand
        SQUARE.replace("\n", "\r\n") + "\r\n\r\n",
        SQUARE.replace(", ", " "),
        SQUARE.replace(", ", "; ").replace(".", ","),  # as Hungarians write numbers
    ],
)
def test_shape_however_it_is_written(client_of: ClientOf, neighbour: Person, points: str) -> None:
    client_of(neighbour).post("/alerts/new", fields(where="shape", points=points))
    shape = Alert.objects.get().shape
    assert shape is not None
    assert shape.extent == (19.04, 47.44, 19.06, 47.46)


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ("", "legalább három"),
        ("47.44, 19.04\n47.44, 19.06", "legalább három"),
        ("47.44, 19.04\n47.46, 19.06\n47.44, 19.06\n47.46, 19.04", "keresztezi önmagát"),
        ("47.44, 19.04\nutcasarok\n47.46, 19.06", "2. sor"),
        ("91, 19\n47, 19\n48, 20", "1. sor"),
        ("47, 19\n48, 19\n48, 20\n47, 20", "1000"),
        ("\n".join(f"47.{number:03}, 19.{number:03}" for number in range(200)), "100"),
        ("47.44, 19.04\n47.45, 19.05\n47.46, 19.06", "túl kicsi"),  # no inside
    ],
)
def test_shape_with_a_mistake(client_of: ClientOf, neighbour: Person, points: str, said: str) -> None:
    response = client_of(neighbour).post("/alerts/new", fields(where="shape", points=points))
    [problem] = errors(response)["points"]
    assert said in problem
    assert points.strip()[:20] in response.content.decode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"where": ""}, "where"),
        ({"where": "moon"}, "where"),
        ({"where": "anywhere", "words": ""}, "where"),
        ({"where": "anywhere", "frequency": "monthly"}, "where"),
        ({"where": "area"}, "area"),
        ({"where": "area", "area": "999999"}, "area"),
        ({"latitude": ""}, "latitude"),
        ({"longitude": "x"}, "longitude"),
        ({"latitude": "89.9"}, "latitude"),
        ({"radius": "10"}, "radius"),
        ({"radius": "30000"}, "radius"),
        ({"moments": []}, "moments"),
        ({"moments": ["hidden"]}, "moments"),
        ({"frequency": "hourly"}, "frequency"),
        ({"words": "!!"}, "words"),
        ({"words": "a\x00b"}, "words"),
        ({"name": "a\x00b"}, "name"),
        ({"name": "a" * 81}, "name"),
        ({"category": "nosuch"}, "category"),
    ],
)
def test_mistake_has_its_message_and_keeps_what_was_typed(
    client_of: ClientOf, neighbour: Person, changes: dict[str, Any], field: str
) -> None:
    response = client_of(neighbour).post("/alerts/new", fields(**{"words": "hinta", **changes}))
    assert list(errors(response)) == [field]
    page = response.content.decode()
    assert f'href="#id_{field}"' in page
    if "words" not in changes:
        assert 'value="hinta"' in page


def test_limit_of_a_person(client_of: ClientOf, neighbour: Person, make_alert: MakeAlert) -> None:
    for _number in range(settings.ALERTS_AT_MOST):
        make_alert()
    response = client_of(neighbour).post("/alerts/new", fields())
    assert "annyi értesítőd van" in response.content.decode()
    assert Alert.objects.count() == settings.ALERTS_AT_MOST


def test_preview_counts_and_stores_nothing(client_of: ClientOf, neighbour: Person, publish: Publish) -> None:
    publish()
    response = client_of(neighbour).post("/alerts/new", fields(preview="1"))
    assert "az elmúlt 30 napban 1 bejelentés" in response.content.decode().casefold()
    assert not Alert.objects.exists()


def test_filters_of_the_list_are_carried(
    client: Client, publish: Publish, district: Area, potholes: Category, works: Institution
) -> None:
    publish()
    query = f"q=kátyú&category=pothole&area={district.pk}&institution={works.pk}&status=solved&sort=oldest"
    page = client.get(f"/reports?{query}").content.decode()
    assert "/alerts/new?q=" in page
    form = client.get(f"/alerts/new?{query}").context["form"]
    assert {name: form.initial[name] for name in ("where", "area", "category", "words", "institution", "moments")} == {
        "where": "area",
        "area": district.pk,
        "category": "pothole",
        "words": "kátyú",
        "institution": works.pk,
        "moments": ["solved"],
    }


@pytest.mark.parametrize(
    ("query", "where", "frequency"),
    [("", None, None), ("q=hinta", "anywhere", None), ("letter=1", "area", "monthly"), ("area=x&status=y", None, None)],
)
def test_other_beginnings(client: Client, query: str, where: str | None, frequency: str | None) -> None:
    initial = client.get(f"/alerts/new?{query}").context["form"].initial
    assert (initial.get("where"), initial.get("frequency")) == (where, frequency)


def test_letter_of_the_neighbourhood_is_one_a_person(client_of: ClientOf, neighbour: Person, district: Area) -> None:
    client = client_of(neighbour)
    letter = fields(frequency="monthly", words="nem számít", name="")
    client.post("/alerts/new", {**letter, "where": "area", "area": str(district.pk)})
    alert = Alert.objects.get()
    assert (alert.is_letter, alert.words, alert.moments, alert.name) == (True, "", [], "Belváros")
    response = client.post("/alerts/new", letter)
    assert "már kapod" in response.content.decode()
    assert Alert.objects.count() == 1


# -- A typed address --------------------------------------------------------------------------------------------------


def test_guest_confirms_by_the_button_behind_the_mail(client: Client) -> None:
    response = client.post("/alerts/new", fields(email="Guest@Example.org"), follow=True)
    assert response.redirect_chain == [("/alerts/asked", 302)]
    alert = Alert.objects.get()
    assert (alert.person.email, alert.active_since) == ("guest@example.org", None)
    mailing.send_alert_mail(AlertMail.objects.get().pk)
    [question] = mail.outbox
    url = links.alert_url(alert.pk)
    assert url in str(question.body)
    path = url.removeprefix(settings.SITE_URL)

    for _scanner in range(2):
        page = client.get(path).content.decode()
        alert.refresh_from_db()
        assert alert.active_since is None
        assert "Az iskola körül" in page
    for _press in range(2):
        assert client.post(path, {"action": "confirm"}, follow=True).status_code == 200
    alert.refresh_from_db()
    assert alert.active_since is not None

    client.post(path, fields(name="Az óvoda körül"))
    alert.refresh_from_db()
    assert alert.name == "Az óvoda körül"
    client.post(path, {"action": "delete"})
    assert not Alert.objects.exists()
    assert client.get(path).status_code == 404


def test_guest_without_an_address(client: Client) -> None:
    assert list(errors(client.post("/alerts/new", fields()))) == ["email"]


def test_page_is_the_same_for_every_address(client: Client, neighbour: Person, make_alert: MakeAlert) -> None:
    for _number in range(settings.ALERT_QUESTIONS_AT_MOST):
        make_alert(confirmed=False)
    response = client.post("/alerts/new", fields(email=neighbour.email), follow=True)
    assert response.redirect_chain == [("/alerts/asked", 302)]
    assert Alert.objects.count() == settings.ALERT_QUESTIONS_AT_MOST


# -- Changing and ending ----------------------------------------------------------------------------------------------


def test_list_change_pause_resume_delete(client_of: ClientOf, neighbour: Person, make_alert: MakeAlert) -> None:
    alert = make_alert()
    client = client_of(neighbour)
    assert alert.name in client.get("/alerts/").content.decode()
    assert client.get(f"/alerts/{alert.pk}").status_code == 200
    client.post(f"/alerts/{alert.pk}", fields(name="Más név", frequency="weekly", words="hinta"))
    alert.refresh_from_db()
    assert (alert.name, alert.frequency, alert.where, str(alert.query)) == ("Más név", "weekly", "around", "'hint':*")
    client.post(f"/alerts/{alert.pk}", {"action": "pause"})
    alert.refresh_from_db()
    assert alert.is_paused
    client.post(f"/alerts/{alert.pk}", {"action": "resume"})
    alert.refresh_from_db()
    assert not alert.is_paused
    client.post(f"/alerts/{alert.pk}", {"action": "delete"})
    assert not Alert.objects.exists()


@pytest.mark.parametrize("place", ["shape", "area"])
def test_form_shows_what_is_stored(
    client_of: ClientOf, neighbour: Person, district: Area, make_alert: MakeAlert, place: str
) -> None:
    client = client_of(neighbour)
    client.post("/alerts/new", fields(where=place, points=SQUARE, area=str(district.pk)))
    alert = Alert.objects.get()
    before = Alert.objects.values().get()
    initial = client.get(f"/alerts/{alert.pk}").context["form"].initial
    client.post(f"/alerts/{alert.pk}", initial)
    assert Alert.objects.values().get() == before


def test_anothers_alert_is_not_there(client_of: ClientOf, stranger: Person, make_alert: MakeAlert) -> None:
    alert = make_alert()
    for client in (client_of(stranger), client_of(None)):
        assert client.post(f"/alerts/{alert.pk}", {"action": "delete"}).status_code in (302, 404)
    assert Alert.objects.count() == 1
    assert alert.name not in client_of(stranger).get("/alerts/").content.decode()


def test_only_its_own_token_opens(client: Client, make_alert: MakeAlert) -> None:
    alert = make_alert()
    token = links.sign(links.ALERT, alert.pk)
    for wrong in (token + "x", links.sign(links.UNSUBSCRIBE, alert.pk), links.sign(links.ALERT, alert.pk, 1)):
        for page in ("by-mail", "stop"):
            assert client.get(f"/alerts/{page}/{wrong}").status_code == 404
    assert Client(enforce_csrf_checks=True).post(f"/alerts/by-mail/{token}", {"action": "delete"}).status_code == 403
    assert Alert.objects.exists()


@pytest.mark.parametrize("count", [1, 10])
def test_list_costs_the_same(
    client_of: ClientOf,
    neighbour: Person,
    make_alert: MakeAlert,
    count: int,
    django_assert_num_queries: Callable[..., Any],
) -> None:
    for _number in range(count):
        make_alert()
    client = client_of(neighbour)
    with django_assert_num_queries(4):  # session, person, memberships (the menu), alerts
        client.get("/alerts/")


@pytest.mark.parametrize("status", ["answered", "delivered", "sent", "solved"])
def test_every_status_of_the_list_opens_the_form(client: Client, status: str) -> None:
    response = client.get("/alerts/new", {"status": status})
    assert response.status_code == 200
    assert response.context["form"].initial["moments"] == ["solved" if status == "solved" else "new"]


def test_one_network_has_only_so_many_addresses_asked(client: Client, sent: Report, settings: Any) -> None:
    settings.QUESTIONS_PER_ADDRESS = 2
    news = f"/reports/{sent.reference}/news"
    assert client.post("/alerts/new", fields(email="a@example.org")).status_code == 302
    assert client.post(news, {"wish": "follow", "email": "b@example.org"}).status_code == 302
    assert "c@example.org" in client.post("/alerts/new", fields(email="c@example.org")).content.decode()
    assert "d@example.org" in client.post(news, {"wish": "follow", "email": "d@example.org"}).content.decode()
    assert AlertMail.objects.get().alert.person.email == "a@example.org"
    assert FollowRequest.objects.get().email == "b@example.org"
    assert not Person.objects.filter(email="c@example.org").exists()
    assert Client(REMOTE_ADDR="192.0.2.9").post(news, {"wish": "follow", "email": "d@example.org"}).status_code == 302

"""Open sessions: listed, one ended, all others ended; nobody ends another's."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from accounts.devices import name_device
from accounts.models import Person
from accounts.tasks import purge_sessions
from tests.accounts.conftest import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def devices(member: Person) -> list[Client]:
    clients = [Client(headers={"accept-language": "en", "user-agent": f"Device {number}"}) for number in range(3)]
    for client in clients:
        sign_in(client, member.email, "pw")
    return clients


def may_see_my_page(client: Client) -> bool:
    return client.get("/my/").status_code == 200


def test_one_is_ended(devices: list[Client]) -> None:
    page = devices[0].get("/accounts/sessions/").content.decode()
    assert all(f"Device {number}" in page for number in range(3))
    assert page.count("Ez az eszköz") == 1  # signed in, they read their own language
    victim = UserSession.objects.get(user_agent="Device 1")
    devices[0].post(f"/accounts/sessions/{victim.pk}/end/")
    assert [may_see_my_page(client) for client in devices] == [True, False, True]
    assert "Device 1" not in devices[0].get("/accounts/sessions/").content.decode()
    assert devices[0].post(f"/accounts/sessions/{victim.pk}/end/").status_code == 404


def test_all_others_are_ended(devices: list[Client]) -> None:
    devices[1].post("/accounts/sessions/")
    assert [may_see_my_page(client) for client in devices] == [False, True, False]


def test_ending_ones_own_signs_out(devices: list[Client]) -> None:
    own = UserSession.objects.get(user_agent="Device 2")
    response = devices[2].post(f"/accounts/sessions/{own.pk}/end/")
    assert response.headers["Location"] == "/accounts/login/"
    assert [may_see_my_page(client) for client in devices] == [True, True, False]


def test_nobody_ends_anothers(devices: list[Client], stranger: Person) -> None:
    intruder = Client()
    intruder.force_login(stranger, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = UserSession.objects.get(user_agent="Device 0")
    assert intruder.post(f"/accounts/sessions/{session.pk}/end/").status_code == 404
    assert intruder.get(f"/accounts/sessions/{session.pk}/end/").status_code == 405
    assert may_see_my_page(devices[0])
    assert "Device 0" not in intruder.get("/accounts/sessions/").content.decode()


def test_what_ran_out_is_forgotten(devices: list[Client], member: Person) -> None:
    old = UserSession.objects.get(user_agent="Device 0")
    Session.objects.filter(session_key=old.session_key).update(expire_date=timezone.now() - timedelta(seconds=1))
    assert [purge_sessions(), purge_sessions()] == [1, 0]
    assert not Session.objects.filter(session_key=old.session_key).exists()
    assert set(UserSession.objects.values_list("user_agent", flat=True)) == {"Device 1", "Device 2"}
    assert [may_see_my_page(client) for client in devices] == [False, True, True]


def test_an_address_is_found_by_an_index(member: Person) -> None:
    """Of a million people, with each typed address."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "person_email_any_case" in Person.objects.filter(email__iexact=member.email).explain()


WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox, Windows"),
        (f"Mozilla/5.0 (Linux; Android 15; Pixel 9) {WEBKIT} Chrome/142.0 Mobile Safari/537.36", "Chrome, Android"),
        (f"Mozilla/5.0 (Windows NT 10.0) {WEBKIT} Chrome/142.0 Safari/537.36 Edg/142.0", "Edge, Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1",
            "Safari, iPhone",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.1 Safari/605",
            "Safari, macOS",
        ),
        ("<script>", "Unknown browser"),
        ("", "Unknown browser"),
    ],
)
def test_device_is_named_in_words(user_agent: str, words: str) -> None:
    with override("en"):
        assert name_device(user_agent) == words


def test_list_shows_words_in_place_of_the_header(member: Person) -> None:
    client = Client(headers={"accept-language": "en", "user-agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0"})
    sign_in(client, member.email, "pw")
    assert "Firefox, Linux" in client.get("/accounts/sessions/").content.decode()

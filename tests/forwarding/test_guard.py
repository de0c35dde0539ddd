"""What is connected to, and what is not; how long and how much is listened to."""

import ipaddress
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from forwarding.outward import guard
from forwarding.outward.guard import AddressRefused, NameUnknown, OutboundFailed, is_allowed
from forwarding.outward.http import fetch
from tests.forwarding.faulty import Fault, FaultyServer, Reply, Taken

HERE = ipaddress.ip_network("127.0.0.1/32")


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with FaultyServer().running() as server:
        yield server


@pytest.fixture
def allowed(settings: Any) -> Any:
    settings.OUTBOUND_ALLOWED_NETWORKS = [HERE]
    return settings


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "100.100.100.200",
        "0.0.0.0", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1",
        "168.63.129.16", "::1", "::", "fe80::1", "fd00:ec2::254", "fc00::1", "ff02::1", "::ffff:127.0.0.1",
        "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "::127.0.0.1", "2001:db8::1",
    ],
)  # fmt: skip
def test_inside_addresses_are_refused(address: str) -> None:
    assert not is_allowed(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["93.184.216.34", "2a00:1450:400d:80c::200e", "::ffff:93.184.216.34"])
def test_the_public_internet_is_allowed(address: str) -> None:
    assert is_allowed(ipaddress.ip_address(address))


def test_named_networks_are_allowed_in_every_writing(settings: Any) -> None:
    settings.OUTBOUND_ALLOWED_NETWORKS = [ipaddress.ip_network("10.1.2.0/24")]
    assert is_allowed(ipaddress.ip_address("10.1.2.3"))
    assert is_allowed(ipaddress.ip_address("::ffff:10.1.2.3"))
    assert not is_allowed(ipaddress.ip_address("10.1.3.3"))


def test_a_refused_address_is_never_connected_to(server: FaultyServer) -> None:
    for url in (server.url, f"http://localhost:{server.port}/", f"http://2130706433:{server.port}/"):
        with pytest.raises(AddressRefused) as refused:
            fetch("GET", url)
        assert refused.value.permanent
    assert server.taken == []


@pytest.mark.parametrize(
    "url", ["ftp://example.org/", "http://", "http://user:pw@example.org/", "//x", "http://a:b/", "http://a b/", "x"]
)
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        fetch("GET", url)


def test_an_allowed_server_answers(server: FaultyServer, allowed: Any) -> None:
    answer = fetch("POST", f"{server.url}/a?b=c", body=b"words", headers={"X-One": "1"})
    assert (answer.status, answer.body) == (200, b"OK")
    [taken] = server.taken
    assert (taken.path, taken.query, taken.body, taken.headers["x-one"]) == ("/a", "b=c", b"words", "1")
    assert taken.headers["host"] == f"127.0.0.1:{server.port}"


def test_odd_letters_in_an_address_are_written_as_the_web_has_them(server: FaultyServer, allowed: Any) -> None:
    fetch("POST", f"{server.url}/út a/?kép=á b", body=b"x")
    fetch("GET", f"{server.url}?x=1")
    assert [taken.path for taken in server.taken] == ["/%C3%BAt%20a/", "/"]
    assert server.taken[0].query == "k%C3%A9p=%C3%A1%20b"


def test_a_resolver_that_changes_its_mind_gains_nothing(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """The first look-up leads to where we may go, each later one to an inside server: there is no later one."""
    settings.OUTBOUND_ALLOWED_NETWORKS = [ipaddress.ip_network("127.0.0.2/32")]
    asked: list[str] = []
    with FaultyServer("127.0.0.2").running() as outside:
        inside = socket.create_server(("127.0.0.1", outside.port))
        real = socket.getaddrinfo

        def lie(host: Any, port: Any, *args: Any, **options: Any) -> Any:
            if host != "liar.example":
                return real(host, port, *args, **options)
            asked.append(host)
            return real("127.0.0.2" if len(asked) == 1 else "127.0.0.1", port, *args, **options)

        monkeypatch.setattr(guard.socket, "getaddrinfo", lie)
        assert fetch("GET", f"http://liar.example:{outside.port}/").status == 200
        assert outside.taken[0].headers["host"] == f"liar.example:{outside.port}"
        assert asked == ["liar.example"]
        with pytest.raises(AddressRefused):  # and asked anew, the inside address is refused
            fetch("GET", f"http://liar.example:{outside.port}/")
        inside.settimeout(0.1)
        with pytest.raises(TimeoutError):
            inside.accept()
        inside.close()


def test_of_two_addresses_the_allowed_one_is_taken(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.OUTBOUND_ALLOWED_NETWORKS = [HERE]
    both = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.1", 80)),
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 80)),
    ]
    monkeypatch.setattr(guard.socket, "getaddrinfo", lambda *args, **options: both)
    assert guard.checked_addresses("two.example", 80) == [(socket.AF_INET, ("127.0.0.1", 80))]


def test_a_redirect_inside_is_refused(allowed: Any, server: FaultyServer) -> None:
    with FaultyServer("127.0.0.2").running() as inside:
        server.faults = [Fault("reply", Reply(302, headers={"Location": f"{inside.url}/secret"}))]
        with pytest.raises(AddressRefused):
            fetch("GET", server.url)
        assert inside.taken == []


def test_a_redirect_to_nonsense_is_no_crash(allowed: Any, server: FaultyServer) -> None:
    server.faults = [Fault("reply", Reply(302, headers={"Location": "http://[broken/"}))]
    with pytest.raises(OutboundFailed):
        fetch("GET", server.url)


def test_redirects_of_a_get_are_followed_three_times(server: FaultyServer, allowed: Any) -> None:
    step = Fault("reply", Reply(301, headers={"Location": "/next"}))
    server.faults = [step] * 3
    assert fetch("GET", server.url).status == 200
    assert [taken.path for taken in server.taken] == ["/", "/next", "/next", "/next"]
    server.faults = [step] * 4
    with pytest.raises(OutboundFailed) as failed:
        fetch("GET", server.url)
    assert failed.value.permanent


def test_a_post_is_not_led_elsewhere(server: FaultyServer, allowed: Any) -> None:
    server.faults = [Fault("reply", Reply(307, headers={"Location": "/next"}))]
    assert fetch("POST", server.url, body=b"x").status == 307
    assert len(server.taken) == 1


def test_headers_stay_with_the_host_they_were_meant_for(allowed: Any, server: FaultyServer) -> None:
    allowed.OUTBOUND_ALLOWED_NETWORKS = [ipaddress.ip_network("127.0.0.0/8")]
    with FaultyServer("127.0.0.2").running() as other:
        server.faults = [Fault("reply", Reply(302, headers={"Location": other.url}))]
        fetch("GET", server.url, headers={"X-Secret": "s"})
        assert "x-secret" in server.taken[0].headers
        assert "x-secret" not in other.taken[0].headers


def test_nobody_listens(allowed: Any) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        with pytest.raises(OutboundFailed) as failed:
            fetch("POST", f"http://127.0.0.1:{probe.getsockname()[1]}/", body=b"x")
    assert not failed.value.unknown
    assert not failed.value.permanent


def test_a_name_that_nobody_knows() -> None:
    with pytest.raises(NameUnknown) as failed:
        fetch("GET", "http://nowhere.invalid/")
    assert not failed.value.permanent


@pytest.mark.parametrize("kind", ["cut", "deaf"])
def test_who_breaks_off_may_have_taken_a_post(server: FaultyServer, allowed: Any, kind: str) -> None:
    server.faults = [Fault(kind), Fault(kind)]
    with pytest.raises(OutboundFailed) as failed:
        fetch("POST", server.url, body=b"x")
    assert failed.value.unknown
    with pytest.raises(OutboundFailed) as failed:
        fetch("GET", server.url)
    assert not failed.value.unknown


def test_a_silent_server_is_given_up(server: FaultyServer, allowed: Any) -> None:
    allowed.OUTBOUND_PAUSE_SECONDS = 0.2
    server.faults = [Fault("late", seconds=5)]
    with pytest.raises(OutboundFailed) as failed:
        fetch("POST", server.url, body=b"x")
    assert failed.value.unknown


def test_a_slow_drip_is_cut(server: FaultyServer, allowed: Any) -> None:
    """Each byte comes in good time, all of them never would."""
    server.answer = lambda taken: Reply(200, b"x" * 1000)  # type: ignore[method-assign]
    server.faults = [Fault("drip", seconds=0.05)]
    before = time.monotonic()
    with pytest.raises(OutboundFailed, match="too long") as failed:
        fetch("POST", server.url, body=b"x", seconds=0.5)
    assert failed.value.unknown
    assert time.monotonic() - before < 3


def test_headers_that_drip_are_cut(allowed: Any) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def drip() -> None:
        connection, _ = listener.accept()
        with connection:
            while not over.wait(0.05):
                try:
                    connection.sendall(b"H")
                except OSError:
                    return

    thread = threading.Thread(target=drip)
    thread.start()
    try:
        with pytest.raises(OutboundFailed, match="too long"):
            fetch("GET", f"http://127.0.0.1:{listener.getsockname()[1]}/", seconds=0.4)
    finally:
        over.set()
        thread.join()
        listener.close()


def test_a_tls_handshake_that_never_comes_is_cut(allowed: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        with pytest.raises(OutboundFailed) as failed:
            fetch("POST", f"https://127.0.0.1:{listener.getsockname()[1]}/", body=b"x", seconds=0.4)
        assert not failed.value.unknown  # nothing of the request was out


def test_an_endless_answer_is_cut(server: FaultyServer, allowed: Any) -> None:
    allowed.OUTBOUND_MAX_BYTES = 1000
    server.answer = lambda taken: Reply(200, b"x" * 200_000)  # type: ignore[method-assign]
    with pytest.raises(OutboundFailed, match="too long"):
        fetch("GET", server.url)


def test_a_refusal_is_an_answer(server: FaultyServer, allowed: Any) -> None:
    def refuse(taken: Taken) -> Reply:
        return Reply(403, b"no key", "text/html")

    server.answer = refuse  # type: ignore[method-assign]
    answer = fetch("POST", server.url, body=b"x")
    assert (answer.status, answer.is_good, answer.content_type) == (403, False, "text/html")

"""What employees set up: keys stay hidden, services are chosen from the endpoint's own list."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from accounts.models import Person
from forwarding import tasks
from forwarding.outward.models import Open311Endpoint, RemoteRequest, ServiceChoice
from municipalities.models import Category, Contact, Institution
from reports.models import Assignment
from tests.forwarding.open311_stub import Open311Stub

ADDRESS = "/admin/forwarding/open311endpoint/"


def form(endpoint: Open311Endpoint, **fields: Any) -> dict[str, Any]:
    [choice] = endpoint.choices.all()
    return {
        "contact": endpoint.contact_id,
        "format": "json",
        "photos": "url",
        "updates": "extension",
        "statuses": "Wombat = answer",
        "choices-TOTAL_FORMS": 1,
        "choices-INITIAL_FORMS": 1,
        "choices-0-id": choice.pk,
        "choices-0-endpoint": endpoint.pk,
        "choices-0-category": choice.category_id,
        "choices-0-service": choice.service_id,
        "choices-0-values": "DEPTH = {depth}",
        **fields,
    }


def test_the_key_is_kept_and_never_shown(endpoint: Open311Endpoint, employee: Person, client_of: Any) -> None:
    client = client_of(employee)
    endpoint.api_key = "s3cret-key"
    endpoint.save()
    address = f"{ADDRESS}{endpoint.pk}/change/"
    assert "s3cret-key" not in client.get(address).content.decode()
    answer = client.post(address, form(endpoint))
    assert answer.status_code == 302, answer.content.decode()
    endpoint.refresh_from_db()
    assert (endpoint.api_key, endpoint.format, endpoint.statuses) == ("s3cret-key", "json", {"wombat": "answer"})
    client.post(address, form(endpoint, api_key="other"))
    endpoint.refresh_from_db()
    assert endpoint.api_key == "other"
    client.post(address, form(endpoint, forget_key="on"))
    endpoint.refresh_from_db()
    assert endpoint.api_key == ""
    history = client.get(f"{ADDRESS}{endpoint.pk}/history/").content.decode()
    assert "s3cret-key" not in history


def test_only_its_own_services_are_offered(
    endpoint: Open311Endpoint, employee: Person, client_of: Any, gardens: Institution
) -> None:
    contact = Contact.objects.create(institution=gardens, channel="open311", address="https://other.example")
    other = Open311Endpoint.objects.create(contact=contact)
    other.services.create(code="X1", name="Foreign service")
    page = client_of(employee).get(f"{ADDRESS}{endpoint.pk}/change/").content.decode()
    assert "Pothole" in page
    assert "Foreign service" not in page
    assert "X1" in client_of(employee).get("/admin/forwarding/remoteservice/").content.decode()


@pytest.mark.parametrize("fields", [{"statuses": "wombat = nonsense"}, {"choices-0-values": "DEPTH"}])
def test_lines_that_cannot_be_read_are_sent_back(
    endpoint: Open311Endpoint, employee: Person, client_of: Any, fields: dict[str, str]
) -> None:
    answer = client_of(employee).post(f"{ADDRESS}{endpoint.pk}/change/", form(endpoint, **fields))
    assert answer.status_code == 200
    assert ServiceChoice.objects.get(endpoint=endpoint).values == ""


def test_a_new_endpoint_is_asked_for_its_services(
    stub: Open311Stub, works: Institution, employee: Person, client_of: Any, announced: list[Any]
) -> None:
    contact = Contact.objects.create(institution=works, channel="open311", address=stub.url)
    post = {"contact": contact.pk, "format": "xml", "photos": "url", "updates": "none", "api_key": "key-1"}
    client = client_of(employee)
    with_it = client.post(f"{ADDRESS}add/", post)
    assert with_it.status_code == 302, with_it.content.decode()
    made = Open311Endpoint.objects.get(contact=contact)
    tasks.sync_endpoint(made.pk)
    assert made.services.count() == 3
    for action in ("sync_now", "poll_now"):
        assert client.post(ADDRESS, {"action": action, "_selected_action": [made.pk]}).status_code == 302


def test_a_number_that_the_body_told_us_is_entered(
    endpoint: Open311Endpoint, stub: Open311Stub, assignment: Assignment, employee: Person, client_of: Any
) -> None:
    remote = RemoteRequest.objects.create(assignment=assignment, contact=endpoint.contact, state="lost", problem="?")
    address = f"/admin/forwarding/remoterequest/{remote.pk}/change/"
    client = client_of(employee)
    assert client.post(address, {"request_id": "77", "state": "new"}).status_code == 302
    remote.refresh_from_db()
    assert (remote.state, remote.request_id, remote.problem) == ("known", "77", "")
    client.post(address, {"request_id": "78"})
    remote.refresh_from_db()
    assert remote.request_id == "77"


def test_the_command_says_what_came(endpoint: Open311Endpoint, stub: Open311Stub) -> None:
    out = StringIO()
    call_command("sync_open311", stdout=out)
    assert "3 services" in out.getvalue()
    stub.services = []
    with pytest.raises(CommandError):
        call_command("sync_open311", "--contact", str(endpoint.contact_id), stdout=out)
    with pytest.raises(CommandError):
        call_command("sync_open311", "--contact", "0", stdout=out)


def test_the_nightly_tasks_ask_each(
    endpoint: Open311Endpoint, stub: Open311Stub, monkeypatch: pytest.MonkeyPatch, parks: Category
) -> None:
    asked: list[tuple[str, int]] = []
    monkeypatch.setattr(tasks, "announce", lambda task, pk: asked.append((task, pk)))
    tasks.sync_all_services()
    tasks.poll_updates()
    tasks.follow_tokens()
    assert asked == [("forwarding.sync_endpoint", endpoint.pk), ("forwarding.poll_endpoint", endpoint.pk)]
    stub.say("1", "closed", "Kész.")
    tasks.poll_endpoint(endpoint.pk)
    endpoint.refresh_from_db()
    assert endpoint.updates_until is not None

"""Signed deliveries: what is in them, how a receiver proves them, and what each of its answers leads to."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Person
from forwarding import sending, tasks
from forwarding.actions import say_done, send_report
from forwarding.actions_letters import recall_report
from forwarding.models import Dispatch
from forwarding.outward.models import WebhookEndpoint
from forwarding.webhook.signing import new_secret, secret_bytes
from municipalities.models import Institution
from reports.actions_solved import deny_solved
from reports.models import Assignment, Report
from tests.forwarding.faulty import Fault, FaultyServer, Reply, Taken

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "webhook.md"


def verify() -> Callable[..., bool]:
    """The very function that the how-to page gives to receivers."""
    code = PAGE.read_text().split("```python\n")[1].split("```")[0]
    space: dict[str, Any] = {}
    exec(compile(code, str(PAGE), "exec"), space)
    found: Callable[..., bool] = space["is_genuine"]
    return found


@pytest.fixture
def send(
    webhook: WebhookEndpoint, make_report: Callable[..., Report], works: Institution, moderator: Person
) -> Callable[..., Assignment]:
    return lambda **fields: send_report(make_report(**fields), works, actor=moderator)


def send_due() -> Dispatch:
    for pk in Dispatch.objects.due().order_by("pk").values_list("pk", flat=True):
        sending.send_dispatch(pk)
    return Dispatch.objects.order_by("-pk")[0]


def test_the_whole_case_is_in_it(send: Callable[..., Assignment], receiver: FaultyServer, reporter: Person) -> None:
    assignment = send(photos=2, reporter_name="Rita B.", show_name=False)
    dispatch = send_due()
    assert (dispatch.status, dispatch.attempts) == ("sent", 1), dispatch.last_error
    [taken] = receiver.taken
    assert (taken.method, taken.path) == ("POST", "/hook")
    assert taken.headers["content-type"] == "application/json; charset=utf-8"
    payload = json.loads(taken.body)
    assert payload["type"] == "report.sent"
    report = payload["data"]["report"]
    assert report["reference"] == assignment.report.reference
    assert (report["latitude"], report["longitude"], report["address"]) == (47.45, 19.05, "Fő utca 1.")
    assert (report["title"], report["category"]) == ("Kátyú a sarkon", "pothole")
    assert len(report["photos"]) == 2
    assert "/o/" in payload["data"]["assignment"]["answer_url"]
    assert "Rita" not in taken.body.decode()
    assert reporter.email not in taken.body.decode()


def test_each_field_is_described(send: Callable[..., Assignment], receiver: FaultyServer) -> None:
    send(photos=1)
    send_due()
    payload, page = json.loads(receiver.taken[0].body), PAGE.read_text()
    names = {*payload, *payload["data"], *payload["data"]["report"], *payload["data"]["assignment"]}
    names |= {*payload["data"]["event"]}
    assert [name for name in names if f"`{name}`" not in page] == []


def test_later_events_tell_what_happened(
    send: Callable[..., Assignment], receiver: FaultyServer, reporter: Person, moderator: Person
) -> None:
    assignment = send()
    send_due()
    say_done(assignment, "Betömtük.", actor=None)
    deny_solved(assignment.report, "Még ott van.", actor=reporter)
    send_due()
    told = json.loads(receiver.taken[1].body)
    assert (told["type"], told["data"]["event"]["text"]) == ("report.not_solved", "Még ott van.")
    assert [line["text"] for line in told["data"]["history"] if line["kind"] == "done_said"] == ["Betömtük."]
    recall_report(assignment, "Tévedés.", actor=moderator)
    send_due()
    recalled = json.loads(receiver.taken[2].body)["data"]
    assert "history" not in recalled
    assert "description" not in recalled["report"]


def test_the_signature_proves_it(
    send: Callable[..., Assignment], receiver: FaultyServer, webhook: WebhookEndpoint
) -> None:
    send()
    send_due()
    [taken] = receiver.taken
    is_genuine = verify()
    assert is_genuine(taken.headers, taken.body, webhook.secret)
    assert not is_genuine(taken.headers, taken.body + b" ", webhook.secret)
    assert not is_genuine(taken.headers, taken.body, new_secret())
    assert not is_genuine({**taken.headers, "webhook-id": "other"}, taken.body, webhook.secret)
    old = {**taken.headers, "webhook-timestamp": str(int(time.time()) - 3600)}
    signed = f"{old['webhook-id']}.{old['webhook-timestamp']}.".encode() + taken.body
    digest = hmac.new(secret_bytes(webhook.secret), signed, hashlib.sha256).digest()
    old["webhook-signature"] = "v1," + base64.b64encode(digest).decode()
    assert not is_genuine(old, taken.body, webhook.secret)  # rightly signed, but played again an hour later


def test_while_the_secret_changes_both_are_good(
    send: Callable[..., Assignment],
    receiver: FaultyServer,
    webhook: WebhookEndpoint,
    employee: Person,
    client_of: Any,
    time_machine: Any,
) -> None:
    old = webhook.secret
    address = f"/admin/forwarding/webhookendpoint/{webhook.pk}/change/"
    page = client_of(employee).post(address, {"contact": webhook.contact_id, "new_secret": "on"}, follow=True)
    webhook.refresh_from_db()
    assert webhook.secret != old
    assert webhook.secret in page.content.decode()
    again = client_of(employee).get(address).content.decode()
    assert webhook.secret not in again
    assert old not in again
    send()
    send_due()
    [taken] = receiver.taken
    assert verify()(taken.headers, taken.body, old)
    assert verify()(taken.headers, taken.body, webhook.secret)
    time_machine.move_to(timezone.now() + timedelta(days=8))
    send()
    send_due()
    assert not verify()(receiver.taken[1].headers, receiver.taken[1].body, old)
    assert verify()(receiver.taken[1].headers, receiver.taken[1].body, webhook.secret)


def test_it_is_tried_again_under_the_same_id(send: Callable[..., Assignment], receiver: FaultyServer) -> None:
    receiver.faults = [
        Fault("reply"),
        Fault("reply", Reply(404, b"being deployed")),
        Fault("cut"),
        Fault("deaf"),
        Fault("late", seconds=3),
    ]
    send()
    for _attempt in range(6):
        dispatch = send_due()
    assert (dispatch.status, dispatch.attempts) == ("sent", 6)
    assert {taken.headers["webhook-id"] for taken in receiver.taken} == {f"dispatch_{dispatch.pk}"}
    assert dispatch.may_have_arrived


@pytest.mark.parametrize("status", [413, 415, 422, 301, 308])
def test_a_final_no_is_seen(send: Callable[..., Assignment], receiver: FaultyServer, status: int) -> None:
    receiver.faults = [Fault("reply", Reply(status, b"no thanks", headers={"Location": "/elsewhere"}))]
    send()
    dispatch = send_due()
    assert dispatch.status == "failed"
    assert str(status) in dispatch.last_error
    assert len(receiver.taken) == 1


def test_gone_stops_the_contact_and_calls_the_employees(
    send: Callable[..., Assignment], receiver: FaultyServer, webhook: WebhookEndpoint, employee: Person
) -> None:
    from notifications.models import Notice

    receiver.faults = [Fault("reply", Reply(410, b"gone"))]
    send()
    assert send_due().status == "failed"
    webhook.contact.refresh_from_db()
    assert webhook.contact.stopped_at is not None
    assert "410" in webhook.contact.stopped_reason
    tasks.watch_contacts()
    assert Notice.objects.filter(template="contact_trouble", person=employee).exists()
    send()  # the body has a mail contact, too
    assert Dispatch.objects.order_by("-pk")[0].contact.channel == "mail"


def test_a_test_delivery_shows_what_the_receiver_said(
    receiver: FaultyServer, webhook: WebhookEndpoint, employee: Person, client_of: Any, announced: list[Any]
) -> None:
    client = client_of(employee)
    post = {"action": "send_test", "_selected_action": [webhook.pk]}
    client.post("/admin/forwarding/webhookendpoint/", post, follow=True)

    def teapot(taken: Taken) -> Reply:
        return Reply(418, b"I am a teapot")

    receiver.answer = teapot  # type: ignore[method-assign]
    tasks.test_webhook(webhook.pk)
    [taken] = receiver.taken
    assert json.loads(taken.body)["type"] == "report.test"
    assert verify()(taken.headers, taken.body, webhook.secret)
    assert "418 I am a teapot" in client.get("/admin/forwarding/webhookendpoint/").content.decode()


def test_the_first_secret_is_made_for_them(works: Institution, employee: Person, client_of: Any) -> None:
    from municipalities.models import Contact

    contact = Contact.objects.create(institution=works, channel="webhook", address="https://body.example/hook")
    page = client_of(employee).post("/admin/forwarding/webhookendpoint/add/", {"contact": contact.pk}, follow=True)
    made = WebhookEndpoint.objects.get(contact=contact)
    assert made.secret in page.content.decode()
    assert len(secret_bytes(made.secret)) == 32


def test_without_a_secret_nothing_is_sent(
    send: Callable[..., Assignment], receiver: FaultyServer, webhook: WebhookEndpoint
) -> None:
    webhook.delete()
    send()
    assert send_due().status == "failed"
    assert receiver.taken == []


@pytest.mark.parametrize("secret", ["whsec_", "whsec_!!!", "whsec_" + base64.b64encode(b"short").decode()])
def test_what_is_no_secret(secret: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        secret_bytes(secret)

"""A report goes to an Open311 endpoint: once, with all it needs, or it is seen where it does not."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import Person
from forwarding import sending
from forwarding.actions import ask_new_link, retry_delivery, say_done, send_report
from forwarding.actions_handing import hand_over
from forwarding.actions_letters import recall_report, repeat_report
from forwarding.bounces import Bounce
from forwarding.incoming import handle_bounce
from forwarding.models import ContactHealth, Dispatch
from forwarding.open311.services import sync_services
from forwarding.open311.tokens import TOKEN_WAITS, follow_token, tokens_due
from forwarding.outward.models import Open311Endpoint, RemoteRequest, ServiceChoice
from municipalities.models import Category, Contact, Institution
from reports.actions_solved import deny_solved
from reports.models import Answer, Assignment, Report
from tests.forwarding.faulty import Fault, Reply
from tests.forwarding.open311_stub import Open311Stub

Send = Callable[..., Assignment]


@pytest.fixture
def send(endpoint: Open311Endpoint, make_report: Callable[..., Report], works: Institution, moderator: Person) -> Send:
    def act(**fields: Any) -> Assignment:
        return send_report(make_report(**fields), works, actor=moderator)

    return act


def send_due(rounds: int = 1) -> Dispatch:
    for _round in range(rounds):
        for pk in Dispatch.objects.due().order_by("pk").values_list("pk", flat=True):
            sending.send_dispatch(pk)
    return Dispatch.objects.order_by("-pk")[0]


@pytest.mark.parametrize("format", ["xml", "json"])
def test_the_case_arrives_with_all_it_needs(
    send: Send, stub: Open311Stub, endpoint: Open311Endpoint, format: str, reporter: Person
) -> None:
    endpoint.format = format
    endpoint.save()
    assignment = send(photos=2, reporter_name="Rita B.", show_name=False)
    dispatch = send_due()
    assert (dispatch.status, dispatch.attempts) == ("sent", 1), dispatch.last_error
    [request] = stub.requests
    fields = dict(request.fields)
    assert fields["service_code"] == "001"
    assert (fields["lat"], fields["long"], fields["address_string"]) == ("47.450000", "19.050000", "Fő utca 1.")
    text = fields["description"]
    for words in ("Kátyú a sarkon", "veszélyes", assignment.report.reference, assignment.report.get_absolute_url()):
        assert words in text
    assert "/photos/" in fields["media_url"]
    assert "Rita" not in str(request.fields)
    assert reporter.email not in str(request.fields)
    remote = RemoteRequest.objects.get()
    assert (remote.state, remote.request_id, remote.service_code) == ("known", "1", "001")


def test_a_shown_name_is_sent_in_two_parts(send: Send, stub: Open311Stub) -> None:
    send(reporter_name="Rita Bejelentő", show_name=True)
    send_due()
    assert (stub.requests[0].one("first_name"), stub.requests[0].one("last_name")) == ("Rita", "Bejelentő")


@pytest.mark.parametrize(
    ("choice", "urls", "files"),
    [("none", 0, []), ("url", 1, []), ("urls", 2, []), ("media", 0, ["media"]), ("parts", 0, ["photo1", "photo2"])],
)
def test_photos_go_as_the_endpoint_takes_them(
    send: Send, stub: Open311Stub, endpoint: Open311Endpoint, choice: str, urls: int, files: list[str]
) -> None:
    endpoint.photos = choice
    endpoint.save()
    send(photos=2)
    send_due()
    [request] = stub.requests
    assert len([name for name, _value in request.fields if name == "media_url"]) == urls
    assert sorted(request.files) == files
    assert all(content.startswith(b"\xff\xd8") for content in request.files.values())
    assert "Fő utca" in request.one("address_string")


def test_key_and_jurisdiction_go_along(near_servers: None, send: Send, stub: Open311Stub, endpoint: Any) -> None:
    stub.jurisdiction = "city.example"
    endpoint.jurisdiction_id = "city.example"
    endpoint.save()
    send()
    assert send_due().status == "sent"
    assert stub.requests[0].one("jurisdiction_id") == "city.example"


def test_a_long_text_is_cut_before_the_link(send: Send, stub: Open311Stub) -> None:
    assignment = send(description="Hosszú. " * 900)
    send_due()
    text = stub.requests[0].one("description")
    assert len(text) <= 4000
    assert text.endswith(assignment.report.get_absolute_url())


def test_nothing_is_sent_that_our_own_page_would_not_show(
    send: Send, stub: Open311Stub, works: Institution, moderator: Person
) -> None:
    """Most endpoints show every request to everybody: no link to answer with, no answer that is for the body alone."""
    assignment = send(photos=1)
    Answer.objects.create(report=assignment.report, code="who", wording="Kié?", text="Az enyém.", is_public=False)
    Answer.objects.create(report=assignment.report, code="how", wording="Milyen?", text="Nagyon mély.", is_public=True)
    send_due()
    said = str(stub.requests[0].fields)
    assert "/o/" not in said
    assert "Az enyém." not in said
    assert "Nagyon mély." in said


def test_a_private_case_goes_by_mail(send: Send, stub: Open311Stub, endpoint: Open311Endpoint) -> None:
    send(is_private=True, photos=1)
    assert send_due().status == "sent"
    assert stub.taken == []
    assert len(mail.outbox) == 1
    endpoint.takes_private = True
    endpoint.save()
    send(is_private=True, photos=1)
    assert send_due().status == "sent"
    said = str(stub.requests[0].fields)
    assert "/o/" not in said
    assert "/reports/" not in said


def test_a_new_link_goes_by_mail(send: Send, stub: Open311Stub) -> None:
    assignment = send()
    send_due()
    assert ask_new_link(assignment)
    assert send_due().status == "sent"
    [letter] = mail.outbox
    assert "/o/" in letter.body
    assert stub.told == []


# -- Attributes ---------------------------------------------------------------------------------------------


@pytest.fixture
def choice(endpoint: Open311Endpoint) -> ServiceChoice:
    return ServiceChoice.objects.get(endpoint=endpoint)


def test_attributes_from_answers_and_fixed_values(
    send: Send, stub: Open311Stub, choice: ServiceChoice, endpoint: Open311Endpoint
) -> None:
    choice.values = "DEPTH = {depth: deep=d2}\nSOURCE = web\nNOTE = {title}; {address}"
    choice.save()
    assignment = send()
    Answer.objects.create(report=assignment.report, code="depth", wording="Mély?", value="deep", text="Nagyon")
    assert send_due().status == "sent"
    request = stub.requests[0]
    assert request.one("attribute[DEPTH]") == "d2"
    assert request.one("attribute[SOURCE]") == "web"
    assert request.one("attribute[NOTE]") == "Kátyú a sarkon; Fő utca 1."
    assert request.one("attribute[NOTICE]") == ""


def test_several_values_go_one_by_one(send: Send, stub: Open311Stub, choice: ServiceChoice) -> None:
    service = choice.service
    service.attributes[0]["datatype"] = "multivaluelist"
    service.save()
    choice.values = "DEPTH = {depth}"
    choice.save()
    assignment = send()
    Answer.objects.create(report=assignment.report, code="depth", wording="?", value=["d1", "d2"], text="x")
    send_due()
    assert [value for name, value in stub.requests[0].fields if name == "attribute[DEPTH][]"] == ["d1", "d2"]


@pytest.mark.parametrize(("lines", "words"), [("", "DEPTH"), ("DEPTH = nonsense", "nonsense")])
def test_a_missing_or_foreign_value_is_seen_before_anything_is_sent(
    send: Send, stub: Open311Stub, choice: ServiceChoice, lines: str, words: str
) -> None:
    choice.service.attributes[0]["required"] = True
    choice.service.save()
    choice.values = lines
    choice.save()
    send()
    dispatch = send_due()
    assert (dispatch.status, dispatch.attempts, dispatch.may_have_arrived) == ("failed", 1, False)
    assert words in dispatch.last_error
    assert stub.taken == []


# -- Services -----------------------------------------------------------------------------------------------


def test_no_service_chosen_is_seen(send: Send, stub: Open311Stub, parks: Category) -> None:
    send(category=parks)
    dispatch = send_due()
    assert dispatch.status == "failed"
    assert "Park" in dispatch.last_error
    assert stub.taken == []


def test_main_category_and_the_service_for_all_others(
    send: Send, stub: Open311Stub, endpoint: Open311Endpoint, parks: Category, potholes: Category
) -> None:
    child = Category.objects.create(slug="deep", names={"hu": "Mély kátyú"}, parent=potholes)
    endpoint.default_service = endpoint.services.get(code="B3")
    endpoint.save()
    send(category=child)
    send(category=parks)
    send_due()
    assert [request.one("service_code") for request in stub.requests] == ["001", "B3"]
    assert set(RemoteRequest.objects.values_list("state", flat=True)) == {"known", "numberless"}


def test_a_service_that_left_the_list_gets_nothing(send: Send, stub: Open311Stub, endpoint: Open311Endpoint) -> None:
    stub.services = stub.services[1:]
    assert "left the list" in sync_services(endpoint) or endpoint.services_error
    assert endpoint.services.get(code="001").gone_at is not None
    send()
    dispatch = send_due()
    assert dispatch.status == "failed"
    assert stub.requests == []
    stub.services = [dict(stub.services[0], service_code="001"), *stub.services]
    assert sync_services(endpoint) == ""
    assert endpoint.services.get(code="001").gone_at is None


def test_an_empty_or_broken_list_changes_nothing(stub: Open311Stub, endpoint: Open311Endpoint) -> None:
    stub.services, before = [], endpoint.services.count()
    assert sync_services(endpoint)
    stub.faults = [Fault("reply", Reply(200, b"<html><body>Maintenance</body></html>", "text/html"))]
    assert "Maintenance" in sync_services(endpoint)
    assert endpoint.services.offered().count() == before == 3
    endpoint.refresh_from_db()
    assert "Maintenance" in endpoint.services_error


def test_definitions_are_kept_with_zeros_in_front(stub: Open311Stub, endpoint: Open311Endpoint) -> None:
    service = endpoint.services.get(code="001")
    assert [one["code"] for one in service.attributes] == ["DEPTH"]
    assert service.attributes[0]["values"] == [{"key": "d1", "name": "Shallow"}, {"key": "d2", "name": "Deep"}]
    assert (service.group, service.kind) == ("Roads", "realtime")
    stub.faults = [Fault("reply")]  # the list answers, the definition does not
    stub.faults.insert(0, Fault("late", seconds=0))
    assert "001" in sync_services(endpoint)
    assert endpoint.services.get(code="001").attributes == service.attributes


# -- Never twice --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [Fault("deaf"), Fault("late", seconds=3), Fault("drip", seconds=0.5)])
def test_an_attempt_without_an_end_is_looked_up_and_taken_over(
    send: Send, stub: Open311Stub, fault: Fault, settings: Any
) -> None:
    settings.OUTBOUND_SECONDS, settings.OUTBOUND_PAUSE_SECONDS = 0.8, 0.8
    stub.faults = [fault]
    send()
    dispatch = send_due()
    assert (dispatch.status, dispatch.may_have_arrived) == ("unknown", True)
    dispatch = send_due()
    assert (dispatch.status, dispatch.attempts) == ("sent", 2), dispatch.last_error
    assert len(stub.requests) == len(stub.posts()) == 1
    assert RemoteRequest.objects.get().request_id == "1"


def test_what_one_worker_has_learnt_is_not_overwritten_by_another(
    send: Send, stub: Open311Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    stub.faults = [Fault("deaf")]
    send()
    send_due()

    def look(*arguments: Any) -> str:
        RemoteRequest.objects.update(state="known", request_id="1")  # the other one's answer came
        return ""

    monkeypatch.setattr("forwarding.open311.sending.find_request", look)
    send_due(rounds=4)
    assert RemoteRequest.objects.get().state == "known"


def test_no_post_where_the_look_at_the_list_took_the_whole_lease(
    send: Send, stub: Open311Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    stub.faults = [Fault("reply")]  # it says itself that it failed
    send()
    send_due()

    def look(*arguments: Any) -> str:
        Dispatch.objects.update(attempts=7)  # another worker has it by now
        return ""

    monkeypatch.setattr("forwarding.open311.sending.find_request", look)
    send_due()
    assert len(stub.posts()) == 1


def test_what_was_not_found_is_left_to_staff(send: Send, stub: Open311Stub, moderator: Person, settings: Any) -> None:
    stub.faults = [Fault("cut")]
    send()
    dispatch = send_due(rounds=8)
    assert (dispatch.status, dispatch.may_have_arrived) == ("failed", True)
    assert dispatch.attempts == 4  # the POST, and three looks at the list
    assert len(stub.posts()) == 1
    assert RemoteRequest.objects.get().state == "lost"
    retry_delivery(dispatch, actor=moderator)  # staff have asked the body: it is not there
    dispatch = send_due()
    assert dispatch.status == "sent"
    assert len(stub.requests) == 1


def test_staff_send_again_what_was_there_all_along(send: Send, stub: Open311Stub, moderator: Person) -> None:
    """The list was late: the request shows only after it was given up."""
    stub.faults = [Fault("deaf")]
    send()
    stub.odd.lists_requests = False
    dispatch = send_due(rounds=8)
    assert (dispatch.status, dispatch.may_have_arrived) == ("failed", True)
    stub.odd.lists_requests = True
    retry_delivery(dispatch, actor=moderator)
    assert send_due().status == "sent"
    assert len(stub.requests) == 1


def test_a_list_that_cannot_be_read_just_now_is_waited_for(send: Send, stub: Open311Stub) -> None:
    stub.faults = [Fault("deaf"), Fault("reply", method="GET"), Fault("reply", method="GET")]
    send()
    assert send_due(rounds=4).status == "sent"
    assert len(stub.requests) == 1


def test_a_server_error_is_looked_up_before_it_is_tried_again(send: Send, stub: Open311Stub) -> None:
    """It says itself that it failed: what is not in its list then may be sent again."""
    stub.faults = [Fault("reply"), Fault("reply", Reply(503, b"later"), method="POST")]
    send()
    assert send_due(rounds=4).status == "sent"
    assert [taken.method for taken in stub.taken] == ["POST", "GET", "POST", "POST"]
    assert len(stub.requests) == 1


def test_a_server_that_fails_after_the_work_is_found_out(send: Send, stub: Open311Stub) -> None:
    real = stub.answer
    stub.answer = lambda taken: (real(taken), Reply(500, b"oops"))[taken.method == "POST"]  # type: ignore[method-assign]
    send()
    assert send_due(rounds=2).status == "sent"
    assert len(stub.requests) == 1


@pytest.mark.parametrize("body", [b"<html>Thank you!</html>", b"", b"<service_requests>", b"[]", b"nonsense"])
def test_a_yes_without_a_number_is_looked_up(send: Send, stub: Open311Stub, body: bytes) -> None:
    real = stub.answer
    stub.answer = lambda taken: (real(taken), Reply(200, body, "text/html"))[taken.method == "POST"]  # type: ignore[method-assign]
    send()
    assert send_due(rounds=2).status == "sent"
    assert len(stub.requests) == 1


def test_without_texts_in_the_list_place_and_time_decide(send: Send, stub: Open311Stub) -> None:
    stub.odd.shows_descriptions = False
    stub.clock_is_off = timedelta(hours=3)
    stub.faults = [Fault("deaf")]
    send()
    assert send_due(rounds=2).status == "sent"
    assert len(stub.requests) == 1


def test_another_case_at_the_same_place_is_not_taken_for_ours(send: Send, stub: Open311Stub) -> None:
    stub.odd.shows_descriptions = False
    send()
    send_due()
    stub.faults = [Fault("cut")]
    send(title="Másik")
    dispatch = send_due(rounds=8)
    assert (dispatch.status, dispatch.may_have_arrived) == ("failed", True)


def test_a_crash_before_the_post_is_no_attempt(send: Send, stub: Open311Stub, monkeypatch: Any) -> None:
    """Our own mistake while the case was put into words: nothing has left, so nothing needs to be looked for."""
    monkeypatch.setattr("forwarding.open311.sending.opening_text", lambda dispatch: 1 / 0)
    send()
    with pytest.raises(ZeroDivisionError):
        send_due()
    monkeypatch.undo()
    assert RemoteRequest.objects.get().state == "new"


# -- Refusals -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["xml", "json"])
def test_a_no_is_final_and_says_why(send: Send, stub: Open311Stub, endpoint: Open311Endpoint, format: str) -> None:
    endpoint.format = format
    endpoint.save()
    stub.api_key = "another"
    send()
    dispatch = send_due()
    assert (dispatch.status, dispatch.may_have_arrived) == ("failed", False)
    assert "403 api_key is missing or wrong" in dispatch.last_error
    assert RemoteRequest.objects.get().state == "new"
    stub.api_key = "key-1"
    retry_delivery(dispatch, actor=None)
    assert send_due().status == "sent"


def test_our_key_never_comes_back_into_the_ledger(send: Send, stub: Open311Stub) -> None:
    stub.faults = [Fault("reply", Reply(400, b"<p>bad: api_key=key-1</p>", "text/html"))]
    send()
    dispatch = send_due()
    assert "bad" in dispatch.last_error
    assert "key-1" not in dispatch.last_error


def test_errors_with_a_200_are_a_no(send: Send, stub: Open311Stub) -> None:
    page = b"<errors><error><code>400</code><description>LAMP required</description></error></errors>"
    stub.faults = [Fault("reply", Reply(200, page, "text/xml"))]
    send()
    dispatch = send_due()
    assert (dispatch.status, dispatch.may_have_arrived) == ("failed", False)
    assert "LAMP required" in dispatch.last_error


def test_nobody_listens_and_then_somebody_does(send: Send, endpoint: Open311Endpoint, stub: Open311Stub) -> None:
    send()
    Dispatch.objects.update(address="http://127.0.0.1:1")
    dispatch = send_due()
    assert (dispatch.status, dispatch.may_have_arrived) == ("waiting", False)
    Dispatch.objects.update(address=stub.url)
    assert send_due().status == "sent"


def test_nothing_is_gathered_for_an_endpoint(send: Send, stub: Open311Stub, endpoint: Open311Endpoint) -> None:
    Contact.objects.filter(pk=endpoint.contact_id).update(digest_at=["08:00"])
    send()
    send()
    Dispatch.objects.update(next_try_at=timezone.now())
    send_due(rounds=2)
    assert len(stub.requests) == 2
    assert mail.outbox == []


def test_an_inside_address_is_refused(send: Send, stub: Open311Stub, settings: Any) -> None:
    settings.OUTBOUND_ALLOWED_NETWORKS = []
    send()
    dispatch = send_due()
    assert dispatch.status == "failed"
    assert "OUTBOUND_ALLOWED_NETWORKS" in dispatch.last_error
    assert stub.taken == []
    assert RemoteRequest.objects.get().state == "new"


def test_a_name_that_is_not_found_just_now_is_no_attempt_that_may_have_arrived(
    send: Send, stub: Open311Stub, endpoint: Open311Endpoint
) -> None:
    send()
    Dispatch.objects.update(address="http://nowhere.invalid")
    dispatch = send_due()
    assert (dispatch.status, dispatch.may_have_arrived) == ("waiting", False)
    assert RemoteRequest.objects.get().state == "new"
    Dispatch.objects.update(address=stub.url)
    assert send_due().status == "sent"
    assert len(stub.requests) == 1
    Contact.objects.filter(pk=endpoint.contact_id).update(address="http://nowhere.invalid")
    endpoint.contact.refresh_from_db()
    assert "nowhere.invalid" in sync_services(endpoint)
    endpoint.refresh_from_db()
    assert "nowhere.invalid" in endpoint.services_error


# -- Tokens -------------------------------------------------------------------------------------------------


@pytest.fixture
def batch(endpoint: Open311Endpoint) -> Open311Endpoint:
    ServiceChoice.objects.update(service=endpoint.services.get(code="002"))
    return endpoint


def test_a_token_is_followed_until_it_is_a_number(batch: Any, send: Send, stub: Open311Stub, time_machine: Any) -> None:
    stub.odd.token_after = 3
    time_machine.move_to(timezone.now())
    send()
    assert send_due().status == "sent"
    remote = RemoteRequest.objects.get()
    assert (remote.state, remote.token) == ("token", "t-1")
    assert tokens_due() == []
    for wait in TOKEN_WAITS[:3]:
        assert remote.state == "token"
        time_machine.shift(wait)
        [due] = tokens_due()
        follow_token(due)
        follow_token(due)  # two workers: the second finds it done
        remote.refresh_from_db()
    assert (remote.state, remote.request_id, remote.next_try_at) == ("known", "1", None)
    assert stub.requests[0].asked_for_token == 3


def test_a_token_that_never_becomes_one_ends_in_sight(batch: Any, send: Send, stub: Open311Stub) -> None:
    stub.odd.token_after = 0
    assignment = send()
    send_due()
    for _wait in TOKEN_WAITS:
        RemoteRequest.objects.filter(next_try_at__isnull=False).update(next_try_at=timezone.now())
        for pk in tokens_due():
            follow_token(pk)
    remote = RemoteRequest.objects.get()
    assert (remote.state, remote.next_try_at, remote.tries) == ("token", None, len(TOKEN_WAITS))
    assert assignment.report.events.filter(kind="noted").count() == 1
    assert stub.requests[0].asked_for_token == len(TOKEN_WAITS)


# -- What happens later -------------------------------------------------------------------------------------


def test_a_no_of_a_citizen_goes_as_an_update(
    send: Send, stub: Open311Stub, endpoint: Open311Endpoint, reporter: Person
) -> None:
    endpoint.takes_updates = True
    endpoint.save()
    assignment = send()
    send_due()
    say_done(assignment, "Betömtük.", actor=None)
    deny_solved(assignment.report, "Még ott van.", actor=reporter)
    dispatch = send_due()
    assert dispatch.status == "sent", dispatch.last_error
    [told] = stub.told
    assert (told["service_request_id"], told["status"]) == ("1", "OPEN")
    assert "Még ott van." not in told["description"]  # most endpoints show it to everybody
    assert len(stub.requests) == 1
    assert mail.outbox == []


def test_an_update_sent_twice_bears_the_same_id(
    send: Send, stub: Open311Stub, endpoint: Open311Endpoint, moderator: Person
) -> None:
    endpoint.takes_updates = True
    endpoint.save()
    stub.odd.repeats_update_ids = False
    assignment = send()
    send_due()
    recall_report(assignment, "Tévedés volt.", actor=moderator)
    stub.faults = [Fault("deaf", method="POST")]
    dispatch = send_due(rounds=2)
    assert dispatch.status == "sent", dispatch.last_error
    [told] = stub.told
    assert told["status"] == "CLOSED"


def test_without_updates_it_goes_by_mail(send: Send, stub: Open311Stub, moderator: Person) -> None:
    assignment = send()
    send_due()
    repeat_report(assignment, "Még nem jött válasz.", actor=moderator)
    dispatch = send_due()
    assert dispatch.status == "sent", dispatch.last_error
    [letter] = mail.outbox
    assert letter.to == ["ugyfel@utkezelo.example"]
    assert len(stub.requests) == 1


def test_by_mail_instead_keeps_to_the_mail_contacts_pause(
    send: Send, stub: Open311Stub, moderator: Person, endpoint: Open311Endpoint
) -> None:
    assignment = send()
    send_due()
    until = timezone.now() + timedelta(hours=1)
    ContactHealth.objects.create(contact=Contact.objects.get(channel="mail"), paused_until=until)
    repeat_report(assignment, "Még nem jött válasz.", actor=moderator)
    dispatch = send_due()
    assert mail.outbox == []
    assert (dispatch.status, dispatch.next_try_at, dispatch.attempts) == ("waiting", until, 0)
    assert dispatch.tries.count() == 0
    assert ContactHealth.objects.get(contact=endpoint.contact_id).failures_in_row == 0


@pytest.mark.parametrize("named", [True, False])
def test_what_went_by_mail_instead_and_comes_back_is_known(
    send: Send, stub: Open311Stub, moderator: Person, endpoint: Open311Endpoint, named: bool
) -> None:
    assignment = send()
    send_due()
    repeat_report(assignment, "Még nem jött válasz.", actor=moderator)
    dispatch = send_due()
    letter = Contact.objects.get(channel="mail")
    address = letter.address if named else "somebody@behind.example"
    assert handle_bounce(Bounce((address,), "550 unknown", True, True, (dispatch.message_id,)), []) == named
    dispatch.refresh_from_db()
    assert dispatch.status == ("failed" if named else "sent")
    letter.refresh_from_db()
    assert (letter.stopped_at is not None) == named
    assert Contact.objects.get(pk=endpoint.contact_id).stopped_at is None
    assert ContactHealth.objects.get(contact=endpoint.contact_id).failures_in_row == 0


def test_a_case_handed_over_to_an_endpoint_is_opened_there(
    endpoint: Open311Endpoint,
    stub: Open311Stub,
    make_report: Callable[..., Report],
    gardens: Institution,
    works: Institution,
    moderator: Person,
) -> None:
    assignment = send_report(make_report(), gardens, actor=moderator)
    send_due()
    hand_over(assignment, works, "Az út a tiétek.", actor=None)
    assert send_due().status == "sent"
    [text] = stub.texts()
    assert "Az út a tiétek." not in text  # what bodies write to each other is not for everybody
    assert "veszélyes" in text


def test_news_open_the_case_where_the_first_letter_was_refused(send: Send, stub: Open311Stub, reporter: Person) -> None:
    stub.api_key = "another"
    assignment = send()
    assert send_due().status == "failed"
    stub.api_key = "key-1"
    say_done(assignment, "Betömtük.", actor=None)
    deny_solved(assignment.report, "Még ott van.", actor=reporter)
    assert send_due().status == "sent"
    [text] = stub.texts()
    assert "Betömtük." in text
    assert "Még ott van." not in text  # the list of requests is open to everybody


def test_news_never_open_what_may_be_there(send: Send, stub: Open311Stub, reporter: Person) -> None:
    stub.faults = [Fault("cut")]
    assignment = send()
    assert send_due(rounds=5).status == "failed"
    say_done(assignment, "Betömtük.", actor=None)
    deny_solved(assignment.report, "Még ott van.", actor=reporter)
    assert send_due().status == "sent"
    assert stub.requests == []
    assert [letter.to for letter in mail.outbox] == [["ugyfel@utkezelo.example"]]


def test_without_updates_and_mail_it_is_seen(send: Send, works: Institution, moderator: Person) -> None:
    Contact.objects.filter(institution=works, channel="mail").delete()
    assignment = send()
    send_due()
    recall_report(assignment, "Tévedés volt.", actor=moderator)
    dispatch = send_due()
    assert dispatch.status == "failed"
    assert dispatch.last_error


# -- Odd servers --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["xml", "json"])
@pytest.mark.parametrize(
    "oddity",
    [
        {"created_status": 201},
        {"content_type": "text/html"},
        {"content_type": "text/plain"},
        {"content_type": "application/octet-stream"},
        {"encode": lambda text: b"\xef\xbb\xbf" + text.encode()},
        {"encode": lambda text: text.encode("utf-16")},
        {"encode": lambda text: text.encode("iso-8859-2", "replace"), "declares": "iso-8859-2"},
        {"encode": lambda text: b"\n\n  " + text.encode()},
        {"wraps_json": True},
        {"numbers_in_json": True},
    ],
    ids=["201", "html", "plain", "octets", "bom", "utf-16", "latin-2", "blanks", "wrapped", "numbers"],
)
def test_odd_servers_are_understood(
    send: Send, stub: Open311Stub, endpoint: Open311Endpoint, format: str, oddity: dict[str, Any]
) -> None:
    endpoint.format = format
    endpoint.save()
    for name, value in oddity.items():
        setattr(stub.odd, name, value)
    assert sync_services(endpoint) == ""
    send()
    dispatch = send_due()
    assert dispatch.status == "sent", dispatch.last_error
    assert RemoteRequest.objects.get().request_id == "1"

"""Other bodies' servers in the browser: an update is read at the desk, an endpoint is set up in the administration."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, expect

from accounts.models import Person
from forwarding.open311.taking import Word, take_word
from forwarding.outward.models import Open311Endpoint, RemoteRequest, ServiceChoice
from municipalities.models import Category, Contact, Institution
from reports.models import Assignment, Report

from .test_accessibility import check_page

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def endpoint(works: Institution, potholes: Category) -> Open311Endpoint:
    contact = Contact.objects.create(institution=works, channel="open311", address="https://311.example/v2", position=9)
    endpoint = Open311Endpoint.objects.create(contact=contact, api_key="hidden-key")
    attributes = [
        {
            "code": "DEPTH",
            "datatype": "singlevaluelist",
            "required": True,
            "values": [{"key": "d1", "name": "Shallow"}, {"key": "d2", "name": "Deep"}],
        }
    ]
    service = endpoint.services.create(code="001", name="Pothole", group="Roads", attributes=attributes)
    ServiceChoice.objects.create(endpoint=endpoint, category=potholes, service=service, values="DEPTH = d1")
    return endpoint


@pytest.mark.parametrize("screen", ["phone", "desktop"])
def test_an_update_is_read_and_published(
    screen: str,
    endpoint: Open311Endpoint,
    assignment: Assignment,
    moderator: Person,
    open_context: Callable[..., BrowserContext],
    signed_in: Callable[[BrowserContext, Person], None],
) -> None:
    RemoteRequest.objects.create(assignment=assignment, contact=endpoint.contact, state="known", request_id="311-7")
    said = Word(
        "id:1", "311-7", "closed", "Betömtük. Kovács Béla, +36 30 123 4567", timezone.now(), problem="Odd date."
    )
    update = take_word(endpoint, said)
    assert update
    assert update.mail
    context = open_context(screen)
    signed_in(context, moderator)
    page = context.new_page()
    page.goto(f"/desk/mail/{update.mail.pk}?queue=answers")
    expect(page.get_by_text("Odd date.")).to_be_visible()
    expect(page.get_by_role("radio", name="They say that it is done")).to_be_checked()
    assert check_page(page) == []
    page.get_by_label("Answer as published").fill("Betömtük.")
    page.get_by_role("button", name="Publish as the answer").click()
    page.wait_for_url("**/desk/?queue=answers*")
    assert Report.objects.get(pk=assignment.report_id).status == "awaiting_confirmation"


def test_an_endpoint_is_set_up(
    endpoint: Open311Endpoint,
    employee: Person,
    open_context: Callable[..., BrowserContext],
    signed_in: Callable[[BrowserContext, Person], None],
) -> None:
    context = open_context("desktop")
    signed_in(context, employee)
    page = context.new_page()
    page.goto(f"/admin/forwarding/open311endpoint/{endpoint.pk}/change/")
    assert "hidden-key" not in page.content()
    page.locator("#id_choices-0-values").fill("DEPTH = {depth: deep=d2}")
    page.locator("#id_statuses").fill("wombat = answer")
    page.get_by_role("button", name="Save and continue editing").click()
    expect(page.locator("#id_statuses")).to_have_value("wombat = answer")
    endpoint.refresh_from_db()
    assert (endpoint.api_key, endpoint.choices.get().values) == ("hidden-key", "DEPTH = {depth: deep=d2}")
    page.goto("/admin/forwarding/remoteservice/")
    expect(page.get_by_text("DEPTH* (d1: Shallow, d2: Deep)")).to_be_visible()

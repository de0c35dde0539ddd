"""A guest's address is confirmed by one button behind the link in the mail."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import Person
from reports import links
from reports.lifecycle import EventKind, Status
from reports.models import Report

pytestmark = pytest.mark.django_db


def path(report: Report, purpose: str = links.CONFIRM) -> str:
    return f"/confirm/{links.sign(purpose, report.pk)}"


@pytest.fixture
def waiting(make_report: Callable[..., Report]) -> Report:
    return make_report(confirmed=False, title="Kátyú <b>")


def test_opening_the_link_changes_nothing(client: Client, waiting: Report) -> None:
    for _ in range(3):
        response = client.get(path(waiting))
        assert response.status_code == 200
    client.head(path(waiting))

    page = response.content.decode()
    assert "Kátyú &lt;b&gt;" in page
    assert page.count('<form method="post">') == 1
    assert "/own/" not in page
    waiting.refresh_from_db()
    assert waiting.status == Status.UNCONFIRMED
    assert waiting.events.count() == 1


def test_button_brings_the_report_to_the_desk(client: Client, waiting: Report) -> None:
    response = client.post(path(waiting))

    assert (response.status_code, response["Location"]) == (302, path(waiting))
    waiting.refresh_from_db()
    assert waiting.status == Status.SUBMITTED
    assert waiting.submitted_at is not None
    last = waiting.events.last()
    assert last is not None
    assert (last.kind, last.actor) == (EventKind.RECEIVED, waiting.reporter)
    page = client.get(path(waiting)).content.decode()
    assert waiting.reference in page
    assert f"/own/{links.sign(links.OWNER, waiting.pk)}" in page
    assert '<form method="post"' not in page.split("<main")[1].split("</main>")[0]


def test_next_one_may_begin_at_the_same_place(client: Client, waiting: Report) -> None:
    client.post(path(waiting))
    page = client.get(path(waiting), headers={"accept-language": "en"}).content.decode()
    target = f"/report/new?lat={waiting.latitude}&amp;lon={waiting.longitude}"
    assert target in page
    form = client.get(target.replace("&amp;", "&")).context["form"]
    assert (form["latitude"].value(), form["longitude"].value()) == (str(waiting.latitude), str(waiting.longitude))


def test_pressing_again_does_no_harm(client: Client, waiting: Report) -> None:
    for _ in range(3):
        assert client.post(path(waiting)).status_code == 302

    assert waiting.events.filter(kind=EventKind.RECEIVED).count() == 1


def test_late_press_moves_nothing_back(client: Client, sent: Report) -> None:
    assert client.post(path(sent)).status_code == 302
    assert client.get(path(sent)).status_code == 200

    sent.refresh_from_db()
    assert sent.status == Status.SENT


def test_others_that_wait_are_offered_one_by_one(
    client: Client, waiting: Report, make_report: Callable[..., Report], stranger: Person
) -> None:
    second = make_report(confirmed=False, title="Másik")
    foreign = make_report(confirmed=False, title="Idegen", reporter=stranger)
    assert second.reference not in client.get(path(waiting)).content.decode()

    page = client.post(path(waiting), follow=True).content.decode()

    assert second.reference in page
    assert f'action="{path(second)}"' in page
    assert foreign.reference not in page
    second.refresh_from_db()
    assert second.status == Status.UNCONFIRMED
    client.post(path(second))
    second.refresh_from_db()
    assert second.status == Status.SUBMITTED


def test_only_its_own_token_opens_it(client: Client, waiting: Report) -> None:
    token = links.sign(links.CONFIRM, waiting.pk)
    bad = [
        path(waiting, links.OWNER),
        path(waiting, links.DONE),
        f"/confirm/{token[:-1]}",
        f"/confirm/{token}x",
        f"/confirm/9{token}",
        f"/confirm/{waiting.pk}",
        "/confirm/%00",
        f"/confirm/{links.sign(links.CONFIRM, 999999)}",
    ]
    for address in bad:
        assert client.get(address).status_code == 404
        assert client.post(address).status_code == 404
    waiting.refresh_from_db()
    assert waiting.status == Status.UNCONFIRMED


def test_button_wants_the_page_s_own_token(waiting: Report) -> None:
    assert Client(enforce_csrf_checks=True).post(path(waiting)).status_code == 403

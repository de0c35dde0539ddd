"""The letter before it goes: exactly what would go, as a test to oneself, and without a trace."""

from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.erasure import erase_person, export_person
from accounts.models import Person
from forwarding.models import Dispatch, SampleLetter
from forwarding.samples import send_sample
from forwarding.sending import send_dispatch
from moderation.models import Act
from municipalities.models import Contact, Institution
from reports.actions_follow import follow_report
from reports.lifecycle import Status
from reports.models import Assignment, Report
from tests.moderation.undoing import rows_of

pytestmark = pytest.mark.django_db

CaseData = Callable[..., dict[str, Any]]


def preview_url(report: Report) -> str:
    return reverse("desk_preview", args=[report.reference])


@pytest.fixture
def case(make_report: Callable[..., Report]) -> Report:
    return make_report(photos=2, reporter_name="Rita Bejelentő", show_name=False)


def without_links(words: str, *pieces: str) -> str:
    for piece in pieces:
        words = words.replace(piece, "")
    return words


def test_it_is_the_very_letter_that_goes_and_nothing_is_left_of_it(
    at_desk: Client, case: Report, works: Institution, case_data: CaseData, neighbour: Person, reporter: Person
) -> None:
    follow_report(case, neighbour)
    before, events = rows_of(case), case.events.count()
    typed = case_data(case, institution=works.pk, title="Kátyú a Fő utcán", send_text="Sürgős.", action="preview")
    response = at_desk.post(preview_url(case), typed)
    page, preview = response.content.decode(), response.context["preview"]
    assert response.status_code == HTTPStatus.OK
    assert rows_of(case) == before
    assert case.events.count() == events
    assert [model.objects.count() for model in (Assignment, Dispatch, Act)] == [0, 0, 0]
    for words in ("Kátyú a Fő utcán", "&gt; Sürgős.", "ugyfel@utkezelo.example", f"{case.reference}-2.jpg"):
        assert words in page, words
    assert preview.followers == 1
    assert preview.html.count("data:image/jpeg;base64,") == 2
    assert "cid:" not in preview.html
    # Who the reporter is, and how to act as them, is nobody's business here.
    assert reporter.email not in page
    assert "/own/…" in preview.words_to_reporter
    assert reporter.name not in preview.words_to_reporter
    assert "'unsafe-inline'" in response["Content-Security-Policy"].split("style-src")[1].split(";")[0]
    assert "unsafe-inline" not in response["Content-Security-Policy"].split("script-src")[1].split(";")[0]

    at_desk.post(reverse("desk_case", args=[case.reference]), {**typed, "action": "send"})
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        send_dispatch(Dispatch.objects.get().pk)
    [sent] = mail.outbox
    assert isinstance(sent, EmailMultiAlternatives)
    assert (sent.subject, sent.to) == (preview.letter.subject, preview.letter.to)
    # The links hold the id of the sending: that of the preview was never given to anybody.
    links = [word for letter in (sent, preview.letter) for word in letter.body.split() if "/o/" in word]
    assert without_links(str(sent.body), *links) == without_links(str(preview.letter.body), *links)
    assert Client().get(links[1][links[1].index("/o/") :]).status_code == HTTPStatus.NOT_FOUND
    assert Client().get(links[0][links[0].index("/o/") :]).status_code == HTTPStatus.OK


def test_from_the_preview_it_is_sent_as_it_was_shown(
    at_desk: Client, case: Report, works: Institution, case_data: CaseData
) -> None:
    typed = case_data(case, institution=works.pk, title="Kátyú a Fő utcán", is_private="on")
    shown = at_desk.post(preview_url(case), typed).context["form"]
    hidden = {field.html_name: field.value() for field in shown if field.value() not in (None, "")}
    at_desk.post(reverse("desk_case", args=[case.reference]), {**hidden, "action": "send"})
    case.refresh_from_db()
    assert (case.status, case.title, case.is_private) == (Status.SENT, "Kátyú a Fő utcán", True)


def test_a_body_without_address_or_that_refuses_gets_nothing_and_that_is_said(
    at_desk: Client, case: Report, works: Institution, refuser: Institution, case_data: CaseData
) -> None:
    Contact.objects.update(is_active=False)
    for body in (works, refuser):
        typed = case_data(case, institution=body.pk)
        response = at_desk.post(preview_url(case), typed)
        assert response.context["preview"].letter is None
        assert 'value="test"' not in response.content.decode()
        at_desk.post(preview_url(case), {**typed, "action": "test"})
    assert not SampleLetter.objects.exists()


def test_what_is_missing_is_said_on_the_case_and_a_change_by_others_too(
    at_desk: Client, case: Report, works: Institution, case_data: CaseData
) -> None:
    response = at_desk.post(preview_url(case), case_data(case, title="", institution=works.pk))
    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert "id_title_error" in response.content.decode()
    response = at_desk.post(preview_url(case), case_data(case, institution=works.pk, version=99))
    assert response.status_code == HTTPStatus.CONFLICT
    assert at_desk.get(preview_url(case))["Location"] == reverse("desk_case", args=[case.reference])
    assert at_desk.post(preview_url(case), {"title": "\x00", "version": "x"}).status_code == HTTPStatus.BAD_REQUEST


def test_a_test_goes_to_oneself_alone_and_says_so(
    at_desk: Client, case: Report, works: Institution, case_data: CaseData, moderator: Person, announced: Any
) -> None:
    typed = case_data(case, institution=works.pk, title="Kátyú a Fő utcán", action="test")
    page = at_desk.post(preview_url(case), typed).content.decode()
    assert moderator.email in page
    sample = SampleLetter.objects.get()
    assert not case.events.filter(kind="sent").exists()
    send_sample(sample.pk)
    send_sample(sample.pk)
    [test] = mail.outbox
    assert isinstance(test, EmailMultiAlternatives)
    assert test.recipients() == [moderator.email]
    assert test.subject.startswith("[PRÓBA] Kátyú a Fő utcán")
    assert test.body.startswith("*** PRÓBA")
    assert "PRÓBA" in str(test.alternatives[0][0])
    assert len(test.attachments) == 2
    assert "ugyfel@utkezelo.example" not in str(test.message().as_string())
    sample.refresh_from_db()
    assert (sample.status, sample.subject, sample.text, sample.html) == ("sent", "", "", "")


def test_tests_are_limited(
    at_desk: Client, case: Report, works: Institution, case_data: CaseData, settings: Any
) -> None:
    settings.SAMPLE_LETTERS_AN_HOUR = 2
    typed = case_data(case, institution=works.pk, action="test")
    for _number in range(3):
        at_desk.post(preview_url(case), typed)
    assert SampleLetter.objects.count() == 2
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        at_desk.post(preview_url(case), typed)
    assert SampleLetter.objects.count() == 3


def test_samples_are_exported_and_erased(
    at_desk: Client, case: Report, works: Institution, case_data: CaseData, moderator: Person, reporter: Person
) -> None:
    at_desk.post(preview_url(case), case_data(case, institution=works.pk, action="test"))
    assert export_person(moderator)["sample_letters"][0]["report"] == case.reference
    for _time in range(2):
        erase_person(reporter, keep_reports=True)
    assert not SampleLetter.objects.exists()

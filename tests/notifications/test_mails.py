"""The words of the mails to people: language, links, quotes, headers; and the way out of them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.utils import timezone

from accounts.models import Person
from forwarding.actions import answer_report, promise_date, say_done, send_report
from municipalities.models import Institution
from notifications import talk
from notifications.actions import fan_out_event
from notifications.addresses import make_address, read_address
from notifications.mails import REPORT
from notifications.models import MailChoice, Message
from notifications.sending import send_message
from reports import links
from reports.actions_desk import ask_info, reject_report
from reports.actions_follow import follow_report
from reports.actions_sending import confirm_report
from reports.actions_solved import confirm_solved
from reports.lifecycle import EVENTS, Reason
from reports.models import Assignment, Follow, Report, ReportEvent


def tell_all() -> list[EmailMultiAlternatives]:
    """Fan out and send everything; the mails of this round."""
    mail.outbox.clear()
    for pk in ReportEvent.objects.filter(processed_at=None).order_by("pk").values_list("pk", flat=True):
        fan_out_event(pk)
    for pk in Message.objects.due().order_by("pk").values_list("pk", flat=True):
        send_message(pk)
    return [sent for sent in mail.outbox if isinstance(sent, EmailMultiAlternatives)]


def both(sent: EmailMultiAlternatives) -> tuple[str, str]:
    return str(sent.body), str(sent.alternatives[0][0])


def to(address: str, mails: list[EmailMultiAlternatives]) -> EmailMultiAlternatives:
    [found] = [sent for sent in mails if sent.to == [address]]
    return found


@pytest.fixture
def followed(assignment: Assignment, neighbour: Person) -> Assignment:
    follow_report(assignment.report, neighbour)
    tell_all()
    return assignment


def test_receipt_has_the_owner_link_and_the_headers(submitted: Report) -> None:
    [sent] = tell_all()
    message = Message.objects.get()
    for part in both(sent):
        assert links.owner_url(submitted.pk) in part
        assert submitted.reference in part
    headers = sent.message()
    assert headers["Message-ID"] == message.message_id
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["From"].endswith("<noreply@localhost>")
    assert sent.from_email == make_address(REPORT, submitted.pk)  # bounces come home too
    assert make_address(REPORT, submitted.pk) in headers["Reply-To"]
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert links.unsubscribe_url(submitted.reporter_id or 0, submitted.pk, "own") in headers["List-Unsubscribe"]


def test_confirmation_holds_nothing_of_what_was_typed(make_report: Callable[..., Report]) -> None:
    report = make_report(
        confirmed=False, title="Vegyél órát", description="olcson.example", address="Csaló u. 1.", reporter_name="Csaló"
    )
    [sent] = tell_all()
    for part in (*both(sent), sent.subject):
        for words in ("Vegyél", "olcson", "Csaló", report.reference):
            assert words not in part
    assert links.confirm_url(report.pk) in sent.body
    assert links.owner_url(report.pk) not in sent.body
    assert "List-Unsubscribe" not in sent.message()


def test_an_address_gets_one_confirmation_an_hour(make_report: Callable[..., Report], settings: Any) -> None:
    for title in ("egy", "kettő", "három"):
        make_report(confirmed=False, title=title)
    assert len(tell_all()) == 1
    waiting = Message.objects.filter(status="waiting")
    assert [round((m.next_try_at - timezone.now()) / timedelta(minutes=1)) for m in waiting] == [60, 60]
    assert {m.attempts for m in waiting} == {0}
    past = timezone.now() - settings.CONFIRMATION_MAIL_EVERY
    Message.objects.filter(status="sent").update(sent_at=past)
    waiting.update(next_try_at=timezone.now())
    assert len(tell_all()) == 1


def test_a_confirmed_report_holds_no_other_confirmation_back(make_report: Callable[..., Report]) -> None:
    first = make_report(confirmed=False)
    tell_all()
    confirm_report(first)
    make_report(confirmed=False)
    assert any("/confirm/" in mail.body for mail in tell_all())


def test_each_reads_in_their_language(followed: Assignment) -> None:
    answer_report(followed, "Kedden betömjük.", actor=None)
    sent = to("neighbour@example.org", tell_all())
    text, html = both(sent)
    assert sent.subject == f"Egyváros Útkezelő answered [{followed.report.reference}]"
    assert 'lang="en"' in html
    assert "> Kedden betömjük." in text
    assert links.absolute(followed.report.get_absolute_url()) in text
    assert "/own/" not in text + html


def test_what_the_body_wrote_is_quoted_and_escaped(followed: Assignment) -> None:
    answer_report(followed, 'Kedden.\n<img src=x onerror="alert(1)">', actor=None)
    text, html = both(to("reporter@example.org", tell_all()))
    assert '> <img src=x onerror="alert(1)">' in text
    assert "<img src=x" not in html
    assert "&lt;img src=x" in html


def test_questions_cannot_be_unsubscribed_from(submitted: Report, moderator: Person) -> None:
    tell_all()
    ask_info(submitted, "Melyik ház előtt?", actor=moderator)
    [sent] = tell_all()
    assert "> Melyik ház előtt?" in sent.body
    assert "List-Unsubscribe" not in sent.message()
    assert "/unsubscribe/" not in sent.body


def test_title_with_line_breaks_cannot_add_a_header(make_report: Callable[..., Report], moderator: Person) -> None:
    report = make_report(title="x\r\nBcc: all@example.org")
    [sent] = tell_all()
    assert "Bcc" not in sent.message()
    assert report.reference in sent.subject


def test_refused_bodys_report_says_so(submitted: Report, refuser: Institution, moderator: Person) -> None:
    tell_all()
    send_report(submitted, refuser, actor=moderator)
    [sent] = tell_all()
    assert refuser.name in sent.body


def test_what_could_not_be_forwarded_is_not_called_forwarded(
    client: Client, submitted: Report, works: Institution, moderator: Person
) -> None:
    works.contacts.all().delete()
    Person.objects.update(language="en")
    tell_all()
    send_report(submitted, works, actor=moderator)
    [sent] = tell_all()
    text, html = both(sent)
    page = client.get(submitted.get_absolute_url(), headers={"accept-language": "en"}).content.decode()
    assert f"we have no address of {works.name}" in text
    assert f"we have no address of {works.name}" in html
    assert "passed it on" not in text + html
    assert f"We have no address of {works.name} yet" in page
    assert f"It belongs to {works.name}, but we have no address of theirs yet." in page
    assert "Answer due" not in page


def test_every_mail_of_the_lifecycle_can_be_written(followed: Assignment, neighbour: Person, reporter: Person) -> None:
    """No event names a mail that has no words, in neither language, for neither reader."""
    seen = set()
    for kind, rule in EVENTS.items():
        if not rule.mail or kind in talk.KINDS:  # these have tests of their own
            continue
        for language in ("hu", "en"):
            Person.objects.update(language=language)
            event = ReportEvent.objects.create(
                report=followed.report,
                kind=kind,
                role="system",
                is_public=True,
                assignment=followed,
                data={"date": "2026-12-01", "reason": "no_answer", "proof": "stated"},
                created_at=timezone.now(),
            )
            fan_out_event(event.pk)
            for message in Message.objects.filter(event=event).select_related("person", "event__report"):
                from notifications.mails import compose

                sent = compose(message)
                text, html = both(sent)
                assert sent.subject.strip()
                assert "{{" not in text + html
                assert "{%" not in text + html
                assert "\n\n\n" not in text
                assert "http://" in text
                seen.add((kind, language, message.person_id == reporter.pk))
    named = {kind for kind, rule in EVENTS.items() if rule.mail}
    assert {kind for kind, *_ in seen} == named - set(talk.KINDS)


def test_promise_and_end(followed: Assignment, reporter: Person) -> None:
    promise_date(followed, timezone.localdate() + timedelta(days=3), "", actor=None)
    assert len(tell_all()) == 2
    say_done(followed, "", actor=None)
    assert links.owner_url(followed.report_id) in to("reporter@example.org", tell_all()).body
    confirm_solved(followed.report, actor=reporter)
    assert [sent.to for sent in tell_all()] == [["neighbour@example.org"]]


def test_rejected_tells_the_reason(submitted: Report, moderator: Person) -> None:
    tell_all()
    Person.objects.update(language="en")
    reject_report(submitted, Reason.NO_PLACE, "Nincs térkép.", actor=moderator)
    [sent] = tell_all()
    assert "the place cannot be found out" in sent.body
    assert "> Nincs térkép." in sent.body


def test_own_addresses_cannot_be_made_up() -> None:
    address = make_address(REPORT, 7)
    assert read_address(REPORT, address.upper()) == 7
    assert read_address("r", address) is None
    assert read_address(REPORT, address.replace("-7-", "-8-")) is None


# -- The way out --------------------------------------------------------------------------------------------


def unsubscribe_path(person: Person, report: Report) -> str:
    return "/unsubscribe/" + links.sign(links.UNSUBSCRIBE, person.pk, report.pk)


def test_looking_at_the_page_changes_nothing(followed: Assignment, neighbour: Person, client: Client) -> None:
    response = client.get(unsubscribe_path(neighbour, followed.report))
    assert response.status_code == 200
    assert b"<button" in response.content
    assert Follow.objects.count() == 1


@pytest.mark.parametrize("times", [1, 2])
def test_mail_programs_own_button(followed: Assignment, neighbour: Person, times: int) -> None:
    """RFC 8058: a POST without cookie, token or redirect; twice is as good as once."""
    for _ in range(times):
        browser = Client(enforce_csrf_checks=True)
        response = browser.post(unsubscribe_path(neighbour, followed.report), {"List-Unsubscribe": "One-Click"})
        assert response.status_code == 200
    assert Follow.objects.count() == 0
    neighbour.refresh_from_db()
    assert neighbour.mail_news  # only this report was left


def test_reporter_stops_the_news_of_one_report_but_no_question(
    followed: Assignment,
    reporter: Person,
    client: Client,
    make_report: Callable[..., Report],
    works: Institution,
    moderator: Person,
) -> None:
    for _ in range(2):
        response = client.post(unsubscribe_path(reporter, followed.report), {"List-Unsubscribe": "One-Click"})
        assert response.status_code == 200
    reporter.refresh_from_db()
    assert reporter.mail_news
    answer_report(followed, "Kedden.", actor=None)
    assert [sent.to for sent in tell_all()] == [["neighbour@example.org"]]
    say_done(followed, "", actor=None)
    assert to("reporter@example.org", tell_all())
    other = send_report(make_report(title="Másik"), works, actor=moderator)
    tell_all()
    answer_report(other, "Szerdán.", actor=None)
    assert to("reporter@example.org", tell_all())


@pytest.mark.parametrize("old", [True, False])
@pytest.mark.parametrize(
    ("scope", "follows", "kind", "news"),
    [("report", False, "", True), ("kind", True, "never", True), ("all", True, "", False), ("junk", False, "", True)],
)
def test_page_offers_report_kind_and_all(
    followed: Assignment, neighbour: Person, client: Client, scope: str, follows: bool, kind: str, news: bool, old: bool
) -> None:
    """`old`: links of mails that went out before they named the kind."""
    path = unsubscribe_path(neighbour, followed.report)
    if not old:
        path = urlsplit(links.unsubscribe_url(neighbour.pk, followed.report_id, "followed")).path
    page = client.get(path).content.decode()
    assert [page.count(f'value="{each}"') for each in ("report", "kind", "all")] == [1, 1, 1]
    for _ in range(2):
        assert client.post(path, {"scope": scope}).status_code == 200
    neighbour.refresh_from_db()
    assert Follow.objects.filter(person=neighbour).exists() is follows
    choice = MailChoice.objects.filter(person=neighbour).first()
    assert (choice.frequency if choice else "") == kind
    assert choice is None or choice.kind == "followed"
    assert neighbour.mail_news is news
    answer_report(followed, "Kedden.", actor=None)
    assert ["neighbour@example.org"] not in [sent.to for sent in tell_all()]


def test_link_without_a_report_stops_its_kinds(db: None, neighbour: Person, client: Client) -> None:
    path = urlsplit(links.unsubscribe_url(neighbour.pk, 0, "digest-thanks")).path
    page = client.get(path).content.decode()
    assert 'value="report"' not in page
    client.post(path, {"List-Unsubscribe": "One-Click"})
    kinds = MailChoice.objects.filter(person=neighbour, frequency="never").values_list("kind", flat=True)
    assert sorted(kinds) == ["digest", "thanks"]


@pytest.mark.parametrize("token", ["junk", "1.2~junk", ""])
def test_made_up_links_are_404(db: None, client: Client, token: str) -> None:
    assert client.post(f"/unsubscribe/{token}").status_code == 404


def test_another_purposes_link_is_404(submitted: Report, client: Client) -> None:
    token = links.sign(links.OWNER, submitted.pk)
    assert client.get(f"/unsubscribe/{token}").status_code == 404


def test_private_report_is_not_shown_on_the_page(submitted: Report, reporter: Person, client: Client) -> None:
    response = client.get(unsubscribe_path(reporter, submitted))
    assert submitted.title not in response.content.decode()


def test_wrong_method(submitted: Report, reporter: Person, client: Client) -> None:
    assert client.put(unsubscribe_path(reporter, submitted)).status_code == 405

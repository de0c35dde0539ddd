"""The private conversation between the desk and the reporter: asked, answered by page or by mail, read, undone."""

import io
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from http import HTTPStatus
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.erasure import erase_person, export_person
from accounts.models import Person
from forwarding.incoming import store_mail
from forwarding.models import IncomingMail
from forwarding.reporters_words import own_words
from moderation.models import Act
from moderation.queues import QUEUES
from notifications.actions import fan_out_event
from notifications.addresses import make_address
from notifications.mails import REPORT
from notifications.models import Message
from notifications.sending import send_message
from reports import links
from reports.actions_words import REPLIES_AT_MOST
from reports.lifecycle import EventKind, Status
from reports.models import Photo, Report
from tests.conftest import jpeg
from tests.moderation.undoing import rows_of, timers_of

pytestmark = pytest.mark.django_db

CaseData = Callable[..., dict[str, Any]]
SECRET = "A kapukódot kérném."


def word_url(report: Report) -> str:
    return reverse("desk_word", args=[report.reference])


def own_url(report: Report) -> str:
    return reverse("owner", args=[links.sign(links.OWNER, report.pk)])


def write(at_desk: Client, report: Report, text: str = SECRET) -> Message:
    """The moderator's word, and the mail of it to the reporter, gone out."""
    at_desk.post(word_url(report), {"action": "write", "text": text})
    return send_mail_of(report, EventKind.WORD_ASKED)


def send_mail_of(report: Report, kind: EventKind) -> Message:
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        [message] = fan_out_event(report.events.filter(kind=kind).latest("pk").pk)
        send_message(message.pk)
    return message


def answer_to(message: Message, text: str, *, sender: str = "reporter@example.org", photo: bytes = b"") -> bytes:
    reply = EmailMessage()
    reply["From"], reply["To"] = sender, make_address(REPORT, message.event.report_id)
    reply["Subject"], reply["In-Reply-To"] = "Re: kérdés", message.message_id
    reply.set_content(f"{text}\n\nAnna\n\n2026. nov. 25. ezt írta (önkéntesek):\n> {SECRET}\n")
    if photo:
        reply.add_attachment(photo, maintype="image", subtype="jpeg", filename="a.jpg")
    return reply.as_bytes()


def kinds(report: Report) -> list[str]:
    return list(report.events.values_list("kind", flat=True))


def test_a_word_after_publication_and_its_answer_move_nothing(
    at_desk: Client, sent: Report, moderator: Person, reporter: Person
) -> None:
    message = write(at_desk, sent)
    assert mail.outbox[-1].to == [reporter.email]
    assert f"> {SECRET}" in mail.outbox[-1].body
    assert message.kind == ""

    page = Client().get(own_url(sent)).content.decode()
    assert SECRET in page
    response = Client().post(own_url(sent), {"action": "word", "text": "1234, köszönöm."})
    assert response.status_code == HTTPStatus.FOUND
    sent.refresh_from_db()
    assert sent.status == Status.SENT
    assert sent.replied_at
    assert list(QUEUES["replies"].waiting(moderator)) == [sent]
    assert "1234, köszönöm." in at_desk.get(reverse("desk_case", args=[sent.reference])).content.decode()
    assert "1234, köszönöm." in at_desk.get(word_url(sent)).content.decode()

    at_desk.post(word_url(sent), {"action": "read"})
    assert not QUEUES["replies"].waiting(moderator).exists()


def test_only_the_two_of_them_see_it(
    at_desk: Client, sent: Report, client_of: Callable[[Person | None], Client], officer: Person, neighbour: Person
) -> None:
    write(at_desk, sent)
    Client().post(own_url(sent), {"action": "word", "text": "1234, köszönöm."})
    token = links.officer_token(sent.assignments.get().pk)
    for client in (Client(), client_of(neighbour), client_of(officer)):
        for url in (
            sent.get_absolute_url(),
            reverse("report_print", args=[sent.reference]),
            reverse("report_timeline_feed", args=[sent.reference]),
            reverse("officer_case", args=[token]),
        ):
            page = client.get(url).content.decode()
            assert SECRET not in page
            assert "1234" not in page


def test_the_answer_to_a_question_reopens_the_case_by_itself(
    at_desk: Client, submitted: Report, moderator: Person, case_data: CaseData
) -> None:
    for question in ("Melyik oldalon?", "És melyik háznál?"):
        submitted.refresh_from_db()
        typed = case_data(submitted, action="ask", ask_text=question)
        at_desk.post(reverse("desk_case", args=[submitted.reference]), typed)
        page = Client().get(own_url(submitted)).content.decode()
        assert question in page
        Client().post(own_url(submitted), {"action": "give_info", "text": f"Válasz: {question}"})
        submitted.refresh_from_db()
        assert submitted.status == Status.SUBMITTED
        assert list(QUEUES["replies"].waiting(moderator)) == [submitted]
        assert QUEUES["new"].waiting(moderator).first() == submitted
    typed = case_data(submitted, action="reject", reason="no_place")
    at_desk.post(reverse("desk_case", args=[submitted.reference]), typed)
    assert not QUEUES["replies"].waiting(moderator).exists()


def test_the_answer_comes_by_mail_with_a_photo(
    at_desk: Client, submitted: Report, moderator: Person, case_data: CaseData
) -> None:
    typed = case_data(submitted, action="ask", ask_text="Melyik oldalon?")
    at_desk.post(reverse("desk_case", args=[submitted.reference]), typed)
    message = send_mail_of(submitted, EventKind.INFO_ASKED)
    stored = store_mail(answer_to(message, "A páros oldalon.", photo=jpeg().getvalue()))
    assert stored.state == IncomingMail.State.FILED
    submitted.refresh_from_db()
    assert submitted.status == Status.SUBMITTED
    given = submitted.events.get(kind=EventKind.INFO_GIVEN)
    assert given.body == "A páros oldalon.\n\nAnna"
    assert given.actor == submitted.reporter
    assert Photo.objects.get().event == given
    assert store_mail(bytes(stored.raw)).pk == stored.pk
    assert kinds(submitted).count(EventKind.INFO_GIVEN) == 1


def test_photos_with_a_word_wait_for_a_moderators_eyes(at_desk: Client, sent: Report) -> None:
    write(at_desk, sent)
    file = SimpleUploadedFile("a.jpg", jpeg().getvalue(), "image/jpeg")
    Client().post(own_url(sent), {"action": "word", "text": "Itt a kép.", "photos": [file]})
    photo = Photo.objects.get()
    assert (photo.is_hidden, photo.awaits_review, photo.event.kind) == (True, True, EventKind.WORD_GIVEN)  # type: ignore[union-attr]
    assert Client().get(photo.url_large).status_code == HTTPStatus.NOT_FOUND
    seen = at_desk.get(photo.url_large)
    assert seen.status_code == HTTPStatus.OK
    seen.close()


@pytest.mark.parametrize("sender", ["stranger@example.org", "ugyfel@utkezelo.example", ""])
def test_nobody_elses_mail_is_the_reporters_word(at_desk: Client, sent: Report, sender: str) -> None:
    message = write(at_desk, sent)
    mail_in = store_mail(answer_to(message, "Én vagyok az.", sender=sender))
    assert mail_in.state == IncomingMail.State.UNMATCHED
    assert EventKind.WORD_GIVEN not in kinds(sent)


def test_a_followers_mail_or_a_guessed_reply_is_not_taken(at_desk: Client, sent: Report) -> None:
    message = write(at_desk, sent)
    message.message_id = "<guess@example.org>"
    assert store_mail(answer_to(message, "Én vagyok az.")).state == IncomingMail.State.UNMATCHED
    assert EventKind.WORD_GIVEN not in kinds(sent)


@pytest.mark.parametrize(
    "tail",
    [
        "\n\nOn Tue, Nov 24, 2026 at 9:00 AM Volunteers <p@x> wrote:\n> Which side?",
        "\n\n2026. nov. 24. K 9:00 Önkéntesek <p@x> ezt írta:\n> Melyik?",
        "\n\n-----Eredeti üzenet-----\nFeladó: x",
        "\n-- \nKiss Anna\n+36 1 234",
        "\n\nAm 24.11.2026 schrieb Freiwillige:\n> Welche?",
        "\n\n________________________________\nFrom: x",
    ],
)
def test_only_the_own_words_of_a_mail_are_taken(tail: str) -> None:
    assert own_words("A páros oldalon." + tail) == "A páros oldalon."


def test_a_word_is_undone_before_anybody_has_read_it(at_desk: Client, sent: Report) -> None:
    before, timers = rows_of(sent), timers_of(sent)
    at_desk.post(word_url(sent), {"action": "write", "text": SECRET})
    at_desk.post(reverse("desk_undo", args=[Act.objects.get().pk]))
    event = sent.events.get(kind=EventKind.WORD_ASKED)
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        assert fan_out_event(event.pk) == []
    assert mail.outbox == []
    assert (rows_of(sent), timers_of(sent)) == (before, timers)
    page = Client().get(own_url(sent)).content.decode()
    assert SECRET not in page
    assert 'value="word"' not in page
    Client().post(own_url(sent), {"action": "word", "text": "Tessék?"})
    assert EventKind.WORD_GIVEN not in kinds(sent)
    assert SECRET not in at_desk.get(word_url(sent)).content.decode()


def test_reading_is_undone(at_desk: Client, sent: Report) -> None:
    write(at_desk, sent)
    Client().post(own_url(sent), {"action": "word", "text": "1234"})
    before = rows_of(sent)
    at_desk.post(word_url(sent), {"action": "read"})
    at_desk.post(reverse("desk_undo", args=[Act.objects.latest("pk").pk]))
    assert rows_of(sent) == before


def test_the_reporter_does_not_flood_the_desk(at_desk: Client, sent: Report) -> None:
    write(at_desk, sent)
    for number in range(REPLIES_AT_MOST + 2):
        Client().post(own_url(sent), {"action": "word", "text": f"Még valami {number}"})
    assert kinds(sent).count(EventKind.WORD_GIVEN) == REPLIES_AT_MOST


def test_nobody_writes_where_nobody_reads(
    at_desk: Client, make_report: Callable[..., Report], submitted: Report
) -> None:
    nobodys = make_report(reporter=None)
    response = at_desk.post(word_url(nobodys), {"action": "write", "text": "Halló?"})
    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert "Halló?" in response.content.decode()
    response = at_desk.post(word_url(submitted), {"action": "write", "text": ""})
    assert 'id="word_text_error"' in response.content.decode()
    for junk in ("", "\x00", "x" * 5000):
        assert at_desk.post(word_url(submitted), {"action": "write", "text": junk}).status_code < 500
    assert not Act.objects.exists()


def test_erasing_the_reporter_takes_their_words_and_exporting_gives_them(
    at_desk: Client, sent: Report, reporter: Person
) -> None:
    write(at_desk, sent)
    Client().post(own_url(sent), {"action": "word", "text": "A kapukód 1234."})
    exported = str(export_person(reporter))
    assert "A kapukód 1234." in exported
    assert SECRET in exported
    for _time in range(2):
        erase_person(reporter, keep_reports=True)
    assert "1234" not in "".join(event.body for event in sent.events.all())
    assert "1234" not in at_desk.get(word_url(sent)).content.decode()
    assert Client().get(own_url(sent)).status_code == HTTPStatus.NOT_FOUND


def test_the_page_with_a_long_conversation_costs_the_same(
    at_desk: Client, sent: Report, django_assert_max_num_queries: Any
) -> None:
    for number in range(4):
        write(at_desk, sent, f"Kérdés {number}")
        Client().post(own_url(sent), {"action": "word", "text": f"Válasz {number}"})
    at_desk.get(word_url(sent))
    with django_assert_max_num_queries(14):
        at_desk.get(word_url(sent))


def test_a_broken_picture_in_the_mail_does_not_lose_the_words(at_desk: Client, sent: Report) -> None:
    message = write(at_desk, sent)
    store_mail(answer_to(message, "Íme.", photo=io.BytesIO(b"\xff\xd8junk").getvalue()))
    assert sent.events.get(kind=EventKind.WORD_GIVEN).body.startswith("Íme.")
    assert not Photo.objects.exists()

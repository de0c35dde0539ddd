"""Which mails of bodies are published without anybody's eyes, and above all which are not."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person
from forwarding.incoming import BY_RULE_TASK, store_mail
from forwarding.models import IncomingMail
from forwarding.reply_address import reply_address
from moderation.acts import undo_act
from moderation.models import Act
from moderation.publishing_mails import announce_forgotten, publish_by_rule
from municipalities.models import Contact, Institution
from reports.lifecycle import EventKind, Reason, Status
from reports.models import Assignment, Report, ReportEvent
from tests.conftest import jpeg
from tests.forwarding.letters import CONTACT, OURS, PASSED, answer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _by_rule(settings: pytest.FixtureRequest) -> None:
    settings.MAIL_AUTHSERV_ID, settings.ANSWERS_BY_RULE = OURS, True  # type: ignore[attr-defined]


Committing = Any


@pytest.fixture
def committing(django_capture_on_commit_callbacks: Any) -> Committing:
    return django_capture_on_commit_callbacks


def answered(assignment: Assignment) -> list[ReportEvent]:
    return list(assignment.events.filter(kind=EventKind.ANSWERED))


def test_an_answer_that_leaves_no_doubt_is_published_by_rule(
    assignment: Assignment, sent: Report, announced: list[tuple[str, int]], committing: Committing
) -> None:
    quoted = (
        "Kedden megyünk.\n\nÜdvözlettel\nKiss Éva\nTel: +36 1 234 5678\n\n"
        "2026. 11. 05. 14:02 keltezéssel, J írta:\n> Kátyú"
    )
    with committing(execute=True):
        mail = store_mail(answer(reply_address(assignment.pk), quoted))
    assert (mail.state, mail.why, mail.from_contact) == ("to_read", "fits", True)
    assert (BY_RULE_TASK, mail.pk) in announced
    assert publish_by_rule(mail.pk)
    mail.refresh_from_db()
    sent.refresh_from_db()
    [event] = answered(assignment)
    assert (event.body, event.role, event.actor, event.data) == ("Kedden megyünk.", "officer", None, {"by_rule": True})
    assert (mail.state, mail.is_by_rule, sent.status) == ("published", True, Status.IN_PROGRESS)
    assert not publish_by_rule(mail.pk), "once"
    assert len(answered(assignment)) == 1


def test_the_desk_looks_at_it_again_and_can_undo_it(assignment: Assignment, sent: Report, moderator: Person) -> None:
    mail = store_mail(answer(reply_address(assignment.pk)))
    assert publish_by_rule(mail.pk)
    act = Act.objects.get()
    assert (act.kind, act.actor, act.needs_look) == ("publish_mail", None, True)
    undo_act(act, actor=moderator)
    mail.refresh_from_db()
    sent.refresh_from_db()
    assert (mail.state, sent.status) == ("to_read", Status.SENT)
    IncomingMail.objects.update(received_at=timezone.now() - timedelta(hours=1))
    announce_forgotten()
    assert not publish_by_rule(mail.pk), "undone, it waits for a person"


def test_the_desk_sees_that_it_was_by_rule(assignment: Assignment, moderator: Person, at_desk: Client) -> None:
    mail = store_mail(answer(reply_address(assignment.pk)))
    publish_by_rule(mail.pk)
    assert "bot" in at_desk.get(reverse("desk_mail", args=[mail.pk])).text


PDF = ("terv.pdf", "application/pdf", b"%PDF-1.4 x")


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"vouched": ""}, "not_vouched"),
        ({"vouched": "mx.elsewhere.example; dmarc=pass header.from=utkezelo.example"}, "not_vouched"),
        ({"vouched": f"{OURS}; dmarc=fail header.from=utkezelo.example"}, "not_vouched"),
        ({"vouched": f"{OURS}; spf=pass smtp.mailfrom=utkezelo.example; dkim=pass"}, "not_vouched"),
        ({"vouched": f"{OURS}; dmarc=pass header.from=elsewhere.example"}, "not_vouched"),
        ({"vouched": f"{OURS}; dmarc=pass"}, "not_vouched"),
        ({"vouched": f"{OURS}; dmarc=none (dmarc=pass header.from=utkezelo.example)"}, "not_vouched"),
        (
            {"vouched": f"{OURS}; dmarc=fail header.from=utkezelo.example; dmarc=pass header.from=utkezelo.example"},
            "not_vouched",
        ),
        ({"vouched": f"x{OURS}; dmarc=pass header.from=utkezelo.example"}, "not_vouched"),
        ({"sender": "valaki@utkezelo.example"}, "not_contact"),
        ({"sender": "ugyfel@utkezelo.example.net"}, "stranger"),
        ({"sender": "valaki@gmail.com"}, "stranger"),
        ({"sender": f"{CONTACT}, masik@gonosz.example"}, "odd_sender"),
        ({"sender": f'"{CONTACT}" <gonosz@gonosz.example>'}, "odd_sender"),
        ({"sender": f"=?utf-8?q?ugyfel=40utkezelo=2Eexample?= <{CONTACT}>"}, "odd_sender"),
        ({"text": "Keressék Kovács Pétert a 06 30 123 4567 számon."}, "personal"),
        ({"text": "Írjanak ide: kovacs.peter@utkezelo.example."}, "personal"),
        ({"text": "A hibát elhárítottuk."}, "proposes"),
        ({"text": "#nem_mienk"}, "proposes"),
        ({"text": "> Tisztelt Cím!\n> Kátyú van."}, "no_words"),
        ({"text": "hosszú " * 800}, "too_long"),
        ({"files": (PDF,)}, "attachments"),
        ({"files": (("kep.jpg", "image/jpeg", b"\xff\xd8\xff"),)}, "attachments"),
        ({"List_Id": "<iroda.utkezelo.example>"}, "listed"),
        ({"Precedence": "bulk"}, "listed"),
    ],
)
def test_whatever_leaves_a_doubt_waits_for_a_moderator(
    assignment: Assignment, announced: list[tuple[str, int]], committing: Committing, options: dict[str, str], why: str
) -> None:
    with committing(execute=True):
        mail = store_mail(answer(reply_address(assignment.pk), **options))  # type: ignore[arg-type]
    assert (mail.state, mail.why) == ("to_read", why)
    assert (BY_RULE_TASK, mail.pk) not in announced
    assert not publish_by_rule(mail.pk)
    assert not answered(assignment)


def test_only_the_topmost_word_of_our_server_counts(assignment: Assignment) -> None:
    raw = answer(reply_address(assignment.pk), vouched=PASSED)
    forged = f"Authentication-Results: {OURS}; dmarc=fail header.from=utkezelo.example\r\n".encode() + raw
    assert store_mail(forged).why == "not_vouched"
    foreign = b"Authentication-Results: mx.elsewhere.example; dmarc=pass header.from=utkezelo.example\r\n" + raw
    assert store_mail(foreign.replace(b"<valasz", b"<masik")).why == "not_vouched"


def test_two_from_lines_are_nobody(assignment: Assignment) -> None:
    raw = f"From: {CONTACT}\r\n".encode() + answer(reply_address(assignment.pk))
    assert store_mail(raw).why == "odd_sender"


def test_without_the_reply_address_it_waits(assignment: Assignment, sent: Report) -> None:
    mail = store_mail(answer("noreply@localhost", Subject=f"Re: Kátyú [{sent.reference}]"))
    assert (mail.state, mail.assignment, mail.why) == ("to_read", assignment, "reference")


def test_a_mail_to_two_cases_waits(assignment: Assignment, gardens: Institution) -> None:
    other = Assignment.objects.create(
        report=assignment.report,
        institution=gardens,
        round=2,
        is_lead=False,
        sent_at=timezone.now(),
        answer_days=30,
    )
    mail = store_mail(answer(f"{reply_address(assignment.pk)}, {reply_address(other.pk)}"))
    assert (mail.assignment, mail.why) == (assignment, "several")


def test_a_contact_out_of_use_speaks_for_nobody(assignment: Assignment) -> None:
    Contact.objects.update(is_active=False)
    assert store_mail(answer(reply_address(assignment.pk))).why == "not_contact"


def test_the_rule_can_be_switched_off(assignment: Assignment, settings: pytest.FixtureRequest) -> None:
    settings.ANSWERS_BY_RULE = False  # type: ignore[attr-defined]
    assert store_mail(answer(reply_address(assignment.pk))).why == "rule_off"


def test_what_does_not_fit_any_more_waits(assignment: Assignment, settings: pytest.FixtureRequest) -> None:
    mail = store_mail(answer(reply_address(assignment.pk)))
    Contact.objects.update(address="uj@utkezelo.example")
    assert not publish_by_rule(mail.pk)
    mail.refresh_from_db()
    assert (mail.state, mail.why) == ("to_read", "not_contact")


def test_a_dead_worker_forgets_nothing(
    assignment: Assignment, announced: list[tuple[str, int]], committing: Committing
) -> None:
    mail = store_mail(answer(reply_address(assignment.pk)))
    with committing(execute=True):
        announce_forgotten()
    assert not announced, "a worker has it"
    IncomingMail.objects.update(received_at=timezone.now() - timedelta(minutes=5))
    with committing(execute=True):
        announce_forgotten()
    assert announced == [(BY_RULE_TASK, mail.pk)]


@pytest.mark.parametrize(
    ("status", "reason", "ends_as"),
    [
        (Status.SENT, "", Status.IN_PROGRESS),
        (Status.IN_PROGRESS, "", Status.IN_PROGRESS),
        (Status.AWAITING_CONFIRMATION, "", Status.AWAITING_CONFIRMATION),
        (Status.SOLVED, "", Status.SOLVED),
        (Status.UNRESOLVED, Reason.NO_ANSWER, Status.IN_PROGRESS),
        (Status.UNRESOLVED, Reason.PROMISE_NOT_KEPT, Status.UNRESOLVED),
        (Status.UNRESOLVED, Reason.NO_SOLUTION, Status.UNRESOLVED),
        (Status.UNRESOLVED, Reason.CANNOT, Status.UNRESOLVED),
    ],
)
def test_a_late_answer_is_shown_and_moves_only_what_had_no_answer(
    assignment: Assignment, sent: Report, status: Status, reason: str, ends_as: Status
) -> None:
    closed_at = timezone.now() if status in (Status.SOLVED, Status.UNRESOLVED) else None
    proof = "stated" if status == Status.SOLVED else ""
    Report.objects.update(status=status, reason=reason, closed_at=closed_at, proof=proof)
    if closed_at:
        Assignment.objects.update(outcome="ended", ended_at=closed_at)
    mail = store_mail(answer(reply_address(assignment.pk)))
    assert publish_by_rule(mail.pk)
    sent.refresh_from_db()
    assert sent.status == ends_as
    assert len(answered(assignment)) == 1
    assert Act.objects.to_look_at().count() == 1, "the desk looks at it"


@pytest.mark.parametrize("status", [Status.HIDDEN, Status.WITHDRAWN])
def test_a_report_that_is_not_public_takes_nothing_by_rule(
    assignment: Assignment, sent: Report, status: Status
) -> None:
    Report.objects.update(status=status)
    assert store_mail(answer(reply_address(assignment.pk))).why == "moved"


# -- Files at the desk ---------------------------------------------------------------------------------------------


@pytest.fixture
def mail(assignment: Assignment) -> IncomingMail:
    files = (PDF, ("kep.jpg", "image/jpeg", jpeg().getvalue()), ("x.html", "text/html", b"<script>alert(1)</script>"))
    return store_mail(answer(reply_address(assignment.pk), files=files))


def test_chosen_files_go_with_the_answer(
    mail: IncomingMail, assignment: Assignment, moderator: Person, at_desk: Client
) -> None:
    url = reverse("desk_mail", args=[mail.pk])
    page = at_desk.get(url).text
    assert all(name in page for name in ("terv.pdf", "kep.jpg", "x.html"))
    data = {"action": "publish", "text": "Itt a terv.", "outcome": "", "attached": ["1", "2"]}
    assert at_desk.post(url, {**data, "attached": ["3"]}).status_code == 400, "a page is no file to publish"
    assert at_desk.post(url, data).status_code == 302
    [event] = answered(assignment)
    assert [file.name for file in event.attachments.all()] == ["terv.pdf"]
    [photo] = event.photos.all()
    assert photo.kind == "answer"
    undo_act(Act.objects.get(), actor=moderator)
    assert not event.attachments.exists()
    assert not event.photos.exists()


def test_unchosen_files_stay_behind(
    mail: IncomingMail, assignment: Assignment, moderator: Person, at_desk: Client
) -> None:
    at_desk.post(reverse("desk_mail", args=[mail.pk]), {"action": "publish", "text": "Szöveg.", "outcome": ""})
    [event] = answered(assignment)
    assert not event.attachments.exists()
    assert not event.photos.exists()


def test_a_file_is_a_download_whatever_it_says_it_is(mail: IncomingMail, moderator: Person, at_desk: Client) -> None:
    response = at_desk.get(reverse("desk_mail_file", args=[mail.pk, 3]))
    assert response.content == b"<script>alert(1)</script>"
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"] == 'attachment; filename="x.html"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox")
    assert at_desk.get(reverse("desk_mail_file", args=[mail.pk, 9])).status_code == 404


def test_a_proposed_step_is_chosen_beforehand_with_its_words(
    assignment: Assignment, moderator: Person, at_desk: Client
) -> None:
    mail = store_mail(answer(reply_address(assignment.pk), "A javítást 2099. december 24-ig elvégezzük."))
    page = at_desk.get(reverse("desk_mail", args=[mail.pk])).text
    assert "<q>A javítást 2099. december 24-ig elvégezzük.</q>" in page
    assert 'value="2099-12-24"' in page
    chosen = page[page.index('value="promise"') :]
    assert "checked" in chosen[: chosen.index(">")]
    assert not answered(assignment), "nothing is set by it"

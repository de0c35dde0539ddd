"""Every kind of act is done once at the desk and undone: all rows of its reports are as they were before.

A kind without a line in `DOERS` fails the test: whoever adds one to `LABELS` says here how it is done.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person
from forwarding.actions import answer_report, say_done, send_report
from forwarding.models import Dispatch, IncomingMail
from moderation.models import Act
from moderation.models.act import LABELS
from municipalities.models import Category, Contact, Institution, Question
from reports import links
from reports.actions_comments import write_comment
from reports.actions_desk import edit_report, hide_report, reject_report
from reports.actions_flags import raise_flag
from reports.actions_photos import add_photos, mark_photo
from reports.actions_sightings import accept_sighting, tell_sighting
from reports.actions_words import reply_to_desk
from reports.lifecycle import EventKind, Reason, Status
from reports.models import Assignment, FlagVoice, Photo, Report
from reports.timers import schedule_timers
from reports.uploads import store_photo
from tests.moderation.undoing import rows_of, timers_of
from tests.reports.pictures import encode, four_corners

pytestmark = pytest.mark.django_db


@dataclass
class Stage:
    """Who and what the doers need. `boss` is the browser of an employee, who may do everything."""

    boss: Client
    make_report: Callable[..., Report]
    make_mail: Callable[..., IncomingMail]
    case_data: Callable[..., dict[str, Any]]
    upload: Callable[..., Photo]
    works: Institution
    parks: Category
    moderator: Person
    neighbour: Person

    def post(self, name: str, *args: Any, **typed: Any) -> None:
        assert self.boss.post(reverse(name, args=args), typed).status_code == HTTPStatus.FOUND

    def decide(self, report: Report, **typed: Any) -> None:
        report.refresh_from_db()
        self.post("desk_case", report.reference, **self.case_data(report, **typed))

    def send(self, report: Report, *, is_gone: bool = False) -> Assignment:
        assignment = send_report(report, self.works, actor=self.moderator)
        if is_gone:
            Dispatch.objects.update(status="sent", sent_at=timezone.now())
        report.refresh_from_db()
        return assignment


@pytest.fixture
def stage(
    client_of: Callable[[Person | None], Client],
    make_report: Callable[..., Report],
    make_mail: Callable[..., IncomingMail],
    case_data: Callable[..., dict[str, Any]],
    upload: Callable[..., Photo],
    works: Institution,
    parks: Category,
    moderator: Person,
    neighbour: Person,
    employee: Person,
) -> Stage:
    boss = client_of(employee)
    return Stage(boss, make_report, make_mail, case_data, upload, works, parks, moderator, neighbour)


# A doer prepares, yields the reports that it will touch, and then does it.
Doer = Callable[[Stage], Iterator[list[Report]]]


def decide(action: str, **typed: Any) -> Doer:
    def do(stage: Stage) -> Iterator[list[Report]]:
        report = stage.make_report()
        yield [report]
        stage.decide(report, action=action, **typed)

    return do


def send(stage: Stage) -> Iterator[list[Report]]:
    report = stage.make_report()
    yield [report]
    stage.decide(report, action="send", institution=stage.works.pk, send_text="Kérjük, nézzék meg.")


def restore(stage: Stage) -> Iterator[list[Report]]:
    report = stage.make_report()
    hide_report(report, "Sértő.", actor=stage.moderator)
    yield [report]
    stage.decide(report, action="restore")


def resubmit(stage: Stage) -> Iterator[list[Report]]:
    report = stage.make_report()
    reject_report(report, Reason.NO_PLACE, "", actor=stage.moderator)
    yield [report]
    stage.decide(report, action="resubmit")


def mark(action: str) -> Doer:
    def do(stage: Stage) -> Iterator[list[Report]]:
        report = stage.make_report(photos=1)
        photo = report.photos.get()
        if action == "show_photo":
            mark_photo(photo, hidden=True, actor=stage.moderator)
        yield [report]
        stage.decide(report, **{action: photo.pk})

    return do


def answers(stage: Stage) -> Iterator[list[Report]]:
    report = stage.make_report()
    Question.objects.create(category=stage.parks, code="tree", kind="text", texts={"hu": "Fa?", "en": "Tree?"})
    edit_report(report, {"category": stage.parks}, actor=stage.moderator)
    yield [report]
    stage.post("desk_answers", report.reference, answer_tree="Hárs")


def merge(stage: Stage) -> Iterator[list[Report]]:
    original, copy = stage.make_report(photos=1), stage.make_report(photos=1, reporter=stage.neighbour)
    for report in (original, copy):
        stage.send(report)
    yield [original, copy]
    both = {"other": original.reference, "original": original.reference}
    stage.post("desk_merge", copy.reference, **both, version=copy.version, with_photos="on")


def split(stage: Stage) -> Iterator[list[Report]]:
    report = stage.make_report(photos=2)
    yield [report]
    place = {"latitude": f"{report.latitude:.6f}", "longitude": f"{report.longitude:.6f}", "address": "Fő utca 3."}
    words = {"kept": "Kátyú.", "title": "Lámpa", "description": "Sötét."}
    photos = [report.photos.all()[1].pk]
    typed = {**place, **words, "photos": photos, "category": report.category_id}
    stage.post("desk_split", report.reference, version=report.version, **typed)


def highlight(stage: Stage) -> Iterator[list[Report]]:
    report = stage.make_report()
    stage.send(report)
    yield [report]
    until = timezone.localdate() + timedelta(days=7)
    stage.post("desk_highlight", report.reference, until=until.isoformat())


def unhighlight(stage: Stage) -> Iterator[list[Report]]:
    report = stage.make_report()
    stage.send(report)
    until = timezone.localdate() + timedelta(days=7)
    stage.post("desk_highlight", report.reference, until=until.isoformat())
    yield [report]
    stage.post("desk_highlight", report.reference, end="on")


def edit_photo(stage: Stage) -> Iterator[list[Report]]:
    report = stage.make_report()
    photo = store_photo(BytesIO(encode(four_corners(640, 480), "JPEG")))
    photo.report = report
    photo.save()
    yield [report]
    typed = {"seen": photo.token, "turn": 90, "blur-TOTAL_FORMS": 1, "blur-INITIAL_FORMS": 0, "step": "save"}
    stage.post("desk_photo", report.reference, photo.pk, **typed)


def letter(action: str) -> Doer:
    """What is done to a letter that has arrived."""

    def do(stage: Stage) -> Iterator[list[Report]]:
        report = stage.make_report()
        stage.send(report, is_gone=True)
        yield [report]
        stage.post("desk_letters", report.reference, action=action, text="Mert így jó.")

    return do


def failed_letter(action: str, **typed: Any) -> Doer:
    """What the ledger does with a letter that has not."""

    def do(stage: Stage) -> Iterator[list[Report]]:
        report = stage.make_report()
        assignment = stage.send(report)
        other = Contact.objects.create(institution=stage.works, address="ugyelet@utkezelo.example", position=1)
        letter = Dispatch.objects.get(assignment=assignment)
        Dispatch.objects.update(status="failed", last_error="550", attempts=1)
        # The letter itself is put back, too, though it is no row of the report.
        kept = ("status", "address", "contact", "sent_at", "is_dropped", "last_error")
        before = Dispatch.objects.values_list(*kept).get(pk=letter.pk)
        yield [report]
        stage.post("desk_delivery", letter.pk, action=action, **{"contact": other.pk, **typed})
        assert Dispatch.objects.values_list(*kept).get(pk=letter.pk) != before
        yield []
        assert Dispatch.objects.values_list(*kept).get(pk=letter.pk) == before

    return do


def answer(stage: Stage) -> Iterator[list[Report]]:
    report = stage.make_report()
    stage.send(report)
    yield [report]
    typed = {"told_on": timezone.localdate().isoformat(), "said_by": "Kovács", "step": "answer", "text": "Nézzük."}
    stage.post("desk_answer", report.reference, way="phone", **typed)


def word(stage: Stage) -> Iterator[list[Report]]:
    report = stage.make_report()
    yield [report]
    stage.post("desk_word", report.reference, action="write", text="A kapukódot kérném.")


def read(stage: Stage) -> Iterator[list[Report]]:
    report = stage.make_report()
    stage.post("desk_word", report.reference, action="write", text="A kapukódot kérném.")
    reply_to_desk(report, "1234", actor=report.reporter)
    yield [report]
    stage.post("desk_word", report.reference, action="read")


def talk(kind: str, action: str) -> Doer:
    def do(stage: Stage) -> Iterator[list[Report]]:
        report = stage.make_report()
        assignment = stage.send(report)
        thing = waiting(stage, kind, assignment)
        report.refresh_from_db()
        yield [report]
        stage.post("desk_talk", kind, thing.pk, action=action, reason="old")

    return do


def waiting(stage: Stage, kind: str, assignment: Assignment) -> Any:
    report, who = assignment.report, stage.neighbour
    match kind:
        case "comment":
            return write_comment(report, "Kurva élet.", author=who, confirmed=True)
        case "photo":
            add_photos(report, [stage.upload()], actor=report.reporter)
            return Photo.objects.get(event__kind=EventKind.PHOTOS_ADDED)
        case "flag":
            shown = write_comment(report, "Szép idő van.", author=who, confirmed=True)
            about: dict[str, Any] = {
                "reason": FlagVoice.Reason.INSULT,
                "text": "",
                "address_hash": "1",
                "comment": shown,
            }
            return raise_flag(report, person=AnonymousUser(), **about)
    say_done(assignment, "Kész.", actor=None)
    report.refresh_from_db()
    return tell_sighting(report, is_solved=True, text="", author=who, confirmed=True, photos=[stage.upload()])


def take_back(stage: Stage) -> Iterator[list[Report]]:
    """Of a decision whose letter has left."""
    report = stage.make_report()
    sighting = waiting(stage, "sighting", stage.send(report))
    stage.post("desk_talk", "sighting", sighting.pk, action="accept")
    Dispatch.objects.filter(event__kind=EventKind.SOLVED).update(status="sent")
    yield [report]
    stage.post("desk_talk", "sighting", sighting.pk, action="undo")


def hide_step(stage: Stage) -> Iterator[list[Report]]:
    report = stage.make_report()
    accept_sighting(waiting(stage, "sighting", stage.send(report)), actor=stage.moderator)
    step = report.events.get(kind=EventKind.SOLVED)
    yield [report]
    stage.post("desk_hide_step", report.reference, step.pk)


def mail(action: str, **fields: Any) -> Doer:
    def do(stage: Stage) -> Iterator[list[Report]]:
        report = stage.make_report()
        incoming = stage.make_mail(stage.send(report), **fields)
        yield [report]
        stage.post("desk_mail", incoming.pk, action=action, text="Javítjuk.", outcome="")

    return do


def late_answer(stage: Stage) -> Iterator[list[Report]]:
    """The body's first word comes after the end; by nobody of the desk."""
    report = stage.make_report()
    assignment = stage.send(report)
    Report.objects.update(status=Status.SOLVED, closed_at=timezone.now(), proof="stated")
    schedule_timers(Report.objects.get())
    yield [report]
    url = reverse("officer_case", args=[links.officer_token(assignment.pk)])
    assert Client().post(url, {"step": "answer", "text": "Felmértük."}).status_code == HTTPStatus.FOUND


DOERS: dict[str, Doer] = {
    "save": decide("save", title="Más cím", description="Más szöveg."),
    "send": send,
    "ask": decide("ask", ask_text="Melyik ház előtt?"),
    "reject": decide("reject", reason=Reason.NO_PLACE),
    "hide": decide("hide", hide_text="Sértő."),
    "restore": restore,
    "resubmit": resubmit,
    "note": decide("note", note_text="Felhívtam őket."),
    "answers": answers,
    "hide_photo": mark("hide_photo"),
    "show_photo": mark("show_photo"),
    "merge": merge,
    "split": split,
    "highlight": highlight,
    "unhighlight": unhighlight,
    "edit_photo": edit_photo,
    "recall": letter("recall"),
    "again": letter("again"),
    "letter_again": failed_letter("letter_again"),
    "letter_elsewhere": failed_letter("letter_elsewhere"),
    "letter_posted": failed_letter("letter_posted", day=timezone.localdate().isoformat()),
    "letter_dropped": failed_letter("letter_dropped"),
    "answer": answer,
    "word": word,
    "read": read,
    "show_comment": talk("comment", "show"),
    "hide_comment": talk("comment", "hide"),
    "accept_sighting": talk("sighting", "accept"),
    "reject_sighting": talk("sighting", "reject"),
    "dismiss_flag": talk("flag", "dismiss"),
    "hide_flag": talk("flag", "hide"),
    "take_back": take_back,
    "hide_step": hide_step,
    "publish_mail": mail("publish"),
    "late_answer": late_answer,
    "file_mail": mail("file"),
    "unfile_mail": mail("unfile", state="filed"),
}
# Nothing of the report's rows is changed by these: a word in the history alone, or a letter.
ONLY_TOLD = {"note", "word", "again", "letter_again", "letter_posted", "letter_dropped"}


def test_no_kind_is_forgotten() -> None:
    assert DOERS.keys() == LABELS.keys()


@pytest.mark.parametrize("kind", DOERS)
def test_it_is_undone_to_the_last_column(stage: Stage, kind: str) -> None:
    doing = DOERS[kind](stage)
    reports = next(doing)
    before, timers, acts = rows_of(*reports), timers_of(*reports), Act.objects.count()
    next(doing, None)
    assert Act.objects.count() == acts + 1
    act = Act.objects.latest("pk")
    assert act.kind == kind
    assert (rows_of(*reports) != before) is (kind not in ONLY_TOLD)

    stage.post("desk_undo", act.pk)

    act.refresh_from_db()
    assert act.undone_at is not None
    assert rows_of(*reports) == before
    assert timers_of(*reports) == timers
    next(doing, None)


def test_a_late_answer_after_an_earlier_word_leaves_that(stage: Stage) -> None:
    report = stage.make_report()
    assignment = stage.send(report)
    answer_report(assignment, "Megnézzük.", actor=None)
    Report.objects.update(status=Status.SOLVED, closed_at=timezone.now(), proof="stated")
    before = rows_of(report)
    assignment.refresh_from_db()
    answer_report(assignment, "Felmértük.", actor=None)
    stage.post("desk_undo", Act.objects.get(kind="late_answer").pk)
    assert rows_of(report) == before

"""What the page of a case shows, part by part. The number of queries is fixed, whatever hangs on the report."""

from datetime import timedelta
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils import timezone

from accounts.rights import Right
from moderation.access import DeskRequest, may
from moderation.actions import possible_actions
from moderation.acts import recent_acts
from moderation.checks import checks_for, questions_to_ask
from moderation.claim_bar import claim_context
from moderation.conversation import word_context
from moderation.forms import CaseForm
from moderation.merging import joining_context
from moderation.presets import Presets
from moderation.queues import Queue
from moderation.rejecting import reject_texts
from moderation.reporter_figures import figures_of
from moderation.saved_texts import Ready
from moderation.suggestions import Choice, Choices, choices_for
from moderation.wording import differences
from reports.access import visible_events
from reports.actions_answers import asked_of, unanswered
from reports.actions_undo import revocable_step
from reports.lifecycle import Status
from reports.lookalikes import Lookalike, lookalike_reports
from reports.models import HandlingRating, Photo, Report

NEARBY_METRES = 150
NEARBY_SHOWN = 5
DUPLICATES_SHOWN = 3
RECENT = timedelta(days=365)
UNSEEN = (Status.DRAFT, Status.UNCONFIRMED, Status.WITHDRAWN)


def case_context(
    request: DeskRequest, report: Report, form: CaseForm, queue: Queue | None, *, presets: Presets, trouble: str = ""
) -> dict[str, Any]:
    """`trouble`: "changed" or "moved" meanwhile. Then `report` is as it is now, the form as it was typed."""
    possible = possible_actions(report, request.user)
    return {
        "report": report,
        "form": form,
        "queue": queue,
        "recent": recent_acts(request.user),
        "now": timezone.now(),
        **claim_context(request, report),
        "left": queue.count(request.user) if queue else 0,
        "trouble": trouble,
        "lost_words": form.words if trouble and form.action not in possible else "",
        "possible": possible,
        "reject_texts": reject_texts(report) if "reject" in possible else {},
        "presets": presets,
        **_choices(report, form),
        **_evidence(request, report),
        **_life(report, presets.ready),
        "may_decide": may(request.user, Right.DECIDE, report),
        "may_enter_answers": may(request.user, Right.ENTER_ANSWERS, report),
    }


def _choices(report: Report, form: CaseForm) -> dict[str, Any]:
    choices = choices_for(report, report.point, form.category_now, report.address)
    return choices_context(form, choices)


def choices_context(form: CaseForm, choices: Choices) -> dict[str, Any]:
    """Who gets it beside the leading body is ticked, until somebody takes the tick off."""
    ticked = form["also"].value() if form.is_bound else [str(one.institution.pk) for one in choices.beside]
    return {
        "choices": choices.bodies,
        "beside": choices.beside,
        "ticked": ticked,
        "chosen": chosen_body(form, choices.bodies),
    }


def _evidence(request: DeskRequest, report: Report) -> dict[str, Any]:
    """What it shows, who says so, and what else is known around it."""
    talk = (Photo.Kind.COMMENT, Photo.Kind.PROOF)  # what waits under a comment has a tab of its own
    photos = [photo for photo in report.photos.all() if photo.kind not in talk or not photo.awaits_review]
    duplicates = likely_duplicates(request, report, photos)
    known = {report.pk, *(one.report.pk for one in duplicates)}
    answers = list(report.answers.current())
    lacking = unanswered(asked_of(report.category), answers)
    return {
        "photos": photos,
        "title_pieces": differences(report.original_title, report.title),
        "text_pieces": differences(report.original_description, report.description),
        "answers": answers,
        "unanswered": lacking,
        "duplicates": duplicates,
        "joining": joining_context(request.user, report, duplicates),
        "nearby": nearby(request, report, known),
        "may_read_reporter": report.reporter is not None and may(request.user, Right.READ_PEOPLE, report),
        "reporter_figures": figures_of(report.reporter) if report.reporter else None,
        "checks": checks_for(report, duplicates=duplicates, lacking=lacking),
        "ask_ideas": questions_to_ask(report, lacking),
    }


def _life(report: Report, ready: dict[str, list[Ready]]) -> dict[str, Any]:
    events = visible_events(report, internal=True)
    assignments = list(report.assignments.select_related("institution", "contact", "pointed_to"))
    return {
        "events": events,
        "revocable": revocable_step(report, events),
        "handling": HandlingRating.objects.filter(report=report).first(),
        **word_context(report, events, ready),
        "assignments": assignments,
        "was_with_a_body": any(assignment.is_of_body for assignment in assignments),
    }


def chosen_body(form: CaseForm, choices: list[Choice]) -> str:
    """The radio button that is on: what was chosen, else the best that has not refused."""
    if form.is_bound:
        return str(form.data.get("institution", ""))
    best = next((choice for choice in choices if not choice.has_refused), None)
    return str(best.institution.pk) if best else ""


def likely_duplicates(request: DeskRequest, report: Report, photos: list[Photo]) -> list[Lookalike]:
    """Up to three public reports that may be the same one, the likeliest first, with their photos."""
    found = lookalike_reports(
        request.user,
        report.point,
        category=report.category,
        words=f"{report.title} {report.description}",
        photo_hashes=[photo.likeness for photo in photos if photo.likeness is not None],
        limit=DUPLICATES_SHOWN + 1,
    )
    others = [one for one in found if one.report.pk != report.pk][:DUPLICATES_SHOWN]
    prefetch_related_objects([one.report for one in others], "photos")
    return others


def nearby(request: DeskRequest, report: Report, known: set[int]) -> list[Report]:
    """Up to five more reports within 150 m, those of the last year first, then the nearest."""
    since = timezone.now() - RECENT
    near = Report.objects.visible_to(request.user).near(report.point, metres=NEARBY_METRES, recent_since=since)
    return list(near.exclude(pk__in=known).exclude(status__in=UNSEEN).for_list()[:NEARBY_SHOWN])

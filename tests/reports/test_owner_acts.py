"""What reporters do with their own reports: correct, add photos, open again, rate."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.holdings import all_holdings
from accounts.models import Person
from forwarding.actions import say_done, say_not_ours, send_report
from forwarding.models import Dispatch
from municipalities.models import Area, Category, Institution
from reports import links
from reports.actions_desk import ask_info, edit_report
from reports.actions_reporter import give_info
from reports.actions_solved import confirm_solved
from reports.lifecycle import EventKind, Status
from reports.models import Assignment, HandlingRating, Report
from tests.conftest import jpeg

from .test_owner import buttons, last_event, main, own, press

pytestmark = pytest.mark.django_db


def typed(report: Report, **changes: Any) -> dict[str, Any]:
    """What the page of the correction sends when nothing was changed, and the changes."""
    values = {
        "version": report.version,
        "title": report.title,
        "description": report.description,
        "category": report.category_id or "",
        "address": report.address,
        "latitude": f"{report.latitude:.6f}",
        "longitude": f"{report.longitude:.6f}",
        "no_photo_reason": report.no_photo_reason,
        "keep": [photo.token for photo in report.photos.all()],
        **changes,
    }
    return {name: value for name, value in values.items() if value is not None}


def correct(client: Client, report: Report, **changes: Any) -> Any:
    response = client.post(f"{own(report)}/edit", typed(report, **changes))
    report.refresh_from_db()
    return response


# -- Correcting ---------------------------------------------------------------------------------------------


def test_a_waiting_report_is_corrected_in_the_reporters_own_words(
    client: Client, submitted: Report, parks: Category, other_district: Area
) -> None:
    assert f"{own(submitted)}/edit" in main(client.get(own(submitted)))
    assert submitted.description in main(client.get(f"{own(submitted)}/edit"))

    response = correct(
        client,
        submitted,
        title="Két kátyú",
        description="Már kettő van.",
        category=parks.pk,
        longitude="19.15",
        address="Mellék utca 2.",
    )

    assert (response.status_code, response["Location"]) == (302, own(submitted))
    assert (submitted.title, submitted.description) == ("Két kátyú", "Már kettő van.")
    assert (submitted.original_title, submitted.original_description) == ("Két kátyú", "Már kettő van.")
    assert (submitted.category, submitted.area, submitted.address) == (parks, other_district, "Mellék utca 2.")
    event = last_event(submitted)
    assert (event.kind, event.role, event.actor) == (EventKind.EDITED, "reporter", submitted.reporter)
    assert set(event.data["changed"]) == {"title", "description", "category", "point", "address", "area"}
    assert not event.is_public


def test_nothing_changed_is_no_event(client: Client, submitted: Report) -> None:
    place = submitted.point
    assert correct(client, submitted).status_code == 302
    assert submitted.point == place
    assert submitted.events.count() == 1


def test_photos_are_taken_off_and_added(
    client: Client, make_report: Callable[..., Report], django_capture_on_commit_callbacks: Any
) -> None:
    report = make_report(photos=2)
    first, second = report.photos.all()
    path = second.large.path
    with django_capture_on_commit_callbacks(execute=True):
        correct(client, report, keep=[first.token], photos=jpeg("#ff0000"))

    kept, new = report.photos.all()
    assert kept == first
    assert new.pk not in (first.pk, second.pk)
    assert not new.is_hidden
    with pytest.raises(FileNotFoundError), open(path):
        pass
    assert last_event(report).data["changed"] == ["photos"]


def test_the_last_photo_needs_a_reason(client: Client, make_report: Callable[..., Report]) -> None:
    report = make_report(photos=1)
    page = main(correct(client, report, keep=None, description="Új szöveg."))
    assert 'id="id_photos_error"' in page
    assert "Új szöveg." in page
    assert report.photos.count() == 1
    correct(client, report, keep=None, no_photo_reason="Rossz kép volt.")
    assert (report.photos.count(), report.no_photo_reason) == (0, "Rossz kép volt.")


def test_a_private_category_makes_it_private_and_leaving_it_does_not_make_it_public(
    client: Client, submitted: Report, secret_matters: Category, potholes: Category
) -> None:
    correct(client, submitted, category=secret_matters.pk)
    assert submitted.is_private
    correct(client, submitted, category=potholes.pk)
    assert (submitted.category, submitted.is_private) == (potholes, True)


def test_a_volunteer_was_faster(client: Client, submitted: Report, moderator: Person) -> None:
    before = typed(submitted, description="Ahogy én látom.")
    edit_report(submitted, {"title": "Kátyú a Fő utcán"}, actor=moderator)

    response = client.post(f"{own(submitted)}/edit", before)

    assert response.status_code == 409
    page = response.content.decode()
    assert "Ahogy én látom." in page
    assert "Kátyú a Fő utcán" in page
    submitted.refresh_from_db()
    assert submitted.description != "Ahogy én látom."
    version = f'name="version" value="{submitted.version}"'
    assert version in page
    correct(client, submitted, description="Ahogy én látom.")
    assert submitted.description == "Ahogy én látom."


def test_what_is_wrong_is_told_at_the_field(client: Client, submitted: Report) -> None:
    for changes, field in (
        ({"description": " "}, "description"),
        ({"latitude": "x"}, "latitude"),
        ({"latitude": "12"}, "latitude"),
        ({"title": "x" * 151}, "title"),
        ({"category": "99999"}, "category"),
        ({"photos": jpeg_without_end()}, "photos"),
    ):
        assert f'id="id_{field}_error"' in main(correct(client, submitted, **changes)), field
    for version in ("x", "-1", "9" * 40, None):
        assert correct(client, submitted, version=version, title="Más").status_code == 200
    assert submitted.events.count() == 1


def jpeg_without_end() -> Any:
    file = jpeg()
    file.truncate(20)
    return file


def test_only_while_it_waits(
    client: Client, submitted: Report, works: Institution, moderator: Person, reporter: Person
) -> None:
    ask_info(submitted, "Hol?", actor=moderator)
    submitted.refresh_from_db()
    assert correct(client, submitted, title="Kérdés közben").status_code == 302
    assert (submitted.title, submitted.status) == ("Kérdés közben", Status.NEEDS_INFO)
    give_info(submitted, "Itt.", actor=reporter)
    send_report(submitted, works, actor=moderator)
    submitted.refresh_from_db()
    assert f"{own(submitted)}/edit" not in main(client.get(own(submitted)))
    for response in (client.get(f"{own(submitted)}/edit"), correct(client, submitted, title="Elkéstem")):
        assert (response.status_code, response["Location"]) == (302, own(submitted))
    assert submitted.title == "Kérdés közben"


def test_the_signed_in_reporter_corrects_too(
    client_of: Callable[[Person | None], Client], submitted: Report, reporter: Person, stranger: Person
) -> None:
    path = f"/reports/{submitted.reference}/own/edit"
    assert client_of(None).get(path).status_code == 302
    assert client_of(stranger).post(path, typed(submitted, title="Idegen")).status_code == 404
    assert client_of(reporter).post(path, typed(submitted, title="Enyém")).status_code == 302
    submitted.refresh_from_db()
    assert submitted.title == "Enyém"
    token = links.sign(links.CONFIRM, submitted.pk)
    assert client_of(None).get(f"/own/{token}/edit").status_code == 404


# -- Adding photos ------------------------------------------------------------------------------------------


def test_photos_are_added_from_the_page(client: Client, sent: Report) -> None:
    assert 'id="add_photos_error"' in main(press(client, sent, "add_photos"))
    assert not sent.photos.exists()

    response = client.post(own(sent), {"action": "add_photos", "photos": jpeg()}, follow=True)

    photo = sent.photos.get()
    assert (photo.is_hidden, photo.awaits_review, photo.uploaded_by) == (True, True, None)
    page = main(response)
    assert "callout-success" in page
    assert photo.url_small in page
    shown: Any = client.get(photo.url_small)
    assert shown.getvalue()
    assert Client().get(photo.url_small).status_code == 404
    assert last_event(sent).actor == sent.reporter


def test_too_many_photos_are_told(client: Client, sent: Report, settings: Any) -> None:
    settings.PHOTO_MAX_REPORT = 0
    assert "callout-warning" in main(client.post(own(sent), {"action": "add_photos", "photos": jpeg()}, follow=True))
    assert not sent.photos.exists()


# -- Open again ---------------------------------------------------------------------------------------------


@pytest.fixture
def solved(assignment: Assignment) -> Report:
    say_done(assignment, "Kész.", actor=None)
    return confirm_solved(assignment.report, actor=assignment.report.reporter)


def test_a_closed_report_is_opened_again_with_a_reason(client: Client, solved: Report, assignment: Assignment) -> None:
    assert {"reopen", "rate"} <= buttons(main(client.get(own(solved))))
    assert 'id="reopen_text_error"' in main(press(client, solved, "reopen", text=" "))
    assert solved.status == Status.SOLVED

    press(client, solved, "reopen", text="Egy hét múlva újra beszakadt.")

    assert (solved.status, solved.closed_at, solved.proof) == (Status.IN_PROGRESS, None, "")
    event = last_event(solved)
    assert (event.kind, event.body, event.assignment) == (
        EventKind.REOPENED,
        "Egy hét múlva újra beszakadt.",
        assignment,
    )
    assignment.refresh_from_db()
    assert assignment.is_running
    dispatch = Dispatch.objects.get(event=event)
    assert dispatch.address == "ugyfel@utkezelo.example"
    assert "beszakadt" not in Client().get(solved.get_absolute_url()).content.decode()


def test_the_body_reads_why(client: Client, solved: Report, assignment: Assignment, mailoutbox: Any) -> None:
    from forwarding.mail import compose

    press(client, solved, "reopen", text="Újra beszakadt.")
    mail = compose(Dispatch.objects.get(event=last_event(solved)))
    assert "> Újra beszakadt." in mail.body or "Újra beszakadt." in mail.body
    assert "Újra beszakadt." in str(mail.alternatives[0][0])


def test_not_for_ever_and_not_too_often(client: Client, solved: Report, settings: Any) -> None:
    Report.objects.filter(pk=solved.pk).update(closed_at=timezone.now() - settings.REOPEN_WITHIN - timedelta(days=1))
    assert "reopen" not in buttons(main(client.get(own(solved))))
    page = main(client.post(own(solved), {"action": "reopen", "text": "Mégsem."}, follow=True))
    assert "callout-warning" in page
    solved.refresh_from_db()
    assert solved.status == Status.SOLVED
    Report.objects.filter(pk=solved.pk).update(closed_at=timezone.now())
    settings.REOPEN_AT_MOST = 1
    press(client, solved, "reopen", text="Mégsem.")
    assert solved.status == Status.IN_PROGRESS
    press(client, solved, "confirm_solved")
    assert "reopen" not in buttons(main(client.get(own(solved))))
    press(client, solved, "reopen", text="Mégsem.")
    assert solved.status == Status.SOLVED


def test_whose_it_was_not_does_not_get_it_again(client: Client, assignment: Assignment, moderator: Person) -> None:
    say_not_ours(assignment, "Nem a miénk.", actor=None)
    report = Report.objects.get(pk=assignment.report_id)
    Report.objects.filter(pk=report.pk).update(
        status=Status.UNRESOLVED, reason="nobody", closed_at=timezone.now(), needs_rerouting=False
    )
    press(client, report, "reopen", text="Valakié csak lesz.")
    assert (report.status, report.needs_rerouting) == (Status.IN_PROGRESS, True)
    assert not Dispatch.objects.filter(event=last_event(report)).exists()
    assignment.refresh_from_db()
    assert not assignment.is_running


def test_a_refusing_bodys_report_is_not_opened_again(
    client: Client, make_report: Callable[..., Report], refuser: Institution, moderator: Person
) -> None:
    report = make_report()
    send_report(report, refuser, actor=moderator)
    press(client, report, "confirm_solved")
    assert report.status == Status.SOLVED
    assert buttons(main(client.get(own(report)))) == {"rate"}


# -- Rating the handling ------------------------------------------------------------------------------------


def test_the_handling_is_rated_once_and_changed(client: Client, solved: Report) -> None:
    assert 'id="rate_score_error"' in main(press(client, solved, "rate", words="Gyorsak voltak."))
    assert not HandlingRating.objects.exists()
    events = solved.events.count()

    press(client, solved, "rate", score="3", words="Gyorsak voltak.")
    press(client, solved, "rate", score="1", words="Mégis rossz.")

    rating = HandlingRating.objects.get()
    assert (rating.report, rating.person, rating.score, rating.words) == (solved, solved.reporter, 1, "Mégis rossz.")
    assert solved.events.count() == events
    assert "Mégis rossz." in main(client.get(own(solved)))
    assert "Mégis rossz." not in Client().get(solved.get_absolute_url()).content.decode()


@pytest.mark.parametrize("score", ["0", "4", "", "x", "\x00", "9" * 50])
def test_a_score_that_is_none(client: Client, solved: Report, score: str) -> None:
    assert 'id="rate_score_error"' in main(press(client, solved, "rate", score=score))


def test_an_open_report_has_no_handling_yet(client: Client, sent: Report) -> None:
    assert "rate" not in buttons(main(client.get(own(sent))))
    assert "callout-warning" in main(client.post(own(sent), {"action": "rate", "score": "3"}, follow=True))
    assert not HandlingRating.objects.exists()


def test_the_desk_reads_the_opinion(
    client: Client, solved: Report, moderator: Person, client_of: Callable[[Person | None], Client]
) -> None:
    press(client, solved, "rate", score="2", words="Lassú volt.")
    assert "Lassú volt." in client_of(moderator).get(f"/desk/{solved.reference}").content.decode()


# -- Withdrawing --------------------------------------------------------------------------------------------


def test_withdrawing_after_sending_tells_the_body(client: Client, sent: Report) -> None:
    press(client, sent, "withdraw")
    assert sent.status == Status.WITHDRAWN
    assert Dispatch.objects.get(event=last_event(sent)).address == "ugyfel@utkezelo.example"
    assert Client().get(sent.get_absolute_url()).status_code == 410


def test_withdrawing_before_sending_tells_nobody(client: Client, submitted: Report) -> None:
    press(client, submitted, "withdraw")
    assert submitted.status == Status.WITHDRAWN
    assert not Dispatch.objects.exists()
    assert Client().get(submitted.get_absolute_url()).status_code == 404


# -- What is held -------------------------------------------------------------------------------------------


def test_an_opinion_is_exported_and_forgotten(client: Client, solved: Report, reporter: Person) -> None:
    press(client, solved, "rate", score="2", words="Lassú volt.")
    holding = next(holding for holding in all_holdings() if holding.name == "handling_ratings")
    [exported] = holding.export(reporter)
    assert (exported["report"], exported["score"], exported["words"]) == (solved.reference, 2, "Lassú volt.")

    for _ in range(2):
        holding.erase(reporter, True)

    rating = HandlingRating.objects.get()
    assert (rating.person, rating.words, rating.score) == (None, "", 2)
    assert holding.export(reporter) == []

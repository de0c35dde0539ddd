"""The reporter's own page, by the link in a mail and for the person who is signed in."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Person
from forwarding.actions import say_done
from reports import links
from reports.actions_desk import ask_info, hide_report, note_report, reject_report
from reports.actions_solved import confirm_solved
from reports.lifecycle import EventKind, Reason, Status
from reports.models import Assignment, Photo, Report
from tests.conftest import jpeg

pytestmark = pytest.mark.django_db


def own(report: Report) -> str:
    return f"/own/{links.sign(links.OWNER, report.pk)}"


def press(client: Client, report: Report, action: str, **fields: Any) -> Any:
    response = client.post(own(report), {"action": action, **fields})
    report.refresh_from_db()
    return response


def main(response: Any) -> str:
    assert response.status_code == 200
    return response.content.decode().split("<main")[1].split("</main>")[0]


def last_event(report: Report) -> Any:
    return report.events.order_by("-pk").first()


def buttons(page: str) -> set[str]:
    return set(re.findall(r'name="action"\s+value="(\w+)"', page))


# -- Doors --------------------------------------------------------------------------------------------------


def test_only_its_own_token_opens_it(client: Client, submitted: Report) -> None:
    token = links.sign(links.OWNER, submitted.pk)
    for bad in (f"{token}x", token[:-1], f"9{token}", "%00", links.sign(links.CONFIRM, submitted.pk)):
        assert client.get(f"/own/{bad}").status_code == 404
        assert client.post(f"/own/{bad}", {"action": "withdraw"}).status_code == 404
    submitted.refresh_from_db()
    assert submitted.status == Status.SUBMITTED


def test_opening_changes_nothing_and_is_not_cached(client: Client, submitted: Report) -> None:
    response = client.get(own(submitted))

    assert submitted.reference in main(response)
    assert "no-store" in response["Cache-Control"]
    assert 'name="robots" content="noindex"' in response.content.decode()
    assert submitted.events.count() == 1


def test_signed_in_reporter_needs_no_token(
    client_of: Callable[..., Client], submitted: Report, reporter: Person, stranger: Person, moderator: Person
) -> None:
    path = f"/reports/{submitted.reference}/own"
    assert client_of(None).get(path).status_code == 302
    for other in (stranger, moderator):
        assert client_of(other).get(path).status_code == 404
        assert client_of(other).post(path, {"action": "withdraw"}).status_code == 404
    client = client_of(reporter)
    assert "withdraw" in buttons(main(client.get(path)))

    response = client.post(path, {"action": "withdraw"})

    assert (response.status_code, response["Location"]) == (302, path)
    submitted.refresh_from_db()
    assert submitted.status == Status.WITHDRAWN
    assert last_event(submitted).actor == reporter
    assert buttons(main(client.get(path))) == set()


def test_unpublished_photo_is_shown_to_the_holder_of_the_link(
    client: Client, make_report: Callable[..., Report]
) -> None:
    report = make_report(photos=1)
    url = report.photos.get().url_small
    assert client.get(url).status_code == 404

    assert url in main(client.get(own(report)))

    response = client.get(url)
    assert response.status_code == 200
    assert response.getvalue()


# -- What is offered ----------------------------------------------------------------------------------------


def test_buttons_follow_the_life_of_the_report(
    client: Client, make_report: Callable[..., Report], moderator: Person, assignment: Assignment
) -> None:
    def offered(report: Report) -> set[str]:
        return buttons(main(client.get(own(report))))

    assert offered(make_report(confirmed=False)) == {"confirm"}
    assert offered(make_report()) == {"withdraw"}
    assert offered(ask_info(make_report(), "Hol?", actor=moderator)) == {"give_info", "withdraw"}
    assert offered(reject_report(make_report(), Reason.OTHER, "", actor=moderator)) == {"correct"}
    assert offered(hide_report(make_report(), "", actor=moderator)) == set()
    sent = Report.objects.get(pk=assignment.report_id)
    assert offered(sent) == {"confirm_solved", "withdraw", "add_photos"}
    say_done(assignment, "Kész.", actor=None)
    assert offered(sent) == {"confirm_solved", "deny_solved", "add_photos"}
    assert offered(confirm_solved(sent, actor=sent.reporter)) == {"reopen", "rate"}


def test_internal_lines_stay_inside(client: Client, submitted: Report, moderator: Person) -> None:
    note_report(submitted, "Titkos megjegyzés", actor=moderator)
    ask_info(submitted, "Melyik sarkon?", actor=moderator)
    hide_report(submitted, "Titkos ok", actor=moderator)

    page = main(client.get(own(submitted)))

    assert "Titkos" not in page
    assert "Melyik sarkon?" in page


def test_timeline_is_read_in_a_fixed_number_of_queries(
    client: Client, submitted: Report, moderator: Person, django_assert_max_num_queries: Any
) -> None:
    for number in range(5):
        note_report(submitted, f"{number}", actor=moderator)
    with django_assert_max_num_queries(14):
        client.get(own(submitted))


# -- Answering ----------------------------------------------------------------------------------------------


def test_answer_with_a_photo_goes_back_to_the_desk(client: Client, submitted: Report, moderator: Person) -> None:
    ask_info(submitted, "Melyik <sarkon>?", actor=moderator)
    assert "Melyik &lt;sarkon&gt;?" in main(client.get(own(submitted)))

    response = press(client, submitted, "give_info", text="A bolt előtt.", photos=jpeg())

    assert (response.status_code, response["Location"]) == (302, own(submitted))
    assert submitted.status == Status.SUBMITTED
    event = last_event(submitted)
    assert (event.kind, event.actor, event.body) == (EventKind.INFO_GIVEN, submitted.reporter, "A bolt előtt.")
    assert submitted.photos.get().event == event
    assert "A bolt előtt." in main(client.get(own(submitted)))


def test_empty_answer_keeps_the_photo(client: Client, submitted: Report, moderator: Person) -> None:
    ask_info(submitted, "Hol?", actor=moderator)

    page = main(press(client, submitted, "give_info", text=" ", photos=jpeg()))

    photo = Photo.objects.get()
    assert 'id="info_text_error"' in page
    assert photo.token in page
    assert submitted.status == Status.NEEDS_INFO
    press(client, submitted, "give_info", text="Itt.", kept_photos=photo.token)
    assert submitted.photos.get() == photo


def test_bad_photo_in_an_answer_is_told_at_the_field(client: Client, submitted: Report, moderator: Person) -> None:
    ask_info(submitted, "Hol?", actor=moderator)
    file = jpeg()
    file.truncate(20)

    assert 'id="info_photos_error"' in main(press(client, submitted, "give_info", text="Itt.", photos=file))
    assert submitted.status == Status.NEEDS_INFO


def test_answer_comes_too_late(client: Client, submitted: Report, moderator: Person) -> None:
    ask_info(submitted, "Hol?", actor=moderator)
    reject_report(submitted, Reason.NO_PLACE, "Nem jött válasz.", actor=moderator)

    response = client.post(own(submitted), {"action": "give_info", "text": "Itt."}, follow=True)

    assert "callout-warning" in main(response)
    submitted.refresh_from_db()
    assert submitted.status == Status.REJECTED


# -- Is it solved? ------------------------------------------------------------------------------------------


def test_yes_it_is_solved(client: Client, assignment: Assignment) -> None:
    say_done(assignment, "Kijavítottuk.", actor=None)
    report = Report.objects.get(pk=assignment.report_id)
    assert "Kijavítottuk." in main(client.get(own(report)))

    for _ in range(2):
        assert press(client, report, "confirm_solved").status_code == 302

    assert (report.status, report.proof) == (Status.SOLVED, "reporter")
    assert report.events.filter(kind=EventKind.SOLVED).count() == 1


def test_solved_before_the_body_says_so(client: Client, sent: Report) -> None:
    press(client, sent, "confirm_solved")

    assert sent.status == Status.SOLVED


def test_no_it_is_not_wants_a_reason(client: Client, assignment: Assignment) -> None:
    say_done(assignment, "Kész.", actor=None)
    report = Report.objects.get(pk=assignment.report_id)

    assert 'id="deny_text_error"' in main(press(client, report, "deny_solved", text=""))
    assert report.status == Status.AWAITING_CONFIRMATION

    press(client, report, "deny_solved", text="Még mindig ott van.")
    assert report.status == Status.IN_PROGRESS
    event = last_event(report)
    assert (event.kind, event.body) == (EventKind.NOT_SOLVED, "Még mindig ott van.")


# -- Not published ------------------------------------------------------------------------------------------


def test_refused_text_is_corrected_once(client: Client, submitted: Report, moderator: Person) -> None:
    reject_report(submitted, Reason.PERSONAL, "Név van benne.", actor=moderator)
    page = main(client.get(own(submitted)))
    assert "Név van benne." in page
    assert submitted.description in page

    assert 'id="correct_description_error"' in main(press(client, submitted, "correct", description=""))
    press(client, submitted, "correct", title="Új cím", description="Név nélkül.")

    assert submitted.status == Status.SUBMITTED
    assert (submitted.title, submitted.description) == ("Új cím", "Név nélkül.")
    assert not submitted.edited
    assert last_event(submitted).kind == EventKind.RESUBMITTED

    reject_report(submitted, Reason.PERSONAL, "Még mindig.", actor=moderator)
    assert "correct" not in buttons(main(client.get(own(submitted))))
    press(client, submitted, "correct", description="Harmadszor.")
    assert submitted.status == Status.REJECTED


# -- Name and withdrawal ------------------------------------------------------------------------------------


def test_name_is_taken_off_at_any_time(client: Client, sent: Report) -> None:
    Report.objects.filter(pk=sent.pk).update(show_name=True, reporter_name="Rita")
    public = sent.get_absolute_url()
    assert "Rita" in client.get(public).content.decode()
    assert "hide_name" in buttons(main(client.get(own(sent))))

    for _ in range(2):
        assert press(client, sent, "hide_name").status_code == 302

    assert not sent.show_name
    assert "Rita" not in client.get(public).content.decode()
    assert sent.events.filter(kind=EventKind.EDITED, role="reporter").count() == 1
    assert "hide_name" not in buttons(main(client.get(own(sent))))


def test_withdrawal_is_possible_only_for_a_while_after_sending(client: Client, sent: Report, settings: Any) -> None:
    Report.objects.filter(pk=sent.pk).update(
        published_at=timezone.now() - settings.WITHDRAW_WINDOW - timedelta(seconds=1)
    )
    response = client.post(own(sent), {"action": "withdraw"}, follow=True)

    assert "callout-warning" in main(response)
    sent.refresh_from_db()
    assert sent.status == Status.SENT


def test_unknown_action_does_nothing(client: Client, submitted: Report) -> None:
    for action in ("", "send", "\x00", "solved" * 1000):
        assert press(client, submitted, action).status_code == 302
    assert submitted.events.count() == 1


@pytest.mark.data
def test_naughty_strings_never_break_an_answer(
    client: Client, submitted: Report, moderator: Person, naughty: list[str]
) -> None:
    ask_info(submitted, "Hol?", actor=moderator)
    for text in [*naughty[::10], "a\x00b"]:
        response = client.post(own(submitted), {"action": "give_info", "text": text})
        assert response.status_code in (200, 302), repr(text[:100])
        submitted.refresh_from_db()
        if submitted.status == Status.SUBMITTED:
            ask_info(submitted, "Hol?", actor=moderator)
    assert client.get(own(submitted)).status_code == 200


def test_hidden_photos_are_not_shown(client: Client, submitted: Report, moderator: Person) -> None:
    ask_info(submitted, "Hol?", actor=moderator)
    press(client, submitted, "give_info", text="Itt.", photos=jpeg())
    photo = submitted.photos.get()
    assert photo.url_small in main(client.get(own(submitted)))

    Photo.objects.update(is_hidden=True)

    assert photo.token not in main(client.get(own(submitted)))

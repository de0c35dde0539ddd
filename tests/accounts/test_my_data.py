"""Everything held on a person: all of it in the archive, none of it left after the erasure, and twice is the same."""

import io
import json
import time
import uuid
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.serializers import serialize
from django.test import Client

from accounts.erasure import LastAdministrator, erase_person, export_person
from accounts.holdings import all_holdings
from accounts.models import Person
from forwarding.actions import answer_report, say_done, send_report
from forwarding.incoming import store_mail
from forwarding.models import Dispatch, IncomingMail
from municipalities.models import Institution
from notifications.actions import fan_out_event
from notifications.models import Message
from reports import links
from reports.actions_desk import ask_info
from reports.actions_drafts import save_draft
from reports.actions_follow import follow_report, support_report
from reports.actions_reporter import give_info
from reports.actions_solved import deny_solved
from reports.lifecycle import Status
from reports.models import EventText, Report, ReportEvent
from tests.accounts.conftest import ask_for_code, code_in_mail, sign_in, wait_an_hour

pytestmark = pytest.mark.django_db
Browser = Callable[[Person | None], Client]
NAME, ADDRESS, SECRET = "Rita Bejelentő", "reporter@example.org", "a szomszédom, Kiss úr"


def proven(browser: Client) -> Client:
    """A browser whose person has just proved who they are."""
    session = browser.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session.save()
    return browser


def archive_of(response: Any) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))


@pytest.fixture
def life(
    make_report: Callable[..., Report],
    reporter: Person,
    neighbour: Person,
    works: Institution,
    moderator: Person,
    upload: Any,
) -> dict[str, Report]:
    """A long story: reports in several statuses, a draft, a follow, answers that name the reporter, mails both ways."""
    shown = {"reporter_name": NAME, "show_name": True}
    done = make_report(photos=2, title="Első", **shown)
    assignment = send_report(done, works, actor=moderator)
    answer_report(assignment, f"Tisztelt {NAME}! Intézzük, rita BEJELENTŐ.", actor=None)
    say_done(assignment, "Kész.", actor=None)
    deny_solved(Report.objects.get(pk=done.pk), f"Nincs kész, {SECRET} látta.", actor=reporter)
    waiting = make_report(photos=1, title="Második", **shown)
    asked = make_report(title="Harmadik", **shown)
    ask_info(asked, "Hol?", actor=moderator)
    given = make_report(title="Negyedik", **shown)
    ask_info(given, "Hol?", actor=moderator)
    give_info(Report.objects.get(pk=given.pk), f"Ott, ahol {SECRET} lakik.", [upload()], actor=reporter)
    unconfirmed = make_report(title="Ötödik", confirmed=False, photos=1)
    other = make_report(title="Másé", reporter=neighbour)
    send_report(other, works, actor=moderator)
    follow_report(other, reporter)
    support_report(other, reporter)
    save_draft(reporter, uuid.uuid4(), {"description": [f"Piszkozat: {SECRET}"]}, [upload()])
    for event in ReportEvent.objects.filter(processed_at=None):
        fan_out_event(event.pk)
    letter = f"From: {NAME} <{ADDRESS}>\r\nTo: x@localhost\r\nSubject: {SECRET}\r\n\r\nLevél: {SECRET}\r\n"
    store_mail(letter.encode())
    return {
        "done": done, "waiting": waiting, "asked": asked, "given": given, "unconfirmed": unconfirmed, "other": other,
    }  # fmt: skip


def everything_stored() -> str:
    """Every row of our own tables, as text."""
    rows = []
    for model in apps.get_models():
        if model._meta.app_label in {"contenttypes", "auth", "sessions"}:
            continue
        rows.append(serialize("json", model._base_manager.all()))
    mails = b"".join(bytes(raw) for raw in IncomingMail.objects.values_list("raw", flat=True))
    return "\n".join(rows) + mails.decode(errors="replace")


# -- The archive --------------------------------------------------------------------------------------------


def test_the_archive_holds_all_of_it(client_of: Browser, life: dict[str, Report], reporter: Person) -> None:
    response = proven(client_of(reporter)).post("/my/data")
    assert response["Content-Type"] == "application/zip"
    assert "attachment" in response["Content-Disposition"]
    archive = archive_of(response)
    assert archive.testzip() is None
    data = json.loads(archive.read("data.json"))
    assert data["person"]["email"] == ADDRESS
    assert {holding.name for holding in all_holdings()} <= set(data)
    assert {row["title"] for row in data["reports"]} == {"Első", "Második", "Harmadik", "Negyedik", "Ötödik"}
    first = data["reports"][0]
    assert any(SECRET in event["words"] for event in first["events"])
    for photo in first["photos"]:
        assert photo["file"] in archive.namelist()
    originals = [name for name in archive.namelist() if name.endswith("-original")]
    assert len(originals) == 5
    assert all(archive.read(name)[:3] == b"\xff\xd8\xff" for name in originals)
    assert [row["report"] for row in data["follows"]["followed"]] == [life["other"].reference]
    assert [row["report"] for row in data["follows"]["me_too"]] == [life["other"].reference]
    assert SECRET in json.dumps(data["drafts"], ensure_ascii=False)
    assert data["incoming_mails"][0]["text"].strip() == f"Levél: {SECRET}"
    assert {"received", "answered", "done_said"} <= {row["what"] for row in data["mails"]}


def test_the_archive_holds_nothing_of_others(client_of: Browser, life: dict[str, Report], stranger: Person) -> None:
    archive = archive_of(proven(client_of(stranger)).post("/my/data"))
    assert archive.namelist() == ["data.json"]
    text = archive.read("data.json").decode()
    for words in (NAME, SECRET, ADDRESS, "Első"):
        assert words not in text


def test_internal_notes_of_moderators_are_not_the_reporters(
    submitted: Report, reporter: Person, moderator: Person
) -> None:
    from reports.actions_desk import note_report

    note_report(submitted, "Gyanús.", actor=moderator)
    assert "Gyanús." not in json.dumps(export_person(reporter), default=str, ensure_ascii=False)


def test_a_lost_file_does_not_break_the_archive(client_of: Browser, life: dict[str, Report], reporter: Person) -> None:
    photo = life["done"].photos.all()[0]
    photo.original.storage.delete(str(photo.original.name))
    archive = archive_of(proven(client_of(reporter)).post("/my/data"))
    assert archive.testzip() is None
    assert archive.read("missing.txt").decode().endswith("-original")


def test_the_export_asks_a_fixed_number_of_queries(
    make_report: Callable[..., Report], reporter: Person, django_assert_max_num_queries: Any
) -> None:
    for number in range(8):
        make_report(title=f"{number}", photos=1)
    with django_assert_max_num_queries(51):
        export_person(reporter)


@pytest.mark.parametrize("path", ["/my/data", "/my/erase"])
def test_only_the_signed_in_have_something_here(client_of: Browser, path: str) -> None:
    for response in (client_of(None).get(path), client_of(None).post(path)):
        assert response.status_code == 302
        assert "login" in response["Location"]


@pytest.mark.parametrize("path", ["/my/data", "/my/erase"])
def test_an_open_session_alone_is_not_enough(
    client_of: Browser, submitted: Report, reporter: Person, path: str
) -> None:
    browser = client_of(reporter)
    response = browser.post(path, {"reports": "keep", "address": ADDRESS})
    assert response.status_code == 302
    assert "reauthenticate" in response["Location"]
    assert Person.objects.get(pk=reporter.pk).erased_at is None


@pytest.mark.parametrize("way", ["password", "code"])
@pytest.mark.parametrize(("path", "status"), [("/my/data", 200), ("/my/erase", 302)])
def test_signing_in_just_now_is_enough(browser: Client, member: Person, way: str, path: str, status: int) -> None:
    if way == "password":
        sign_in(browser, ADDRESS, "pw")
    else:
        ask_for_code(browser, ADDRESS)
        browser.post("/accounts/login/code/confirm/", {"code": code_in_mail()})
    response = browser.post(path, {"reports": "keep", "address": ADDRESS})
    assert (response.status_code, response.get("Location")) == (status, "/" if path == "/my/erase" else None)
    assert bool(Person.objects.get(pk=member.pk).erased_at) == (path == "/my/erase")


@pytest.mark.parametrize("path", ["/my/data", "/my/erase"])
def test_a_guest_that_signed_in_by_code_gets_there(browser: Client, guest: Person, path: str) -> None:
    """Fresh at once; after an hour by a code, as they have no password."""
    values = {"reports": "keep", "address": "guest@example.org"}
    ask_for_code(browser, guest.email)
    browser.post("/accounts/login/code/confirm/", {"code": code_in_mail()})
    assert browser.get(path).status_code == 200
    wait_an_hour(browser)
    response = browser.post(path, values)
    assert response["Location"] == f"/accounts/reauthenticate/code/?next={path}"
    browser.post("/accounts/reauthenticate/code/", {"action": "send", "next": path})
    code = {"action": "check", "code": code_in_mail(), "next": path}
    assert browser.post("/accounts/reauthenticate/code/", code)["Location"] == path
    response = browser.post(path, values)
    if path == "/my/data":
        assert "data.json" in archive_of(response).namelist()
    else:
        assert (response["Location"], Person.objects.get(pk=guest.pk).email) == (
            "/",
            f"erased-{guest.pk}@erased.invalid",
        )


# -- The erasure --------------------------------------------------------------------------------------------


def test_erased_and_reports_kept(
    client_of: Browser, life: dict[str, Report], reporter: Person, employee: Person
) -> None:
    LogEntry.objects.log_actions(employee.pk, [reporter], CHANGE, single_object=True)  # edited once in /admin/
    browser = proven(client_of(reporter))
    owner_link = links.owner_url(life["done"].pk)
    response = browser.post("/my/erase", {"reports": "keep", "address": ADDRESS.upper()}, follow=True)
    assert response.status_code == 200
    assert browser.get("/my/data").status_code == 302  # signed out
    stored = everything_stored()
    for words in (ADDRESS, NAME, NAME.lower(), SECRET):
        assert words.casefold() not in stored.casefold(), words
    done = Report.objects.get(pk=life["done"].pk)
    assert (done.status, done.reporter, done.title) == (Status.IN_PROGRESS, None, "Első")
    assert Report.objects.get(pk=life["waiting"].pk).status == Status.SUBMITTED
    assert Report.objects.get(pk=life["asked"].pk).status == Status.WITHDRAWN  # nobody could answer any more
    assert not Report.objects.filter(pk=life["unconfirmed"].pk).exists()
    page = Client().get(done.get_absolute_url())
    assert page.status_code == 200
    assert "[…]" in page.content.decode()  # in the body's answer
    assert Client().get(owner_link).status_code == 404
    other = Report.objects.get(pk=life["other"].pk)
    assert other.supporters == 1  # how many had the problem stays true
    assert not other.follows.exists()


def test_originals_go_and_pictures_stay(
    life: dict[str, Report], reporter: Person, django_capture_on_commit_callbacks: Any
) -> None:
    photo = life["done"].photos.all()[0]
    storage, original, large = photo.original.storage, str(photo.original.name), str(photo.large.name)
    with django_capture_on_commit_callbacks(execute=True):
        erase_person(reporter, keep_reports=True)
    assert not storage.exists(original)
    assert storage.exists(large)
    photo.refresh_from_db()
    assert (photo.uploaded_by, photo.position, photo.taken_at) == (None, None, None)


def test_withdrawing_ends_the_open_ones_and_tells_their_bodies(life: dict[str, Report], reporter: Person) -> None:
    erase_person(reporter, keep_reports=False)
    for name in ("done", "waiting", "asked", "given"):
        report = Report.objects.get(pk=life[name].pk)
        assert (report.status, report.description) == (Status.WITHDRAWN, ""), name
        assert not report.photos.filter(kind="problem").exists()
    told = Dispatch.objects.filter(event__kind="withdrawn")
    assert [row.event.report_id for row in told] == [life["done"].pk]
    assert Client().get(life["done"].get_absolute_url()).status_code == 410
    assert Report.objects.get(pk=life["other"].pk).status == Status.SENT


def test_what_waits_for_a_confirmation_is_withdrawn_too(sent: Report, reporter: Person) -> None:
    say_done(sent.assignments.get(), "Kész.", actor=None)
    erase_person(reporter, keep_reports=False)
    sent.refresh_from_db()
    assert sent.status == Status.WITHDRAWN


def test_nothing_is_mailed_to_an_erased_person(life: dict[str, Report], reporter: Person) -> None:
    erase_person(reporter, keep_reports=True)
    assignment = Report.objects.get(pk=life["done"].pk).assignments.get()
    say_done(assignment, "Most már kész.", actor=None)
    for event in ReportEvent.objects.filter(processed_at=None):
        fan_out_event(event.pk)
    assert not Message.objects.filter(person=reporter).exists()


@pytest.mark.parametrize("keep", [True, False])
def test_a_second_run_changes_nothing(life: dict[str, Report], reporter: Person, keep: bool) -> None:
    erase_person(reporter, keep_reports=keep)
    before = everything_stored()
    erase_person(reporter, keep_reports=keep)
    erase_person(reporter, keep_reports=not keep)
    for holding in all_holdings():
        holding.erase(Person.objects.get(pk=reporter.pk), keep)
    assert everything_stored() == before


def test_all_confirmed_addresses_are_theirs(life: dict[str, Report], reporter: Person) -> None:
    """A mail from a second address is theirs like one from the first; what nobody has confirmed is not."""
    for address, confirmed in (("Second@example.org", True), ("unproven@example.org", False)):
        EmailAddress.objects.create(user=reporter, email=address, verified=confirmed)
        store_mail(f"From: {address.lower()}\r\nTo: x@localhost\r\nSubject: {address}\r\n\r\nx\r\n".encode())
    subjects = [mail["subject"] for mail in export_person(reporter)["incoming_mails"]]
    assert subjects == [SECRET, "Second@example.org"]
    erase_person(reporter, keep_reports=True)
    assert list(IncomingMail.objects.exclude(sender="").values_list("sender", flat=True)) == ["unproven@example.org"]
    assert "second@example.org" not in everything_stored().lower()


def test_the_address_can_begin_anew(life: dict[str, Report], reporter: Person) -> None:
    erase_person(reporter, keep_reports=True)
    anew = Person.objects.for_address(ADDRESS)
    assert anew.pk != reporter.pk
    assert not anew.reports.exists()


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"address": ADDRESS}, "reports"),
        ({"reports": "keep"}, "address"),
        ({"reports": "keep", "address": "other@example.org"}, "address"),
        ({"reports": "burn", "address": ADDRESS}, "reports"),
    ],
)
def test_a_slip_erases_nothing(
    client_of: Browser, submitted: Report, reporter: Person, data: dict[str, str], field: str
) -> None:
    response = proven(client_of(reporter)).post("/my/erase", data)
    assert response.status_code == 200
    assert response.context["form"].errors.keys() == {field}
    reporter.refresh_from_db()
    assert reporter.erased_at is None


def test_looking_at_the_page_erases_nothing(client_of: Browser, submitted: Report, reporter: Person) -> None:
    assert proven(client_of(reporter)).get("/my/erase").status_code == 200
    assert Person.objects.get(pk=reporter.pk).erased_at is None


def test_the_last_administrator_stays(client_of: Browser, db: None) -> None:
    admin = Person.objects.create_superuser("admin@example.org", "pw")
    with pytest.raises(LastAdministrator):
        erase_person(admin, keep_reports=True)
    response = proven(client_of(admin)).post("/my/erase", {"reports": "keep", "address": admin.email})
    assert response.status_code == 200
    assert Person.objects.get(pk=admin.pk).is_superuser


def test_an_erased_moderator_loses_the_desk_and_their_words_to_bodies_stay(
    submitted: Report, moderator: Person, works: Institution
) -> None:
    send_report(submitted, works, actor=moderator, text="Kérjük, nézzék meg.")
    erase_person(moderator, keep_reports=True)
    assert not moderator.memberships.exists()
    assert EventText.objects.get(event__kind="sent").text == "Kérjük, nézzék meg."

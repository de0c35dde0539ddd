"""Comments: who may say what, what is shown at once, what waits, and what the author can still do."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import Person
from forwarding.actions import say_done, send_report
from municipalities.models import Category, Institution
from reports import links
from reports.actions import lock_report, move_report
from reports.actions_comments import decide_comment, write_comment
from reports.actions_desk import hide_report
from reports.lifecycle import EventKind, Role, Status
from reports.models import Assignment, Comment, Photo, Report
from tests.conftest import jpeg

pytestmark = pytest.mark.django_db

ClientOf = Callable[[Person | None], Client]
EN = {"Accept-Language": "en"}


def page_of(report: Report, client: Client | None = None, query: str = "") -> str:
    return (client or Client()).get(report.get_absolute_url() + query, headers=EN).content.decode()


def say(client: Client, report: Report, text: str = "Ma is ott van.", **fields: Any) -> Any:
    return client.post(f"/reports/{report.reference}/comments", {"text": text, **fields}, headers=EN)


def fetch(client: Client, path: str) -> int:
    """The status of a page or a file, read to its end."""
    response: Any = client.get(path)
    if response.streaming:
        response.getvalue()
    return int(response.status_code)


def own_link(comment: Comment) -> str:
    return f"/comment/{links.sign(links.COMMENT, comment.pk)}"


def messages_of(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


# -- Writing ------------------------------------------------------------------------------------------------


def test_a_signed_in_comment_is_shown_at_once_without_a_name(
    sent: Report, client_of: ClientOf, neighbour: Person
) -> None:
    response = say(client_of(neighbour), sent)
    comment = Comment.objects.get()
    assert response["Location"] == f"/reports/{sent.reference}?comment={comment.pk}#comment-{comment.pk}"
    assert (comment.status, comment.author, comment.name, comment.flagged_for) == ("shown", neighbour, "", [])
    page = page_of(sent)
    assert f'id="comment-{comment.pk}"' in page
    assert "Ma is ott van." in page
    assert "A citizen" in page
    assert "Norbert" not in page
    assert neighbour.email not in page
    event = sent.events.get(kind=EventKind.COMMENTED)
    assert (event.actor, event.role, event.data, event.body) == (neighbour, Role.CITIZEN, {"comment": comment.pk}, "")


def test_the_name_is_shown_when_chosen(sent: Report, client_of: ClientOf, neighbour: Person) -> None:
    say(client_of(neighbour), sent, name="N. Szomszéd")
    assert "N. Szomszéd" in page_of(sent)


def test_a_guests_comment_waits_for_the_button_behind_the_link(sent: Report, client: Client) -> None:
    response = say(client, sent, email="Guest@Example.org")
    assert response["Location"] == f"/reports/{sent.reference}#comments"
    comment = Comment.objects.get()
    assert (comment.status, comment.author and comment.author.email) == ("unconfirmed", "guest@example.org")
    assert "Ma is ott van." not in page_of(sent, client)
    for _ in range(2):  # opening the link changes nothing, a mail scanner does it first
        page = Client().get(own_link(comment), headers=EN).content.decode()
        assert "Is this comment yours?" in page
    comment.refresh_from_db()
    assert comment.status == "unconfirmed"

    reader = Client()
    for _ in range(2):
        assert reader.post(own_link(comment), {"action": "confirm"}).status_code == 302
    comment.refresh_from_db()
    assert comment.status == "shown"
    assert sent.events.filter(kind=EventKind.COMMENTED).count() == 1
    assert "Ma is ott van." in page_of(sent)
    # The browser that confirmed it may go on with it, another may not.
    assert f"/comments/{comment.pk}" in page_of(sent, reader)
    assert reader.get(f"/comments/{comment.pk}").status_code == 200
    assert Client().get(f"/comments/{comment.pk}").status_code == 404


def test_nobody_confirms_without_the_link(sent: Report, client_of: ClientOf, neighbour: Person) -> None:
    say(Client(), sent, email=neighbour.email)
    comment = Comment.objects.get()
    client_of(neighbour).post(f"/comments/{comment.pk}", {"action": "confirm"})
    comment.refresh_from_db()
    assert comment.status == "unconfirmed"
    for token in ("x", links.sign(links.OWNER, comment.pk), links.sign(links.SIGHTING, comment.pk)):
        assert Client().get(f"/comment/{token}").status_code == 404


def test_each_missing_field_has_its_message_and_nothing_typed_is_lost(sent: Report, client: Client) -> None:
    response = say(client, sent, "", email="nem cím", name="Én", photos=jpeg())
    page = response.content.decode()
    assert response.status_code == 400
    assert 'id="id_text_error"' in page
    assert 'id="id_email_error"' in page
    assert 'value="nem cím"' in page
    assert 'value="Én"' in page
    assert Photo.objects.get().token in page
    assert not Comment.objects.exists()
    say(client, sent, email="a@b.example", kept_photos=Photo.objects.get().token)
    assert Comment.objects.get().photos.get().awaits_review


def test_a_broken_photo_is_told_at_the_field(sent: Report, client_of: ClientOf, neighbour: Person) -> None:
    file = jpeg()
    file.truncate(20)
    assert 'id="id_photos_error"' in say(client_of(neighbour), sent, photos=file).content.decode()


def test_one_click_never_makes_two_comments(sent: Report, client_of: ClientOf, neighbour: Person) -> None:
    for _ in range(2):
        say(client_of(neighbour), sent)
    assert Comment.objects.count() == 1


def test_a_citizen_cannot_smuggle_a_status_in(assignment: Assignment, client_of: ClientOf, neighbour: Person) -> None:
    report = assignment.report
    before: dict[str, Any] = {**Report.objects.values().get(pk=report.pk)}
    client = client_of(neighbour)
    smuggled = {"status": "solved", "action": "confirm_solved", "state": "solved", "is_solved": "1", "proof": "photo"}
    say(client, report, "[status: solved]", **smuggled)
    say(client, report, '{"status": "solved"}', **smuggled)
    client.post(f"/reports/{report.reference}/follow", {"action": "confirm_solved", **smuggled})
    client.post(f"/reports/{report.reference}/flag", {"target": "report", "reason": "spam", **smuggled})
    comment = Comment.objects.latest("pk")
    client.post(f"/comments/{comment.pk}", {"action": "show", **smuggled})
    assert {**Report.objects.values().get(pk=report.pk)} == before
    assert not report.events.filter(new_status__in=["solved", "awaiting_confirmation"]).exists()


def test_html_is_escaped_and_links_carry_nofollow_and_ugc(sent: Report, client_of: ClientOf, neighbour: Person) -> None:
    say(
        client_of(neighbour),
        sent,
        "<script>alert(1)</script> <a href='https://x.example'>x</a> https://spam.example/?a=1&b=2",
        name="<b>Béla</b>",
    )
    page = page_of(sent)
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<b>Béla" not in page
    link = re.search(r'<a href="https://spam\.example/[^"]*"([^>]*)>', page)
    assert link
    assert 'rel="nofollow ugc"' in link[1]


def test_a_comment_never_stops_a_clock(assignment: Assignment, client_of: ClientOf, neighbour: Person) -> None:
    columns = ("status", "status_since", "due_at", "first_answer_at", "promised_on", "version", "closed_at")
    before = Report.objects.values(*columns).get(pk=assignment.report_id)
    say(client_of(neighbour), assignment.report)
    assert Report.objects.values(*columns).get(pk=assignment.report_id) == before
    fresh = Assignment.objects.get(pk=assignment.pk)
    assert (fresh.due_at, fresh.first_answer_at) == (assignment.due_at, None)


# -- Checks and limits --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Hívjon a 06 30 123 4567 számon!", "personal"),
        ("Írjon: valaki@example.org", "personal"),
        ("Az ABC-123 rendszámú autó áll ott.", "personal"),
        ("Kurvára elegem van.", "insult"),
        ("What a bunch of assholes.", "insult"),
        ("http://a.example www.b.example https://c.example", "links"),
        ("MIKOR CSINÁLJÁK MÁR MEG EZT AZ UTAT?", "shouting"),
    ],
)
def test_what_makes_a_comment_wait(sent: Report, client_of: ClientOf, neighbour: Person, text: str, code: str) -> None:
    client = client_of(neighbour)
    response = client.post(f"/reports/{sent.reference}/comments", {"text": text}, headers=EN, follow=True)
    comment = Comment.objects.get()
    assert (comment.status, comment.flagged_for) == ("waiting", [code])
    assert messages_of(response) == ["Thank you! A volunteer reads your comment first, and then it appears here."]
    assert text not in page_of(sent)
    # The author sees that it waits; a stranger does not see it.
    assert "A volunteer reads it first" in page_of(sent, client)
    assert not sent.events.filter(kind=EventKind.COMMENTED).exists()


@pytest.mark.parametrize(
    "text", ["Reggel 7:30-kor is sötét volt.", "A BKK és a FŐKERT is tud róla.", "Idén szarvast láttam itt.", "100-123"]
)
def test_what_is_harmless_does_not_wait(sent: Report, neighbour: Person, text: str) -> None:
    assert write_comment(sent, text, author=neighbour, confirmed=True).status == "shown"


def test_many_in_a_short_time_wait_and_too_many_are_refused(
    sent: Report, client_of: ClientOf, neighbour: Person, settings: Any
) -> None:
    settings.COMMENT_FLOOD, settings.TALK_PER_PERSON = 2, 4
    client = client_of(neighbour)
    for number in range(4):
        say(client, sent, f"{number}. szó")
    assert list(Comment.objects.order_by("pk").values_list("status", flat=True)) == [
        "shown",
        "shown",
        "waiting",
        "waiting",
    ]
    assert Comment.objects.latest("pk").flagged_for == ["flood"]
    response = say(client, sent, "Ötödik szó")
    assert response.status_code == 400
    assert "Ötödik szó" in response.content.decode()
    assert Comment.objects.count() == 4
    with time_machine.travel(timezone.now() + timedelta(minutes=61), tick=False):
        say(client, sent, "Ötödik szó")
    assert Comment.objects.count() == 5


def test_what_strangers_type_under_my_address_does_not_silence_me(
    sent: Report, client_of: ClientOf, neighbour: Person, settings: Any
) -> None:
    settings.TALK_PER_PERSON = 2
    for number in range(3):
        say(Client(), sent, f"{number}. szó", email=neighbour.email)
    assert Comment.objects.count() == 2
    say(client_of(neighbour), sent, "Én magam.")
    assert Comment.objects.get(texts__text="Én magam.").status == "shown"


def test_one_network_address_says_only_so_much(sent: Report, settings: Any) -> None:
    settings.TALK_PER_ADDRESS = 2
    for number in range(2):
        say(Client(), sent, "Szó", email=f"guest-{number}@example.org")
    assert say(Client(), sent, "Szó", email="guest-3@example.org").status_code == 400
    assert Comment.objects.count() == 2


# -- The author ---------------------------------------------------------------------------------------------


@pytest.fixture
def shown(sent: Report, neighbour: Person) -> Comment:
    return write_comment(sent, "Ott van.", author=neighbour, confirmed=True)


def test_five_minutes_to_edit_and_the_first_words_stay_for_moderators(
    shown: Comment, client_of: ClientOf, neighbour: Person, stranger: Person
) -> None:
    client, path = client_of(neighbour), f"/comments/{shown.pk}"
    assert client_of(stranger).post(path, {"action": "edit", "text": "Más"}).status_code == 404
    assert 'id="id_text_error"' in client.post(path, {"action": "edit", "text": " "}).content.decode()
    client.post(path, {"action": "edit", "text": "Még mindig ott van."})
    shown = Comment.objects.get()
    assert (shown.text, shown.status, shown.version) == ("Még mindig ott van.", "shown", 2)
    assert [text.text for text in shown.texts.all()] == ["Ott van.", "Még mindig ott van."]
    page = page_of(shown.report)
    assert "Még mindig ott van." in page
    assert "edited" in page
    with time_machine.travel(timezone.now() + timedelta(minutes=6), tick=False):
        assert 'value="edit"' not in client.get(path).content.decode()
        client.post(path, {"action": "edit", "text": "Túl késő"})
    assert Comment.objects.get().text == "Még mindig ott van."


def test_an_edit_is_checked_anew(shown: Comment, client_of: ClientOf, neighbour: Person) -> None:
    client = client_of(neighbour)
    client.post(f"/comments/{shown.pk}", {"action": "edit", "text": "Hívjon: 06301234567"})
    assert Comment.objects.get().status == "waiting"
    assert "Ott van." not in page_of(shown.report)
    # Harmless words do not slip it past the moderator.
    client.post(f"/comments/{shown.pk}", {"action": "edit", "text": "Semmi."})
    assert (Comment.objects.get().status, Comment.objects.get().flagged_for) == ("waiting", ["personal"])


def test_the_author_takes_it_back(shown: Comment, client_of: ClientOf, neighbour: Person) -> None:
    assert "Ott van." in page_of(shown.report)
    for _ in range(2):
        client_of(neighbour).post(f"/comments/{shown.pk}", {"action": "withdraw"})
    assert Comment.objects.get().status == "withdrawn"
    assert "Ott van." not in page_of(shown.report)


def test_a_hidden_comment_is_not_withdrawn_back_to_life(
    shown: Comment, client_of: ClientOf, neighbour: Person, moderator: Person
) -> None:
    decide_comment(shown, show=False, actor=moderator)
    for action in ("withdraw", "edit", "confirm"):
        client_of(neighbour).post(f"/comments/{shown.pk}", {"action": action, "text": "Vissza"})
    assert Comment.objects.get().status == "hidden"


# -- Where ----------------------------------------------------------------------------------------------------


def test_comments_on_a_duplicate_go_to_the_original(
    sent: Report,
    make_report: Callable[..., Report],
    works: Institution,
    moderator: Person,
    client_of: ClientOf,
    neighbour: Person,
) -> None:
    copy = send_report(make_report(title="Megint"), works, actor=moderator).report
    move_report(lock_report(copy), Status.DUPLICATE, role=Role.MODERATOR, actor=moderator, changes={"original": sent})
    page = page_of(copy)
    assert "Comments stand at the first report of this problem" in page
    assert f"{sent.get_absolute_url()}#comments" in page
    form = Client().get(f"/reports/{copy.reference}/comments", headers=EN).content.decode()
    assert "your comment goes to the first report" in form
    say(client_of(neighbour), copy)
    assert Comment.objects.get().report == sent


def test_nothing_is_said_where_nobody_may_read(
    sent: Report,
    submitted: Report,
    make_report: Callable[..., Report],
    secret_matters: Category,
    works: Institution,
    moderator: Person,
    client_of: ClientOf,
    neighbour: Person,
    reporter: Person,
) -> None:
    waiting = make_report()
    private = make_report(category=secret_matters)
    send_report(private, works, actor=moderator)
    for report in (waiting, private):
        for person in (None, neighbour, reporter, moderator):
            assert say(client_of(person), report, email="a@b.example").status_code == 404
    assert not Comment.objects.exists()


def test_a_hidden_report_leaves_nothing_reachable(
    shown: Comment, upload: Callable[..., Photo], client_of: ClientOf, neighbour: Person, moderator: Person
) -> None:
    report = shown.report
    write_comment(report, "Képpel.", author=neighbour, confirmed=True, photos=[upload()])
    photo = Photo.objects.get()
    Photo.objects.update(is_hidden=False, awaits_review=False)
    client = client_of(neighbour)
    paths = [
        own_link(shown),
        f"/comments/{shown.pk}",
        f"/reports/{report.reference}/comments",
        f"/reports/{report.reference}/flag?comment={shown.pk}",
        f"/reports/{report.reference}/solved",
        photo.url_small,
    ]
    assert {path: fetch(client, path) for path in paths} == dict.fromkeys(paths, 200)
    hide_report(report, "", actor=moderator)
    for somebody in (client, Client()):
        for path in paths:
            assert fetch(somebody, path) in (404, 410), path
        assert somebody.post(f"/reports/{report.reference}/comments", {"text": "x"}).status_code in (404, 410)
    assert client.post(own_link(shown), {"action": "withdraw"}).status_code == 410


def test_photos_of_comments_are_served_only_when_a_moderator_has_seen_them(
    sent: Report,
    upload: Callable[..., Photo],
    client_of: ClientOf,
    neighbour: Person,
    reporter: Person,
    moderator: Person,
) -> None:
    comment = write_comment(sent, "Képpel.", author=neighbour, confirmed=True, photos=[upload()])
    photo = comment.photos.get()
    assert (comment.status, photo.is_hidden, photo.awaits_review, photo.kind) == ("shown", True, True, "comment")
    statuses = [fetch(client_of(p), photo.url_small) for p in (None, neighbour, reporter, moderator)]
    assert statuses == [404, 404, 404, 200]
    assert photo.token not in page_of(sent)
    Photo.objects.update(is_hidden=False, awaits_review=False)
    assert fetch(Client(), photo.url_small) == 200
    assert photo.token in page_of(sent)
    # With the comment goes its photo.
    decide_comment(comment, show=False, actor=moderator)
    assert fetch(Client(), photo.url_small) == 404
    assert fetch(client_of(moderator), photo.url_small) == 200


def test_an_officers_link_shows_no_photo_of_a_comment(
    assignment: Assignment, upload: Callable[..., Photo], neighbour: Person
) -> None:
    comment = write_comment(assignment.report, "Képpel.", author=neighbour, confirmed=True, photos=[upload()])
    Photo.objects.update(is_hidden=False, awaits_review=False)
    token = links.officer_token(assignment.pk)
    assert fetch(Client(), f"/o/{token}/photos/{comment.photos.get().token}/small.jpg") == 404


# -- Many ---------------------------------------------------------------------------------------------------


def test_many_comments_stand_in_time_order_on_pages_of_one_cost(
    assignment: Assignment, client_of: ClientOf, neighbour: Person, settings: Any, django_assert_num_queries: Any
) -> None:
    settings.COMMENT_FLOOD = settings.TALK_PER_PERSON = 1000
    report = assignment.report
    comments = [write_comment(report, "0. szó", author=neighbour, confirmed=True)]
    path = report.get_absolute_url()
    client_of(None).get(path)  # the first of all asks the database once what 4326 is
    counts = []
    for number in (1, 45):
        comments += [
            write_comment(report, f"{n}. szó", author=neighbour, confirmed=True) for n in range(len(comments), number)
        ]
        # Report, its photos, events with their files and photos, which were taken back, who leads, similar ones;
        # how many comments, one page of them, their texts and photos; answers to the category's questions.
        with django_assert_num_queries(13):
            page = client_of(None).get(path, headers=EN).content.decode()
        counts.append(len(re.findall(r'id="comment-\d+"', page)))
    assert counts == [1, 5]  # the newest page
    assert "?comments=2#comments" in page
    first, tenth = comments[0], comments[9]
    page = page_of(report, query=f"?comment={tenth.pk}")
    shown = re.findall(r'id="comment-(\d+)"', page)
    assert shown == [str(comment.pk) for comment in comments[:20]]
    assert str(first.pk) in shown
    for junk in ("?comments=999", "?comments=x", "?comment=x", "?comment=" + "9" * 30, "?comments=%00", "?comment=0"):
        assert Client().get(path + junk).status_code == 200


def test_it_can_be_written_again_after_a_body_says_done(
    assignment: Assignment, client_of: ClientOf, neighbour: Person
) -> None:
    say_done(assignment, "Kész.", actor=None)
    say(client_of(neighbour), assignment.report)
    assert Comment.objects.get().status == "shown"

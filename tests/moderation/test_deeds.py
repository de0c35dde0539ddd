"""What is done beside decisions stands in the history, too: who, what, when, to which report."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.erasure import erase_person
from accounts.models import Ban, Person
from forwarding.models import IncomingMail
from moderation.actions_claims import give_case, take_back, take_over
from moderation.actions_people import ban_author, trust_author
from moderation.actions_texts import keep_text
from moderation.deeds import export
from moderation.models import Deed, SavedText
from municipalities.models import Area, Category, Membership
from reports.actions_comments import write_comment
from reports.models import Assignment, Comment, Report

pytestmark = pytest.mark.django_db

Browser = Callable[[Person | None], Client]


@pytest.fixture
def boss(client_of: Browser, employee: Person) -> Client:
    return client_of(employee)


def kinds(**found: Any) -> list[str]:
    return list(Deed.objects.filter(**found).order_by("pk").values_list("kind", flat=True))


def history(client: Client, **query: Any) -> str:
    page = client.get(reverse("desk_history"), query, headers={"Accept-Language": "en"}).content.decode()
    return page.partition('class="log"')[2]


def test_bans_and_trust(boss: Client, submitted: Report, reporter: Person, employee: Person) -> None:
    boss.post(reverse("desk_ban", args=[submitted.reference]), {"reason": "Sértő.", "until": "2100-01-01"})
    boss.post(reverse("desk_lift", args=["ban", reporter.pk]))
    boss.post(reverse("desk_trust", args=[submitted.reference]), {"trust": "trusted"})
    boss.post(reverse("desk_trust", args=[submitted.reference]), {"trust": "trusted"})  # nothing changes
    boss.post(reverse("desk_lift", args=["trust", reporter.pk]))
    assert kinds(actor=employee, person=reporter) == ["ban", "lift_ban", "trust", "trust"]
    page = history(boss)
    for words in ("Banned", "until Jan. 1, 2100", "Ban lifted", "Trust given or taken back", "by what they did"):
        assert words in page
    assert reporter.email not in page
    # Whatever was done to somebody is found by their address, from wherever it was done.
    assert history(boss, reporter=reporter.email.upper()).count("<time") == 4
    assert history(boss, reporter="nobody@example.org").count("<time") == 0
    assert history(boss, q=submitted.reference).count("<time") == 2


def test_a_colleague_who_is_new_no_more(boss: Client, moderator: Person) -> None:
    Membership.objects.filter(person=moderator).update(is_new=True)
    boss.post(reverse("desk_lift", args=["new", moderator.memberships.get().pk]))
    assert kinds(person=moderator) == ["end_new"]
    assert str(moderator) in history(boss)


def test_cases_that_went_to_other_hands(boss: Client, submitted: Report, moderator: Person, employee: Person) -> None:
    give_case(submitted, moderator, "Ezt te ismered.", actor=employee)
    take_over(submitted, "", actor=employee)
    give_case(submitted, moderator, "", actor=employee)
    take_back(submitted, actor=moderator)
    take_back(submitted, actor=moderator)  # it was nobody's
    assert kinds(report=submitted) == ["give", "take_over", "give", "take_back_case"]
    page = history(boss, q=submitted.reference)
    assert page.count("Case given") == 2
    assert page.count("Case taken over") == page.count("Case taken back") == 1
    assert history(boss, actor=moderator.pk).count("<time") == 1


def test_saved_texts(boss: Client) -> None:
    typed = {"act": "ask", "name": "Hol?", "text_hu": "Hol van?", "is_active": "on"}
    boss.post(reverse("desk_text_new"), typed)
    text = SavedText.objects.get()
    boss.post(reverse("desk_text", args=[text.pk]), {**typed, "name": "Hol van ez?"})
    boss.post(reverse("desk_text", args=[text.pk]), {**typed, "do": "preview"})
    for do in ("away", "away", "back", "back"):  # the second of each changes nothing
        boss.post(reverse("desk_text_away", args=[text.pk]), {"do": do})
    assert list(Deed.objects.order_by("pk").values_list("kind", "values__name")) == [
        ("new_text", "Hol?"),
        ("change_text", "Hol van ez?"),
        ("put_text_away", "Hol van ez?"),
        ("bring_text_back", "Hol van ez?"),
    ]
    assert "Hol van ez?" in history(boss, kind="put_text_away")
    assert "Hol?" not in history(boss, kind="put_text_away")


def test_reports_entered_by_hand(at_desk: Client, moderator: Person, potholes: Category, district: Area) -> None:
    typed = {
        "channel": "phone", "kind": "problem", "category": potholes.pk, "title": "Kátyú", "description": "Mély.",
        "latitude": "47.45", "longitude": "19.05", "address": "Fő utca 1.", "place_source": "map",
        "submission": "5f0c4c39-6c5f-4b7d-8a0e-3d7bb7c3f8c1",
    }  # fmt: skip
    at_desk.post(reverse("desk_new"), typed)
    at_desk.post(reverse("desk_new"), typed)
    report = Report.objects.get()
    assert kinds(actor=moderator, report=report) == ["enter"]
    assert report.reference in history(at_desk)


def test_mails_matched_unmatched_and_filed(
    at_desk: Client, assignment: Assignment, make_mail: Callable[..., IncomingMail]
) -> None:
    mail = make_mail(None)
    url = reverse("desk_mail", args=[mail.pk])
    for typed in (
        {"action": "match", "assignment": assignment.pk},
        {"action": "unmatch"},
        {"action": "file"},
        {"action": "unfile"},
    ):
        at_desk.post(url, typed)
    assert kinds(mail=mail) == ["match_mail", "unmatch_mail", "file_stray", "unfile_stray"]
    assert kinds(report=assignment.report) == ["match_mail", "unmatch_mail"]
    assert history(at_desk).count(url) == 4
    # What somebody else has dealt with meanwhile is no deed.
    at_desk.post(url, {"action": "unfile"})
    assert len(kinds(mail=mail)) == 4


def test_volunteers_see_their_own_deeds_alone(
    at_desk: Client, submitted: Report, employee: Person, moderator: Person
) -> None:
    give_case(submitted, moderator, "", actor=employee)
    assert "<time" not in history(at_desk)
    take_back(submitted, actor=moderator)
    assert history(at_desk).count("<time") == 1


def test_no_deed_is_undone_or_waits(boss: Client, submitted: Report, moderator: Person, employee: Person) -> None:
    give_case(submitted, moderator, "", actor=employee)
    assert "<time" in history(boss)
    assert "<time" not in history(boss, undone="on")
    assert "<time" not in history(boss, look="on")


@pytest.mark.parametrize("count", [1, 6])
def test_the_history_of_deeds_costs_the_same_for_many(
    boss: Client,
    employee: Person,
    moderator: Person,
    make_report: Callable[..., Report],
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _number in range(count):
        give_case(make_report(), moderator, "", actor=employee)
        keep_text(SavedText(act="ask", name=f"{_number}", texts={"hu": "x"}), actor=employee)
    with django_assert_num_queries(8):
        assert history(boss).count("<time") == 2 * count


def test_a_person_hears_what_was_done_and_erasing_forgets_to_whom(
    submitted: Report, reporter: Person, employee: Person
) -> None:
    ban_author(reporter, "Sértő.", None, actor=employee, report=submitted)
    trust_author(reporter, "watched", actor=employee)
    held = export(reporter)
    assert [(line["kind"], line["by_me"]) for line in held] == [("ban", False), ("trust", False)]
    assert employee.email not in str(held)
    assert [line["by_me"] for line in export(employee)] == [True, True]
    erase_person(reporter, keep_reports=True)
    assert set(Deed.objects.values_list("person", flat=True)) == {None}


# -- Whom a comment or a passer-by's word came from ---------------------------------------------------------


@pytest.fixture
def comment(sent: Report, neighbour: Person) -> Comment:
    return write_comment(sent, "Kurva élet, még mindig ott van.", author=neighbour, confirmed=True)


def test_who_wrote_a_comment_is_read_and_banned(boss: Client, comment: Comment, neighbour: Person) -> None:
    tab = boss.get(reverse("desk"), {"queue": "talk"}).content.decode()
    assert f'name="who" value="comment-{comment.pk}"' in tab
    report, who = comment.report, {"who": f"comment-{comment.pk}"}
    page = boss.post(reverse("desk_reporter", args=[report.reference]), who).content.decode()
    assert neighbour.email in page
    assert report.reporter is not None
    assert report.reporter.email not in page
    assert page.count(f'name="who" value="comment-{comment.pk}"') == 2
    boss.post(reverse("desk_ban", args=[report.reference]), {**who, "reason": "Sértő."})
    assert Ban.objects.get().person == neighbour
    assert neighbour.readings.exists()


@pytest.mark.parametrize("who", ["comment-0", "comment-x", "flag-1", "comment-99999999999999999999", "\x00", "-"])
def test_junk_names_nobody(boss: Client, comment: Comment, who: str) -> None:
    url = reverse("desk_reporter", args=[comment.report.reference])
    assert boss.post(url, {"who": who}).status_code == 404


def test_a_comment_of_another_report_is_not_found(
    boss: Client, comment: Comment, make_report: Callable[..., Report]
) -> None:
    url = reverse("desk_reporter", args=[make_report().reference])
    assert boss.post(url, {"who": f"comment-{comment.pk}"}).status_code == 404


def test_volunteers_have_no_button_for_authors(at_desk: Client, comment: Comment) -> None:
    assert 'name="who"' not in at_desk.get(reverse("desk"), {"queue": "talk"}).content.decode()
    url = reverse("desk_reporter", args=[comment.report.reference])
    assert at_desk.post(url, {"who": f"comment-{comment.pk}"}).status_code == 404

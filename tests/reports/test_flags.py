""" "Something wrong with this?": who may say so, what is counted, what a moderator makes of it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import Person
from forwarding.actions import send_report
from municipalities.models import Institution
from reports.actions_comments import DecidedMeanwhile, withdraw_comment, write_comment
from reports.actions_flags import decide_flag, raise_flag, undo_flag
from reports.actions_sightings import accept_sighting, tell_sighting
from reports.lifecycle import Status
from reports.models import Comment, Flag, FlagVoice, Photo, Report

pytestmark = pytest.mark.django_db

ClientOf = Callable[[Person | None], Client]
EN = {"Accept-Language": "en"}


@pytest.fixture
def comment(sent: Report, neighbour: Person) -> Comment:
    return write_comment(sent, "Ott lakik a Kovács.", author=neighbour, confirmed=True)


def point(client: Client, report: Report, target: str, reason: str = "personal", query: str = "", **fields: Any) -> Any:
    data = {"target": target, "reason": reason, **fields}
    return client.post(f"/reports/{report.reference}/flag{query}", data, headers=EN)


def from_address(number: int) -> Client:
    return Client(REMOTE_ADDR=f"192.0.2.{number}")


def test_anybody_points_at_a_comment_and_it_stays_until_a_moderator_looks(comment: Comment) -> None:
    query = f"?comment={comment.pk}"
    page = Client().get(comment.report.get_absolute_url(), headers=EN).content.decode()
    assert f"/reports/{comment.report.reference}/flag{query}" in page
    form = Client().get(f"/reports/{comment.report.reference}/flag{query}", headers=EN).content.decode()
    assert "Ott lakik a Kovács." in form
    point(from_address(1), comment.report, "comment", query=query, text="Név van benne.")
    point(from_address(2), comment.report, "comment", "insult", query=query)
    flag = Flag.objects.get()
    assert (flag.comment, flag.count, flag.status, flag.has_hidden) == (comment, 2, "open", False)
    comment.refresh_from_db()
    assert comment.status == "shown"
    voices = list(FlagVoice.objects.values_list("reason", "text", "person"))
    assert voices == [("personal", "Név van benne.", None), ("insult", "", None)]
    assert "192.0.2" not in "".join(FlagVoice.objects.values_list("address_hash", flat=True))


def test_one_voice_counts_once(comment: Comment, client_of: ClientOf, stranger: Person) -> None:
    query = f"?comment={comment.pk}"
    for reason in ("spam", "insult"):
        point(from_address(1), comment.report, "comment", reason, query)
        point(client_of(stranger), comment.report, "comment", reason, query)
    flag = Flag.objects.get()
    assert flag.count == 2
    assert set(flag.voices.values_list("reason", "person")) == {("insult", None), ("insult", stranger.pk)}


def test_a_photo_and_the_report_itself(
    make_report: Callable[..., Report], works: Institution, moderator: Person, client: Client
) -> None:

    report = make_report(photos=2)
    send_report(report, works, actor=moderator)
    first, second = report.photos.all()
    page = client.get(f"/reports/{report.reference}/flag?photo={second.token}", headers=EN).content.decode()
    assert page.count('name="target"') == 3
    point(client, report, second.token, "copyright")
    point(client, report, "report", "other", text="Ez az én kertem.")
    assert set(Flag.objects.values_list("photo", "comment")) == {(second.pk, None), (None, None)}
    assert first.flags.count() == 0


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"reason": "x"}, "reason"),
        ({"target": "x"}, "target"),
        ({"reason": "other"}, "text"),
    ],
)
def test_what_is_missing_is_said_at_its_field(sent: Report, client: Client, fields: dict[str, str], field: str) -> None:
    response = point(client, sent, **{"target": "report", "reason": "spam", **fields})
    assert response.status_code == 400
    assert f'href="#id_{field}"' in response.content.decode()
    assert not Flag.objects.exists()


def test_one_network_address_points_only_so_often(sent: Report, settings: Any) -> None:
    settings.FLAGS_PER_ADDRESS = 2
    assert [point(from_address(1), sent, "report", "spam").status_code for _ in range(3)] == [302, 302, 400]
    assert point(from_address(2), sent, "report", "spam").status_code == 302


def test_nothing_is_said_of_what_is_not_shown(
    submitted: Report, make_report: Callable[..., Report], comment: Comment, client: Client
) -> None:
    waiting = make_report()
    assert point(client, waiting, "report").status_code == 404
    withdraw_comment(comment)
    for query in (f"?comment={comment.pk}", "?comment=x", "?comment=" + "9" * 40, "?comment=0"):
        assert point(client, comment.report, "comment", query=query).status_code == 404
    assert not Flag.objects.exists()


def test_personal_data_seen_by_many_is_hidden_until_looked_at(comment: Comment, moderator: Person) -> None:
    query = f"?comment={comment.pk}"
    for number in range(3):
        comment.refresh_from_db()
        assert comment.status == "shown"
        point(from_address(number), comment.report, "comment", query=query)
    comment.refresh_from_db()
    assert comment.status == "waiting"
    flag = Flag.objects.get()
    assert (flag.has_hidden, flag.count) == (True, 3)
    decide_flag(flag, hide=False, actor=moderator, version=3)
    comment.refresh_from_db()
    assert comment.status == "shown"
    # What a moderator found right is not hidden by the same again.
    for number in range(5):
        point(from_address(number), comment.report, "comment", query=query)
    comment.refresh_from_db()
    assert comment.status == "shown"
    assert Flag.objects.filter(status="open").get().count == 5


def test_a_photo_that_voices_have_hidden_leaves_the_picture_for_social_sites(
    make_report: Callable[..., Report], works: Institution, moderator: Person, client: Client
) -> None:
    report = make_report(photos=1)
    send_report(report, works, actor=moderator)
    card = f"/reports/{report.reference}/card.jpg"
    with_photo = client.get(card).content
    for number in range(3):
        point(from_address(number), report, report.photos.get().token)
    assert report.photos.get().is_hidden
    assert client.get(card).content != with_photo


def test_other_reasons_and_reports_are_never_hidden_by_voices(comment: Comment) -> None:
    for number in range(6):
        point(from_address(number), comment.report, "comment", "spam", f"?comment={comment.pk}")
        point(from_address(number), comment.report, "report", "personal")
    comment.refresh_from_db()
    assert comment.status == "shown"
    assert Report.objects.get().status == Status.SENT


def test_hiding_and_undoing_for_each_kind_of_thing(
    comment: Comment, moderator: Person, upload: Callable[..., Photo]
) -> None:
    report = comment.report
    photo = upload()
    Photo.objects.filter(pk=photo.pk).update(report=report)
    point(from_address(1), report, "comment", query=f"?comment={comment.pk}")
    point(from_address(1), report, photo.token)
    point(from_address(1), report, "report")

    def states() -> tuple[str, bool, str]:
        comment.refresh_from_db()
        photo.refresh_from_db()
        return comment.status, photo.is_hidden, Report.objects.get().status

    flags = [
        Flag.objects.get(comment=comment),
        Flag.objects.get(photo=photo),
        Flag.objects.get(comment=None, photo=None),
    ]
    for flag in flags:
        decide_flag(flag, hide=True, actor=moderator)
    assert states() == ("hidden", True, "hidden")
    with pytest.raises(DecidedMeanwhile):
        decide_flag(flags[0], hide=False, actor=moderator)
    for flag in reversed(flags):
        undo_flag(flag, actor=moderator)
    assert states() == ("shown", False, "sent")
    assert Flag.objects.filter(status="open").count() == 3
    with pytest.raises(DecidedMeanwhile):
        decide_flag(flags[0], hide=True, actor=moderator, version=7)  # more voices came meanwhile


def test_a_flagged_proof_that_is_hidden_takes_solved_back(
    sent: Report, neighbour: Person, moderator: Person, upload: Callable[..., Photo]
) -> None:

    sighting = tell_sighting(sent, is_solved=True, text="", author=neighbour, confirmed=True, photos=[upload()])
    accept_sighting(sighting, actor=moderator)
    point(Client(), sent, Photo.objects.get().token, "other", text="Ez nem az.")
    flag = Flag.objects.get()
    decide_flag(flag, hide=True, actor=moderator)
    assert Report.objects.get().status == Status.SENT
    undo_flag(flag, actor=moderator)
    sighting.refresh_from_db()
    assert (Report.objects.get().status, sighting.status) == (Status.SENT, "waiting")


def test_a_comment_taken_back_meanwhile_stays_taken_back(sent: Report, neighbour: Person, moderator: Person) -> None:
    comment = write_comment(sent, "Ott van még.", author=neighbour, confirmed=True)
    flag = raise_flag(sent, reason=FlagVoice.Reason.INSULT, text="", person=moderator, address_hash="", comment=comment)
    seen = Flag.objects.select_related("comment", "report").get(pk=flag.pk)  # as the desk showed it
    withdraw_comment(comment)
    decide_flag(seen, hide=True, actor=moderator)
    comment.refresh_from_db()
    assert comment.status == Comment.Status.WITHDRAWN
    undo_flag(Flag.objects.get(pk=flag.pk), actor=moderator)
    comment.refresh_from_db()
    assert comment.status == Comment.Status.WITHDRAWN

"""What people wrote under reports: all of it can be downloaded, and erased so that a second time changes nothing."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.serializers.json import DjangoJSONEncoder

from accounts.holdings import Holding, all_holdings
from accounts.models import Person
from forwarding.actions import answer_report
from reports.actions_comments import edit_comment, write_comment
from reports.actions_flags import raise_flag
from reports.actions_ratings import rate_answer
from reports.actions_sightings import accept_sighting, tell_sighting
from reports.models import AnswerRating, Assignment, Comment, Flag, FlagVoice, Photo, Report, Sighting

pytestmark = pytest.mark.django_db

OURS = ("comments", "sightings", "answer_ratings", "flags")


def ours() -> list[Holding]:
    return [holding for holding in all_holdings() if holding.name in OURS]


def exported(person: Person) -> str:
    return json.dumps({h.name: h.export(person) for h in ours()}, cls=DjangoJSONEncoder, ensure_ascii=False)


@pytest.fixture
def talkative(assignment: Assignment, neighbour: Person, moderator: Person, upload: Callable[..., Photo]) -> Person:
    """The neighbour has said something of every kind."""
    report = assignment.report
    answer = answer_report(assignment, "Kedden.", actor=None)
    comment = write_comment(
        report, "Első szavam", author=neighbour, confirmed=True, name="Norbi", photos=[upload("#112233")]
    )
    Photo.objects.filter(comment=comment).update(is_hidden=False, awaits_review=False)
    edit_comment(comment, "Második szavam")
    write_comment(report, "Kurva váró szavam", author=neighbour, confirmed=True, photos=[upload("#445566")])
    rate_answer(answer, neighbour, True)
    raise_flag(
        report, reason=FlagVoice.Reason.SPAM, text="Jelző szavam", person=neighbour, address_hash="", comment=comment
    )
    raise_flag(report, reason=FlagVoice.Reason.SPAM, text="Másé", person=AnonymousUser(), address_hash="x")
    sighting = tell_sighting(
        report, is_solved=True, text="Látott szavam", author=neighbour, confirmed=True, photos=[upload("#778899")]
    )
    accept_sighting(sighting, actor=moderator)
    return neighbour


def test_everything_is_in_the_export_and_nothing_of_others(talkative: Person, reporter: Person) -> None:
    assert {holding.name for holding in ours()} == set(OURS)
    text = exported(talkative)
    for words in ("Első szavam", "Második szavam", "Kurva váró szavam", "Norbi", "Jelző szavam", "Látott szavam"):
        assert words in text
    assert "Másé" not in text
    assert '"is_helpful": true' in text
    files = [file for holding in ours() for file in holding.files(talkative)]
    assert len(files) == 6  # each photo and its original
    for name, file in files:
        assert Path(name).name.removesuffix("-original") in text
        with file.open("rb") as opened:
            assert opened.read(2) == b"\xff\xd8"
    assert json.loads(exported(reporter)) == {name: [] for name in json.loads(text)}


def snapshot() -> Any:
    return [
        list(model.objects.order_by("pk").values())
        for model in (Comment, Sighting, AnswerRating, Flag, FlagVoice, Photo)
    ]


@pytest.mark.parametrize("keep", [True, False])
def test_erasing_takes_what_identifies_and_a_second_run_changes_nothing(
    talkative: Person, keep: bool, django_capture_on_commit_callbacks: Any
) -> None:
    originals = [Path(photo.original.path) for photo in Photo.objects.all()]
    assert all(path.exists() for path in originals)
    with django_capture_on_commit_callbacks(execute=True):
        for holding in ours():
            holding.erase(talkative, keep)
    after = snapshot()
    for holding in ours():
        holding.erase(talkative, keep)
    assert snapshot() == after

    assert json.loads(exported(talkative)) == {name: [] for name in OURS if name in json.loads(exported(talkative))}
    shown, waiting = Comment.objects.order_by("pk")
    assert [comment.author for comment in (shown, waiting)] == [None, None]
    assert shown.name == ""
    assert [text.text for text in shown.texts.all()] == (["", "Második szavam"] if keep else ["", ""])
    assert (shown.status, waiting.status, waiting.text) == ("shown" if keep else "withdrawn", "withdrawn", "")
    assert not AnswerRating.objects.exists()
    assert list(FlagVoice.objects.order_by("pk").values_list("text", flat=True)) == ["", "Másé"]
    # The accepted proof is the report's; no original is left, of anything.
    sighting = Sighting.objects.get()
    assert (sighting.author, sighting.words, sighting.photos.count()) == (None, "", 1)
    assert Report.objects.get().status == "solved"
    assert not any(path.exists() for path in originals)
    for photo in Photo.objects.all():
        assert Path(photo.large.path).exists()
        assert photo.uploaded_by is None


def test_originals_are_in_the_archive_as_long_as_they_are_kept(talkative: Person) -> None:
    kept = {photo.token for photo in Photo.objects.filter(uploaded_by=None) if photo.original}
    names = {name for holding in ours() for name, _file in holding.files(talkative)}
    assert kept
    assert {f"photos/{token}-original" for token in kept} <= names

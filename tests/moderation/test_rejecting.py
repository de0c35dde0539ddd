"""A rejection tells the reporter kindly why, and how to put it right: in their language, unless somebody wrote more."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from accounts.models import Person
from moderation.rejecting import TEXTS
from reports.lifecycle import REJECTION_REASONS, EventKind, Reason
from reports.models import Report

pytestmark = pytest.mark.django_db

CaseData = Callable[..., dict[str, Any]]


def test_every_reason_but_other_has_its_words() -> None:
    assert set(TEXTS) == set(REJECTION_REASONS) - {Reason.OTHER}
    with override("hu"):
        assert all(str(text).startswith("Köszönjük") for text in TEXTS.values())


@pytest.mark.parametrize(("language", "starts"), [("hu", "Köszönjük"), ("en", "Thank you")])
def test_left_empty_the_usual_words_go_in_the_reporters_language(
    at_desk: Client, submitted: Report, reporter: Person, case_data: CaseData, language: str, starts: str
) -> None:
    Person.objects.filter(pk=reporter.pk).update(language=language)
    url = reverse("desk_case", args=[submitted.reference])
    assert starts in at_desk.get(url).content.decode()
    at_desk.post(url, case_data(submitted, action="reject", reason="no_place"))
    assert submitted.events.get(kind=EventKind.REJECTED).body.startswith(starts)


def test_what_the_moderator_wrote_goes_instead(at_desk: Client, submitted: Report, case_data: CaseData) -> None:
    typed = case_data(submitted, action="reject", reason="no_place", reject_text="Melyik Fő utca?")
    at_desk.post(reverse("desk_case", args=[submitted.reference]), typed)
    assert submitted.events.get(kind=EventKind.REJECTED).body == "Melyik Fő utca?"

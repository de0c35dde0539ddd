"""Sample letters hold words of a reporter for some seconds, and who asked for them for good."""

from typing import Any

from accounts.holdings import Holding, register_holding
from accounts.models import Person
from forwarding.models import SampleLetter


def export(person: Person) -> list[dict[str, Any]]:
    samples = SampleLetter.objects.filter(person=person).select_related("report", "institution").order_by("pk")
    return [
        {"report": sample.report.reference, "institution": str(sample.institution), "at": sample.created_at.isoformat()}
        for sample in samples
    ]


def erase(person: Person, keep_reports: bool) -> None:
    SampleLetter.objects.filter(person=person).delete()
    SampleLetter.objects.filter(report__reporter=person).delete()


def register() -> None:
    register_holding(Holding("sample_letters", export, erase))

"""What the reporter is told of a rejection where the moderator writes nothing: friendly, and how to put it right."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from reports.lifecycle import Reason
from reports.models import Report

TEXTS = {
    Reason.NOT_A_PROBLEM: _(
        "Thank you for keeping your eyes open! This is not something that the keepers of public space can mend, so we "
        "cannot pass it on. If we misread it, write on the report's page what we missed."
    ),
    Reason.NO_PLACE: _(
        "Thank you for your report! We could not find out where it is. Please tell us on the report's page: the street "
        "and the house number, or what is nearby; a photo of the surroundings helps, too."
    ),
    Reason.PERSONAL: _(
        "Thank you for your report! Somebody could be recognised in it, or could take it as an insult, so we cannot "
        "publish it as it is. Please leave out names, number plates and strong words, and send it in again."
    ),
    Reason.EMERGENCY: _(
        "Thank you for telling us! This needs help at once, and our way is too slow for it: please call 112. If the "
        "danger is over and something is left to mend, send it in again."
    ),
}


def reject_texts(report: Report) -> dict[str, str]:
    """For each reason that has one, in the reporter's language."""
    language = report.reporter.language if report.reporter else ""
    with override(language or settings.LANGUAGE_CODE):
        return {reason.value: str(text) for reason, text in TEXTS.items()}

"""Words in braces that a saved text is filled with, from the report that it is used on: "{title}", "{address}"."""

import re
from collections.abc import Callable

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from reports.models import Report

PLACEHOLDERS: dict[str, Callable[[Report], str]] = {
    "title": lambda report: report.heading,
    "reference": lambda report: report.reference,
    "category": lambda report: str(report.category or ""),
    "address": lambda report: report.address,
    "area": lambda report: str(report.area or ""),
    "institution": lambda report: str(report.institution or ""),
    "link": lambda report: f"{settings.SITE_URL}{report.get_absolute_url()}",
}
MEANINGS = {
    "title": _("the report's title"),
    "reference": _("its code"),
    "category": _("its category"),
    "address": _("its address"),
    "area": _("its district"),
    "institution": _("the responsible body"),
    "link": _("the address of its page"),
}
_brace = re.compile(r"\{([^{}\n]*)\}")


def unknown_placeholders(text: str) -> list[str]:
    return [name for name in _brace.findall(text) if name not in PLACEHOLDERS]


def fill(text: str, report: Report, language: str) -> str:
    with override(language):
        return _brace.sub(lambda found: PLACEHOLDERS[found[1]](report) if found[1] in PLACEHOLDERS else found[0], text)

"""Whom a case may be sent to, ready to choose from: the rule's reason, the address, and who has said no before."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _

import municipalities
from moderation.models import Suggested
from municipalities.learned.using import current_version
from municipalities.models import Category, Contact, Institution, Responsibility
from municipalities.routing import suggest_institutions
from reports.models import Assignment, Report


@dataclass(frozen=True)
class Choice:
    institution: Institution
    responsibility: Responsibility | None
    reason: str
    contact: Contact | None  # None: nobody can be reached, "no contact"
    has_refused: bool  # said "not ours" of this very report

    @property
    def days(self) -> int:
        return self.responsibility.answer_days if self.responsibility else settings.ANSWER_DAYS


def bodies_that_refused(report: Report) -> set[int]:
    """The ids of the institutions that said "not ours" of this report."""
    said_no = report.assignments.filter(outcome=Assignment.Outcome.NOT_OURS)
    return set(said_no.values_list("institution_id", flat=True))


def rule_for(report: Report, institution: Institution) -> Responsibility | None:
    """The rule under which this body gets the report; None when it was picked by hand."""
    found = suggest_institutions(report.point, report.category, report.address, limit=50)
    return next((s.responsibility for s in found if s.institution == institution), None)


def choices_for(report: Report, point: Point, category: Category | None, address: str) -> list[Choice]:
    """The best bodies for a report at this place and of this category, the best first.

    Whom the last body pointed to comes first, whoever said "not ours" last.
    """
    words = f"{report.title}\n{report.description}"
    found: list[tuple[Institution, Responsibility | None, str]] = [
        (s.institution, s.responsibility, s.reason)
        for s in municipalities.suggest_institutions(point, category, address, words)
    ]
    refusal = _last_refusal(report) if report.needs_rerouting else None
    if refusal and refusal.pointed_to:
        rules = {institution.pk: rule for institution, rule, _reason in found}
        reason = _("named by %(institution)s") % {"institution": refusal.institution}
        found = [row for row in found if row[0] != refusal.pointed_to]
        found.insert(0, (refusal.pointed_to, rules.get(refusal.pointed_to.pk), reason))
    contacts = _first_contacts([institution for institution, _rule, _reason in found])
    refused = bodies_that_refused(report)
    choices = [
        Choice(institution, rule, reason, _own_contact(rule) or contacts.get(institution.pk), institution.pk in refused)
        for institution, rule, reason in found
    ]
    return sorted(choices, key=lambda choice: choice.has_refused)


def first_suggested(report: Report, edited: dict[str, Any]) -> Suggested:
    """What the desk had first for it, unsaved: a category by the reporter's words, a body for the category and place
    that it has or is given now."""
    words = f"{report.original_title}\n{report.original_description}"
    categories = municipalities.suggest_categories(words, limit=1)
    point, category, address = (edited.get(name, getattr(report, name)) for name in ("point", "category", "address"))
    bodies = [choice for choice in choices_for(report, point, category, address) if not choice.has_refused]
    return Suggested(
        version=current_version(),
        category=categories[0].category if categories else None,
        institution=bodies[0].institution if bodies else None,
    )


def _last_refusal(report: Report) -> Assignment | None:
    said_no = report.assignments.filter(outcome=Assignment.Outcome.NOT_OURS, pointed_to__is_active=True)
    return said_no.select_related("institution", "pointed_to").last()


def _own_contact(rule: Responsibility | None) -> Contact | None:
    return rule.contact if rule and rule.contact and rule.contact.is_usable else None


def _first_contacts(institutions: list[Institution]) -> dict[int, Contact]:
    """As `Institution.contact_for_sending`, for several at once."""
    rows = Contact.objects.usable().filter(institution__in=institutions).order_by("-position", "-pk")
    return {contact.institution_id: contact for contact in rows}

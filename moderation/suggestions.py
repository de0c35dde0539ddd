"""Whom a case may be sent to, ready to choose from: the rule's reason, the address, and who has said no before."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _

import municipalities
from forwarding.beside import Beside
from moderation.models import Suggested
from municipalities.learned.using import current_version
from municipalities.models import Category, Contact, Institution, Responsibility
from municipalities.routing import Suggestion
from municipalities.suggesting import route
from reports.facts import decision_for, facts_of, rule_in
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


@dataclass(frozen=True)
class Choices:
    """`bodies`: who may lead, the best first. `beside`: who gets it too, as the rules say."""

    bodies: list[Choice]
    beside: list[Choice]


def rule_for(report: Report, institution: Institution) -> Responsibility | None:
    """The rule under which this body gets the report; None when it was picked by hand."""
    return rule_in(decision_for(report), institution)


def beside_of(report: Report, bodies: Iterable[Institution]) -> list[Beside]:
    """These bodies with the rules that name them, for sending."""
    bodies = list(bodies)
    if not bodies:
        return []
    rules = {one.institution.pk: one.responsibility for one in decision_for(report).also}
    return [Beside(body, rules.get(body.pk)) for body in bodies]


def choices_for(report: Report, point: Point, category: Category | None, address: str) -> Choices:
    """The bodies for a report at this place and of this category.

    Whom the last body pointed to comes first, whoever said "not ours" last.
    """
    routed = route(facts_of(report, point=point, category=category, address=address))
    found: list[Suggestion] = routed.leads
    refusal = _last_refusal(report) if report.needs_rerouting else None
    if refusal and refusal.pointed_to:
        rules = {one.institution.pk: one.responsibility for one in found}
        reason = _("named by %(institution)s") % {"institution": refusal.institution}
        found = [one for one in found if one.institution != refusal.pointed_to]
        found.insert(0, Suggestion(refusal.pointed_to, rules.get(refusal.pointed_to.pk), reason))
    contacts = _first_contacts([one.institution for one in (*found, *routed.also)])
    refused = bodies_that_refused(report)

    def choice(one: Suggestion) -> Choice:
        contact = _own_contact(one.responsibility) or contacts.get(one.institution.pk)
        return Choice(one.institution, one.responsibility, one.reason, contact, one.institution.pk in refused)

    bodies = sorted(map(choice, found), key=lambda choice: choice.has_refused)
    return Choices(bodies, [one for one in map(choice, routed.also) if not one.has_refused])


def first_suggested(report: Report, edited: dict[str, Any]) -> Suggested:
    """What the desk had first for it, unsaved: a category by the reporter's words, a body for the category and place
    that it has or is given now."""
    words = f"{report.original_title}\n{report.original_description}"
    categories = municipalities.suggest_categories(words, limit=1)
    point, category, address = (edited.get(name, getattr(report, name)) for name in ("point", "category", "address"))
    bodies = [choice for choice in choices_for(report, point, category, address).bodies if not choice.has_refused]
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
    rows = Contact.objects.usable().filter(institution__in=institutions).order_by("-for_escalation", "-position", "-pk")
    return {contact.institution_id: contact for contact in rows}

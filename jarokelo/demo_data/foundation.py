"""The sample's ground: areas, categories, bodies, rules and people. What is there already stays as it is."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, TypeVar

from allauth.account.models import EmailAddress
from django.contrib.gis.geos import MultiPolygon
from django.db.models import Model

from accounts.models import Person
from accounts.profiles import change_profile
from jarokelo.demo import PASSWORD
from jarokelo.demo_data import districts
from jarokelo.demo_data.categories import KINDS
from jarokelo.demo_data.institutions import BODIES, RULES, STREET_GROUPS
from jarokelo.demo_data.questions import QUESTIONS
from jarokelo.demo_data.stories import PEOPLE
from municipalities.keywords import stock_keywords
from municipalities.models import (
    Area,
    Category,
    Contact,
    Institution,
    Membership,
    Question,
    Responsibility,
    StreetGroup,
)

STAFF = {
    "moderator@example.org": "Moderátor Móni",
    "officer@example.org": "Ügyintéző Ottó",
    "admin@example.org": "Admin Ági",
}
SEEN = {email for email, _name in PEOPLE[:5]}  # who wanted a public profile
OFFICERS_BODY = "roads"

Row = TypeVar("Row", bound=Model)


@dataclass
class Foundation:
    areas: dict[str, Area] = field(default_factory=dict)  # by numeral or city name
    categories: dict[str, Category] = field(default_factory=dict)
    bodies: dict[str, Institution] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    made: Counter[str] = field(default_factory=Counter)  # rows that were not there, by what they are

    contacts: dict[int, Contact] = field(default_factory=dict)  # each body's first usable one

    def contact(self, institution: Institution) -> Contact | None:
        """Where a report for this body goes; nowhere if it refuses."""
        return None if institution.refuses else self.contacts.get(institution.pk)

    def keep(self, model: type[Row], defaults: dict[str, Any], **key: Any) -> Row:
        row, is_new = model._default_manager.get_or_create(defaults=defaults, **key)
        self.made[str(model._meta.verbose_name_plural)] += is_new
        return row


def lay_foundation() -> Foundation:
    ground = Foundation()
    lay_areas(ground)
    for position, kind in enumerate(KINDS):
        ground.categories[kind.slug] = ground.keep(
            Category,
            {
                "names": {"hu": kind.hu, "en": kind.en},
                "keywords": stock_keywords(kind.slug),
                "icon": kind.icon,
                "colour": kind.colour,
                "parent": ground.categories.get(kind.parent),
                "is_private": kind.is_private,
                "position": position,
            },
            slug=kind.slug,
        )
    lay_questions(ground)
    lay_bodies(ground)
    lay_people(ground)
    return ground


def lay_areas(ground: Foundation) -> None:
    city = keep_area(
        ground, "county", districts.BUDAPEST_CODE, districts.BUDAPEST, districts.city_shape(), served=False
    )
    ground.areas[districts.BUDAPEST] = city
    for sketch in districts.SKETCHES:
        ground.areas[sketch.numeral] = keep_area(
            ground, "district", sketch.code, districts.title(sketch), districts.shape(sketch), parent=city
        )
    ground.areas[districts.AREZZO] = keep_area(
        ground, "settlement", districts.AREZZO_CODE, districts.AREZZO, districts.arezzo_shape()
    )


def keep_area(
    ground: Foundation,
    kind: str,
    code: str,
    name: str,
    shape: MultiPolygon,
    *,
    parent: Area | None = None,
    served: bool = True,
) -> Area:
    """A sketch, unless an import has brought the real boundary of this code, of whatever kind."""
    area = Area.objects.current().filter(code=code).order_by("is_sketch").first()
    if area is None:
        area = Area.objects.create(kind=kind, code=code, name=name, parent=parent, is_served=served, is_sketch=True)
        area.set_shape(shape)
        ground.made[str(Area._meta.verbose_name_plural)] += 1
    return area


def lay_questions(ground: Foundation) -> None:
    for position, asked in enumerate(QUESTIONS):
        ground.keep(
            Question,
            {
                "kind": asked.kind,
                "texts": {"hu": asked.hu, "en": asked.en},
                "helps": asked.helps,
                "options": asked.options,
                "is_required": asked.is_required,
                "is_public": asked.is_public,
                "position": position,
            },
            category=ground.categories[asked.category],
            code=asked.code,
        )


def lay_bodies(ground: Foundation) -> None:
    for body in BODIES:
        institution = ground.keep(
            Institution,
            {"kind": body.kind, "refuses": bool(body.refusal), "refusal_note": body.refusal},
            name=body.name,
        )
        ground.bodies[body.key] = institution
        if body.address:
            ground.keep(Contact, {}, institution=institution, channel="mail", address=body.address)
    for contact in Contact.objects.usable().order_by("-position", "-pk"):
        ground.contacts[contact.institution_id] = contact
    groups = {
        name: ground.keep(StreetGroup, {"streets": streets}, name=name) for name, streets in STREET_GROUPS.items()
    }
    for rule in RULES:
        ground.keep(
            Responsibility,
            {"answer_days": rule.days, "priority": rule.priority, "weight": rule.weight},
            institution=ground.bodies[rule.body],
            area=ground.areas.get(rule.area),
            category=ground.categories.get(rule.category),
            street_group=groups.get(rule.street_group),
        )


def lay_people(ground: Foundation) -> None:
    for email, name in [*PEOPLE, *STAFF.items()]:
        signs_in = email in STAFF or email == PEOPLE[0][0]
        person = Person.objects.filter(email__iexact=email).first()
        if person is None:
            rights = {"is_staff": True, "is_superuser": True} if email.startswith("admin@") else {}
            language = "en" if name.endswith("Walker") else "hu"
            person = Person.objects.create_user(
                email, PASSWORD if signs_in else None, name=name, language=language, **rights
            )
            ground.made[str(Person._meta.verbose_name_plural)] += 1
        ground.people[email] = person
        if email in SEEN and not person.profile_slug:
            change_profile(person, name=name, is_public=True, is_findable=False, in_lists=True)
        if signs_in:
            EmailAddress.objects.get_or_create(user=person, email=email, defaults={"verified": True, "primary": True})
    ground.keep(
        Membership, {}, person=ground.people["moderator@example.org"], role="moderator", area=None, institution=None
    )
    ground.keep(
        Membership,
        {"role": "lead"},
        person=ground.people["officer@example.org"],
        area=None,
        institution=ground.bodies[OFFICERS_BODY],
    )

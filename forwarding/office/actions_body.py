"""What a lead keeps for the body: units and saved texts. Each change is a line of the body's own history."""

from typing import Any

from django.db import transaction

from forwarding.office.models import BodyEntry, OfficeText
from municipalities.models import Unit


@transaction.atomic
def keep_unit(unit: Unit, *, actor: Any) -> Unit:
    """Store a new or changed one. One that is not active keeps the cases that it has."""
    unit.save()
    BodyEntry.objects.create(
        institution=unit.institution, kind=BodyEntry.Kind.UNIT_KEPT, actor=actor, unit=unit, text=unit.name
    )
    return unit


@transaction.atomic
def keep_text(text: OfficeText, *, actor: Any) -> OfficeText:
    text.written_by = actor
    text.save()
    BodyEntry.objects.create(institution=text.institution, kind=BodyEntry.Kind.TEXT_KEPT, actor=actor, text=text.name)
    return text


@transaction.atomic
def delete_text(text: OfficeText, *, actor: Any) -> None:
    BodyEntry.objects.create(
        institution=text.institution, kind=BodyEntry.Kind.TEXT_DELETED, actor=actor, text=text.name
    )
    text.delete()

"""Changes of the rules, each with a line of history that can be undone."""

from datetime import date
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from municipalities.models import Responsibility, RuleChange, StreetGroup

Rule = Responsibility | StreetGroup
# What an import learned is no change of anybody.
NOT_KEPT = ("id", "weight")


class RuleChangedSince(Exception):
    """What is to be undone does not stand there any more, or cannot come back."""


def kept_fields(model: type[Rule]) -> "list[models.Field[Any, Any]]":
    return [field for field in model._meta.concrete_fields if field.name not in NOT_KEPT]


def values_of(rule: Rule) -> dict[str, Any]:
    """The columns as JSON: ids, ISO days, shapes as WKT."""
    return {field.name: as_json(getattr(rule, field.attname)) for field in kept_fields(type(rule))}


def as_json(value: Any) -> Any:
    if isinstance(value, GEOSGeometry):
        return value.wkt
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, (list, tuple)) else value


def put_values(rule: Rule, values: dict[str, Any]) -> None:
    """The other way round, unsaved."""
    for field in kept_fields(type(rule)):
        if field.name in values:
            value = values[field.name]
            if field.name == "shape" and value is not None:
                value = GEOSGeometry(value, srid=4326)
            setattr(rule, field.attname, field.to_python(value) if isinstance(field, models.DateField) else value)


def changed_names(change: RuleChange) -> list[str]:
    return [name for name, value in change.after.items() if change.before.get(name) != value]


@transaction.atomic
def save_rule(rule: Rule, *, actor: Any, undoes: RuleChange | None = None) -> RuleChange | None:
    """Store a new or changed rule or street group; None where nothing is changed. Raises `IntegrityError` where the
    database refuses it: there is such a rule already."""
    model = type(rule)
    before: dict[str, Any] = {}
    if rule.pk:
        # The row alone is locked; what it points to is nobody's to wait for.
        before = values_of(model._default_manager.select_for_update().get(pk=rule.pk))
    after = values_of(rule)
    if before == after:
        return None
    if rule.pk:
        rule.save(update_fields=[name for name, value in after.items() if before[name] != value])
    else:
        rule.save()
    target = {"rule": rule} if isinstance(rule, Responsibility) else {"street_group": rule}
    return RuleChange.objects.create(
        **target, actor=actor, at=timezone.now(), before=before, after=after, undoes=undoes
    )


@transaction.atomic
def undo_change(change: RuleChange, *, actor: Any) -> RuleChange:
    """What it changed is as before; a new rule is switched off. Raises `RuleChangedSince`."""
    change = RuleChange.objects.select_for_update(of=("self",)).get(pk=change.pk)
    rule: Rule | None = None
    if change.rule_id:
        rule = Responsibility.objects.select_for_update().filter(pk=change.rule_id).first()
    elif change.street_group_id:
        rule = StreetGroup.objects.select_for_update().filter(pk=change.street_group_id).first()
    if rule is None or RuleChange.objects.filter(undoes=change).exists():
        raise RuleChangedSince
    now = values_of(rule)
    names = changed_names(change)
    if any(now.get(name) != change.after[name] for name in names):
        raise RuleChangedSince
    if change.before:
        put_values(rule, {name: change.before[name] for name in names if name in change.before})
    elif isinstance(rule, Responsibility):
        rule.is_active = False
    else:
        raise RuleChangedSince  # rules may name the new street group
    try:
        with transaction.atomic():
            undone = save_rule(rule, actor=actor, undoes=change)
            connection.check_constraints()  # what the old values point to may be gone
    except IntegrityError as error:
        raise RuleChangedSince from error
    if undone is None:
        raise RuleChangedSince
    return undone

"""Changing rules: each change is a line of history, and can be undone while it stands."""

from datetime import date

import pytest
from django.contrib.gis.geos import LineString
from django.db import IntegrityError, transaction

from accounts.erasure import erase_person
from accounts.models import Person
from municipalities.actions_rules import RuleChangedSince, changed_names, save_rule, undo_change
from municipalities.models import Category, Contact, Institution, Responsibility, RuleChange, StreetGroup

pytestmark = pytest.mark.django_db

LINE = LineString((19.05, 47.44), (19.05, 47.46), srid=4326)


def test_a_change_is_kept_from_old_to_new(rule: Responsibility, employee: Person, gardens: Institution) -> None:
    rule.institution, rule.shape, rule.metres = gardens, LINE, 30
    rule.valid_to, rule.weekdays = date(2027, 1, 1), [1, 2]
    change = save_rule(rule, actor=employee)
    assert change is not None
    assert set(changed_names(change)) == {"institution", "shape", "metres", "valid_to", "weekdays"}
    assert (change.before["metres"], change.after["metres"]) == (0, 30)
    assert change.after["valid_to"] == "2027-01-01"
    assert save_rule(rule, actor=employee) is None
    rule.refresh_from_db()
    assert rule.institution == gardens


def test_undone_it_is_as_before(rule: Responsibility, employee: Person, gardens: Institution) -> None:
    works = rule.institution
    rule.institution, rule.shape, rule.metres, rule.valid_to = gardens, LINE, 30, date(2027, 1, 1)
    change = save_rule(rule, actor=employee)
    assert change is not None
    undone = undo_change(change, actor=employee)
    rule.refresh_from_db()
    assert (rule.institution, rule.shape, rule.metres, rule.valid_to) == (works, None, 0, None)
    assert undone.undoes == change
    with pytest.raises(RuleChangedSince):
        undo_change(change, actor=employee)
    again = undo_change(undone, actor=employee)
    rule.refresh_from_db()
    assert (rule.institution, rule.shape, rule.valid_to) == (gardens, LINE, date(2027, 1, 1))
    assert again.undoes == undone


def test_a_new_rule_is_undone_by_switching_it_off(works: Institution, potholes: Category, employee: Person) -> None:
    change = save_rule(Responsibility(institution=works, category=potholes), actor=employee)
    assert change is not None
    assert change.is_new
    undo_change(change, actor=employee)
    assert Responsibility.objects.get().is_active is False


def test_what_was_changed_since_is_not_undone(rule: Responsibility, employee: Person) -> None:
    rule.answer_days = 20
    first = save_rule(rule, actor=employee)
    assert first is not None
    rule.priority = 3
    save_rule(rule, actor=employee)
    undo_change(first, actor=employee)  # another column: both stand
    rule.refresh_from_db()
    assert (rule.answer_days, rule.priority) == (15, 3)
    rule.answer_days = 20
    save_rule(rule, actor=employee)
    rule.answer_days = 25
    last = save_rule(rule, actor=employee)
    rule.answer_days = 26
    save_rule(rule, actor=employee)
    assert last is not None
    with pytest.raises(RuleChangedSince):
        undo_change(last, actor=employee)


def test_what_points_to_something_gone_is_not_undone(rule: Responsibility, employee: Person) -> None:
    rule.contact = old = Contact.objects.create(institution=rule.institution, address="regi@example.org")
    save_rule(rule, actor=employee)
    rule.contact = None
    change = save_rule(rule, actor=employee)
    assert change is not None
    old.delete()
    with pytest.raises(RuleChangedSince):
        undo_change(change, actor=employee)
    rule.refresh_from_db()
    assert rule.contact is None


def test_the_same_rule_is_not_stored_twice(rule: Responsibility, employee: Person) -> None:
    twin = Responsibility(area=rule.area, category=rule.category, institution=rule.institution)
    with pytest.raises(IntegrityError), transaction.atomic():
        save_rule(twin, actor=employee)
    assert not RuleChange.objects.exists()


def test_street_groups_have_a_history_too(employee: Person) -> None:
    group = StreetGroup(name="Főutak", streets=["Váci út"])
    created = save_rule(group, actor=employee)
    group.streets = ["Váci út", "Üllői út"]
    change = save_rule(group, actor=employee)
    assert created is not None
    assert change is not None
    undo_change(change, actor=employee)
    group.refresh_from_db()
    assert group.streets == ["Váci út"]
    with pytest.raises(RuleChangedSince):
        undo_change(created, actor=employee)


def test_an_erased_employee_leaves_the_change(rule: Responsibility, employee: Person) -> None:
    rule.priority = 1
    save_rule(rule, actor=employee)
    erase_person(employee, keep_reports=True)
    assert RuleChange.objects.get().actor is None

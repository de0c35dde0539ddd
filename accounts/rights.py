"""Roles and what they may do: each role is a group, each right a named permission of it.

An administrator changes in the administration what a role may do; `DEFAULTS` is what a new installation starts with.
Who has which role, and where, is a membership (`municipalities`); an employee is `is_staff`, an administrator
`is_superuser`.
"""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _


class Right(models.TextChoices):
    WORK_DESK = "work_desk", _("work at the desk")
    DECIDE = "decide_reports", _("send, ask, reject and edit reports")
    HIDE = "hide_reports", _("hide reports and bring them back")
    MERGE = "merge_reports", _("merge and split reports")
    EDIT_PHOTOS = "edit_photos", _("crop, turn, blur and hide photos")
    ENTER_ANSWERS = "enter_answers", _("enter a body's answer that came by letter or phone")
    ASSIGN = "assign_cases", _("give cases to others")
    READ_PEOPLE = "read_people", _("read names and addresses of reporters")
    HIGHLIGHT = "highlight_reports", _("highlight reports")
    BULK = "bulk_decide", _("decide on many reports at once")
    WRITE_TEXTS = "write_texts", _("write saved texts")
    REVIEW = "review_acts", _("take a second look at others' decisions")
    SEE_TEAM = "see_team", _("see others' history and the team's figures")
    INSIST = "insist_on_body", _("send to a body that said it is not theirs")
    BAN = "ban_people", _("ban and trust people")
    ROUTE = "edit_rules", _("edit the rules that say who is responsible")
    ANSWER = "answer_reports", _("answer for an institution")
    HAND_OVER = "hand_over_cases", _("hand an institution's cases over to another one")
    MANAGE_BODY = "manage_body", _("look after an institution's people, units and saved texts")


class Role(models.TextChoices):
    VOLUNTEER = "moderator", _("volunteer")
    SENIOR = "senior", _("senior volunteer")
    EMPLOYEE = "employee", _("employee")
    READER = "reader", _("reader of an institution")
    OFFICER = "officer", _("officer")
    LEAD = "lead", _("lead officer")

    @property
    def group(self) -> str:
        """The name of the group that holds its rights."""
        return self.name.lower()


BODY_ROLES = frozenset({Role.READER, Role.OFFICER, Role.LEAD})
_VOLUNTEER = {Right.WORK_DESK, Right.DECIDE, Right.HIDE, Right.MERGE, Right.EDIT_PHOTOS, Right.ENTER_ANSWERS}
_SENIOR = _VOLUNTEER | {Right.ASSIGN, Right.READ_PEOPLE, Right.HIGHLIGHT, Right.BULK, Right.WRITE_TEXTS, Right.REVIEW}
_LEAD = {Right.ANSWER, Right.HAND_OVER, Right.MANAGE_BODY}
DEFAULTS: dict[Role, set[Right]] = {
    Role.VOLUNTEER: _VOLUNTEER,
    Role.SENIOR: _SENIOR,
    Role.EMPLOYEE: set(Right) - _LEAD,
    Role.READER: set(),  # whoever belongs to a body sees its cases; that is no right of its own
    Role.OFFICER: {Right.ANSWER},
    Role.LEAD: _LEAD,
}


def make_groups() -> None:
    """After migrating: a group for each role that has none yet. One that is there already is left as it is."""
    from django.contrib.auth.models import Group, Permission

    known = set(Group.objects.values_list("name", flat=True))
    for role, rights in DEFAULTS.items():
        if role.group not in known:
            group = Group.objects.create(name=role.group)
            group.permissions.set(Permission.objects.filter(content_type__app_label="accounts", codename__in=rights))


def rights_of(roles: Iterable[str]) -> set[Right]:
    """What these roles may do together, one query."""
    from django.contrib.auth.models import Permission

    names = Permission.objects.filter(
        group__name__in=[Role(role).group for role in roles],
        content_type__app_label="accounts",
        codename__in=Right.values,
    )
    return {Right(name) for name in names.values_list("codename", flat=True)}

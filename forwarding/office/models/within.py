"""What a body does within itself: its notes and steps, its subtasks, its saved texts, whom it invites.

None of it is seen by another body, by the public or by the desk (but for notes marked for it).
"""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from forwarding.forms import Step
from municipalities.models import Membership


class BodyEntry(models.Model):
    """One line of a body's own history: of a case, or (without one) of its people, units and texts. Never changed."""

    class Kind(models.TextChoices):
        NOTED = "noted", _("Note")
        GIVEN = "given", _("Given to somebody")
        TASK_ADDED = "task_added", _("Subtask added")
        TASK_DONE = "task_done", _("Subtask done")
        TASK_REOPENED = "task_reopened", _("Subtask opened again")
        TASK_REMOVED = "task_removed", _("Subtask taken away")
        INVITED = "invited", _("Invited")
        UNINVITED = "uninvited", _("Invitation taken back")
        JOINED = "joined", _("Joined")
        ROLE_CHANGED = "role_changed", _("Role or unit changed")
        REMOVED = "removed", _("Removed")
        UNIT_KEPT = "unit_kept", _("Unit written")
        TEXT_KEPT = "text_kept", _("Saved text written")
        TEXT_DELETED = "text_deleted", _("Saved text deleted")

    institution = models.ForeignKey(
        "municipalities.Institution", models.CASCADE, related_name="+", verbose_name=_("institution")
    )
    assignment = models.ForeignKey(
        "reports.Assignment", models.CASCADE, null=True, blank=True, related_name="within", verbose_name=_("case")
    )
    kind = models.CharField(_("kind"), max_length=13, choices=Kind.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("who")
    )
    # To whom, or of whom.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("person")
    )
    unit = models.ForeignKey("municipalities.Unit", models.SET_NULL, null=True, blank=True, related_name="+")
    role = models.CharField(_("role"), max_length=10, choices=Membership.Role.choices, blank=True)
    text = models.TextField(_("text"), blank=True)
    for_desk = models.BooleanField(_("the desk sees it too"), default=False)
    # From the form: sent twice, it counts once.
    nonce = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("line of a body's own history")
        verbose_name_plural = _("bodies' own history")
        ordering = ["at", "pk"]
        indexes = [
            # A case's page; the people's page.
            models.Index(fields=["institution", "assignment", "at"], name="body_entry_of_case"),
        ]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.kind}"

    @property
    def sentence(self) -> str:
        names = {
            "who": self.actor or gettext("somebody"),
            "person": self.person or gettext("nobody in particular"),
            "unit": self.unit or "–",
            "role": self.get_role_display(),
        }
        if self.kind == self.Kind.GIVEN and self.unit:
            return gettext("%(who)s gave it to %(person)s (%(unit)s).") % names
        return str(SENTENCES[self.Kind(self.kind)]) % names


_K = BodyEntry.Kind
SENTENCES = {
    _K.NOTED: _("%(who)s wrote a note."),
    _K.GIVEN: _("%(who)s gave it to %(person)s."),
    _K.TASK_ADDED: _("%(who)s added a subtask."),
    _K.TASK_DONE: _("%(who)s ticked a subtask off."),
    _K.TASK_REOPENED: _("%(who)s opened a subtask again."),
    _K.TASK_REMOVED: _("%(who)s took a subtask away."),
    _K.INVITED: _("%(who)s invited %(person)s: %(role)s."),
    _K.UNINVITED: _("%(who)s took the invitation of %(person)s back."),
    _K.JOINED: _("%(person)s joined: %(role)s."),
    _K.ROLE_CHANGED: _("%(who)s made %(person)s %(role)s (unit: %(unit)s)."),
    _K.REMOVED: _("%(who)s removed %(person)s."),
    _K.UNIT_KEPT: _("%(who)s wrote the unit %(unit)s."),
    _K.TEXT_KEPT: _("%(who)s wrote a saved text."),
    _K.TEXT_DELETED: _("%(who)s deleted a saved text."),
}


class Subtask(models.Model):
    """A step of the body's own work on a case. Whoever has it is reminded once, on the day."""

    assignment = models.ForeignKey("reports.Assignment", models.CASCADE, related_name="subtasks")
    title = models.CharField(_("what is to be done"), max_length=150)
    due_on = models.DateField(_("by"), null=True, blank=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("who")
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    reminded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("subtask")
        verbose_name_plural = _("subtasks")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(done_by=None) | models.Q(done_at__isnull=False), name="subtask_done_by_when_done"
            ),
        ]
        indexes = [
            # The reminders.
            models.Index(
                fields=["due_on"], name="subtask_to_remind", condition=models.Q(done_at=None, reminded_at=None)
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_late(self) -> bool:
        return self.done_at is None and self.due_on is not None and self.due_on < timezone.localdate()


class OfficeText(models.Model):
    """What a body writes again and again, with placeholders (`reports.placeholders`)."""

    institution = models.ForeignKey("municipalities.Institution", models.CASCADE, related_name="office_texts")
    name = models.CharField(_("name"), max_length=80)
    step = models.CharField(_("for"), max_length=8, choices=Step.choices, blank=True)
    category = models.ForeignKey(
        "municipalities.Category", models.CASCADE, null=True, blank=True, verbose_name=_("category")
    )
    text = models.TextField(_("text"))
    is_active = models.BooleanField(_("offered"), default=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("saved text of a body")
        verbose_name_plural = _("saved texts of bodies")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "name"],
                name="office_text_named_once",
                violation_error_message=_("There is a text of this name already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Invitation(models.Model):
    """Somebody is asked to work for a body. The link goes to the address, works once and not for ever."""

    institution = models.ForeignKey("municipalities.Institution", models.CASCADE, related_name="invitations")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="invitations")
    role = models.CharField(_("role"), max_length=10, choices=Membership.Role.choices)
    unit = models.ForeignKey(
        "municipalities.Unit", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    invited_at = models.DateTimeField(_("invited"), default=timezone.now)
    expires_at = models.DateTimeField(_("until"))
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "person"],
                condition=models.Q(accepted_at=None, withdrawn_at=None),
                name="invitation_one_open",
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=["reader", "officer", "lead"]), name="invitation_role_of_body"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} → {self.institution_id}"

    @property
    def is_open(self) -> bool:
        return self.accepted_at is None and self.withdrawn_at is None and self.expires_at > timezone.now()

    @property
    def may_be_accepted(self) -> bool:
        """Open, and whoever invited still leads the body: asks the database."""
        leads = Membership.objects.filter(role=Membership.Role.LEAD, person__is_active=True)
        return self.is_open and leads.filter(person=self.invited_by_id, institution=self.institution_id).exists()

"""Who may do what, and where."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Membership(models.Model):
    """A volunteer works in an area (none: everywhere); a reader, officer or lead belongs to an institution.

    Within the institution the reader sees its cases, the officer answers too, and the lead also hands over and looks
    after people, units and saved texts. One person may belong to several.

    What a role may do says the group of its name (`accounts.rights`). The association's employees need no membership:
    `Person.is_staff`.
    """

    class Role(models.TextChoices):
        MODERATOR = "moderator", _("volunteer")
        SENIOR = "senior", _("senior volunteer")
        READER = "reader", _("reader of an institution")
        OFFICER = "officer", _("officer")
        LEAD = "lead", _("lead officer")

    DESK_ROLES = (Role.MODERATOR, Role.SENIOR)
    BODY_ROLES = (Role.READER, Role.OFFICER, Role.LEAD)

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=10, choices=Role.choices)
    area = models.ForeignKey("municipalities.Area", models.CASCADE, null=True, blank=True, verbose_name=_("area"))
    institution = models.ForeignKey(
        "municipalities.Institution",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name=_("institution"),
    )

    unit = models.ForeignKey(
        "municipalities.Unit",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name=_("unit"),
    )

    # New at the desk: others take a second look at each decision, until an employee says that it is no longer needed.
    is_new = models.BooleanField(_("decisions get a second look"), default=False)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(role__in=["reader", "officer", "lead"], institution__isnull=False, area=None)
                | models.Q(role__in=["moderator", "senior"], institution=None, unit=None),
                name="membership_officer_of_institution",
            ),
            models.UniqueConstraint(
                fields=["person", "role", "area", "institution"], name="membership_once", nulls_distinct=False
            ),
            models.UniqueConstraint(
                fields=["person", "institution"],
                condition=models.Q(institution__isnull=False),
                name="membership_one_role_in_a_body",
                violation_error_message=_("This person has a role in this body already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} – {self.get_role_display()}"

"""What was changed of the rules, by whom, from what to what: the history, and what undoing needs."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class RuleChange(models.Model):
    """One change of a rule or of a street group; values as `municipalities.actions_rules.values_of` writes them.

    `before` is empty for a new one. Undoing writes another row, which names the one that it `undoes`.
    """

    rule = models.ForeignKey(
        "municipalities.Responsibility", models.SET_NULL, null=True, blank=True, related_name="history"
    )
    street_group = models.ForeignKey(
        "municipalities.StreetGroup", models.SET_NULL, null=True, blank=True, related_name="history"
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("who")
    )
    at = models.DateTimeField(_("when"))
    before = models.JSONField(_("before"), default=dict, blank=True)
    after = models.JSONField(_("after"), default=dict)
    undoes = models.OneToOneField("self", models.SET_NULL, null=True, blank=True, related_name="undone")

    class Meta:
        verbose_name = _("change of a rule")
        verbose_name_plural = _("changes of rules")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(rule=None) | models.Q(street_group=None), name="rule_change_of_one"
            ),
        ]
        indexes = [
            models.Index(fields=["-at", "-id"], name="rule_change_newest"),  # the page of all changes
        ]

    def __str__(self) -> str:
        return f"{self.rule_id or self.street_group_id} {self.at:%Y-%m-%d}"

    @property
    def is_new(self) -> bool:
        return not self.before

"""Who can be responsible, and how they are reached."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from municipalities.models.sending_options import SendingOptions


class InstitutionQuerySet(models.QuerySet["Institution"]):
    def active(self) -> "InstitutionQuerySet":
        return self.filter(is_active=True)


class Institution(models.Model):
    class Kind(models.TextChoices):
        MUNICIPALITY = "municipality", _("municipality")
        UTILITY = "utility", _("utility")
        ROAD = "road", _("road operator")
        TRANSPORT = "transport", _("transport company")
        OTHER = "other", _("other body")

    name = models.CharField(_("name"), max_length=200, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.OTHER)
    # A refusing body's reports are published, not sent, and say so.
    refuses = models.BooleanField(_("refuses to take our reports"), default=False)
    refusal_note = models.TextField(_("why it refuses"), blank=True)
    website = models.URLField(_("website"), blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    objects = InstitutionQuerySet.as_manager()

    class Meta:
        verbose_name = _("institution")
        verbose_name_plural = _("institutions")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def contact_for_sending(self) -> "Contact | None":
        """The contact a report goes to when the responsibility names none; None is the visible state "no contact"."""
        return self.contacts.usable().order_by("for_escalation", "position", "pk").first()

    def contact_for_escalation(self, first: "Contact | None") -> "Contact | None":
        """Who hears that the first contact did not answer: one marked for it, else the next in order, else the same."""
        others = self.contacts.usable().exclude(pk__in=[first.pk] if first else [])
        second = others.order_by("-for_escalation", "position", "pk").first()
        return second or (first if first and first.is_usable else None)


class ContactQuerySet(models.QuerySet["Contact"]):
    def usable(self) -> "ContactQuerySet":
        return self.filter(is_active=True, stopped_at=None)


class Contact(SendingOptions):
    class Channel(models.TextChoices):
        MAIL = "mail", _("mail")
        OPEN311 = "open311", "Open311"
        WEBHOOK = "webhook", _("webhook")

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="contacts", verbose_name=_("institution"))
    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices, default=Channel.MAIL)
    name = models.CharField(_("department"), max_length=120, blank=True)
    address = models.CharField(_("address"), max_length=254)
    language = models.CharField(_("language"), max_length=8, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0, help_text=_("The lowest is the first."))
    for_escalation = models.BooleanField(
        _("for what stays unanswered"),
        default=False,
        db_default=False,
        help_text=_("Hears of a case when the first contact is silent."),
    )
    is_active = models.BooleanField(_("active"), default=True)
    stopped_at = models.DateTimeField(_("stopped after a hard bounce"), null=True, blank=True)
    stopped_reason = models.CharField(_("why it was stopped"), max_length=300, blank=True)

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["institution", "position"]
        constraints = [
            models.UniqueConstraint(fields=["institution", "channel", "address"], name="contact_once"),
            models.CheckConstraint(condition=~models.Q(address=""), name="contact_has_address"),
        ]

    def __str__(self) -> str:
        return self.name or self.address

    @property
    def is_usable(self) -> bool:
        return self.is_active and self.stopped_at is None

    @property
    def wants_digest(self) -> bool:
        return self.channel == self.Channel.MAIL and super().wants_digest

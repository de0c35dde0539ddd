"""How other bodies' servers are spoken to, and what they know our reports as.

One-to-one with a contact: an `Open311Endpoint` or a `WebhookEndpoint`; the web address itself is the contact's. Keys
and secrets are written and used, never shown again nor logged. A `RemoteRequest` is what an endpoint calls one of our
assignments, with the mark that makes a blind second POST impossible; a `RemoteUpdate` is one word of an endpoint on it.
"""

from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Open311Endpoint(models.Model):
    class Format(models.TextChoices):
        XML = "xml", "XML"
        JSON = "json", "JSON"

    class Photos(models.TextChoices):
        NONE = "none", _("not sent; the link in the text leads to them")
        URL = "url", _("media_url: the first one's address")
        URLS = "urls", _("media_url repeated: the address of each")
        MEDIA_PART = "media", _("the first one's file, in the part “media”")
        PHOTO_PARTS = "parts", _("each one's file, in the parts photo1, photo2, …")

    class Updates(models.TextChoices):
        NONE = "none", _("not asked for")
        EXTENSION = "extension", "GET servicerequestupdates"
        STATUS = "status", _("GET requests: status and notes of each open case")

    contact = models.OneToOneField(
        "municipalities.Contact", models.CASCADE, related_name="open311", verbose_name=_("contact")
    )
    format = models.CharField(_("format"), max_length=4, choices=Format.choices, default=Format.XML)
    jurisdiction_id = models.CharField("jurisdiction_id", max_length=120, blank=True)
    api_key = models.CharField("api_key", max_length=300, blank=True)
    photos = models.CharField(_("photos"), max_length=5, choices=Photos.choices, default=Photos.URL)
    takes_updates = models.BooleanField(
        _("takes our updates"),
        default=False,
        help_text=_("POST servicerequestupdates; else they go to the body's mail contact."),
    )
    takes_private = models.BooleanField(
        _("gets cases that are not public"),
        default=False,
        help_text=_("Only where the endpoint shows them to nobody; else they go to the body's mail contact."),
    )
    updates = models.CharField(_("their updates"), max_length=9, choices=Updates.choices, default=Updates.EXTENSION)
    publishes_updates = models.BooleanField(
        _("their updates are published by rule"),
        default=False,
        help_text=_("Where the personal-data check finds nothing; else a moderator reads each first."),
    )
    # {"their status": one of `open311.statuses.OUTCOMES`}, over the usual ones there.
    statuses = models.JSONField(_("what their statuses mean"), default=dict, blank=True)
    default_service = models.ForeignKey(
        "forwarding.RemoteService",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("service for all other categories"),
    )
    services_synced_at = models.DateTimeField(_("services asked for"), null=True, blank=True)
    services_error = models.CharField(_("trouble with the services"), max_length=300, blank=True)
    # Everything up to here was asked for and stored; the next window begins before it.
    updates_until = models.DateTimeField(_("updates known until"), null=True, blank=True)
    updates_error = models.CharField(_("trouble with the updates"), max_length=300, blank=True)
    # A worker asks for them now, until then at the latest.
    polled_until = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("Open311 endpoint")
        verbose_name_plural = _("Open311 endpoints")
        ordering = ["contact__institution", "pk"]

    def __str__(self) -> str:
        return f"{self.contact.institution} ({self.contact})"


class RemoteServiceQuerySet(models.QuerySet["RemoteService"]):
    def offered(self) -> "RemoteServiceQuerySet":
        return self.filter(gone_at=None)


class RemoteService(models.Model):
    """A service of an endpoint's list. One that has left the list stays as a row, and nothing is sent to it."""

    endpoint = models.ForeignKey(Open311Endpoint, models.CASCADE, related_name="services")
    code = models.CharField("service_code", max_length=200)
    name = models.CharField(_("name"), max_length=300)
    description = models.TextField(_("description"), blank=True)
    group = models.CharField(_("group"), max_length=300, blank=True)
    keywords = models.CharField(_("keywords"), max_length=500, blank=True)
    kind = models.CharField(_("type"), max_length=20, blank=True)  # realtime, batch, blackbox
    # Of its definition: [{"code", "datatype", "required", "automated", "description", "values": [{"key", "name"}]}]
    attributes = models.JSONField(_("attributes"), default=list, blank=True)
    gone_at = models.DateTimeField(_("left the list"), null=True, blank=True)

    objects = RemoteServiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")
        ordering = ["endpoint", "group", "name", "code"]
        constraints = [models.UniqueConstraint(fields=["endpoint", "code"], name="remote_service_once")]

    def __str__(self) -> str:
        words = f"{self.group}: {self.name}" if self.group else self.name
        return f"{words} ({self.code})"


class ServiceChoice(models.Model):
    """Reports of this category go to that service, with these attributes (`open311.attributes` reads the lines)."""

    endpoint = models.ForeignKey(Open311Endpoint, models.CASCADE, related_name="choices")
    category = models.ForeignKey("municipalities.Category", models.CASCADE, verbose_name=_("category"))
    service = models.ForeignKey(RemoteService, models.CASCADE, related_name="choices", verbose_name=_("service"))
    values = models.TextField(_("attributes"), blank=True)

    class Meta:
        verbose_name = _("service of a category")
        verbose_name_plural = _("services of categories")
        ordering = ["endpoint", "category__position", "category"]
        constraints = [models.UniqueConstraint(fields=["endpoint", "category"], name="service_choice_once")]

    def __str__(self) -> str:
        return f"{self.category} → {self.service}"


class RemoteRequest(models.Model):
    class State(models.TextChoices):
        NEW = "new", _("not sent yet")
        # Written before the POST and taken back by a definite answer: who finds it here looks first.
        POSTING = "posting", _("sent, the answer is not known")
        TOKEN = "token", _("waits for its number")
        KNOWN = "known", _("has its number")
        NUMBERLESS = "numberless", _("taken, without a number")
        # Looked for in vain: the next attempt is a person's decision.
        LOST = "lost", _("left to staff: it may have arrived")

    assignment = models.ForeignKey("reports.Assignment", models.CASCADE, related_name="remote_requests")
    contact = models.ForeignKey("municipalities.Contact", models.CASCADE, related_name="remote_requests")
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.NEW)
    service_code = models.CharField("service_code", max_length=200, blank=True)
    request_id = models.CharField("service_request_id", max_length=200, blank=True)
    token = models.CharField("token", max_length=300, blank=True)
    posted_at = models.DateTimeField(_("sent"), null=True, blank=True)
    # The server said itself that it failed: not found then means not there.
    said_failed = models.BooleanField(default=False)
    lookups = models.PositiveSmallIntegerField(_("looked for"), default=0)
    # Of the token: when it is followed next, and how often it was.
    next_try_at = models.DateTimeField(_("next attempt"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("attempts"), default=0)
    problem = models.CharField(_("trouble"), max_length=300, blank=True)
    # What the last word about it was, and when it was said there.
    status = models.CharField(_("status there"), max_length=60, blank=True)
    changed_at = models.DateTimeField(_("changed there"), null=True, blank=True)

    class Meta:
        verbose_name = _("case at an endpoint")
        verbose_name_plural = _("cases at endpoints")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["assignment", "contact"], name="remote_request_once"),
            models.CheckConstraint(condition=~models.Q(state="known", request_id=""), name="remote_request_known"),
            models.CheckConstraint(condition=~models.Q(state="token", token=""), name="remote_request_token"),
        ]
        indexes = [
            # Updates name a request; one number may belong to several of our assignments.
            models.Index(fields=["contact", "request_id"], name="remote_request_number"),
            # Tokens to follow.
            models.Index(
                fields=["next_try_at"], name="remote_request_tokens", condition=models.Q(next_try_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment} ({self.request_id or self.token or self.get_state_display()})"


class RemoteUpdate(models.Model):
    """One word of an endpoint about a request, once; its text is in the mail row that it was stored as (`taking`)."""

    contact = models.ForeignKey("municipalities.Contact", models.CASCADE, related_name="remote_updates")
    # Its update_id, or a digest of what it says where it has none.
    key = models.CharField(max_length=200)
    case = models.ForeignKey(RemoteRequest, models.SET_NULL, null=True, blank=True, related_name="updates")
    request_id = models.CharField("service_request_id", max_length=200, blank=True)
    status = models.CharField(_("status"), max_length=60, blank=True)
    outcome = models.CharField(_("what it says"), max_length=10, blank=True)
    expected_on = models.DateField(_("promised by"), null=True, blank=True)
    said_at = models.DateTimeField(_("said there"), null=True, blank=True)
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    # Why a person has to look: shown at the desk.
    problem = models.CharField(_("trouble"), max_length=300, blank=True)
    mail = models.OneToOneField(
        "forwarding.IncomingMail", models.SET_NULL, null=True, blank=True, related_name="remote_update"
    )
    event = models.ForeignKey("reports.ReportEvent", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("update from an endpoint")
        verbose_name_plural = _("updates from endpoints")
        ordering = ["-received_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["contact", "key"], name="remote_update_once")]

    def __str__(self) -> str:
        return f"{self.request_id}: {self.status}"

    @property
    def proposed(self) -> str:
        """What the desk's form offers first: "" is an answer in words."""
        if self.outcome == "promise" and self.expected_on is None:
            return ""
        return self.outcome if self.outcome in ("promise", "done", "not_ours") else ""


class WebhookEndpoint(models.Model):
    """Where events are POSTed as JSON. While a secret is being changed, deliveries carry a signature by each."""

    OLD_SECRET_LIFE = timedelta(days=7)

    contact = models.OneToOneField(
        "municipalities.Contact", models.CASCADE, related_name="webhook", verbose_name=_("contact")
    )
    secret = models.CharField(max_length=120)
    old_secret = models.CharField(max_length=120, blank=True)
    old_secret_until = models.DateTimeField(_("the old secret signs until"), null=True, blank=True)
    tested_at = models.DateTimeField(_("tested"), null=True, blank=True)
    test_result = models.CharField(_("result of the test"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["contact__institution", "pk"]

    def __str__(self) -> str:
        return f"{self.contact.institution} ({self.contact})"

    @property
    def secrets(self) -> list[str]:
        """What signs today, the new one first."""
        is_old_good = self.old_secret and self.old_secret_until and self.old_secret_until > timezone.now()
        return [self.secret, self.old_secret] if is_old_good else [self.secret]

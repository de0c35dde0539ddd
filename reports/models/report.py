"""A report: one problem at one place.

Example: "Kátyú a Rege úton" comes by web from a guest (`unconfirmed`), who confirms the address
(`submitted`); a volunteer forwards it to a body (`sent`, `published_at`, an `Assignment` leads); the
body answers (`in_progress`), says done (`awaiting_confirmation`), the reporter confirms (`solved`,
`proof="reporter"`). Each step is a `ReportEvent`; the columns here are the latest state, for lists.
"""

import math
import secrets
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point, Polygon
from django.contrib.gis.measure import D as Metres
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.contrib.postgres.search import SearchQuery, SearchVector, SearchVectorField
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from reports.lifecycle import LISTED, PUBLIC, Proof, Reason, Role, Status, moves_for
from reports.lifecycle import Kind as ReportKind
from reports.models.assignment import Assignment

if TYPE_CHECKING:
    from reports.models.photo import Photo

REFERENCE_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
SEARCH_CONFIG = "jarokelo"  # whole words without accents; made in the first migration
SEARCH_LONGEST = 200  # characters; PostgreSQL refuses words of 2 KB


def new_reference() -> str:
    """A short public code, hard to guess and easy to say: no 0/o, 1/l/i."""
    return "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(8))


class StemQuery(SearchQuery):
    """All words, each as the beginning of one: a function made in the first migration takes the stems."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.function = "reports_search_query"


class ReportQuerySet(models.QuerySet["Report"]):
    def published(self) -> "ReportQuerySet":
        """What everybody may read in lists, maps, feeds and counts: duplicates and private reports are left out."""
        return self.filter(status__in=LISTED, is_private=False)

    def highlighted(self) -> "ReportQuerySet":
        return self.published().filter(highlighted_until__gte=timezone.localdate())

    def visible_to(self, person: Any) -> "ReportQuerySet":
        """Every page, list, map, export and search starts here."""
        public = models.Q(status__in=PUBLIC, is_private=False)
        if not person.is_authenticated:
            return self.filter(public)
        if person.is_staff:
            return self.all()
        return self.filter(public | models.Q(reporter=person) | desk_rule(person) | office_rule(person))

    def for_desk_of(self, person: Any) -> "ReportQuerySet":
        """What this moderator or employee may work on."""
        if not person.is_authenticated:
            return self.none()
        return self.all() if person.is_staff else self.filter(desk_rule(person))

    def overdue(self) -> "ReportQuerySet":
        """As `Report.is_overdue`."""
        promise = models.Q(status=Status.IN_PROGRESS, promised_on__lt=timezone.localdate())
        return self.filter(promise | models.Q(status=Status.SENT, due_at__lt=timezone.now()))

    def for_list(self) -> "ReportQuerySet":
        return self.select_related("category", "category__parent", "area", "institution").prefetch_related("photos")

    def near(self, point: Point, *, metres: float, recent_since: datetime) -> "ReportQuerySet":
        """Reports around a point (lon/lat), with their `distance` measured in the database; the recent ones, then the
        nearest come first. The box lets the index find them; the poles are nobody's street."""
        north = metres / 111_000
        east = north / max(math.cos(math.radians(point.y)), 0.01)
        box = Polygon.from_bbox((point.x - east, point.y - north, point.x + east, point.y + north))
        is_old = models.Case(models.When(created_at__gte=recent_since, then=0), default=1)
        return (
            self.filter(point__bboverlaps=box)
            .annotate(distance=Distance("point", point))
            .filter(distance__lte=Metres(m=metres))
            .order_by(is_old, "distance", "pk")
        )

    def search(self, words: str) -> "ReportQuerySet":
        """Words anywhere in title, text and address; a reference or a source id finds its report."""
        words = words.replace("\x00", " ").strip()[:SEARCH_LONGEST]
        if not words:
            return self
        return self.filter(
            models.Q(search=StemQuery(words)) | models.Q(reference=words.lower()[:8]) | models.Q(source_id=words[:40])
        )


def desk_rule(person: Any) -> models.Q:
    """A moderator's own areas; a membership without an area is for everywhere."""
    areas = [m.area_id for m in person.memberships.all() if m.role in m.DESK_ROLES]
    if not areas:
        return models.Q(pk__in=[])
    working = ~models.Q(status__in=[Status.DRAFT, Status.UNCONFIRMED])
    if None in areas:
        return working
    return working & (
        models.Q(area__in=areas) | models.Q(area__parent__in=areas) | models.Q(area__parent__parent__in=areas)
    )


def office_rule(person: Any) -> models.Q:
    """Whatever was assigned to one of the officer's institutions, private reports included."""
    bodies = [m.institution_id for m in person.memberships.all() if m.role in m.BODY_ROLES]
    if not bodies:
        return models.Q(pk__in=[])
    # A subquery, because a join would give a report once per assignment.
    assigned = Assignment.objects.of_body().filter(institution__in=bodies).values("report_id")
    return models.Q(pk__in=assigned, status__in=PUBLIC)


class Report(models.Model):
    Kind = ReportKind

    class Channel(models.TextChoices):
        WEB = "web", _("web")
        APP = "app", _("app")
        PHONE = "phone", pgettext_lazy("channel", "phone")
        LETTER = "letter", pgettext_lazy("channel", "letter")
        IN_PERSON = "in_person", _("in person")
        MAIL = "mail", _("mail")
        OPEN311 = "open311", "Open311"
        IMPORT = "import", _("import")

    class PlaceSource(models.TextChoices):
        """How the place was told, which says how far to trust it."""

        PHOTO = "photo", _("read from a photo")
        POSITION = "position", _("position of the device")
        SEARCH = "search", _("found by search")
        MAP = "map", _("set on the map")
        COORDINATES = "coordinates", _("typed coordinates")
        # Nobody knows the spot: the point stands inside the settlement, the address says the rest.
        WORDS = "words", _("only in words")

    reference = models.CharField(_("reference"), max_length=8, unique=True, default=new_reference)
    # From the form: sending it twice gives the first answer instead of a second report.
    submission = models.UUIDField(_("submission"), null=True, blank=True, unique=True)
    source = models.CharField(_("source"), max_length=40, blank=True)
    source_id = models.CharField(_("id at the source"), max_length=40, blank=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.PROBLEM)
    channel = models.CharField(_("channel"), max_length=9, choices=Channel.choices, default=Channel.WEB)
    status = models.CharField(_("status"), max_length=21, choices=Status.choices, default=Status.SUBMITTED)
    status_before = models.CharField(max_length=21, choices=Status.choices, blank=True)
    is_private = models.BooleanField(_("private"), default=False)

    category = models.ForeignKey(
        "municipalities.Category", models.PROTECT, null=True, blank=True, verbose_name=_("category")
    )
    title = models.CharField(_("title"), max_length=150, blank=True)
    description = models.TextField(_("description"), max_length=4000)
    # As the reporter wrote them; the two above may be edited at the desk.
    original_title = models.CharField(max_length=150, blank=True)
    original_description = models.TextField(max_length=4000)
    no_photo_reason = models.CharField(_("why there is no photo"), max_length=300, blank=True)

    point = models.PointField(_("place"), srid=4326, spatial_index=False)
    address = models.CharField(_("address"), max_length=250, blank=True)
    area = models.ForeignKey("municipalities.Area", models.PROTECT, null=True, blank=True, verbose_name=_("area"))
    place_source = models.CharField(_("how the place was told"), max_length=11, choices=PlaceSource.choices, blank=True)

    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reports",
        verbose_name=_("reporter"),
    )
    reporter_name = models.CharField(_("name on the report"), max_length=120, blank=True)
    show_name = models.BooleanField(_("show the name"), default=False)
    # The day of the privacy notice that the form named; empty where none was shown (phone, import).
    privacy_version = models.CharField(_("privacy notice"), max_length=10, blank=True)

    # The leading assignment's, repeated for lists.
    institution = models.ForeignKey(
        "municipalities.Institution", models.PROTECT, null=True, blank=True, verbose_name=_("institution")
    )
    due_at = models.DateTimeField(_("first answer due"), null=True, blank=True)
    promised_on = models.DateField(_("promised by"), null=True, blank=True)
    needs_rerouting = models.BooleanField(_("to re-route"), default=False)
    # Since when the reporter's word to the desk waits to be read (`actions_words`).
    replied_at = models.DateTimeField(_("the reporter wrote"), null=True, blank=True)
    # What moderators chose in the source, kept apart from what this system suggests (`--as-new`).
    expected_institution = models.ForeignKey(
        "municipalities.Institution", models.SET_NULL, null=True, blank=True, related_name="+"
    )

    created_at = models.DateTimeField(_("created"))
    submitted_at = models.DateTimeField(_("sent in"), null=True, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    first_answer_at = models.DateTimeField(_("first answer"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    status_since = models.DateTimeField(_("in this status since"))
    proof = models.CharField(_("proof"), max_length=8, choices=Proof.choices, blank=True)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason.choices, blank=True)
    original = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="duplicates", verbose_name=_("original")
    )
    # The last day on which the front page and the lists point it out.
    highlighted_until = models.DateField(_("highlighted until"), null=True, blank=True)
    # How many pressed "me too", kept by `support_report` for lists.
    supporters = models.PositiveIntegerField(_("supporters"), default=0)
    # Counted up by every change: a form that shows an older one is told, not obeyed.
    version = models.PositiveIntegerField(default=1)

    search = models.GeneratedField(
        expression=SearchVector("title", weight="A", config=SEARCH_CONFIG)
        + SearchVector("description", weight="B", config=SEARCH_CONFIG)
        + SearchVector("address", weight="C", config=SEARCH_CONFIG),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=Status.values), name="report_status_known"),
            models.CheckConstraint(
                condition=models.Q(status=Status.DUPLICATE, original__isnull=False)
                | (~models.Q(status=Status.DUPLICATE) & models.Q(original=None))
                | models.Q(status=Status.HIDDEN),
                name="report_duplicate_has_original",
            ),
            models.CheckConstraint(condition=~models.Q(original=models.F("id")), name="report_not_its_own_original"),
            models.CheckConstraint(
                condition=~models.Q(status__in=PUBLIC) | models.Q(published_at__isnull=False),
                name="report_public_has_date",
            ),
            models.CheckConstraint(
                condition=~models.Q(status=Status.SOLVED) | ~models.Q(proof=""),
                name="report_solved_has_proof",
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=[Status.UNRESOLVED, Status.REJECTED]) | ~models.Q(reason=""),
                name="report_end_has_reason",
            ),
            models.UniqueConstraint(
                fields=["source", "source_id"],
                condition=~models.Q(source_id=""),
                name="report_source_once",
            ),
        ]
        indexes = [
            # Newest first on the front page and in the unfiltered list.
            models.Index(
                fields=["-published_at", "-id"],
                name="report_newest",
                condition=models.Q(status__in=LISTED, is_private=False),
            ),
            # The list filtered by one of these, newest first.
            models.Index(fields=["status", "-published_at"], name="report_by_status"),
            models.Index(fields=["category", "-published_at"], name="report_by_category"),
            models.Index(fields=["area", "-published_at"], name="report_by_area"),
            models.Index(fields=["institution", "-published_at"], name="report_by_institution"),
            # The desk's queues, oldest first.
            models.Index(fields=["submitted_at"], name="report_queue", condition=models.Q(status=Status.SUBMITTED)),
            # The team's figures: what came in the last weeks.
            models.Index(fields=["submitted_at"], name="report_arrived"),
            models.Index(fields=["status_since"], name="report_reroute", condition=models.Q(needs_rerouting=True)),
            # The front page's highlighted ones: a handful of all reports.
            models.Index(
                fields=["-published_at"],
                name="report_highlighted",
                condition=models.Q(highlighted_until__isnull=False),
            ),
            models.Index(fields=["replied_at"], name="report_replies", condition=models.Q(replied_at__isnull=False)),
            # The desk's tab of what is overdue: counted for one's areas without a look at the rows.
            models.Index(fields=["due_at", "area"], name="report_answer_late", condition=models.Q(status=Status.SENT)),
            models.Index(
                fields=["promised_on", "area"],
                name="report_promise_late",
                condition=models.Q(status=Status.IN_PROGRESS),
            ),
            # Those that wait for their reporter, the longest first.
            models.Index(fields=["status_since"], name="report_waits", condition=models.Q(status=Status.NEEDS_INFO)),
            # A saved filter's list, oldest first.
            models.Index(fields=["created_at", "id"], name="report_oldest"),
            # The sweep of thanks that are out, but not yet noted as given.
            models.Index(
                fields=["status_since"],
                name="report_praise_waiting",
                condition=models.Q(kind=ReportKind.PRAISE, status=Status.SENT),
            ),
            # /r/<source id> and the search box.
            models.Index(fields=["source_id"], name="report_source_id", condition=~models.Q(source_id="")),
            # Points of a part of the map; reports nearby.
            GistIndex(fields=["point"], name="report_place"),
            GinIndex(fields=["search"], name="report_words"),
        ]

    def __str__(self) -> str:
        return f"{self.reference}: {self.heading}"

    def get_absolute_url(self) -> str:
        return reverse("report_detail", args=[self.reference])

    @cached_property
    def heading(self) -> str:
        """The title, or what stands in for it until the desk has set one."""
        return self.title or Truncator(self.description).words(8, truncate="…")

    @property
    def state(self) -> Status:
        return Status(self.status)

    def moves_for(self, role: Role) -> set[Status]:
        """Where this report may go next by the hand of this role."""
        return moves_for(self.status, role, self.kind)

    @property
    def is_place_vague(self) -> bool:
        return self.place_source == self.PlaceSource.WORDS

    @property
    def longitude(self) -> float:
        return self.point.x

    @property
    def latitude(self) -> float:
        return self.point.y

    @property
    def is_public(self) -> bool:
        return self.state.is_public and not self.is_private

    @property
    def is_overdue(self) -> bool:
        """The promised day is over, or the first answer is late."""
        if self.state == Status.IN_PROGRESS and self.promised_on:
            return self.promised_on < timezone.localdate()
        return self.state == Status.SENT and self.due_at is not None and self.due_at < timezone.now()

    @property
    def overdue_since(self) -> date | None:
        """The last day on which it would have been in time."""
        if not self.is_overdue:
            return None
        if self.state == Status.IN_PROGRESS:
            return self.promised_on
        return timezone.localdate(self.due_at) if self.due_at else None

    @property
    def is_highlighted(self) -> bool:
        return self.highlighted_until is not None and self.highlighted_until >= timezone.localdate()

    @property
    def age_days(self) -> int:
        """Days from sending in to the end, or to today."""
        first = self.submitted_at or self.created_at
        return ((self.closed_at or timezone.now()) - first).days

    @property
    def was_public(self) -> bool:
        return self.published_at is not None and not self.is_private

    @property
    def shown_name(self) -> str:
        """The reporter's name as everybody may see it; empty unless chosen."""
        return self.reporter_name if self.show_name else ""

    @property
    def cover(self) -> "Photo | None":
        """The first photo of the problem that may be shown (works on prefetched photos)."""
        return next((p for p in self.photos.all() if p.is_shown and p.kind == "problem"), None)

    @property
    def edited(self) -> bool:
        return (self.title, self.description) != (self.original_title, self.original_description)

"""A photo: the private original and three clean sizes under a random name."""

import secrets

from django.conf import settings
from django.contrib.gis.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from reports.photos.edits import Edits
from reports.photos.pipeline import SIZES as PIXELS


def new_token() -> str:
    return secrets.token_urlsafe(16)


def original_path(photo: "Photo", name: str) -> str:
    return f"originals/{photo.token[:2]}/{photo.token}"


def size_path(photo: "Photo", name: str) -> str:
    return f"photos/{photo.token[:2]}/{photo.token}-{name}"


class Photo(models.Model):
    """Without a report it is an upload that a form still holds, or a draft; `reports.purge_uploads` removes what
    nobody claims.

    Files have no address of their own: `/photos/<token>/<size>.jpg` asks who may see the report first.
    """

    class Kind(models.TextChoices):
        PROBLEM = "problem", _("of the problem")
        ANSWER = "answer", _("with an answer")
        PROOF = "proof", _("proof of the solution")
        COMMENT = "comment", _("with a comment")

    SIZES = ("large", "medium", "small")

    report = models.ForeignKey("reports.Report", models.CASCADE, null=True, blank=True, related_name="photos")
    draft = models.ForeignKey("reports.Draft", models.SET_NULL, null=True, blank=True, related_name="photos")
    event = models.ForeignKey("reports.ReportEvent", models.SET_NULL, null=True, blank=True, related_name="photos")
    comment = models.ForeignKey("reports.Comment", models.CASCADE, null=True, blank=True, related_name="photos")
    sighting = models.ForeignKey("reports.Sighting", models.CASCADE, null=True, blank=True, related_name="photos")
    # The report that it was sent with, where joining that one with another brought it here.
    came_from = models.ForeignKey(
        "reports.Report", models.SET_NULL, null=True, blank=True, related_name="lent_photos", editable=False
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.PROBLEM)
    token = models.CharField(_("picture"), max_length=32, unique=True, default=new_token, editable=False)
    original = models.FileField(upload_to=original_path, blank=True)
    large = models.FileField(upload_to=size_path)
    medium = models.FileField(upload_to=size_path)
    small = models.FileField(upload_to=size_path)
    width = models.PositiveIntegerField(help_text="Of the large size, upright, in pixels.")
    height = models.PositiveIntegerField()
    position = models.PointField(_("where it was taken"), srid=4326, null=True, blank=True, spatial_index=False)
    taken_at = models.DateTimeField(_("when it was taken"), null=True, blank=True)
    # 64 bits of which alike pictures share most (`reports.photos.likeness`); none where there is nothing to see.
    likeness = models.BigIntegerField(_("likeness"), null=True, blank=True, editable=False)
    # What a moderator did to it (`reports.photos.edits`), always begun anew from the original; {}: as it came. Each
    # change gives it a new token and new files, so that nobody gets the old picture any more (`actions_photo_edits`).
    edits = models.JSONField(_("edits"), default=dict, blank=True, editable=False)
    order = models.PositiveSmallIntegerField(default=0)
    is_hidden = models.BooleanField(_("hidden"), default=False)
    # A citizen's, sent after publication: hidden until a moderator has looked at it.
    awaits_review = models.BooleanField(_("waits for a moderator"), default=False)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(awaits_review=False) | models.Q(is_hidden=True), name="photo_unseen_is_hidden"
            ),
        ]
        indexes = [
            # Purging uploads that no report claimed.
            models.Index(fields=["uploaded_at"], name="photo_unclaimed", condition=models.Q(report=None)),
            # The desk's list of photos to look at.
            models.Index(fields=["uploaded_at"], name="photo_to_review", condition=models.Q(awaits_review=True)),
            # The nightly purge of originals whose term is over: few rows have one at any time.
            models.Index(fields=["report"], name="photo_with_original", condition=~models.Q(original="")),
        ]

    def __str__(self) -> str:
        return self.token

    @property
    def edited(self) -> Edits:
        return Edits.from_json(self.edits)

    @property
    def is_shown(self) -> bool:
        return not self.is_hidden

    def width_of(self, size: str) -> int:
        """In pixels; the sizes differ in their longest side."""
        return round(self.width * min(1, PIXELS[size] / max(self.width, self.height, 1)))

    @property
    def srcset(self) -> str:
        """All sizes for `srcset`, each with its width: the browser takes the smallest that is sharp."""
        return ", ".join(
            f"{reverse('photo', args=[self.token, size])} {self.width_of(size)}w" for size in reversed(self.SIZES)
        )

    @property
    def url_large(self) -> str:
        return reverse("photo", args=[self.token, "large"])

    @property
    def url_medium(self) -> str:
        return reverse("photo", args=[self.token, "medium"])

    @property
    def url_small(self) -> str:
        return reverse("photo", args=[self.token, "small"])


class PhotoPicture(models.Model):
    """The files that an edited photo had at some time, the present ones among them; the first is the photo as it came.

    No address leads to them. They make undoing exact, and go with the original (`uploads.forget_pictures`).
    """

    photo = models.ForeignKey(Photo, models.CASCADE, related_name="pictures")
    large = models.FileField()
    medium = models.FileField()
    small = models.FileField()
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("earlier picture of a photo")
        verbose_name_plural = _("earlier pictures of photos")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["photo", "large"], name="picture_once"),
        ]

    def __str__(self) -> str:
        return str(self.large)

"""People. One table for citizens, guests, volunteers, officers and employees: what they may do is a membership."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.gis.db.models import PointField
from django.db import IntegrityError, models, transaction
from django.db.models.functions import Lower, Upper
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.rights import BODY_ROLES, Right, Role, rights_of


class PersonManager(BaseUserManager["Person"]):
    def shown(self) -> "models.QuerySet[Person]":
        """Those who wanted a page of their own that everybody may see."""
        return self.filter(profile_public=True, is_active=True, erased_at=None)

    def get_by_natural_key(self, email: str | None) -> "Person":
        return self.get(email__iexact=email)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def for_address(self, email: str, *, language: str = "") -> "Person":
        """The person with this address; a guest gets a row without a password. Existing rows are never changed."""
        known = self.filter(email__iexact=email).first()
        if known:
            return known
        try:
            with transaction.atomic():
                return self.create_user(email, language=language)
        except IntegrityError:  # the same form, sent twice at once
            return self.get(email=self.normalize_email(email).lower())


class Person(AbstractBaseUser, PermissionsMixin):
    """Somebody with a mail address. A guest is a person without a usable password.

    `is_staff` marks the association's employees: they see every desk and the administration.
    Names are private: a report shows one only when its reporter chose `show_name`.
    """

    class Trust(models.TextChoices):
        BY_DEEDS = "", _("by what they did")
        TRUSTED = "trusted", _("trusted")
        WATCHED = "watched", _("always looked at")

    email = models.EmailField(_("e-mail address"), max_length=254, unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=8, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("employee"), default=False)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)
    # "News" are the mails that one can do without; questions to the reporter go on unless `mail_none`.
    mail_news = models.BooleanField(_("news of reports by mail"), default=True)
    mail_none = models.BooleanField(_("no mail at all"), default=False)
    mail_stopped_at = models.DateTimeField(_("mail stopped after a hard bounce"), null=True, blank=True)
    # A page of one's own (`/people/<slug>`): only if wanted, and gone at once when it is not any more.
    profile_public = models.BooleanField(_("public profile"), default=False)
    profile_name = models.CharField(_("name on the profile"), max_length=60, blank=True)
    profile_slug = models.SlugField(_("address of the profile"), max_length=70, blank=True, db_index=False)
    profile_findable = models.BooleanField(_("search engines may list the profile"), default=False)
    # The lists of people who helped hold public profiles only; one can leave them and keep the profile.
    in_lists = models.BooleanField(_("in the lists of people who helped"), default=True)
    # Whether the desk looks at a report before it is published: by what the person did so far, or as somebody decided.
    trust = models.CharField(
        _("trust"),
        max_length=7,
        choices=Trust.choices,
        blank=True,
    )
    # Nothing here says any more who it was; the history of reports still points to the row.
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True, editable=False)

    # Where maps and the form open for this person, and the filters behind "my filter" (a query of the list).
    default_point = PointField(_("usual place"), srid=4326, null=True, blank=True, spatial_index=False)
    default_zoom = models.PositiveSmallIntegerField(_("usual zoom"), default=15)
    default_filters = models.CharField(_("usual filters"), max_length=500, blank=True)

    # Single keys act at the desk, unless they hinder (speech input, tremor): WCAG 2.1.4.
    desk_keys = models.BooleanField(_("single keys at the desk"), default=True)

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        permissions = tuple(Right.choices)  # what a role may do: `accounts.rights`
        # `unique=True` is for Django's checks; this one also holds "A@b.hu" and "a@b.hu" together.
        constraints = [
            models.UniqueConstraint(
                Lower("email"), name="person_email_once", violation_error_message=_("This address is taken.")
            ),
            # Also serves the page of a person.
            models.UniqueConstraint(
                fields=["profile_slug"], condition=~models.Q(profile_slug=""), name="person_profile_slug_once"
            ),
            models.CheckConstraint(
                condition=models.Q(profile_public=False) | ~(models.Q(profile_slug="") | models.Q(profile_name="")),
                name="person_public_has_name",
            ),
        ]
        indexes = [
            # Whose address was typed or sent a mail: `iexact` asks for it in capitals.
            models.Index(Upper("email"), name="person_email_any_case"),
            # The lists of people who helped: few have a public profile.
            models.Index(fields=["id"], name="person_shown", condition=models.Q(profile_public=True)),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name or self.email.split("@")[0]

    @cached_property
    def roles(self) -> set[str]:
        """From the memberships, wherever they count; an employee has no need of one."""
        roles = {membership.role for membership in self.memberships.all()}
        return roles | {Role.EMPLOYEE} if self.is_staff else roles

    @cached_property
    def rights(self) -> set[Right]:
        """What this person may do somewhere. Whether here: `moderation.access.may`."""
        return set(Right) if self.is_superuser else rights_of(self.roles)

    @property
    def is_moderator(self) -> bool:
        """Works at the desk somewhere: by a role, as long as the role may."""
        return bool(self.roles & {Role.VOLUNTEER, Role.SENIOR, Role.EMPLOYEE}) and Right.WORK_DESK in self.rights

    @property
    def is_officer(self) -> bool:
        """Belongs to a body, in whatever role."""
        return bool(self.roles & BODY_ROLES)

    @property
    def is_shown(self) -> bool:
        """As `Person.objects.shown()` asks it."""
        return self.profile_public and self.is_active and self.erased_at is None

    @property
    def can_get_mail(self) -> bool:
        return self.is_active and not self.mail_none and self.mail_stopped_at is None


class Ban(models.Model):
    """Somebody may not send or say anything until a day, or for good. Ended by its day or by a colleague."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="bans", verbose_name=_("person"))
    reason = models.CharField(_("reason"), max_length=300, help_text=_("The person reads it."))
    until = models.DateField(_("until"), null=True, blank=True, help_text=_("The last day; empty: for good."))
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("when"), default=timezone.now)
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)
    lifted_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("ban")
        verbose_name_plural = _("bans")
        ordering = ["-pk"]
        constraints = [
            # A new ban of the same person ends the old one.
            models.UniqueConstraint(fields=["person"], condition=models.Q(lifted_at=None), name="ban_one_at_a_time"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.until or '∞'}"

    @property
    def is_running(self) -> bool:
        return self.lifted_at is None and (self.until is None or self.until >= timezone.localdate())


class Reading(models.Model):
    """Somebody of the staff read personal data: who, whose, what and when. Kept for `READINGS_KEEP`."""

    class What(models.TextChoices):
        REPORTER = "reporter", _("name and address of a reporter")
        MAIL = "mail", _("a mail that came in")
        ORIGINAL = "original", _("an original photo")
        RECORD = "record", _("a person in the administration")
        LIST = "list", _("a list that names people")
        SEARCH = "search", _("a search by address")

    actor = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("who"))
    # Whose data; empty where a mail's sender is nobody that we know, and after the person was erased.
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="readings", verbose_name=_("of whom"))
    what = models.CharField(_("what"), max_length=8, choices=What.choices)
    about = models.CharField(_("where"), max_length=40, blank=True, help_text="A reference, a mail's key, or a page.")
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("reading of personal data")
        verbose_name_plural = _("readings of personal data")
        ordering = ["-pk"]
        indexes = [
            # The log, newest first, and the nightly purge.
            models.Index(fields=["-at"], name="reading_newest"),
            # What one of the staff has read.
            models.Index(fields=["actor", "-at"], name="reading_by_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.actor_id} {self.what}"

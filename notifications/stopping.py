"""The ways out at the foot of each news mail: this report, this kind of mail, or all that one can do without.

The signed link names the person, the report (0: none) and the kinds of the mail; the mail program's own button
(RFC 8058) takes the narrowest: the report if there is one, else the kinds. Questions to the reporter go on.
"""

from dataclasses import dataclass

from django.db import models, transaction
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from notifications.choices import set_frequency
from notifications.kinds import Frequency, MailKind
from notifications.models import Mute
from reports import links
from reports.actions_follow import unfollow_report
from reports.models import Report


class Scope(models.TextChoices):
    REPORT = "report", gettext_lazy("this report")
    KIND = "kind", gettext_lazy("this kind of mail")
    ALL = "all", gettext_lazy("all news")


@dataclass(frozen=True)
class WayOut:
    person: Person
    report: Report | None
    kinds: tuple[MailKind, ...]

    @property
    def scopes(self) -> list[Scope]:
        """The narrowest first."""
        return [Scope.REPORT, Scope.KIND, Scope.ALL] if self.report else [Scope.KIND, Scope.ALL]

    @property
    def is_reporter(self) -> bool:
        return self.report is not None and self.report.reporter_id == self.person.pk

    def read_scope(self, typed: str) -> Scope:
        """What the page's form chose; the mail program's button chooses nothing and gets the narrowest."""
        return next((scope for scope in self.scopes if scope == typed), self.scopes[0])

    def name(self, scope: Scope) -> str:
        """For the choice on the page."""
        match scope:
            case Scope.REPORT if self.is_reporter:
                return _("No more news of this report of mine")
            case Scope.REPORT:
                return _("No more news of this report: I do not follow it any more")
            case Scope.KIND:
                kinds = ", ".join(str(kind.label) for kind in self.kinds)
                return _("No more mails of this kind: %(kinds)s") % {"kinds": kinds}
        return _("No more news at all")

    def said(self, scope: Scope) -> str:
        """What is so now."""
        match scope:
            case Scope.REPORT if self.is_reporter:
                return _("You get no more news of this report of yours by mail.")
            case Scope.REPORT:
                return _("You no longer follow this report.")
            case Scope.KIND:
                kinds = ", ".join(str(kind.label) for kind in self.kinds)
                return _("You get no more mails of this kind: %(kinds)s.") % {"kinds": kinds}
        return _("You get no more news by mail.")


def read_way_out(token: str) -> WayOut:
    """Raises `Http404`. Links of older mails name no kind: it follows from whose report it is."""
    values = links.read(links.UNSUBSCRIBE, token)
    if len(values) not in (2, 3):
        raise Http404
    person = Person.objects.filter(pk=int(values[0])).first()
    report = Report.objects.filter(pk=int(values[1])).first() if values[1] != "0" else None
    if person is None or (report is None and values[1] != "0"):
        raise Http404
    return WayOut(person, report, read_kinds(values[2] if len(values) == 3 else "", person, report))


def read_kinds(names: str, person: Person, report: Report | None) -> tuple[MailKind, ...]:
    kinds = tuple(MailKind(name) for name in names.split("-") if name in MailKind.values)
    if kinds:
        return kinds
    return (MailKind.OWN if report is not None and report.reporter_id == person.pk else MailKind.FOLLOWED,)


@transaction.atomic
def stop_mails(way: WayOut, scope: Scope) -> None:
    """Doing it again changes nothing."""
    person, report = way.person, way.report
    if scope == Scope.ALL:
        Person.objects.filter(pk=person.pk).update(mail_news=False)
    elif scope == Scope.KIND:
        set_frequency(person, way.kinds, Frequency.NEVER)
    elif report is not None and way.is_reporter:
        Mute.objects.get_or_create(report=report, person=person)
    elif report is not None:
        unfollow_report(report, person)


@transaction.atomic
def unmute_report(person: Person, reference: str) -> None:
    """Hear of it again. An unknown reference changes nothing."""
    Mute.objects.filter(person=person.pk, report__reference=reference.replace("\x00", "")).delete()

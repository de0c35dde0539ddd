"""The forms of the settings page. Each is sent by a button of its own."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.gis.db.models.functions import PointOnSurface
from django.contrib.gis.geos import Point
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Person
from municipalities.models import Area, AreaShape
from notifications.choices import frequency_of
from notifications.kinds import BUNDLED, Frequency, MailKind
from reports.fields import LineField
from reports.filters import PickField, areas_with_reports
from reports.place_forms import PlaceSearchForm

AREA_ZOOM = 13
ON_OR_OFF = (
    (Frequency.NOW.value, pgettext_lazy("mails of this kind", "yes")),
    (Frequency.NEVER.value, pgettext_lazy("mails of this kind", "no")),
)
EXPLAINED = {
    MailKind.OWN: _("Your report was published, forwarded, answered, solved."),
    MailKind.FOLLOWED: _("The same, for reports of others that you follow or support."),
    MailKind.COMMENT: _("Somebody wrote under a report of yours or one that you follow."),
    MailKind.ALERT: _("New reports that match your alerts; how often, each alert says itself."),
    MailKind.DIGEST: _("What was solved and what waits in your neighbourhood."),
    MailKind.THANKS: _("Something that you reported or followed is solved."),
    MailKind.OFFICE: _("Each morning on which something is new, due soon or overdue at your office."),
}


class ProfileForm(forms.Form):
    name = LineField(
        label=_("Name"),
        max_length=120,
        required=False,
        validators=[ProhibitNullCharactersValidator()],
        help_text=_("Nobody sees it unless you choose so on a report."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=settings.LANGUAGES, help_text=_("Of the pages and of our mails.")
    )


class UsualPlaceForm(PlaceSearchForm):
    """Valid, it holds `point` (lon/lat) and `zoom`: of what is searched for, of the chosen area, or of the two numbers.

    In this order, because the numbers of the place so far stand in the form.
    """

    area = PickField(
        model=Area,
        options=lambda: [("", _("Choose on the map or by coordinates")), *areas_with_reports()],
        label=_("A settlement or district"),
        required=False,
    )
    zoom = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=30)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        area, latitude, longitude = data.get("area"), data.get("latitude"), data.get("longitude")
        if data.get("place_search"):
            self._search(data)
        elif area:
            data["point"], data["zoom"] = middle_of(area), AREA_ZOOM
        elif latitude is not None and longitude is not None:
            data["point"] = Point(longitude, latitude, srid=4326)
        elif latitude is not None or longitude is not None:
            self.add_error("latitude" if latitude is None else "longitude", _("The place needs both numbers."))
        else:
            self.add_error("area", _("Choose an area, tap on the map, or write coordinates."))
        return data

    def _search(self, data: dict[str, Any]) -> None:
        self.found = self.search(data["place_search"])
        if len(self.found.places) == 1:
            data["point"] = self.found.places[0].point
        elif self.found.places:
            self.add_error("place_search", _("Choose the right place of those that we found, then save."))
        else:
            self.add_error("place_search", self.found.problem)


def middle_of(area: Area) -> Point | None:
    """A point inside the area's largest piece of land, good enough to open a map there."""
    shape = AreaShape.objects.filter(area=area).annotate(middle=PointOnSurface("geometry")).first()
    return shape.middle if shape else None


class MailsForm(forms.Form):
    """How much mail at all, and how often each kind."""

    LEVELS = (
        ("news", _("News and questions, as chosen below")),
        ("questions", _("Only questions about my own reports (is something missing, is it solved?)")),
        ("none", _("Nothing at all")),
    )
    level = forms.ChoiceField(
        label=_("Mails"),
        choices=LEVELS,
        widget=forms.RadioSelect,
        help_text=_(
            "With “nothing at all” the volunteers see that you cannot be reached: "
            "a report that lacks something stays where it is."
        ),
    )

    def __init__(self, data: Any, *, person: Person, auto_id: str) -> None:
        # The office's list is for those who answer for a body.
        self.offered = [kind for kind in MailKind if kind != MailKind.OFFICE or person.is_officer]
        initial = {"level": level_of(person), **{kind.value: frequency_of(person, kind).value for kind in self.offered}}
        super().__init__(data, initial=initial, auto_id=auto_id)
        for kind in self.offered:
            self.fields[kind.value] = forms.ChoiceField(
                label=capfirst(kind.label),
                help_text=EXPLAINED[kind],
                choices=[(choice.value, choice.label) for choice in kind.offered] if kind in BUNDLED else ON_OR_OFF,
            )

    @property
    def kinds(self) -> list[forms.BoundField]:
        return [self[kind.value] for kind in self.offered]

    @property
    def choices(self) -> dict[MailKind, Frequency]:
        return {kind: Frequency(self.cleaned_data[kind.value]) for kind in self.offered}


def level_of(person: Person) -> str:
    if person.mail_none:
        return "none"
    return "news" if person.mail_news else "questions"

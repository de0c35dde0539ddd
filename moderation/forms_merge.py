"""What is typed to join, split and highlight."""

import re
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from moderation.forms import FlatCategoryField, choosable_categories
from municipalities.models import Area, Category
from reports.actions_split import photos_to_split
from reports.fields import CoordinateField, LineField, WordsField
from reports.lifecycle import Status
from reports.models import Photo, Report
from reports.models.report import REFERENCE_ALPHABET

REFERENCE = re.compile(f"(?:^|[/ ])([{REFERENCE_ALPHABET}]{{8}})(?:$|[/ ?#])")
NUMBER = re.compile(r"(?:^|[/ ])(\d{1,20})(?:$|[/ ?#])")


class OtherReportForm(forms.Form):
    """The other report: its code, its address on this site, or its number at the source."""

    other = LineField(
        label=_("Code or address of the other report"),
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}),
    )

    def __init__(self, report: Report, person: Person, data: Any = None) -> None:
        super().__init__(data)
        self.report, self.person = report, person

    def clean_other(self) -> Any:
        """A report of this person's desk, with its `distance` from the one in hand; a duplicate stands for its
        original."""
        words = self.cleaned_data["other"].lower()
        code, number = REFERENCE.search(words), NUMBER.search(words)
        found: Any = None
        desk = Report.objects.for_desk_of(self.person).for_list().select_related("reporter", "original")
        desk = desk.annotate(distance=Distance("point", self.report.point))
        if code:
            found = desk.filter(reference=code[1]).first()
        elif number:
            found = desk.filter(source_id=number[1]).first()
        if found is not None and found.original_id == self.report.pk:
            raise forms.ValidationError(_("That one is a duplicate of this report already."))
        if found is not None and found.state == Status.DUPLICATE:
            found = desk.filter(pk=found.original_id).first()
        if found is None:
            raise forms.ValidationError(_("There is no such report at your desk."))
        if found == self.report:
            raise forms.ValidationError(_("This is the report itself; which other one?"))
        return found


class MergeForm(forms.Form):
    """The button of the page that compares two reports."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    with_photos = forms.BooleanField(
        label=_("Its photos may be shown at the original"),
        required=False,
        help_text=_("Leave it out where they show nothing new, or something that is better not shown twice."),
    )


class SplitForm(forms.Form):
    """Which part of a report becomes a report of its own."""

    photos = forms.ModelMultipleChoiceField(
        label=_("Photos that go with the new report"), required=False, queryset=Photo.objects.none()
    )
    title = LineField(label=_("Title of the new report"), required=False, max_length=150)
    description = WordsField(
        label=_("Text of the new report"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6})
    )
    kept = WordsField(
        label=_("Text that stays with this report"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6})
    )
    category = FlatCategoryField(
        label=_("Category of the new report"),
        required=False,
        queryset=Category.objects.none(),
        empty_label=_("Not chosen yet"),
    )
    address = LineField(label=_("Address of the new report"), required=False, max_length=250)
    latitude = CoordinateField(label=_("Latitude"), limit=90)
    longitude = CoordinateField(label=_("Longitude"), limit=180)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    def __init__(self, report: Report, data: Any = None) -> None:
        initial = {
            "description": report.description,
            "kept": report.description,
            "category": report.category,
            "address": report.address,
            "latitude": f"{report.latitude:.6f}",
            "longitude": f"{report.longitude:.6f}",
            "version": report.version,
        }
        super().__init__(data, initial=initial)
        self.report = report
        self.fields["category"].queryset = choosable_categories(report.category)  # type: ignore[attr-defined]
        self.fields["photos"].queryset = photos_to_split(report)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if {"latitude", "longitude"} <= set(data):
            data |= self._place(data)
            if data["area"] is None:
                self.add_error("latitude", _("This place lies outside the areas that we serve."))
        return data

    def _place(self, data: dict[str, Any]) -> dict[str, Any]:
        """That of the whole, unless another was typed."""
        if not {"latitude", "longitude"} & set(self.changed_data):
            return {name: getattr(self.report, name) for name in ("point", "area", "place_source")}
        point = Point(data["longitude"], data["latitude"], srid=4326)
        return {"point": point, "area": Area.objects.at(point), "place_source": Report.PlaceSource.MAP}

    @property
    def part(self) -> dict[str, Any]:
        names = ("title", "description", "category", "address", "point", "area", "place_source")
        return {name: self.cleaned_data[name] for name in names}

    @property
    def chosen_photos(self) -> set[str]:
        """The keys of the boxes that are ticked, as typed."""
        return set(self.data.getlist("photos")) if self.is_bound and hasattr(self.data, "getlist") else set()


class HighlightForm(forms.Form):
    until = forms.DateField(
        label=_("Highlighted until"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The front page and the lists point it out, this day included."),
    )

    def clean_until(self) -> Any:
        until, today = self.cleaned_data["until"], timezone.localdate()
        if until < today:
            raise forms.ValidationError(_("This day has passed."))
        if until > today + timedelta(days=settings.HIGHLIGHT_DAYS):
            raise forms.ValidationError(
                _("At most %(days)d days: what is pointed out for ever is seen by nobody."),
                params={"days": settings.HIGHLIGHT_DAYS},
            )
        return until

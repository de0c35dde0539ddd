"""What is typed at the desk, cleaned to domain types."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.gis.geos import Point
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from moderation.actions import Decision
from moderation.presets import Presets
from municipalities.models import Area, Category, Institution
from reports.fields import CoordinateField, LineField, WordsField
from reports.forms import ReportForm
from reports.lifecycle import REJECTION_REASONS, Reason
from reports.models import Photo, Report
from reports.typed import typed_key

# Which fields an action cannot do without, and what is said where one is empty.
NEEDED = {
    "send": {
        "title": _("Give it a title before sending."),
        "category": _("Choose a category before sending."),
        "institution": _("Choose whom it goes to."),
    },
    "ask": {"ask_text": _("Write what the reporter is asked.")},
    "reject": {"reason": _("Choose the reason.")},
    "note": {"note_text": _("Write the note.")},
}
OTHER_BODY = "other"


def choosable_categories(chosen: Category | None) -> QuerySet[Category]:
    """What citizens are offered, and what this report has already."""
    offered = Category.objects.offered()
    if chosen is None or offered.filter(pk=chosen.pk).exists():
        return offered
    either = Q(pk__in=offered.values("pk")) | Q(pk=chosen.pk)
    return Category.objects.filter(either).select_related("parent")


class FlatCategoryField(forms.ModelChoiceField):
    """Every category, a main one too: "Road › Pothole"."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.parent.name} › {obj.name}" if obj.parent else obj.name


class CaseForm(forms.Form):
    """One case: what may be edited, and what each button needs. The buttons send `action`, or a photo's key."""

    title = LineField(label=_("Title"), required=False, max_length=150)
    description = WordsField(label=_("Description"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6}))
    category = FlatCategoryField(
        label=_("Category"), required=False, queryset=Category.objects.none(), empty_label=_("Not chosen yet")
    )
    is_private = forms.BooleanField(
        label=_("Private"), required=False, help_text=_("Only the reporter, the desk and the body see it.")
    )
    address = LineField(label=_("Address"), required=False, max_length=250)
    latitude = CoordinateField(label=_("Latitude"), limit=90)
    longitude = CoordinateField(label=_("Longitude"), limit=180)
    institution = forms.CharField(label=_("Whom it goes to"), required=False)
    other_institution = forms.ModelChoiceField(
        label=_("Another body"),
        required=False,
        queryset=Institution.objects.active(),
        empty_label=_("Choose from all bodies"),
    )
    also = forms.ModelMultipleChoiceField(required=False, queryset=Institution.objects.active().filter(refuses=False))
    send_text = WordsField(
        label=_("Word to the body"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Goes with the letter and stands on the public page."),
    )
    ask_text = WordsField(
        label=_("What is missing?"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
    reason = forms.ChoiceField(
        label=_("Reason"),
        required=False,
        widget=forms.RadioSelect,
        choices=[(reason.value, reason.label) for reason in REJECTION_REASONS],
    )
    reject_text = WordsField(
        label=_("Word to the reporter"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
    hide_text = WordsField(
        label=_("Why (internal)"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2})
    )
    note_text = WordsField(
        label=_("Note"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("@name calls a colleague."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    hide_photo = forms.ModelChoiceField(required=False, queryset=Photo.objects.none())
    show_photo = forms.ModelChoiceField(required=False, queryset=Photo.objects.none())
    # What stood in the fields as our guess (`moderation.presets`).
    preset_title = LineField(required=False, max_length=150, widget=forms.HiddenInput)
    preset_category = LineField(required=False, max_length=20, widget=forms.HiddenInput)

    EDITED = ("title", "description", "category", "address", "is_private")

    # Acts that make a guess the report's own.
    TAKES_PRESETS = ("send", "save")

    def __init__(self, report: Report, data: Any = None, *, presets: Presets | None = None) -> None:
        place = {"latitude": f"{report.latitude:.6f}", "longitude": f"{report.longitude:.6f}"}
        edited = {name: getattr(report, name) for name in self.EDITED}
        guessed = presets or Presets()
        if guessed.category:
            edited |= {"category": guessed.category, "preset_category": guessed.category.pk}
        if guessed.title:
            edited |= {"title": guessed.title, "preset_title": guessed.title}
        super().__init__(data, initial={**place, **edited, **guessed.texts, "version": report.version})
        self.report = report
        self.fields["category"].queryset = choosable_categories(edited["category"])  # type: ignore[attr-defined]
        for name in ("hide_photo", "show_photo"):
            self.fields[name].queryset = report.photos.all()  # type: ignore[attr-defined]

    def clean_institution(self) -> Institution | None:
        """A suggestion's radio button holds the body's key; the last one points to the list of all bodies."""
        key = self.cleaned_data["institution"]
        if key in ("", OTHER_BODY):
            return None
        found = Institution.objects.active().filter(pk=typed_key(key)).first()
        if found is None:
            raise forms.ValidationError(_("This body is not there any more; choose another."))
        return found

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.data.get("institution") == OTHER_BODY:
            data["institution"] = data.get("other_institution")
        for name, message in NEEDED.get(self.action, {}).items():
            if not data.get(name) and name not in self.errors:
                self.add_error(name, message)
        if self.action == "reject" and data.get("reason") == Reason.OTHER and not data.get("reject_text"):
            self.add_error("reject_text", _("Tell the reporter why."))
        if {"latitude", "longitude"} & set(self.changed_data):
            self._clean_place(data)
        return data

    def _clean_place(self, data: dict[str, Any]) -> None:
        if "latitude" not in data or "longitude" not in data:
            return
        data["point"] = Point(data["longitude"], data["latitude"], srid=4326)
        data["area"] = Area.objects.at(data["point"])
        data["place_source"] = Report.PlaceSource.MAP
        if data["area"] is None:
            self.add_error("latitude", _("This place lies outside the areas that we serve."))

    @property
    def action(self) -> str:
        """The button that was pressed."""
        photo = next((name for name in ("hide_photo", "show_photo") if self.data.get(name)), "")
        return photo or self.data.get("action", "")

    @property
    def values(self) -> dict[str, Any]:
        """The columns as edited; blanks at the end that the form took off are no edit."""
        data = self.cleaned_data
        kept = {name for name in self.EDITED if data[name] == self.as_typed(name)} | self._guesses_left()
        return {
            name: data[name]
            for name in (*self.EDITED, "point", "area", "place_source")
            if name in data and name not in kept
        }

    def _guesses_left(self) -> set[str]:
        """Fields that hold our guess still, while nothing is done that would take it."""
        return set() if self.action in self.TAKES_PRESETS else self.untouched_guesses

    @property
    def untouched_guesses(self) -> set[str]:
        data = self.cleaned_data
        category = str(data["category"].pk) if data["category"] else ""
        same = {"title": data["title"] == data["preset_title"], "category": category == data["preset_category"]}
        return {name for name, is_guess in same.items() if is_guess and data[f"preset_{name}"]}

    @property
    def category_now(self) -> Category | None:
        """As chosen in the form, or as it stands there."""
        cleaned = getattr(self, "cleaned_data", {})
        chosen: Category | None = cleaned["category"] if "category" in cleaned else self.initial["category"]
        return chosen

    def as_typed(self, name: str) -> Any:
        """What is stored, as the form would read it."""
        stored = getattr(self.report, name)
        return self.fields[name].to_python(stored) if isinstance(stored, str) else stored

    @property
    def words(self) -> str:
        """What was written for the button that was pressed."""
        return self.cleaned_data.get(f"{self.action}_text", "")

    @property
    def decision(self) -> Decision:
        data = self.cleaned_data
        return Decision(
            self.action,
            values=self.values,
            text=self.words,
            institution=data["institution"],
            also=tuple(data["also"]),
            reason=Reason(data["reason"]) if data["reason"] else None,
            photo=data["hide_photo"] or data["show_photo"],
        )


class MailForm(forms.Form):
    """An answer that came by mail, as it will stand on the public page."""

    is_proposed = False  # the step that is chosen beforehand was read from the mail's words

    text = WordsField(
        label=_("Answer as published"),
        required=False,
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("Take out names, phone numbers and signatures of officers and citizens."),
    )
    outcome = forms.ChoiceField(label=_("What it says"), required=False, widget=forms.RadioSelect)
    promised_on = forms.DateField(
        label=_("Promised by"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Only with a promised date."),
    )

    pointed_to = forms.ModelChoiceField(
        label=_("Whose do they say it is?"),
        required=False,
        queryset=Institution.objects.active(),
        empty_label=_("They do not say"),
        help_text=_("Only with “not theirs”."),
    )

    attached = forms.TypedMultipleChoiceField(
        label=_("Publish with it"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Look at each file first. Pictures lose their hidden data; documents are published as they are."),
    )

    def __init__(
        self, *args: Any, outcomes: list[tuple[str, Any]], files: Sequence[tuple[int, str]] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = outcomes  # type: ignore[attr-defined]
        self.fields["attached"].choices = files  # type: ignore[attr-defined]
        if not files:
            del self.fields["attached"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("text") and "text" not in self.errors:
            self.add_error("text", _("Write what is published."))
        day = data.get("promised_on")
        if data.get("outcome") == "promise" and "promised_on" not in self.errors:
            if day is None:
                self.add_error("promised_on", _("Give the promised day."))
            elif day < timezone.localdate():
                self.add_error("promised_on", _("This day has passed."))
        return data


class EntryForm(ReportForm):
    """A report that somebody told us: as the public form, but no photo, name or address is asked for."""

    asks_questions = False
    channel = forms.ChoiceField(
        label=_("How did it come?"),
        choices=[(c.value, c.label) for c in (Report.Channel.PHONE, Report.Channel.LETTER, Report.Channel.IN_PERSON)],
        widget=forms.RadioSelect,
    )

    field_order = ["channel", "name", "email", "show_name", "description", "title", "category", "kind", "address"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, signed_in=False, **options)
        email = self.fields["email"]
        email.required, email.label = False, _("Their e-mail address")
        email.help_text = _("They get a mail with what was entered, and a link to follow, correct or stop it.")
        self.fields["name"].label = _("Their name")
        self.fields["show_name"].label = _("The name may be shown with the report")
        self.fields["name"].widget.attrs["autocomplete"] = "off"
        email.widget.attrs["autocomplete"] = "off"

    def _check_photos(self, data: dict[str, Any]) -> None:
        if self.photo_errors:
            self.add_error("photos", forms.ValidationError(self.photo_errors))

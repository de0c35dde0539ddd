"""What a reporter fills in on the page of their own report."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from reports.fields import PhotosField, WordsField
from reports.forms import ReplyForm, ReportForm, ask_for_photos
from reports.models import HandlingRating, Report
from reports.question_forms import answer_name

EDITED = ("category", "title", "description", "no_photo_reason", "point", "address", "area")
NOT_EDITED = ("kind", "name", "show_name")


class OwnEditForm(ReportForm):
    """A report that still waits, corrected by who wrote it. `version` is the one that the page showed."""

    version = forms.IntegerField(min_value=0, max_value=2**31, widget=forms.HiddenInput)

    def __init__(self, *args: Any, report: Report, **options: Any) -> None:
        self.report = report
        initial = {
            "version": report.version,
            "latitude": f"{report.latitude:.6f}",
            "longitude": f"{report.longitude:.6f}",
            "address": report.address,
            "description": report.description,
            "category": report.category_id,
            "title": report.title,
            "no_photo_reason": report.no_photo_reason,
            **{answer_name(answer.code): answer.value for answer in report.answers.current()},
        }
        super().__init__(*args, signed_in=True, initial=initial, **options)
        for name in NOT_EDITED:
            self.fields.pop(name, None)
        self.fields["photos"].label = _("More photos")

    def _check_photos(self, data: dict[str, Any]) -> None:
        super()._check_photos({**data, "kind": self.report.kind})

    @property
    def values(self) -> dict[str, Any]:
        """The columns of the report. A place that was not moved stays as exact as it was."""
        values = {name: self.cleaned_data[name] for name in EDITED}
        if not {"latitude", "longitude"} & set(self.changed_data):
            values["point"], values["area"] = self.report.point, self.report.area
        return values


class AddPhotosForm(forms.Form):
    photos = PhotosField(label=_("Photos"), required=False)

    def __init__(self, *args: Any, photo_count: int = 0, photo_errors: list[str] | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.photo_count, self.photo_errors = photo_count, photo_errors or []
        ask_for_photos(self.fields["photos"])

    def clean(self) -> dict[str, Any]:
        if self.photo_errors:
            self.add_error("photos", ValidationError(self.photo_errors))
        elif not self.photo_count:
            self.add_error("photos", _("Choose at least one photo."))
        return super().clean() or {}


class ReopenForm(ReplyForm):
    """Why a closed report should be open again; the body reads it."""


class HandlingForm(forms.Form):
    score = forms.TypedChoiceField(
        label=_("Are you content with how it was handled?"),
        choices=[(score.value, score.label) for score in reversed(HandlingRating.Score)],
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the three.")},
    )
    words = WordsField(
        label=_("What went well, what did not?"),
        help_text=_("Our volunteers read it; it is not published."),
        max_length=2000,
        required=False,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["words"].widget.attrs |= {"rows": 3}

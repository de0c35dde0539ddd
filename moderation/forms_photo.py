"""What is to be done to a photo, in per cent of the picture as it is shown. The boxes are dragged, or typed here."""

from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms.formsets import BaseFormSet, formset_factory
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.photos import MOST_BLURS, BadEdits, Box, Edits
from reports.photos.edits import SMALLEST_CROP

SIDES = ("left", "top", "width", "height")


class PercentField(forms.FloatField):
    def __init__(self, label: Any) -> None:
        widget = forms.NumberInput(attrs={"step": "0.1", "min": "0", "max": "100", "autocomplete": "off"})
        super().__init__(label=label, required=False, min_value=0, max_value=100, widget=widget)

    def to_python(self, value: Any) -> Any:
        """With a point or a comma; no number is that long."""
        text = str(value or "").strip().replace(",", ".")
        return super().to_python(text if len(text) < 30 else "x")


class BoxForm(forms.Form):
    """Four empty fields are no box."""

    left = PercentField(gettext_lazy("Left %"))
    top = PercentField(gettext_lazy("Top %"))
    width = PercentField(gettext_lazy("Width %"))
    height = PercentField(gettext_lazy("Height %"))
    smallest = 0.0

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.errors or self.is_removed or all(data.get(side) is None for side in SIDES):
            return data
        for side in SIDES:
            if data.get(side) is None:
                self.add_error(side, ValidationError(_("Fill in all four numbers, or none."), code="required"))
        if self.errors:
            return data
        for start, length in (("left", "width"), ("top", "height")):
            if data[length] <= self.smallest * 100:
                least = self.smallest * 100 or 0.1
                self.add_error(length, ValidationError(_("At least %(least)g %%.") % {"least": least}, code="small"))
            elif data[start] + data[length] > 100.04:
                self.add_error(length, ValidationError(_("This reaches beyond the edge of the photo."), code="outside"))
        return data

    @property
    def is_removed(self) -> bool:
        return bool(self.cleaned_data.get("gone"))

    @property
    def box(self) -> Box | None:
        data = self.cleaned_data
        if self.is_removed or data.get("left") is None:
            return None
        left, top, width, height = (data[side] / 100 for side in SIDES)
        return left, top, min(width, 1 - left), min(height, 1 - top)


class CropForm(BoxForm):
    smallest = SMALLEST_CROP


class BlurForm(BoxForm):
    gone = forms.BooleanField(label=gettext_lazy("Remove"), required=False)


class BlurForms(BaseFormSet):
    default_error_messages = {
        **BaseFormSet.default_error_messages,
        "missing_management_form": gettext_lazy("The page was not sent whole. Please try again."),
        "too_many_forms": gettext_lazy("At most %(num)d areas can be blurred."),
    }

    def clean(self) -> None:
        boxes = [form for form in self.forms if form.is_valid() and form.box]
        if len(boxes) > MOST_BLURS:
            words = _("At most %(num)d areas can be blurred.") % {"num": MOST_BLURS}
            raise ValidationError(words, code="too_many_forms")


BlurFormSet = formset_factory(BlurForm, BlurForms, extra=1, max_num=MOST_BLURS, absolute_max=2 * MOST_BLURS)


class PhotoForm(forms.Form):
    """`seen` is the picture that this moderator looked at."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=32)
    turn = forms.TypedChoiceField(
        coerce=int, choices=[(turn, turn) for turn in (0, 90, 180, 270)], widget=forms.HiddenInput, required=True
    )

    def __init__(self, edits: Edits, seen: str, data: QueryDict | None = None) -> None:
        super().__init__(data, initial={"turn": edits.turn, "seen": seen})
        crop = dict(zip(SIDES, percents(edits.crop), strict=True)) if edits.crop else None
        self.crop = CropForm(data, prefix="crop", initial=crop)
        boxes = [dict(zip(SIDES, percents(box), strict=True)) for box in edits.blur]
        self.blur = BlurFormSet(data, prefix="blur", initial=boxes)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.crop.is_valid() or not self.blur.is_valid():
            self.add_error(None, ValidationError(_("Please look at the numbers of the boxes."), code="boxes"))
        return data

    @property
    def edits(self) -> Edits:
        """What was chosen; the form is valid. Raises `BadEdits`, which its own checks leave nothing for."""
        return Edits(self.cleaned_data["turn"], self.crop.box, tuple(form.box for form in self.blur.forms if form.box))

    def read(self) -> Edits | None:
        """As `edits`; a message is at the field where there are none."""
        if not self.is_valid():
            return None
        try:
            return self.edits
        except BadEdits:
            self.add_error(NON_FIELD_ERRORS, _("Please look at the numbers of the boxes."))
            return None


def percents(box: Box) -> list[float]:
    return [round(value * 100, 2) for value in box]

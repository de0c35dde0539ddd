"""Form fields for what people really type and send."""

import math
import re
from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext_lazy as _

from municipalities.models import Category

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)


class LineField(forms.CharField):
    """One line: whatever breaks lines, in a pasted address or a forged header, is a space."""

    def to_python(self, value: Any) -> str:
        return " ".join((super().to_python(value) or "").split())


class WordsField(forms.CharField):
    """Several lines, counted as the browser counts them: a line break is one character, however it is sent."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")


class CoordinateField(forms.CharField):
    """Degrees as a float, with a point or a comma: 47.4979, "47,4979", "47.4979°"."""

    def __init__(self, *, limit: int, **options: Any) -> None:
        self.limit = limit
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(max_length=40, widget=widget, **options)

    def clean(self, value: Any) -> Any:
        text = super().clean(value).replace(",", ".").rstrip("° ")
        if not text:
            return None
        if not NUMBER.fullmatch(text):
            raise ValidationError(_("Write degrees as a number, like 47.4979."), code="invalid")
        degrees = float(text)
        if not math.isfinite(degrees) or abs(degrees) > self.limit:
            raise ValidationError(
                _("Degrees lie between -%(limit)d and %(limit)d here."), code="range", params={"limit": self.limit}
            )
        return degrees


class PhotosField(forms.FileField):
    """Several files. They are checked and kept before the form is looked at (`views.held_photos`)."""

    class widget(forms.FileInput):
        allow_multiple_selected = True

    def clean(self, data: Any, initial: Any = None) -> None:
        return None


class GroupedCategories(ModelChoiceIterator):
    """The choices of a category field: the second level stands under the first, in the reader's language."""

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        yield "", self.field.empty_label
        groups: dict[Category, list[tuple[int, str]]] = {}
        for category in self.queryset:
            groups.setdefault(category.parent or category, [])
            if category.parent:
                groups[category.parent].append((category.pk, category.name))
        for top, children in groups.items():
            yield (top.name, children) if children else (top.pk, top.name)


class CategoryField(forms.ModelChoiceField):
    """What a citizen may choose."""

    iterator = GroupedCategories

    def __init__(self, **options: Any) -> None:
        super().__init__(Category.objects.offered(), **options)

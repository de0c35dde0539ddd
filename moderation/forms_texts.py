"""What is typed about saved texts."""

from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from moderation.models import SavedText
from moderation.saved_texts import NEVER_AUTOMATIC, overlapping
from municipalities.models import Area, Category
from reports.fields import LineField, WordsField
from reports.placeholders import unknown_placeholders

LONGEST = 4000


def _areas() -> QuerySet[Area]:
    """Served areas, and what they lie in."""
    served = Area.objects.served()
    return Area.objects.current().filter(Q(pk__in=served) | Q(pk__in=served.values("parent"))).order_by("name")


class SavedTextForm(forms.ModelForm):
    """One field for each language of the site; only the site's own has to be filled."""

    name = LineField(label=_("Name"), max_length=80, help_text=_("How it is called in the list."))

    class Meta:
        model = SavedText
        fields = ("act", "name", "category", "area", "is_automatic", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = Category.objects.offered()  # type: ignore[attr-defined]
        self.fields["area"].queryset = _areas()  # type: ignore[attr-defined]
        self.fields["is_automatic"].help_text = _("At most one such text may fit to a report.")
        for code, name in settings.LANGUAGES:
            self.fields[f"text_{code}"] = WordsField(
                label=_("Text (%(language)s)") % {"language": name},
                max_length=LONGEST,
                required=code == settings.LANGUAGE_CODE,
                initial=self.instance.texts.get(code, ""),
                widget=forms.Textarea(attrs={"rows": 5}),
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        texts = {}
        for code, _name in settings.LANGUAGES:
            text = data.get(f"text_{code}", "")
            wrong = unknown_placeholders(text)
            if wrong:
                known = _("There is no placeholder {%(name)s}.") % {"name": wrong[0]}
                self.add_error(f"text_{code}", known)
            if text:
                texts[code] = text
        self.instance.texts = texts
        if data.get("is_automatic") and data.get("act") in NEVER_AUTOMATIC:
            self.add_error("is_automatic", _("Other words stand in that field already: offer it, but not by itself."))
        if not self.errors:
            self._refuse_overlap(data)
        return data

    def _refuse_overlap(self, data: dict[str, Any]) -> None:
        wanted = SavedText(pk=self.instance.pk, **{name: data[name] for name in self.Meta.fields})
        other = overlapping(wanted)
        if other is not None:
            said = _("“%(name)s” stands in the same field of the same reports. Narrow one of them.")
            self.add_error("is_automatic", said % {"name": other.name})

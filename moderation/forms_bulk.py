"""What is done to many reports at once."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from moderation.forms import FlatCategoryField
from moderation.models import Bulk
from municipalities.models import Category
from reports.fields import WordsField
from reports.lifecycle import REJECTION_REASONS


class BulkForm(forms.Form):
    action = forms.ChoiceField(label=_("What to do"), choices=[("", _("Choose")), *Bulk.Action.choices])
    category = FlatCategoryField(label=_("Category"), required=False, queryset=Category.objects.none())
    reason = forms.ChoiceField(
        label=_("Reason"),
        required=False,
        choices=[("", _("Choose a reason")), *[(reason.value, reason.label) for reason in REJECTION_REASONS]],
    )
    text = WordsField(
        label=_("Text"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For the reporter when not publishing, else internal."),
    )

    # Which field an action cannot do without.
    NEEDED = {
        Bulk.Action.CATEGORY: ("category", _("Choose a category.")),
        Bulk.Action.REJECT: ("reason", _("Choose the reason.")),
        Bulk.Action.NOTE: ("text", _("Write the note.")),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = Category.objects.offered()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        action = data.get("action")
        needed = self.NEEDED.get(Bulk.Action(action)) if action else None
        if needed and not data.get(needed[0]) and needed[0] not in self.errors:
            self.add_error(*needed)
        if data.get("reason") == "other" and action == Bulk.Action.REJECT and not data.get("text"):
            self.add_error("text", _("Tell the reporters why."))
        return data

    @property
    def values(self) -> dict[str, Any]:
        """As they are kept on the row."""
        data = self.cleaned_data
        category = data.get("category")
        return {
            "category": category.pk if category else None,
            "reason": data.get("reason", ""),
            "text": data.get("text", ""),
        }

"""What is said to many cases at once."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from forwarding.office.access import colleagues_of
from forwarding.office.models import OfficeBulk
from municipalities.models import Institution
from reports.fields import WordsField

Action = OfficeBulk.Action


class OfficeBulkForm(forms.Form):
    action = forms.ChoiceField(label=_("What to do"), choices=[("", _("Choose")), *Action.choices])
    text = WordsField(
        label=_("Text"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Everybody can read it on each report's page; with giving to a colleague only your own body does."),
    )
    promised_on = forms.DateField(
        label=_("Solved by"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Only with a promise."),
    )
    person = forms.ModelChoiceField(
        label=_("Colleague"),
        required=False,
        queryset=Person.objects.none(),
        empty_label=_("Choose"),
        help_text=_("Only with giving to a colleague."),
    )

    # Which field an action cannot do without.
    NEEDED = {
        Action.ANSWER: ("text", _("Please write the answer.")),
        Action.PROMISE: ("promised_on", _("Please give the day.")),
        Action.GIVE: ("person", _("Choose a colleague.")),
    }

    def __init__(self, *args: Any, bodies: list[Institution], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = colleagues_of(bodies)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        action, day = data.get("action"), data.get("promised_on")
        needed = self.NEEDED.get(Action(action)) if action else None
        if needed and not data.get(needed[0]) and needed[0] not in self.errors:
            self.add_error(*needed)
        if action == Action.PROMISE and day and day < timezone.localdate():
            self.add_error("promised_on", _("This day has passed; please give one to come."))
        return data

    @property
    def values(self) -> dict[str, Any]:
        """What the action needs, as it is kept on the row."""
        data, action = self.cleaned_data, self.cleaned_data["action"]
        values: dict[str, Any] = {"text": data["text"]}
        if action == Action.PROMISE:
            values["promised_on"] = data["promised_on"].isoformat()
        if action == Action.GIVE:
            values["person"] = data["person"].pk
        return values

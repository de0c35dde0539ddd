"""What is typed about people at the desk."""

from datetime import date

from django import forms
from django.core.validators import MaxValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from reports.fields import LineField

LAST_DAY = date(2100, 1, 1)


class BanForm(forms.Form):
    reason = LineField(label=_("Reason"), max_length=300, help_text=_("The person reads it."))
    until = forms.DateField(
        label=_("Until"),
        required=False,
        help_text=_("The last day; empty: for good."),
        validators=[MaxValueValidator(LAST_DAY)],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def clean_until(self) -> date | None:
        until: date | None = self.cleaned_data["until"]
        if until is not None and until < timezone.localdate():
            raise forms.ValidationError(_("This day is over."))
        return until


class TrustForm(forms.Form):
    trust = forms.ChoiceField(
        label=_("Whether the desk looks at the reports first"),
        required=False,
        choices=Person.Trust.choices,
    )

"""What people fill in about themselves."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class EraseForm(forms.Form):
    """The choice about the reports, and the address once more: nobody erases an account by one slip."""

    reports = forms.ChoiceField(
        label=_("What shall become of your reports?"),
        choices=[
            ("keep", _("They stay, without my name: what I reported may still be solved")),
            ("withdraw", _("Withdraw those that are still open; the bodies that have them are told")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what shall become of your reports.")},
    )
    address = forms.CharField(
        label=_("Your e-mail address, to be sure"),
        max_length=254,
        error_messages={"required": _("Type your e-mail address to confirm.")},
    )

    def __init__(self, *args: Any, address: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self._address = address
        self.fields["address"].widget.attrs |= {"autocomplete": "off", "inputmode": "email", "spellcheck": "false"}

    def clean_address(self) -> str:
        typed: str = self.cleaned_data["address"].strip()
        if typed.casefold() != self._address.casefold():
            raise forms.ValidationError(_("This is not the address of your account."))
        return typed

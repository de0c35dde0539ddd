from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from reports.fields import LineField


class ProfileForm(forms.Form):
    """What others may see of a person."""

    is_public = forms.BooleanField(
        label=_("Everybody may see my profile"),
        required=False,
        help_text=_(
            "It shows the name below, since when you are with us, your badges, and those of your reports that carry "
            "your name. Reports sent without a name never appear there."
        ),
    )
    name = LineField(
        label=_("Name on the profile"),
        max_length=60,
        required=False,
        help_text=_("It may be another than on your reports. The address of the profile is made of it."),
    )
    in_lists = forms.BooleanField(
        label=_("My name may stand in the lists of people who helped"),
        required=False,
        help_text=_("By month and by area, only with a public profile. How often you helped is not shown."),
    )
    is_findable = forms.BooleanField(label=_("Search engines may list my profile"), required=False)

    @staticmethod
    def values_of(person: Person) -> dict[str, Any]:
        return {
            "is_public": person.profile_public,
            "name": person.profile_name,
            "in_lists": person.in_lists,
            "is_findable": person.profile_findable,
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("is_public") and not data.get("name") and "name" not in self.errors:
            self.add_error("name", _("A public profile needs a name."))
        return data

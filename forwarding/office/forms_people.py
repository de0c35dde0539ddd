"""What a lead types about the body's people, units and saved texts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from forwarding.forms import Step
from forwarding.office.forms_case import units_of
from forwarding.office.models import OfficeText
from municipalities.models import Category, Institution, Membership, Unit
from reports.fields import LineField, WordsField
from reports.placeholders import unknown_placeholders

ROLES = [(role.value, role.label) for role in Membership.BODY_ROLES]


class MemberForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=ROLES)
    unit = forms.ModelChoiceField(
        label=_("Unit"), required=False, queryset=Unit.objects.none(), empty_label=_("no unit")
    )

    def __init__(self, institution: Institution, *args: Any, kept: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = units_of(institution.pk, kept)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        if not units.exists():
            del self.fields["unit"]


class InviteForm(MemberForm):
    email = forms.EmailField(label=_("Mail address"), max_length=254)
    field_order = ["email", "role", "unit"]

    def __init__(self, institution: Institution, *args: Any, **kwargs: Any) -> None:
        super().__init__(institution, *args, initial={"role": Membership.Role.OFFICER}, **kwargs)


class UnitForm(forms.ModelForm):
    name = LineField(label=_("Name"), max_length=80)

    class Meta:
        model = Unit
        fields = ("name", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["is_active"].label = _("Cases can be given to it")

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        others = Unit.objects.filter(institution=self.instance.institution_id, name=name).exclude(pk=self.instance.pk)
        if others.exists():
            raise forms.ValidationError(_("There is a unit of this name already."))
        return name


class OfficeTextForm(forms.ModelForm):
    name = LineField(label=_("Name"), max_length=80, help_text=_("How it is called in the list."))
    step = forms.ChoiceField(label=_("For which answer"), required=False, choices=[("", _("any")), *Step.choices])
    text = WordsField(label=_("Text"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6}))

    class Meta:
        model = OfficeText
        fields = ("name", "step", "category", "text", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        category = self.fields["category"]
        category.queryset = Category.objects.offered()  # type: ignore[attr-defined]
        category.empty_label = _("any category")  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        others = OfficeText.objects.filter(institution=self.instance.institution_id, name=name)
        if others.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("There is a text of this name already."))
        return name

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        wrong = unknown_placeholders(text)
        if wrong:
            raise forms.ValidationError(_("There is no placeholder {%(name)s}.") % {"name": wrong[0]})
        return text

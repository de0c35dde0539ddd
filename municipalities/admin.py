"""What employees configure: areas with their maps, bodies and contacts, categories, rules, memberships."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.db import models
from django.utils.translation import gettext_lazy as _
from import_export.admin import ImportExportMixin
from leaflet.admin import LeafletGeoAdminMixin

from accounts.read_admin import ReadingAdmin
from municipalities.actions_rules import save_rule
from municipalities.admin_texts import OptionsField, TextsField, WordsField
from municipalities.exchange.formats import FORMATS
from municipalities.exchange.resources import (
    ContactResource,
    InstitutionResource,
    ResponsibilityResource,
    StreetGroupResource,
)
from municipalities.models import (
    Area,
    AreaShape,
    Category,
    Contact,
    Institution,
    Membership,
    Question,
    Responsibility,
    StreetGroup,
    Unit,
)


class ExchangeAdmin(ImportExportMixin, admin.ModelAdmin):
    """Out to a file and in again, tried and shown before it is confirmed."""

    formats = FORMATS


class AreaShapeInline(LeafletGeoAdminMixin, admin.StackedInline):
    """The boundary on a map; django-leaflet takes the CSP nonce from the request."""

    model = AreaShape
    extra = 0


@admin.register(Area)
class AreaAdmin(admin.ModelAdmin):
    list_display = ("name", "kind", "code", "parent", "is_served", "is_sketch", "valid_from", "valid_to")
    list_filter = ("kind", "is_served", "is_sketch")
    list_select_related = ("parent",)
    search_fields = ("name", "code")
    autocomplete_fields = ("parent",)
    inlines = (AreaShapeInline,)

    def has_delete_permission(self, request: Any, obj: Area | None = None) -> bool:
        return False  # an old boundary is closed with a date, so that old reports keep their area


class ContactInline(admin.TabularInline):
    """How it wants to be written to is set on the contact's own page."""

    model = Contact
    extra = 0
    show_change_link = True
    fields = ("channel", "name", "address", "language", "position", "is_active", "stopped_at", "stopped_reason")


@admin.register(Institution)
class InstitutionAdmin(ExchangeAdmin):
    resource_classes = (InstitutionResource,)
    list_display = ("name", "kind", "refuses", "is_active")
    list_filter = ("kind", "refuses", "is_active")
    search_fields = ("name", "contacts__address")
    inlines = (ContactInline,)
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}


@admin.register(Contact)
class ContactAdmin(ExchangeAdmin):
    resource_classes = (ContactResource,)
    list_display = ("address", "institution", "name", "channel", "is_active", "stopped_at", "stopped_reason")
    list_filter = ("channel", "is_active")
    list_select_related = ("institution",)
    search_fields = ("address", "name", "institution__name")
    autocomplete_fields = ("institution",)


class CategoryForm(forms.ModelForm):
    names = TextsField(label=_("names"), widget=AdminTextInputWidget)
    descriptions = TextsField(label=_("descriptions"), widget=AdminTextareaWidget, required=False)
    keywords = WordsField(
        label=_("keywords"),
        widget=AdminTextareaWidget,
        required=False,
        help_text=_(
            "One on each line. Whoever writes such a word, with whatever ending, is offered this category; "
            "accents and capitals do not matter."
        ),
    )

    class Meta:
        model = Category
        fields = (
            "slug",
            "parent",
            "names",
            "descriptions",
            "keywords",
            "icon",
            "colour",
            "is_private",
            "is_active",
            "similar_metres",
            "position",
        )
        widgets = {"colour": forms.TextInput(attrs={"type": "color"})}

    def clean_descriptions(self) -> dict[str, str]:
        return self.cleaned_data["descriptions"] or {}

    def clean_keywords(self) -> dict[str, list[str]]:
        return self.cleaned_data["keywords"] or {}


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin):
    form = CategoryForm
    list_display = ("__str__", "slug", "parent", "icon", "is_private", "is_active", "position")
    list_filter = ("is_private", "is_active")
    list_select_related = ("parent",)
    search_fields = ("slug", "names")


class QuestionForm(forms.ModelForm):
    texts = TextsField(label=_("question"), widget=AdminTextInputWidget)
    helps = TextsField(label=_("help"), widget=AdminTextInputWidget, required=False)
    options = OptionsField(
        label=_("answers to choose from"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "cols": 80}),
        help_text=_(
            "One on each line: code: magyar | English. What stands after a ! is said instead of sending the form: "
            "yes: Igen | Yes ! Hívd a 112-t! | Call 112!"
        ),
    )

    class Meta:
        model = Question
        fields = (
            "category",
            "code",
            "kind",
            "texts",
            "helps",
            "options",
            "is_required",
            "is_public",
            "is_active",
            "position",
        )

    def clean_helps(self) -> dict[str, str]:
        return self.cleaned_data["helps"] or {}


@admin.register(Question)
class QuestionAdmin(admin.ModelAdmin):
    form = QuestionForm
    list_display = ("__str__", "category", "kind", "is_required", "is_public", "is_active", "position")
    list_filter = ("kind", "is_active", "category")
    list_select_related = ("category",)
    search_fields = ("code", "texts")


class RuleAdmin(LeafletGeoAdminMixin, ExchangeAdmin):
    """Each change is a line of the rules' history, as at the desk; but nothing is tried here before it holds."""

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        save_rule(obj, actor=request.user)


@admin.register(StreetGroup)
class StreetGroupAdmin(RuleAdmin):
    resource_classes = (StreetGroupResource,)
    search_fields = ("name",)


@admin.register(Responsibility)
class ResponsibilityAdmin(RuleAdmin):
    resource_classes = (ResponsibilityResource,)

    list_display = ("institution", "effect", "area", "category", "street_group", "answer_days", "counting", "is_active")
    list_filter = ("is_active", "effect", "category")
    list_select_related = ("institution", "area", "category", "street_group")
    search_fields = ("institution__name", "area__name")
    autocomplete_fields = ("institution", "contact", "area", "category", "street_group")
    readonly_fields = ("weight",)


@admin.register(Unit)
class UnitAdmin(admin.ModelAdmin):
    list_display = ("name", "institution", "is_active")
    list_select_related = ("institution",)
    search_fields = ("name", "institution__name")
    autocomplete_fields = ("institution",)


@admin.register(Membership)
class MembershipAdmin(ReadingAdmin):
    list_display = ("person", "role", "area", "institution", "unit", "is_new")
    list_filter = ("role", "is_new")
    list_select_related = ("person", "area", "institution", "unit")
    search_fields = ("person__email", "person__name", "institution__name")
    autocomplete_fields = ("person", "area", "institution", "unit")

    def get_changeform_initial_data(self, request: Any) -> dict[str, Any]:
        """Whoever is added to the desk by hand is new there."""
        return {"is_new": True, **super().get_changeform_initial_data(request)}

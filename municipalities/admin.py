"""What employees configure: areas with their maps, bodies and contacts, categories, rules, memberships."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.db import models
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _
from leaflet.admin import LeafletGeoAdminMixin

from municipalities.models import (
    Area,
    AreaShape,
    Category,
    Contact,
    Institution,
    Membership,
    Responsibility,
    StreetGroup,
)


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
    model = Contact
    extra = 0


@admin.register(Institution)
class InstitutionAdmin(admin.ModelAdmin):
    list_display = ("name", "kind", "refuses", "is_active")
    list_filter = ("kind", "refuses", "is_active")
    search_fields = ("name", "contacts__address")
    inlines = (ContactInline,)
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}


@admin.register(Contact)
class ContactAdmin(admin.ModelAdmin):
    list_display = ("address", "institution", "name", "channel", "is_active", "stopped_at", "stopped_reason")
    list_filter = ("channel", "is_active")
    list_select_related = ("institution",)
    search_fields = ("address", "name", "institution__name")
    autocomplete_fields = ("institution",)


class TextsWidget(forms.MultiWidget):
    def __init__(self, widget: type[forms.Widget]) -> None:
        labels = {code: get_language_info(code)["name_local"] for code, _name in settings.LANGUAGES}
        super().__init__({code: widget(attrs={"aria-label": label}) for code, label in labels.items()})
        for code, part in zip(labels, self.widgets, strict=True):
            part.attrs["placeholder"] = labels[code]

    def decompress(self, value: Any) -> list[str]:
        texts = value if isinstance(value, dict) else {}
        return [texts.get(code, "") for code, _name in settings.LANGUAGES]


class TextsField(forms.MultiValueField):
    """One text per language of the site, stored as `{"hu": …, "en": …}`."""

    widget_class: type[TextsWidget] = TextsWidget

    def __init__(self, *, widget: type[forms.Widget], **kwargs: Any) -> None:
        fields = [forms.CharField(required=False) for _language in settings.LANGUAGES]
        super().__init__(fields, widget=self.widget_class(widget), require_all_fields=False, **kwargs)

    def compress(self, data_list: list[str]) -> dict[str, str]:
        pairs = zip([code for code, _name in settings.LANGUAGES], data_list, strict=False)
        texts = {code: text for code, text in pairs if text}
        if self.required and settings.LANGUAGE_CODE not in texts:
            raise forms.ValidationError(_("The site's own language is needed."))
        return texts


class WordsWidget(TextsWidget):
    """A word or a few words on each line."""

    def decompress(self, value: Any) -> list[str]:
        lists = value if isinstance(value, dict) else {}
        return super().decompress({code: "\n".join(words) for code, words in lists.items()})


class WordsField(TextsField):
    """Several words per language of the site, stored as `{"hu": ["…", "…"], "en": […]}`."""

    widget_class = WordsWidget

    def compress(self, data_list: list[str]) -> Any:
        texts = super().compress(data_list)
        return {code: [line.strip() for line in text.splitlines() if line.strip()] for code, text in texts.items()}


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


@admin.register(StreetGroup)
class StreetGroupAdmin(admin.ModelAdmin):
    search_fields = ("name",)


@admin.register(Responsibility)
class ResponsibilityAdmin(admin.ModelAdmin):
    list_display = ("institution", "area", "category", "street_group", "answer_days", "priority", "weight", "is_active")
    list_filter = ("is_active", "category")
    list_select_related = ("institution", "area", "category", "street_group")
    search_fields = ("institution__name", "area__name")
    autocomplete_fields = ("institution", "contact", "area", "category", "street_group")
    readonly_fields = ("weight",)


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):
    list_display = ("person", "role", "area", "institution")
    list_filter = ("role",)
    list_select_related = ("person", "area", "institution")
    search_fields = ("person__email", "person__name", "institution__name")
    autocomplete_fields = ("person", "area", "institution")

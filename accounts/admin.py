"""People in the administration. Who is an employee is a superuser's to say."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import FilteredSelectMultiple
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm, UserCreationForm
from django.contrib.auth.models import Group, Permission
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.read_admin import ReadingAdmin
from accounts.rights import Right

admin.site.unregister(Group)


class RightsField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(Right(obj.codename).label)


class RoleForm(forms.ModelForm):
    """Our own rights alone, by what they say."""

    permissions = RightsField(
        label=_("Rights"),
        required=False,
        queryset=Permission.objects.filter(content_type__app_label="accounts", codename__in=Right.values),
        widget=FilteredSelectMultiple(_("rights"), is_stacked=False),
    )


@admin.register(Group)
class RoleAdmin(admin.ModelAdmin):
    """What each role may do; who has it is a membership. Roles are fixed, an administrator changes their rights."""

    form = RoleForm
    fields = ("name", "permissions")
    readonly_fields = ("name",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return request.user.is_superuser

    has_change_permission = has_module_permission = has_view_permission


class PersonCreationForm(UserCreationForm):
    class Meta:
        model = Person
        fields = ("email",)


class PersonChangeForm(UserChangeForm):
    class Meta:
        model = Person
        fields = "__all__"


@admin.register(Person)
class PersonAdmin(ReadingAdmin, UserAdmin):
    form = PersonChangeForm
    add_form = PersonCreationForm
    ordering = ("email",)
    list_display = ("email", "name", "is_active", "is_staff", "mail_stopped_at", "date_joined")
    list_filter = ("is_staff", "is_active", "memberships__role")
    search_fields = ("email", "name")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("email", "password")}),
        (_("Person"), {"fields": ("name", "language", "is_active")}),
        (_("Mail"), {"fields": ("mail_news", "mail_none", "mail_stopped_at")}),
        (
            _("Public profile"),
            {"fields": ("profile_public", "profile_name", "profile_slug", "profile_findable", "in_lists")},
        ),
        (_("Rights"), {"fields": ("is_staff", "is_superuser")}),
        (_("Dates"), {"fields": ("date_joined", "last_login")}),
    )
    add_fieldsets = ((None, {"classes": ("wide",), "fields": ("email", "password1", "password2")}),)
    readonly_fields = ("date_joined", "last_login")

    def get_readonly_fields(self, request: HttpRequest, obj: Person | None = None) -> Any:
        own = super().get_readonly_fields(request, obj)
        return own if request.user.is_superuser else (*own, "is_staff", "is_superuser")

    def has_change_permission(self, request: HttpRequest, obj: Person | None = None) -> bool:
        # Else an employee could take over a superuser's account by its password.
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def people_of(self, rows: Sequence[Person]) -> list[Person | None]:
        return list(rows)

    def has_delete_permission(self, request: HttpRequest, obj: Person | None = None) -> bool:
        return False  # a person is erased, not deleted: reports and events stay whole

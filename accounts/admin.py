"""People in the administration. Who is an employee is a superuser's to say."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm, UserCreationForm
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import Person

admin.site.unregister(Group)  # what people may do is a membership, not a group


class PersonCreationForm(UserCreationForm):
    class Meta:
        model = Person
        fields = ("email",)


class PersonChangeForm(UserChangeForm):
    class Meta:
        model = Person
        fields = "__all__"


@admin.register(Person)
class PersonAdmin(UserAdmin):
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

    def has_delete_permission(self, request: HttpRequest, obj: Person | None = None) -> bool:
        return False  # a person is erased, not deleted: reports and events stay whole

"""Employees may edit everything in the administration except who is an employee or a superuser."""

from typing import Any

from django.contrib.auth.backends import BaseBackend

OUR_APPS = {"accounts", "municipalities", "reports", "notifications", "forwarding", "account"}


class EmployeeBackend(BaseBackend):
    def has_perm(self, user_obj: Any, perm: str, obj: object = None) -> bool:
        return bool(user_obj.is_active and user_obj.is_staff and perm.split(".")[0] in OUR_APPS)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return bool(user_obj.is_active and user_obj.is_staff and app_label in OUR_APPS)

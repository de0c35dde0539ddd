from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from jarokelo.demo import PASSWORD, is_allowed


class RefuseDemoPassword(BaseBackend):
    """Stands first: where others can reach the site, the password that everybody knows opens nobody's account."""

    def authenticate(self, request: HttpRequest | None, password: str | None = None, **credentials: Any) -> None:
        if password == PASSWORD and not is_allowed():
            raise PermissionDenied

"""The demo: sample data, its logins, and the page that shows every mail. It exists on a person's own machine only."""

import ipaddress
from collections.abc import Iterable

from django.conf import settings

PASSWORD = "jarokelo-demo"  # noqa: S105 - of every demo login; printed on purpose, good only where is_allowed()


def is_allowed() -> bool:
    """Whether demo logins and demo pages may exist: asked for, and no allowed host can be reached from elsewhere."""
    return bool(settings.DEMO) and all_local(settings.ALLOWED_HOSTS)


def all_local(hosts: Iterable[str]) -> bool:
    return all(_is_local(host) for host in hosts)


def _is_local(host: str) -> bool:
    name = host.strip("[]").lower().lstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False

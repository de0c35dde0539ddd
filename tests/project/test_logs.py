import logging
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils.module_loading import import_string

from reports import links
from reports.models import Report

pytestmark = pytest.mark.django_db


@pytest.fixture
def log() -> Any:
    """The console's handler as the settings make it, writing here."""
    options: dict[str, Any] = settings.LOGGING["handlers"]["console"]
    handler = logging.StreamHandler(StringIO())
    for name in options.get("filters", []):
        handler.addFilter(import_string(settings.LOGGING["filters"][name]["()"])())
    logging.getLogger().addHandler(handler)
    yield handler.stream
    logging.getLogger().removeHandler(handler)


@pytest.mark.parametrize("address", ["/own/{}", "/confirm/{}", "/o/{}", "/unsubscribe/{}", "/report/done/{}"])
def test_refused_requests_leave_no_token_in_the_log(log: StringIO, submitted: Report, address: str) -> None:
    token = links.sign(links.OWNER, submitted.pk)
    path = address.format(token)
    careful = Client(enforce_csrf_checks=True)
    assert careful.put(path).status_code in (403, 404, 405)
    assert token not in log.getvalue()
    assert path.replace(token, "…") in log.getvalue()

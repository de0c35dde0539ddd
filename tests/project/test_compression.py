"""What goes out compressed: text, and only text."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import Person
from forwarding.actions import send_report
from municipalities.models import Institution
from reports.models import Report

pytestmark = pytest.mark.django_db

ASKED = {"Accept-Encoding": "gzip"}


def test_text_is_compressed_and_pictures_are_not(
    client: Client, make_report: Callable[..., Report], works: Institution, moderator: Person
) -> None:
    report = make_report(photos=1)
    send_report(report, works, actor=moderator)
    for path in ("/", "/reports", report.get_absolute_url(), f"{report.get_absolute_url()}/qr.svg"):
        response: Any = client.get(path, headers=ASKED)
        assert response["Content-Encoding"] == "gzip", path
        assert "Accept-Encoding" in response["Vary"]
    for path in (report.photos.get().url_large, f"{report.get_absolute_url()}/card.jpg"):
        response = client.get(path, headers=ASKED)
        assert not response.has_header("Content-Encoding"), path
        if response.streaming:
            response.getvalue()
    assert not client.get("/").has_header("Content-Encoding")

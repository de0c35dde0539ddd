import logging
from datetime import timedelta
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils.module_loading import import_string
from gunicorn.config import Config

from jarokelo.accesslog import AccessLog
from reports import links
from reports.models import Report

pytestmark = pytest.mark.django_db


@pytest.fixture
def log() -> Any:
    """The console's handler as the settings make it, writing here."""
    config: Any = settings.LOGGING
    handler = logging.StreamHandler(StringIO())
    for name in config["handlers"]["console"].get("filters", []):
        handler.addFilter(import_string(config["filters"][name]["()"])())
    logging.getLogger().addHandler(handler)
    yield handler.stream
    logging.getLogger().removeHandler(handler)


@pytest.mark.parametrize(
    "address", ["/own/{}", "/confirm/{}", "/o/{}", "/unsubscribe/{}", "/follow/{}", "/report/done/{}"]
)
def test_refused_requests_leave_no_token_in_the_log(log: StringIO, submitted: Report, address: str) -> None:
    token = links.sign(links.OWNER, submitted.pk)
    path = address.format(token)
    careful = Client(enforce_csrf_checks=True)
    assert careful.put(path).status_code in (403, 404, 405)
    assert token not in log.getvalue()
    assert path.replace(token, "…") in log.getvalue()


def test_web_server_logs_no_token() -> None:
    request = SimpleNamespace(headers=[("REFERER", "http://localhost/own/key:1")])
    response = SimpleNamespace(status="200 OK", sent=1, headers=[])
    environ = {"REQUEST_METHOD": "POST", "RAW_URI": "/own/key:1?x=1", "PATH_INFO": "/own/key:1", "SERVER_PROTOCOL": "H"}
    environ["HTTP_REFERER"] = "http://localhost/own/key:1"
    parts = AccessLog(Config()).atoms(response, request, environ, timedelta(0))
    assert parts["r"] == "POST /own/…?x=1 H"
    assert not [name for name, part in parts.items() if "key:1" in str(part)]


def test_words_on_their_way_into_a_report_are_not_logged() -> None:
    request = SimpleNamespace(headers=[])
    response = SimpleNamespace(status="200 OK", sent=1, headers=[])
    uri = "/report/categories?text=Kov%C3%A1cs+J%C3%A1nos&x=1"
    environ = {"REQUEST_METHOD": "GET", "RAW_URI": uri, "QUERY_STRING": uri.split("?")[1], "SERVER_PROTOCOL": "H"}
    parts = AccessLog(Config()).atoms(response, request, environ, timedelta(0))
    assert parts["r"] == "GET /report/categories?text=…&x=1 H"
    assert not [name for name, part in parts.items() if "Kov" in str(part)]


@pytest.mark.parametrize("file", ["Dockerfile", "script/stack/serve.py"])
def test_web_server_starts_with_this_log_and_no_socket_in_the_home(file: str) -> None:
    start = (settings.BASE_DIR / file).read_text()
    assert "--logger-class=jarokelo.accesslog.AccessLog" in start
    assert "--no-control-socket" in start  # it would lie in ~/.gunicorn, one for all checkouts

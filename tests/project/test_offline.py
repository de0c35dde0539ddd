"""The installable app: manifest, service worker, and the pages without a signal, which hold nobody's data."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from PIL import Image

from accounts.models import Person
from municipalities.models import Category

pytestmark = pytest.mark.django_db

SHELLS = ["/report/offline", "/offline"]


def manifest(client: Client, language: str) -> dict[str, Any]:
    response = client.get(f"/manifest.webmanifest?lang={language}")
    assert response["Content-Type"] == "application/manifest+json"
    content: dict[str, Any] = json.loads(response.content)
    return content


def test_manifest_says_who_we_are(client: Client, settings: Any) -> None:
    settings.SITE_NAME = "Egyvárosi Járókelő"
    content = manifest(client, "hu")

    assert (content["name"], content["lang"]) == ("Egyvárosi Járókelő", "hu")
    assert (content["start_url"], content["display"], content["scope"]) == ("/report/new?source=app", "standalone", "/")
    for shortcut in content["shortcuts"]:
        assert client.get(shortcut["url"]).status_code == 200
    english = manifest(client, "en")
    assert english["description"] != content["description"]
    assert manifest(client, "xx\x00")["name"] == content["name"]


def test_icons_are_what_the_manifest_says(client: Client) -> None:
    icons = manifest(client, "hu")["icons"]
    assert {(icon["sizes"], icon["purpose"]) for icon in icons} == {
        (f"{size}x{size}", purpose) for size in (192, 512) for purpose in ("any", "maskable")
    }
    for icon in icons:
        path = finders.find(icon["src"].removeprefix("/static/"))
        assert path
        with Image.open(path) as picture:
            assert f"{picture.width}x{picture.height}" == icon["sizes"]
            assert picture.format == "PNG"


def test_every_page_names_manifest_and_icon(client: Client) -> None:
    page = client.get("/accounts/login/", headers={"accept-language": "en"}).content.decode()
    assert 'href="/manifest.webmanifest?lang=en"' in page
    [icon] = re.findall(r'rel="apple-touch-icon"\s+href="/static/([^"]+)"', page)
    assert finders.find(icon)


def test_worker_may_serve_the_whole_site(client: Client) -> None:
    response = client.get("/sw.js")
    assert response["Content-Type"].startswith("text/javascript")
    assert response["Service-Worker-Allowed"] == "/"
    assert response["Cache-Control"] == "no-cache"
    policy = response["Content-Security-Policy"]
    assert "worker-src 'self'" in policy
    assert "manifest-src 'self'" in policy
    scripts = re.findall(r'importScripts\("/static/([^"]+)"\)', response.content.decode())
    assert scripts == ["reports/drafts.js", "reports/drafts_send.js", "reports/worker.js"]
    assert all(finders.find(name) for name in scripts)


def version(client: Client) -> str:
    [found] = re.findall(r'"version": "(\w+)"', client.get("/sw.js").content.decode())
    return found


def test_version_follows_what_is_kept(client: Client, client_of: Callable[..., Client], reporter: Person) -> None:
    before = version(client)
    assert version(client) == version(client_of(reporter)) == before
    Category.objects.create(slug="lamp", names={"hu": "Lámpa", "en": "Lamp"})
    assert version(client) != before


def test_switch_takes_the_worker_away(client: Client, settings: Any) -> None:
    assert 'data-worker-url="/sw.js"' in client.get("/report/new").content.decode()
    settings.SERVICE_WORKER = False
    assert "worker_off.js" in client.get("/sw.js").content.decode()
    assert "worker.js" not in client.get("/sw.js").content.decode()
    assert "data-worker-url" not in client.get("/report/new").content.decode()


@pytest.mark.parametrize("path", SHELLS)
def test_page_for_no_signal_is_the_same_for_everybody(
    client: Client, client_of: Callable[..., Client], reporter: Person, employee: Person, path: str
) -> None:
    anonymous = client.get(path)
    assert anonymous.status_code == 200
    page = anonymous.content.decode()
    for person in (reporter, employee):
        response = client_of(person).get(path)
        assert response.content == anonymous.content
        assert not response.cookies
    assert not anonymous.cookies
    assert "Cookie" not in anonymous.headers.get("Vary", "")
    assert anonymous["Cache-Control"] == "no-cache"
    assert "noindex" in page or path == "/report/offline"
    assert not re.search(r'name="csrfmiddlewaretoken"\s+value="\w', page)
    assert not re.search(r'name="submission"\s+value="\w', page)
    assert "setlang" not in page


def test_form_for_no_signal_is_the_guest_s_form(client: Client, potholes: Category) -> None:
    shell, form = (client.get(path).content.decode() for path in ("/report/offline", "/report/new"))
    names = re.compile(r'name="(\w+)"')
    wanted = {name for name in names.findall(form) if name not in ("language", "next")}
    assert wanted - {"description"} <= set(names.findall(shell))
    assert "Kátyú" in shell


def test_token_is_fresh_and_kept_nowhere(
    client: Client, client_of: Callable[..., Client], reporter: Person, neighbour: Person
) -> None:
    strict = Client(enforce_csrf_checks=True)
    response = strict.get("/report/token")
    assert "no-store" in response["Cache-Control"]
    answer = response.json()
    assert answer["person"] == ""
    headers = {"accept": "application/json"}
    assert strict.post("/report/new", {"csrfmiddlewaretoken": answer["csrf"]}, headers=headers).status_code == 200
    assert strict.post("/report/new", {"csrfmiddlewaretoken": "x" * 64}).status_code == 403

    keys = [client_of(person).get("/report/token").json()["person"] for person in (reporter, neighbour, reporter)]
    assert keys[0] == keys[2] != keys[1]
    assert all(len(key) == 16 and str(reporter.pk) != key for key in keys)
    assert client.post("/report/token").status_code == 405


def test_queue_hears_what_is_missing(client: Client) -> None:
    headers = {"accept": "application/json", "accept-language": "en"}
    response = client.post("/report/new", {"email": "x"}, headers=headers)
    errors = {error["field"]: error for error in response.json()["errors"]}
    assert errors["email"]["message"] == "This is not an e-mail address. It looks like name@example.org."
    assert {"description", "photos"} <= set(errors)
    assert errors["latitude"]["label"] == "Place"  # stands for the whole of it

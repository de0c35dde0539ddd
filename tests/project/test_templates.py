"""The looks: every page stands on base.html, obeys the strict CSP and can be read in light and dark."""

import re
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import get_template, render_to_string
from django.test import Client, RequestFactory
from lucide import _load_icon

from reports.lifecycle import EventKind, Status

TEMPLATES = Path(settings.BASE_DIR) / "templates"
# Mail programs know inline styles only; no page is made of these.
PAGES = [path for path in sorted(TEMPLATES.rglob("*.html")) if "mail" not in path.parent.parts[len(TEMPLATES.parts) :]]
TOKENS = Path(settings.BASE_DIR) / "static" / "jarokelo" / "tokens.css"


def tokens(scheme: str) -> dict[str, str]:
    light, dark = TOKENS.read_text().split("@media (prefers-color-scheme: dark)")
    found = dict(re.findall(r"(--[\w-]+):\s*(#[0-9a-f]{6});", light))
    return found if scheme == "light" else found | dict(re.findall(r"(--[\w-]+):\s*(#[0-9a-f]{6});", dark))


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Ratio of WCAG 2.2, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


GROUNDS = ("--color-bg", "--color-surface", "--color-sunken")
TONES = ("neutral", "wait", "progress", "confirm", "good", "bad", "info")
TEXT_PAIRS = [
    *[(ink, ground) for ink in ("--color-ink", "--color-muted", "--color-accent-ink") for ground in GROUNDS],
    ("--color-ink", "--color-accent-soft"),
    ("--color-accent-ink", "--color-accent-soft"),
    ("--color-on-accent", "--color-accent"),
    ("--color-on-accent", "--color-accent-hover"),
    ("--color-on-band", "--color-band"),
    ("--color-on-band-muted", "--color-band"),
    *[(f"--tone-{tone}-ink", f"--tone-{tone}-bg") for tone in TONES],
    *[("--color-ink", f"--tone-{tone}-bg") for tone in TONES],
    *[("--tone-bad-ink", ground) for ground in GROUNDS],
]
# Edges of inputs, the focus ring, icons.
SIGN_PAIRS = [
    (sign, ground) for sign in ("--color-line-strong", "--color-focus", "--color-accent") for ground in GROUNDS
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast_of_tokens(scheme: str) -> None:
    colours = tokens(scheme)

    weak_text = {(a, b): contrast(colours[a], colours[b]) for a, b in TEXT_PAIRS}
    weak_signs = {(a, b): contrast(colours[a], colours[b]) for a, b in SIGN_PAIRS}

    assert {pair: ratio for pair, ratio in weak_text.items() if ratio < 4.5} == {}
    assert {pair: ratio for pair, ratio in weak_signs.items() if ratio < 3} == {}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_template_obeys_the_policy(path: Path) -> None:
    source = path.read_text()

    assert not re.search(r"<[^>%]*\sstyle=", source)
    assert not re.search(r"<style", source)
    assert not re.search(r"<[a-z][^>%]*\son[a-z]+=", source)
    for tag in re.findall(r"<script[^>]*>", source):
        assert "src=" in tag or "application/json" in tag


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_template_names_what_exists(path: Path) -> None:
    source = path.read_text()
    get_template(str(path.relative_to(TEMPLATES)))

    for icon in re.findall(r"""\{% lucide ["']([^"']+)["']""", source):
        _load_icon(icon)
    for name in re.findall(r"""\{% static ["']([^"']+)["']""", source):
        assert finders.find(name), name


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "other"), [("hu", "English"), ("en", "Magyar")])
def test_base_speaks_the_reader_s_language(client: Client, language: str, other: str) -> None:
    page = client.get("/accounts/login/", headers={"accept-language": language}).content.decode()

    assert f'<html lang="{language}">' in page
    assert 'href="#main"' in page
    assert 'id="main"' in page
    assert other in page
    assert page.count("<h1") == 1
    assert '<meta name="robots" content="noindex"' in page


@pytest.mark.django_db
def test_language_is_switched_without_javascript(client: Client) -> None:
    response = client.post("/i18n/setlang/", {"language": "en", "next": "/accounts/login/"}, follow=True)

    assert '<html lang="en">' in response.content.decode()


@pytest.mark.parametrize("name", ["400.html", "500.html"])
def test_page_of_the_worst_moment_needs_nothing(name: str) -> None:
    page = render_to_string(name)

    assert "<h1>" in page
    assert "jarokelo/base.css" in page


@pytest.mark.parametrize("name", ["403.html", "403_csrf.html", "404.html", "410.html"])
def test_error_page(name: str) -> None:
    page = render_to_string(name, request=RequestFactory().get("/nowhere"))

    assert "<h1>" in page
    assert "noindex" in page
    assert 'id="main"' in page


@pytest.mark.django_db
def test_unknown_address_gets_our_page(client: Client) -> None:
    response = client.get("/nowhere-at-all")

    assert response.status_code == 404
    assert "error-page" in response.content.decode()


@pytest.mark.parametrize("status", Status)
def test_status_has_icon_and_word(status: Status) -> None:
    badge = render_to_string("partials/status_badge.html", {"status": status.value})

    assert "<svg" in badge
    assert str(status.label) in badge
    assert f"status-{status.value}" in badge


@pytest.mark.parametrize("kind", EventKind)
def test_event_has_icon(kind: EventKind) -> None:
    assert "<svg" in render_to_string("partials/timeline_icon.html", {"kind": kind.value})


class Sample(forms.Form):
    words = forms.CharField(help_text="Few.")
    kind = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(required=False)
    photo = forms.FileField(required=False)


def test_field_says_what_is_wrong() -> None:
    form = Sample({})

    page = "".join(render_to_string("partials/field.html", {"field": field}) for field in form)
    summary = render_to_string("partials/form_errors.html", {"form": form})

    assert 'aria-describedby="id_words_helptext id_words_error"' in page
    assert 'id="id_words_helptext"' in page
    assert 'id="id_words_error"' in page
    assert 'aria-invalid="true"' in page
    assert "<legend>" in page
    assert page.count("field-mark") == 1
    assert 'href="#id_words"' in summary
    assert 'href="#id_kind"' in summary
    assert 'id="id_kind"' in page

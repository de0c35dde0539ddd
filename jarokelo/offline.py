"""The installable app: its manifest, its service worker, and the two pages that are there without a signal.

Those pages are rendered for nobody (no session, no person, no token), because the worker keeps them in the browser's
cache; whoever reads them, they hold nothing of anybody.
"""

import hashlib
import json

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from reports.forms import ReportForm
from reports.views.held_photos import HeldPhotos
from reports.views.new import form_context

ICONS = [("192", "any"), ("512", "any"), ("192", "maskable"), ("512", "maskable")]
COLOURS = {"theme_color": "#b23a12", "background_color": "#faf6ef"}


@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    """In the language of `?lang=`, which the page's link names: browsers ask without cookies."""
    with override(chosen_language(request)):
        response = JsonResponse(manifest_content(), content_type="application/manifest+json")
    response["Cache-Control"] = "public, max-age=3600"
    return response


def chosen_language(request: HttpRequest) -> str:
    wanted = request.GET.get("lang", "")
    return wanted if wanted in dict(settings.LANGUAGES) else get_language() or settings.LANGUAGE_CODE


def manifest_content() -> dict[str, object]:
    report = f"{reverse('report_new')}?source=app"
    return {
        "id": "/",
        "name": settings.SITE_NAME,
        "short_name": settings.SITE_NAME[:12],
        "description": description(),
        "lang": get_language(),
        "dir": "ltr",
        "start_url": report,
        "scope": "/",
        "display": "standalone",
        **COLOURS,
        "categories": ["government", "utilities"],
        "icons": [
            {
                "src": static(f"jarokelo/icons/{purpose}-{size}.png"),
                "sizes": f"{size}x{size}",
                "type": "image/png",
                "purpose": purpose,
            }
            for size, purpose in ICONS
        ],
        "shortcuts": [
            {"name": _("Report a problem"), "url": report},
            {"name": _("My drafts"), "url": f"{reverse('drafts')}?source=app"},
            {"name": _("Map"), "url": f"{reverse('map')}?source=app"},
        ],
    }


def description() -> str:
    return _(
        "See a problem in the street? Send a photo: we find who is responsible and everybody sees what becomes of it."
    )


@require_safe
@cache_control(no_cache=True)
def service_worker(request: HttpRequest) -> HttpResponse:
    """A few words that name the real scripts. Whatever changes in a file or in the two pages makes them other words,
    and so the browser takes the new worker."""
    if settings.SERVICE_WORKER:
        shell = {
            "version": shell_version(),
            "form": reverse("offline_form"),
            "page": reverse("offline_page"),
            "files": settings.STATIC_URL,
        }
        scripts = ["drafts.js", "drafts_send.js", "worker.js"]
        lines = [f"const SHELL = {json.dumps(shell)};"]
    else:
        lines, scripts = [], ["worker_off.js"]
    lines += [f"importScripts({json.dumps(static(f'reports/{name}'))});" for name in scripts]
    response = HttpResponse("\n".join(lines) + "\n", content_type="text/javascript")
    response["Service-Worker-Allowed"] = "/"
    return response


def shell_version() -> str:
    files = str(getattr(staticfiles_storage, "manifest_hash", ""))
    return hashlib.sha256("".join((files, form_shell(), page_shell())).encode()).hexdigest()[:16]


@require_safe
@cache_control(no_cache=True)
def offline_form(request: HttpRequest) -> HttpResponse:
    return HttpResponse(form_shell())


@require_safe
@cache_control(no_cache=True)
def offline_page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(page_shell())


def form_shell() -> str:
    """The form of a guest, without a number of its own: the page's script gives it one."""
    context = form_context(ReportForm(signed_in=False), HeldPhotos(), None)
    return render_for_nobody("reports/new.html", context, reverse("report_new"))


def page_shell() -> str:
    return render_for_nobody("reports/offline.html", {}, reverse("offline_page"))


def render_for_nobody(template: str, context: dict[str, object], path: str) -> str:
    request = HttpRequest()
    request.method, request.path, request.path_info = "GET", path, path
    request.user = AnonymousUser()
    return render_to_string(template, {**context, "is_shell": True}, request)

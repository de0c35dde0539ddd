"""/demo/mail/: every mail that the demo sent, as its reader would see it."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from jarokelo.demo import is_allowed, mailbox
from jarokelo.demo.mailbox import Mail

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
ADDRESS = re.compile(r"(https?://[^\s<>\"]*[^\s<>\".,;:!?)\]])")
SHOWABLE = {"image/jpeg", "image/png", "image/gif", "image/webp"}


def demo_only(view: View[P]) -> View[P]:
    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not is_allowed():
            raise Http404
        return view(request, *args, **kwargs)

    return never_cache(guarded)


@demo_only
@require_safe
def mail_list(request: HttpRequest) -> HttpResponse:
    to = request.GET.get("to", "").strip()
    return render(request, "jarokelo/demo/mail_list.html", {"mails": mailbox.all_mails(to), "to": to})


@demo_only
@require_safe
def mail_detail(request: HttpRequest, key: str) -> HttpResponse:
    mail = access_mail(key)
    return render(request, "jarokelo/demo/mail_detail.html", {"mail": mail, "text": with_links(mail.text)})


@demo_only
@require_safe
@xframe_options_sameorigin
def mail_html(request: HttpRequest, key: str) -> HttpResponse:
    """The HTML part for the sandboxed frame: nothing runs in it, and its pictures come from the mail alone."""
    mail = access_mail(key)
    html = mail.html
    for number, part in enumerate(mail.parts):
        if content_id := str(part.get("Content-ID", "")).strip("<> "):
            html = html.replace(f"cid:{content_id}", reverse("demo_mail_part", args=[key, number]))
    response = HttpResponse(f'<!doctype html><base target="_top">{html}')
    own = f"{request.scheme}://{request.get_host()}"
    # A header that is there already is left alone by the middleware.
    response["Content-Security-Policy"] = (
        f"default-src 'none'; img-src {own} data:; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'self'"
    )
    return response


@demo_only
@require_safe
def mail_part(request: HttpRequest, key: str, number: int) -> HttpResponse:
    parts = access_mail(key).parts
    if number >= len(parts):
        raise Http404
    part = parts[number]
    content = part.get_payload(decode=True)
    kind = part.get_content_type()
    response = HttpResponse(content, content_type=kind if kind in SHOWABLE else "application/octet-stream")
    if kind not in SHOWABLE:
        response["Content-Disposition"] = "attachment"
    return response


@demo_only
@require_safe
def mail_raw(request: HttpRequest, key: str) -> HttpResponse:
    return HttpResponse(access_mail(key).raw, content_type="text/plain; charset=utf-8")


@demo_only
@require_POST
def mail_delete(request: HttpRequest) -> HttpResponse:
    mailbox.delete_all()
    return redirect("demo_mail")


def access_mail(key: str) -> Mail:
    mail = mailbox.find(key)
    if mail is None:
        raise Http404(_("There is no such mail."))
    return mail


def with_links(text: str) -> SafeString:
    """The text with its http(s) addresses as links, all else escaped."""
    pieces = ADDRESS.split(text)  # every second piece is an address
    return format_html_join(
        "",
        "{}",
        ((format_html('<a href="{0}">{0}</a>', piece) if place % 2 else piece,) for place, piece in enumerate(pieces)),
    )

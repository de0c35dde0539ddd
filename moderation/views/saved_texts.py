"""Saved texts: listed for all of the desk, written by those who may, previewed on a real case."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.rights import Right
from moderation.access import DeskRequest, desk_page
from moderation.actions_texts import bring_text_back, keep_text, put_text_away
from moderation.forms_texts import SavedTextForm
from moderation.models import SavedText
from reports.models import Report
from reports.placeholders import MEANINGS, fill


@require_safe
@desk_page
def desk_texts(request: DeskRequest) -> HttpResponse:
    context = {
        "texts": SavedText.objects.select_related("category", "area").order_by("-is_active", "act", "name", "pk"),
        "may_write": Right.WRITE_TEXTS in request.user.rights,
    }
    return render(request, "moderation/saved_texts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def desk_text(request: DeskRequest, pk: int | None = None) -> HttpResponse:
    """Write or change one. "Preview" shows it on a case, and keeps nothing."""
    if Right.WRITE_TEXTS not in request.user.rights:
        raise Http404
    saved = get_object_or_404(SavedText, pk=pk) if pk else SavedText()
    form = SavedTextForm(request.POST or None, instance=saved)
    example, filled = example_of(request), []
    if request.method == "POST" and form.is_valid():
        if request.POST.get("do") != "preview":
            text = keep_text(form.save(commit=False), actor=request.user)
            messages.success(request, _("Kept: %(name)s") % {"name": text.name})
            return redirect("desk_texts")
        filled = previews(saved, example) if example else []
    context = {"form": form, "saved": saved, "meanings": MEANINGS, "example": example, "previews": filled}
    invalid = request.method == "POST" and not form.is_valid()
    return render(request, "moderation/saved_text.html", context, status=400 if invalid else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def desk_text_away(request: DeskRequest, pk: int) -> HttpResponse:
    """Put one away, or bring it back, whichever it is not; says first what that means."""
    if Right.WRITE_TEXTS not in request.user.rights:
        raise Http404
    saved = get_object_or_404(SavedText, pk=pk)
    template = "moderation/saved_text_away.html"
    if request.method != "POST":
        return render(request, template, {"saved": saved})
    if request.POST.get("do") == "back":
        overlap = bring_text_back(saved, actor=request.user)
        if overlap is not None:
            return render(request, template, {"saved": saved, "overlap": overlap}, status=409)
        messages.success(request, _("It is offered again."))
    else:
        put_text_away(saved, actor=request.user)
        messages.success(request, _("Put away; it can be brought back."))
    return redirect("desk_texts")


def example_of(request: DeskRequest) -> Report | None:
    """The case whose code was typed, else the newest of one's desk."""
    reports = Report.objects.for_desk_of(request.user).select_related("category", "area", "institution")
    code = request.POST.get("example", "").replace("\x00", "").strip().lower()
    return reports.filter(reference=code).first() if code else reports.order_by("-pk").first()


def previews(saved: SavedText, report: Report) -> list[tuple[str, str]]:
    """Each language with the text as it would be sent."""
    names = dict(settings.LANGUAGES)
    return [(str(names[code]), fill(text, report, code)) for code, text in saved.texts.items()]

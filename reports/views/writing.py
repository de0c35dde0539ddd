"""What the form asks while somebody writes: parts of the page, for its scripts. Nothing is kept."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from municipalities import suggest_categories
from reports.forms import UncheckedForm
from reports.hints import hints_for
from reports.lifecycle import Kind
from reports.personal_data import find_personal_data

LONGEST = 5000


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report_categories(request: HttpRequest) -> HttpResponse:
    """Up to three chips for `text`. Our own script posts it, so that no words stand in an address."""
    text = (request.POST if request.method == "POST" else request.GET).get("text", "")
    return render(request, "reports/_chips.html", {"chips": suggest_categories(text[:LONGEST]), "live": True})


@require_POST
def report_hints(request: HttpRequest) -> HttpResponse:
    title, text = request.POST.get("title", "")[:300], request.POST.get("description", "")[:LONGEST]
    kind = request.POST.get("kind", "")
    context = {
        "spotted": find_personal_data(f"{title}\n{text}"),
        "hints": hints_for(
            text,
            kind=kind if kind in Kind.values else Kind.PROBLEM,
            title=title,
            address=request.POST.get("address", "")[:300],
        ),
    }
    return render(request, "reports/_hints.html", context)


@require_POST
def report_questions(request: HttpRequest) -> HttpResponse:
    """The questions of the category that was just chosen, with what was answered already."""
    form = UncheckedForm(request.POST, signed_in=True)
    return render(request, "reports/_questions.html", {"form": form})

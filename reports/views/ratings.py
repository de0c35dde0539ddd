from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from reports.actions_ratings import MayNotRate, is_answer, rate_answer, works_for
from reports.models import AnswerRating
from reports.views.talk import access_public_report

VALUES = {"yes": True, "no": False, "none": None}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def answer_rating(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Was this answer helpful? Who is not signed in does so first and comes back to the same question."""
    report = access_public_report(request, reference)
    event = (
        report.events.filter(pk=pk).select_related("text", "assignment__institution").first() if pk < 2**63 else None
    )
    if event is None or not is_answer(event):
        raise Http404
    value = request.POST.get("value", request.GET.get("value", ""))
    if not request.user.is_authenticated:
        return redirect_to_login(f"{request.path}?value={value}" if value in VALUES else request.path)
    if works_for(request.user, event):
        raise Http404
    if request.method == "POST":
        if value in VALUES:
            try:
                rate_answer(event, request.user, VALUES[value])
            except MayNotRate:
                raise Http404 from None
            messages.success(request, _("Your opinion is taken back.") if value == "none" else _("Thank you!"))
        return redirect(f"{report.get_absolute_url()}#event-{event.pk}")
    mine = AnswerRating.objects.filter(event=event, person=request.user).first()
    context = {"report": report, "event": event, "mine": mine, "value": value if value in ("yes", "no") else ""}
    return render(request, "reports/rating.html", context)

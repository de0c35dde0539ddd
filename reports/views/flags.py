""" "Something wrong with this?", without signing in: the report's text, one of its photos, or a comment."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from reports.access import visible_events
from reports.actions_flags import raise_flag
from reports.forms_talk import FlagForm
from reports.models import Comment, FlagVoice, Photo, Report
from reports.pace import network_hash
from reports.talk_limits import TooMuch, count_address
from reports.typed import typed_key
from reports.views.talk import access_public_report

Thing = Comment | Photo | None


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def flag_new(request: HttpRequest, reference: str) -> HttpResponse:
    report = access_public_report(request, reference)
    comment = access_comment(report, request.GET.get("comment", ""))
    things = things_of(report, comment)
    targets = [(key, label) for key, (label, _thing) in things.items()]
    form = FlagForm(request.POST or None, targets=targets, initial={"target": first_target(request, things)})
    sent = request.method == "POST" and form.is_valid()
    if sent and point(request, report, form, things[form.cleaned_data["target"]][1]):
        messages.success(request, _("Thank you! A volunteer looks at it."))
        return redirect(comment or report)
    context = {"report": report, "form": form, "comment": comment}
    return render(request, "reports/flag_new.html", context, status=400 if form.errors else 200)


def access_comment(report: Report, key: str) -> Comment | None:
    """The comment that the address names; raises `Http404` for one that is not shown here."""
    if not key:
        return None
    shown = report.comments.shown().prefetch_related("texts", "photos")
    comment = shown.filter(pk=typed_key(key)).first()
    if comment is None:
        raise Http404
    comment.report = report
    return comment


def things_of(report: Report, comment: Comment | None) -> dict[str, tuple[str, Thing]]:
    """What may be pointed at: key → label and thing."""
    if comment is not None:
        words = Truncator(comment.text).words(12, truncate="…")
        things: dict[str, tuple[str, Thing]] = {"comment": (_("The comment: “%(words)s”") % {"words": words}, comment)}
        photos = comment.shown_photos
    else:
        things = {"report": (_("The report's text"), None)}
        photos = [photo for photo in report.photos.all() if photo.is_shown and photo.kind == Photo.Kind.PROBLEM]
        answers = [photo for event in visible_events(report, internal=False) for photo in event.photos.all()]
        photos += [photo for photo in answers if photo not in photos]
    for number, photo in enumerate(photos, start=1):
        label = _("Photo %(number)s %(kind)s") % {"number": number, "kind": photo.get_kind_display()}
        things[photo.token] = (label, photo)
    return things


def first_target(request: HttpRequest, things: dict[str, Any]) -> str:
    wanted = request.GET.get("photo", "")
    return wanted if wanted in things else next(iter(things))


def point(request: HttpRequest, report: Report, form: FlagForm, thing: Thing) -> bool:
    data = form.cleaned_data
    try:
        count_address(request, "flag", settings.FLAGS_PER_ADDRESS)
    except TooMuch:
        form.add_error(None, _("This is a lot at once. Please go on in an hour; your words stay here until then."))
        return False
    raise_flag(
        report,
        reason=FlagVoice.Reason(data["reason"]),
        text=data["text"],
        person=request.user,
        address_hash=network_hash(request),
        comment=thing if isinstance(thing, Comment) else None,
        photo=thing if isinstance(thing, Photo) else None,
    )
    return True

"""Comments: the list under a report, the form, and the author's own page of one comment."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from reports import links
from reports.actions_comments import (
    TalkClosed,
    confirm_comment,
    edit_comment,
    place_for_comments,
    withdraw_comment,
    write_comment,
)
from reports.forms_talk import CommentEditForm, CommentForm
from reports.models import Comment, Report
from reports.talk_limits import TooMuch, count_address
from reports.typed import typed_key
from reports.views.held_photos import HeldPhotos, hold_photos, release_photos
from reports.views.talk import access_public_report, my_comments, remember_comment, speaker

PAGE = 20


# -- Under a report -----------------------------------------------------------------------------------------


def comment_context(request: HttpRequest, report: Report) -> dict[str, Any]:
    """What the report's page shows: one page of comments in time order, and the form. Three queries, however many."""
    place = place_for_comments(report)
    if place is None or place.pk != report.pk:
        return {"comments": None, "comment_place": place}
    return {
        "comments": page_of_comments(request, report),
        "comment_place": place,
        "comment_form": CommentForm(signed_in=request.user.is_authenticated, auto_id="comment_%s"),
    }


def page_of_comments(request: HttpRequest, report: Report) -> Page:
    """The newest page unless the address says otherwise: `?comments=2`, or `?comment=12` for the page that holds it.

    Authors also see their own that still wait.
    """
    mine = Comment.objects.of(request.user, my_comments(request)).filter(status=Comment.Status.WAITING)
    shown = Q(status=Comment.Status.SHOWN)
    if request.user.is_authenticated or my_comments(request):
        shown |= Q(pk__in=mine.values("pk"))
    rows = report.comments.filter(shown).prefetch_related("texts", "photos")
    paginator = Paginator(rows, PAGE)
    page = paginator.get_page(number_of_page(request, paginator, report))
    for comment in page:
        comment.report = report
        comment.is_mine = is_author(request, comment)  # type: ignore[attr-defined]
    return page


def number_of_page(request: HttpRequest, paginator: Paginator, report: Report) -> Any:
    wanted = typed_key(request.GET.get("comment", ""))
    if wanted:
        target = report.comments.filter(pk=wanted, shown_at__isnull=False).first()
        if target is not None:
            earlier = Q(shown_at__lt=target.shown_at) | Q(shown_at=target.shown_at, pk__lt=target.pk)
            return report.comments.shown().filter(earlier).count() // PAGE + 1
    return request.GET.get("comments") or paginator.num_pages


def is_author(request: HttpRequest, comment: Comment) -> bool:
    signed_in = request.user.is_authenticated and comment.author_id == request.user.pk
    return signed_in or comment.pk in my_comments(request)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def comment_new(request: HttpRequest, reference: str) -> HttpResponse:
    """The form by itself; the one on the report's page comes here. A duplicate's comments go to the original."""
    report = access_public_report(request, reference)
    place = place_for_comments(report)
    if place is None:
        raise Http404
    held = HeldPhotos()
    form = CommentForm(signed_in=request.user.is_authenticated)
    if request.method == "POST":
        held = hold_photos(request)
        form = CommentForm(
            request.POST,
            signed_in=request.user.is_authenticated,
            photo_count=len(held.photos),
            photo_errors=held.errors,
        )
        if form.is_valid():
            comment = take_comment(request, report, form, held)
            if comment is not None:
                return redirect(
                    comment if comment.status == Comment.Status.SHOWN else f"{place.get_absolute_url()}#comments"
                )
    context = {"report": report, "place": place, "form": form, "held": held}
    return render(request, "reports/comment_new.html", context, status=400 if form.errors else 200)


def take_comment(request: HttpRequest, report: Report, form: CommentForm, held: HeldPhotos) -> Comment | None:
    data = form.cleaned_data
    try:
        count_address(request, "comment", settings.TALK_PER_ADDRESS)
        comment = write_comment(
            report,
            data["text"],
            author=speaker(request, form),
            confirmed=request.user.is_authenticated,
            name=data["name"],
            photos=held.photos,
        )
    except TooMuch:
        form.add_error(None, _("This is a lot at once. Please go on in an hour; your words stay here until then."))
        return None
    except TalkClosed:
        form.add_error(None, _("Nobody can comment on this report any more."))
        return None
    release_photos(request, held.photos)
    messages.success(request, thanks(comment, data.get("email", "")))
    return comment


def thanks(comment: Comment, email: str) -> str:
    match comment.status:
        case Comment.Status.UNCONFIRMED:
            return _("We sent a mail to %(email)s. Press the button behind its link, and your comment appears.") % {
                "email": email
            }
        case Comment.Status.WAITING:
            return _("Thank you! A volunteer reads your comment first, and then it appears here.")
    return _("Thank you! Your comment is here. You can still change it for five minutes.")


# -- One's own comment --------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def comment_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Behind the mail's link: the holder reads that mail box. Opening it changes nothing."""
    [pk] = links.read(links.COMMENT, token)
    return comment_page(request, get_object_or_404(own_rows(), pk=pk), by_link=True)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def comment_own(request: HttpRequest, pk: int) -> HttpResponse:
    """For who is signed in and wrote it, and for the browser in which it was confirmed."""
    if pk >= 2**63:
        raise Http404
    comment = get_object_or_404(own_rows(), pk=pk)
    if not is_author(request, comment):
        raise Http404
    return comment_page(request, comment)


def own_rows() -> Any:
    return Comment.objects.select_related("report", "author").prefetch_related("texts", "photos")


def comment_page(request: HttpRequest, comment: Comment, *, by_link: bool = False) -> HttpResponse:
    report = access_public_report(request, comment.report.reference)
    form = CommentEditForm(request.POST or None, initial={"text": comment.text})
    if request.method == "POST":
        done = act(request, comment, form, by_link=by_link)
        if done:
            return redirect(request.path)
    context = {
        "comment": comment,
        "report": report,
        "form": form if form.is_bound and form.errors else CommentEditForm(initial={"text": comment.text}),
        "others": waiting_too(comment) if by_link else [],
    }
    return render(request, "reports/comment_own.html", context, status=400 if request.method == "POST" else 200)


def act(request: HttpRequest, comment: Comment, form: CommentEditForm, *, by_link: bool) -> bool:
    """Do what the button says; False where the form says what is missing."""
    try:
        match request.POST.get("action"):
            case "confirm" if by_link:
                comment = confirm_comment(comment)
                remember_comment(request, comment.pk)
                messages.success(request, thanks(comment, ""))
            case "withdraw":
                withdraw_comment(comment)
                messages.success(request, _("Your comment is taken back."))
            case "edit":
                if not form.is_valid():
                    return False
                edited = edit_comment(comment, form.cleaned_data["text"])
                waits = edited.status == Comment.Status.WAITING
                said = _("Changed; a volunteer reads it before it is shown again.") if waits else _("Changed.")
                messages.success(request, said)
    except TalkClosed:
        messages.warning(request, _("This is not possible any more."))
    return True


def waiting_too(comment: Comment) -> list[dict[str, Any]]:
    """Other words that wait for the same address."""
    if comment.author is None:
        return []
    rows = comment.author.comments.filter(status=Comment.Status.UNCONFIRMED).exclude(pk=comment.pk)
    rows = rows.select_related("report").order_by("-pk")[:20]
    return [{"comment": row, "url": links.talk_url("comment", row.pk)} for row in rows if row.report.is_public]

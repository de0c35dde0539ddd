"""Why a report goes where it goes, and the rules that say so: listed, tried, changed, undone."""

from typing import Any

from django.contrib import messages
from django.db import IntegrityError
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.rights import Right
from moderation.access import DeskRequest, desk_page
from moderation.forms_routing import ExplainForm, RuleFilterForm, RuleForm, StreetGroupForm, fingerprint
from moderation.rule_explaining import explain_routing
from moderation.rule_history import tell
from moderation.rule_trial import try_rule
from municipalities.actions_rules import RuleChangedSince, save_rule, undo_change
from municipalities.models import Responsibility, RuleChange, StreetGroup
from reports.access import access_desk_report
from reports.models import Report
from reports.paging import BoundedPaginator

PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def desk_routing(request: DeskRequest) -> HttpResponse:
    """Explains the rules for a report of one's desk, or for what is typed. Changes nothing: a POST, because citizens'
    words stand in no address."""
    report: Report | None = None
    form, status = ExplainForm(), 200
    code = request.GET.get("reference", "").replace("\x00", "").strip().lower()
    if request.method == "POST":
        form = ExplainForm(request.POST)
        status = 200 if form.is_valid() else 400
    elif code:
        report = access_desk_report(request.user, code)
        form = ExplainForm.of_report(report)
    explanation = explain_routing(form.facts) if form.is_bound and form.is_valid() else None
    context = {"form": form, "report": report, "explanation": explanation, "may_edit": may_edit(request)}
    return render(request, "moderation/routing.html", context, status=status)


def may_edit(request: DeskRequest) -> bool:
    return Right.ROUTE in request.user.rights


def need_right(request: DeskRequest) -> None:
    if not may_edit(request):
        raise Http404


@require_safe
@desk_page
def desk_rules(request: DeskRequest) -> HttpResponse:
    need_right(request)
    form = RuleFilterForm(request.GET)
    rules = Responsibility.objects.select_related("institution", "area", "category", "street_group")
    rules = rules.defer("shape", "street_group__shape", "street_group__streets")
    rules = rules.annotate(is_drawn=ExpressionWrapper(Q(shape__isnull=False), BooleanField()))
    rules = form.filter(rules).order_by("-priority", "institution__name", "pk")
    page = BoundedPaginator(rules, PAGE).get_page(request.GET.get("page"))
    return render(request, "moderation/rules.html", {"form": form, "page_obj": page})


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def desk_rule(request: DeskRequest, pk: int | None = None) -> HttpResponse:
    """A rule is tried first; what was tried, and nothing else, can then be kept."""
    need_right(request)
    rule = get_object_or_404(Responsibility, pk=pk) if pk else Responsibility()
    form = RuleForm(request.POST or None, instance=rule)
    if request.method != "POST":
        return show_rule(request, form)
    if not form.is_valid():
        return show_rule(request, form, status=400)
    if form.was_changed_meanwhile:
        form.add_error(None, _("Somebody else changed this rule meanwhile. Open it again and look at it."))
        return show_rule(request, form, status=409)
    if request.POST.get("tried") != fingerprint(rule):
        return show_rule(request, form, trial=try_rule(rule, person=request.user), tried=fingerprint(rule))
    return keep(request, form, "desk_rules", lambda: show_rule(request, form, status=400))


def show_rule(request: DeskRequest, form: RuleForm, *, status: int = 200, **more: Any) -> HttpResponse:
    rule = form.instance
    changes = rule.history.select_related("actor", "undone").order_by("-at", "-pk")[:5] if rule.pk else []
    context = {"form": form, "rule": rule, "history": tell(list(changes)), **more}
    return render(request, "moderation/rule.html", context, status=status)


def keep(request: DeskRequest, form: RuleForm | StreetGroupForm, to: str, again: Any) -> HttpResponse:
    try:
        change = save_rule(form.instance, actor=request.user)
    except IntegrityError:
        form.add_error(None, _("There is such a rule already."))
        response: HttpResponse = again()
        return response
    messages.success(request, _("Kept.") if change else _("Nothing was changed."))
    return redirect(to)


@require_safe
@desk_page
def desk_rule_history(request: DeskRequest) -> HttpResponse:
    need_right(request)
    changes = RuleChange.objects.select_related("actor", "undone", "rule__institution", "street_group")
    changes = changes.defer("rule__shape", "street_group__shape", "street_group__streets").order_by("-at", "-pk")
    page = BoundedPaginator(changes, PAGE).get_page(request.GET.get("page"))
    return render(request, "moderation/rule_history.html", {"page_obj": page, "told": tell(list(page))})


@require_POST
@desk_page
def desk_rule_undo(request: DeskRequest, pk: int) -> HttpResponse:
    need_right(request)
    change = get_object_or_404(RuleChange, pk=pk)
    try:
        undo_change(change, actor=request.user)
    except RuleChangedSince:
        messages.error(request, _("It was changed again since, or cannot come back: change the rule itself."))
    else:
        messages.success(request, _("Undone."))
    return redirect("desk_rule_history")


@require_safe
@desk_page
def desk_streets(request: DeskRequest) -> HttpResponse:
    need_right(request)
    groups = StreetGroup.objects.defer("shape").order_by("name")
    page = BoundedPaginator(groups, PAGE).get_page(request.GET.get("page"))
    return render(request, "moderation/streets.html", {"page_obj": page})


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def desk_street_group(request: DeskRequest, pk: int | None = None) -> HttpResponse:
    need_right(request)
    group = get_object_or_404(StreetGroup, pk=pk) if pk else StreetGroup()
    form = StreetGroupForm(request.POST or None, instance=group)
    if request.method == "POST" and form.is_valid():
        if not form.was_changed_meanwhile:
            return keep(request, form, "desk_streets", lambda: show_group(request, form, status=400))
        form.add_error(None, _("Somebody else changed this rule meanwhile. Open it again and look at it."))
        return show_group(request, form, status=409)
    return show_group(request, form, status=400 if request.method == "POST" else 200)


def show_group(request: DeskRequest, form: StreetGroupForm, *, status: int) -> HttpResponse:
    group = form.instance
    used = Responsibility.objects.filter(street_group=group, is_active=True).count() if group.pk else 0
    return render(request, "moderation/street_group.html", {"form": form, "group": group, "used": used}, status=status)

"""What a lead keeps for the body: its units and its saved texts."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from forwarding.office import actions_body as actions
from forwarding.office.access import access_led_body, bodies_led_by, office_page
from forwarding.office.forms_people import OfficeTextForm, UnitForm
from forwarding.office.models import OfficeText
from municipalities.models import Institution, Unit
from reports.placeholders import MEANINGS


@office_page
@require_http_methods(["GET", "HEAD", "POST"])
def office_units(request: HttpRequest, pk: int) -> HttpResponse:
    body = access_led_body(request.user, pk)
    form = UnitForm(instance=Unit(institution=body))
    if request.method != "POST":
        return show_units(request, body, form)
    key = request.POST.get("unit", "")
    unit = Unit(institution=body)
    if key:
        unit = get_object_or_404(body.units, pk=int(key) if key.isdecimal() and len(key) < 19 else 0)
    form = UnitForm(request.POST, instance=unit)
    if form.is_valid():
        actions.keep_unit(form.save(commit=False), actor=request.user)
        messages.success(request, _("Kept: %(name)s") % {"name": unit.name})
        return redirect("office_units", body.pk)
    if key:  # the page shows what there is; what was wrong is said above it
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect("office_units", body.pk)
    return show_units(request, body, form, status=400)


def show_units(request: HttpRequest, body: Institution, form: UnitForm, status: int = 200) -> HttpResponse:
    rows = [{"unit": unit, "form": UnitForm(instance=unit, auto_id=f"unit-{unit.pk}-%s")} for unit in body.units.all()]
    context = {"body": body, "bodies": bodies_led_by(request.user), "rows": rows, "form": form}
    return render(request, "forwarding/office/units.html", context, status=status)


@office_page
@require_safe
def office_texts(request: HttpRequest, pk: int) -> HttpResponse:
    body = access_led_body(request.user, pk)
    texts = OfficeText.objects.filter(institution=body).select_related("category")
    context = {"body": body, "bodies": bodies_led_by(request.user), "texts": texts}
    return render(request, "forwarding/office/texts.html", context)


@office_page
@require_http_methods(["GET", "HEAD", "POST"])
def office_text(request: HttpRequest, pk: int, text: int | None = None) -> HttpResponse:
    """Write, change or delete one."""
    body = access_led_body(request.user, pk)
    saved = OfficeText(institution=body)
    if text is not None:
        saved = get_object_or_404(OfficeText, institution=body, pk=text if text < 2**63 else 0)
    if request.method == "POST" and request.POST.get("action") == "delete" and saved.pk:
        actions.delete_text(saved, actor=request.user)
        messages.success(request, _("Deleted."))
        return redirect("office_texts", body.pk)
    form = OfficeTextForm(request.POST or None, instance=saved)
    if request.method == "POST" and form.is_valid():
        actions.keep_text(form.save(commit=False), actor=request.user)
        messages.success(request, _("Kept: %(name)s") % {"name": saved.name})
        return redirect("office_texts", body.pk)
    context = {"body": body, "form": form, "saved": saved, "meanings": MEANINGS}
    return render(request, "forwarding/office/text.html", context, status=400 if form.errors else 200)

"""All mails that came in, the newest first: also what was filed by itself, and why."""

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.readings import note_list
from forwarding.models import IncomingMail
from forwarding.senders import senders_of
from moderation.access import DeskRequest, desk_page, mails_for_desk_of
from reports.paging import BoundedPaginator

PAGE = 50
ANY = ("", _("Any"))


class MailsForm(forms.Form):
    state = forms.ChoiceField(label=_("What became of it"), choices=[ANY, *IncomingMail.State.choices], required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=[ANY, *IncomingMail.Kind.choices], required=False)
    sender = forms.CharField(label=_("From"), max_length=100, required=False)


@require_safe
@desk_page
def desk_mails(request: DeskRequest) -> HttpResponse:
    form = MailsForm(request.GET)
    chosen: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    rows = mails_for_desk_of(request.user).defer("raw").order_by("-received_at", "-pk")
    rows = rows.select_related("assignment__report", "assignment__institution", "handled_by")
    rows = rows.filter(**{name: chosen[name] for name in ("state", "kind") if chosen.get(name)})
    if chosen.get("sender"):
        rows = rows.filter(sender__icontains=chosen["sender"].strip())
    paginator: Paginator = BoundedPaginator(rows, PAGE)
    page = paginator.get_page(request.GET.get("page"))
    mails = list(page)
    note_list(request.user, senders_of(mails), about="desk: mails")
    shown = [(mail, reverse("desk_mail", args=[mail.pk])) for mail in mails]
    return render(request, "moderation/mails.html", {"form": form, "page_obj": page, "mails": shown})

"""What the queue of a browser asks for: a fresh token, and answers that a worker without a page can read."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.middleware.csrf import get_token
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from reports.forms import ReportForm
from reports.views.traps import new_stamp


def wants_json(request: HttpRequest) -> bool:
    return request.headers.get("accept", "") == "application/json"


def person_key(person: Any) -> str:
    """Whose drafts are whose in a browser that several people use; tells nobody who it is. Empty for guests."""
    if not person.is_authenticated:
        return ""
    return salted_hmac("reports.drafts", str(person.pk), algorithm="sha256").hexdigest()[:16]


@require_safe
@never_cache
def report_token(request: HttpRequest) -> JsonResponse:
    """`{"csrf", "person", "stamp", "wait"}`. A form that waited for hours has an old token, and perhaps another person
    has signed in; one that was opened without a signal has no stamp yet, and may go `wait` seconds after it got one.
    """
    answer = {"csrf": get_token(request), "person": person_key(request.user)}
    return JsonResponse({**answer, "stamp": new_stamp(), "wait": max(0, settings.SEND_FASTEST.total_seconds() + 1)})


def answer_form(form: ReportForm, trouble: str, *, status: int) -> JsonResponse:
    """Why a queued report was not taken: `{"errors": [{"field", "label", "message"}]}`, in the reader's words."""
    labels = {name: str(field.label or "") for name, field in form.fields.items()} | {"latitude": _("Place")}
    errors = [
        {"field": name, "label": labels.get(name, ""), "message": message}
        for name, problems in form.errors.items()
        for message in problems
    ]
    words = [*form.stops, trouble]
    if form.are_new and not errors:
        words.append(_("Open it: there is one more thing about this kind of matter, then it can go."))
    errors += [{"field": "", "label": "", "message": str(text)} for text in words if text]
    return JsonResponse({"errors": errors}, status=status)

"""One case at the office."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from forwarding.answering import answer_case
from forwarding.cases import case_context
from forwarding.office.access import access_office_case


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def office_case(request: HttpRequest, pk: int) -> HttpResponse:
    assignment = access_office_case(request.user, pk)
    return answer_case(request, assignment, case_context(assignment, token=""))

"""What browsers and caches between may keep of a report: nothing that shows it after it was hidden."""

from django.http import HttpRequest, HttpResponse

from reports.models import Report


def keep_nowhere(request: HttpRequest, report: Report, response: HttpResponse) -> HttpResponse:
    """A public page may be kept if it is asked for anew each time; everything else is kept by nobody."""
    is_for_all = report.is_public and request.user.is_anonymous
    response["Cache-Control"] = "no-cache" if is_for_all else "private, no-store"
    return response

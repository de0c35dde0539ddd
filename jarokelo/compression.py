"""Text goes out compressed."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

TYPES = ("text/", "application/json", "application/manifest+json", "application/xml", "application/atom", "image/svg")


class GZipTextMiddleware(GZipMiddleware):
    """Photos and PDFs are as small as they get. Django pads each answer against BREACH
    (docs/decisions/015-a-page-asks-each-time.md)."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.get("Content-Type", "").startswith(TYPES):
            return super().process_response(request, response)
        return response

"""The PDF of a report, from the print view's own HTML. WeasyPrint gets what we hand it and nothing else."""

from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template.loader import render_to_string
from PIL import ImageFile
from weasyprint import CSS, HTML
from weasyprint.urls import URLFetcher, URLFetcherResponse

from reports.models import Report
from reports.paper.qr import qr_code
from reports.paper.sheet import photos_of, sheet_context

# WeasyPrint lets Pillow take pictures that are cut off, in the whole process: uploads that broke off would be stored.
ImageFile.LOAD_TRUNCATED_IMAGES = False

BASE = "https://sheet.invalid"  # no such host: what is not in the table below is nowhere
SHEET = "jarokelo/pages/sheet.css"


class OursOnly(URLFetcher):
    """Serves the files of one sheet by their address and refuses everything else: no network, no disk."""

    def __init__(self, files: dict[str, tuple[bytes, str]]) -> None:
        super().__init__(allowed_protocols=[], allow_redirects=False)
        self.files = files

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        content, content_type = self.files[url]  # a KeyError leaves the picture out
        return URLFetcherResponse(url, content, {"Content-Type": content_type})


def report_pdf(report: Report) -> bytes:
    """In the language that is active; the caller has asked who may see the report."""
    return sheet_pdf(report, "reports/pdf.html", {})


def sheet_pdf(
    report: Report, template: str, extra: dict[str, Any], *, with_photos: bool = True, body: bool = False
) -> bytes:
    """A page around the sheet: `extra` adds to what the sheet shows, or replaces it; `body` as in `sheet_context`."""
    context = {**sheet_context(report, with_photos=with_photos, body=body), **extra}
    html = render_to_string(template, {**context, "SITE_NAME": settings.SITE_NAME})
    fetcher = OursOnly(_files(report, context))
    document = HTML(string=html, base_url=f"{BASE}/", url_fetcher=fetcher, media_type="print")
    css = CSS(string=_sheet_css(), base_url=f"{BASE}/", url_fetcher=fetcher)
    pdf: bytes = document.write_pdf(stylesheets=[css], optimize_images=False)
    return pdf


def _files(report: Report, context: dict[str, Any]) -> dict[str, tuple[bytes, str]]:
    files = {f"{BASE}{context['qr_url']}": (qr_code(report, "svg"), "image/svg+xml")} if context["qr_url"] else {}
    for photo in photos_of(context):
        for url, stored in ((photo.url_medium, photo.medium), (photo.url_small, photo.small)):
            try:
                with stored.open("rb") as file:
                    files[f"{BASE}{url}"] = (file.read(), "image/jpeg")
            except FileNotFoundError:
                continue
    return files


def _sheet_css() -> str:
    """From where the server collects it, or from the sources."""
    found = finders.find(SHEET)
    if found:
        with open(str(found), encoding="utf-8") as file:
            return file.read()
    with staticfiles_storage.open(SHEET) as stored:
        return bytes(stored.read()).decode()

"""The QR code that leads back to a report's page."""

import io

import segno

from reports.links import absolute
from reports.models import Report

TYPES = {"svg": "image/svg+xml", "png": "image/png"}


def qr_code(report: Report, kind: str) -> bytes:
    """`kind` is one of `TYPES`. Medium correction: it may hang on a lamp post in the rain."""
    file = io.BytesIO()
    code = segno.make(absolute(report.get_absolute_url()), error="m", micro=False)
    if kind == "svg":
        code.save(file, kind="svg", scale=8, border=4, dark="#000", light="#fff", xmldecl=False)
    else:
        code.save(file, kind="png", scale=12, border=4, dark="#000", light="#fff")
    return file.getvalue()

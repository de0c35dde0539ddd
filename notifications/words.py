"""A mail's words from its two templates: `<name>.txt` (the subject in it) and `<name>.html`."""

import re
import textwrap
from typing import Any, NamedTuple

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import get_language


class Words(NamedTuple):
    subject: str
    text: str
    html: str


def render_mail(template: str, context: dict[str, Any]) -> Words:
    """`template` without its ending, in the language that is active now."""
    context = {
        "SITE_NAME": settings.SITE_NAME,
        "SITE_URL": settings.SITE_URL,
        "language": get_language(),
        **context,
    }
    subject = render_to_string(f"{template}.txt", {**context, "part": "subject"})
    text = render_to_string(f"{template}.txt", {**context, "part": "text"})
    html = render_to_string(f"{template}.html", context)
    return Words(
        subject=" ".join(subject.split()),
        # Template tags leave empty lines behind; a paragraph needs one between.
        text=re.sub(r"\n\s*\n", "\n\n", text.replace("\r\n", "\n")).strip() + "\n",
        html=html.strip() + "\n",
    )


def quoted(text: str) -> str:
    """Somebody's words in a plain-text mail: each line set off, so that they cannot be taken for ours."""
    lines = [
        textwrap.fill(line, 76, break_long_words=False, break_on_hyphens=False) for line in text.strip().splitlines()
    ]
    return textwrap.indent("\n".join(lines), "> ", lambda line: True) if text.strip() else ""

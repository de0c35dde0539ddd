from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from moderation.deeds import details_of
from moderation.keys import GROUPS, KEYS, Key
from moderation.models import Deed
from reports.lifecycle import Status

register = template.Library()


@register.simple_tag
def key(name: str) -> SafeString:
    """The attribute by which an element answers to a key; `static/moderation/keys.js` adds aria-keyshortcuts."""
    return format_html('data-key="{}"', " ".join(map(str, KEYS[name].keys)))


@register.simple_tag
def key_hint(name: str) -> SafeString:
    """The key on a button; shown only where scripts run and the person wants keys."""
    return format_html('<kbd class="key-hint" aria-hidden="true">{}</kbd>', str(KEYS[name].keys[0]).upper())


@register.simple_tag
def digit(number: int) -> SafeString:
    """An element that a digit chooses, within the nearest `data-digits`; none past the ninth."""
    return format_html('data-digit="{}"', number) if number <= 9 else mark_safe("")


@register.simple_tag
def digit_hint(number: int) -> SafeString:
    return format_html('<kbd class="key-hint" aria-hidden="true">{}</kbd>', number) if number <= 9 else mark_safe("")


@register.simple_tag
def key_groups() -> list[tuple[Any, list[Key]]]:
    return GROUPS


@register.filter
def details(deed: Deed) -> str:
    return details_of(deed)


@register.filter
def of_key(rows: dict[str, Any], key: str) -> Any:
    return rows.get(key)


@register.simple_tag
def thing_key(kind: str, row: Any) -> str:
    """The key of a row that is no case of its own, as `moderation.things` has it."""
    return f"{kind}-{row.pk}"


@register.filter
def percent(share: float) -> int:
    return round(share * 100)


@register.filter
def pin_status(status: str) -> str:
    """The pin of a status: what is not public yet has the one of new reports."""
    return status if Status(status).is_public else "new"

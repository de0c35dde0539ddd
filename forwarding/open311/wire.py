"""Reading what Open311 servers really answer: XML or JSON whatever the header says, in odd encodings, wrapped or bare.

Everything becomes rows: dicts with lower-case names whose leaves are text ("" for nothing), for codes and ids are
identifiers and a reader that makes 6 out of "006" has lost one. XML with a document type is refused before it is
parsed: nothing honest here has one, and it is all that entity tricks need.
"""

import codecs
import json
import re
from datetime import UTC, datetime, time
from typing import Any
from xml.etree import ElementTree

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from forwarding.outward.guard import OutboundFailed
from forwarding.outward.http import Answer

Row = dict[str, Any]

# Containers whose children are repeated elements, even where there is but one child.
_LISTS = ("attributes", "values", "endpoints", "formats", "groups")
# What XML and some JSON servers wrap rows in.
_WRAPPERS = (
    "services", "service", "service_definition", "service_requests", "requests", "request", "service_request",
    "service_request_updates", "request_updates", "request_update", "errors", "error", "discovery", "results", "data",
)  # fmt: skip
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.I)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*?\?>", re.S)
_DECLARED = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([\w.:-]+)")
# The specification's own samples write 001, which is no JSON.
_LEADING_ZEROS = re.compile(r"([:\[,]\s*)(0\d+)(?=\s*[,}\]])")
# Characters that XML does not allow, and servers send all the same.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_TAG = re.compile(r"<(script|style)\b.*?</\1>|<[^>]*>", re.I | re.S)


class OddAnswer(OutboundFailed):
    """It answered, but not in Open311."""


def decoded(answer: Answer) -> str:
    return _decoded(answer).replace("\0", "")


def _decoded(answer: Answer) -> str:
    """By its mark, its header, its declaration; else UTF-8, else what Hungarian servers of old write."""
    for mark, name in _BOMS:
        if answer.body.startswith(mark):
            return answer.body.decode(name, "replace")
    named = _CHARSET.search(answer.content_type)
    declared = _DECLARED.search(answer.body[:200])
    for name in (named[1] if named else "", declared[1].decode() if declared else "", "utf-8"):
        try:
            return answer.body.decode(name) if name else _next()
        except (LookupError, UnicodeDecodeError):
            continue
    return answer.body.decode("cp1250", "replace")


def _next() -> str:
    raise LookupError


def read_rows(answer: Answer, *, row: str) -> list[Row]:
    """The rows of an answer; `row` is the XML name of one ("request"). Raises `OddAnswer` for what is neither."""
    text = decoded(answer).lstrip("\ufeff \t\r\n")
    if text[:1] == "<":
        return _xml_rows(text, row)
    if text[:1] in ("[", "{") or text[:4] == "null":
        return [found for found in _unwrapped(_json(text)) if isinstance(found, dict)]
    if not text:
        raise OddAnswer("The answer was empty.")
    raise OddAnswer(f"The answer is neither XML nor JSON: {text[:100]}")


def errors_in(answer: Answer) -> str:
    """What the other side says against it, for people to read: of an error list, or of any page."""
    try:
        rows = read_rows(answer, row="error")
        said = [f"{text_of(r, 'code')} {text_of(r, 'description')}".strip() for r in rows if is_error(r)]
    except OddAnswer:
        said = []
    if not said:
        said = [" ".join(_TAG.sub(" ", decoded(answer)[:20_000]).split())]
    return "; ".join(part for part in said if part)[:300]


def is_error(row: Row) -> bool:
    return "description" in row and "code" in row and not text_of(row, "service_request_id", "token", "service_code")


def text_of(row: Row, *names: str) -> str:
    """The first of these that holds something, as text."""
    for name in names:
        value = row.get(name)
        if isinstance(value, list) and value and not isinstance(value[0], dict | list):
            value = value[0]
        if isinstance(value, str) and value.strip():
            return value.strip()
    return ""


def texts_of(row: Row, name: str) -> list[str]:
    value = row.get(name)
    values = value if isinstance(value, list) else [value]
    return [one.strip() for one in values if isinstance(one, str) and one.strip()]


def rows_of(row: Row, name: str) -> list[Row]:
    """The dicts of a nested list, be it wrapped once more or a single one."""
    return [found for found in _unwrapped(row.get(name)) if isinstance(found, dict)]


def is_true(row: Row, name: str) -> bool:
    return text_of(row, name).lower() in ("true", "1", "yes")


def moment_of(row: Row, *names: str) -> datetime | None:
    """A time as servers write it; without a zone it is the site's. None where it cannot be read."""
    words = text_of(row, *names)
    try:
        found = parse_datetime(words) or parse_datetime(words.replace(" UTC", "Z").replace(" ", "T", 1))
        if found is None and (day := parse_date(words)):
            found = timezone.make_aware(datetime.combine(day, time.min))
        if found is None:
            return None
        return (found if found.tzinfo else timezone.make_aware(found)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


# -- XML ----------------------------------------------------------------------------------------------------


def _xml_rows(text: str, row: str) -> list[Row]:
    head = text[:2000].lower()
    if "<html" in head or "<!doctype html" in head:
        raise OddAnswer(f"The answer is a web page: {' '.join(_TAG.sub(' ', text[:5000]).split())[:100]}")
    if "<!doctype" in text.lower() or "<!entity" in text.lower():
        raise OddAnswer("The answer is XML with a document type, which is not read.")
    try:
        root = ElementTree.fromstring(_CONTROLS.sub("", _DECLARATION.sub("", text, count=1)))  # noqa: S314
    except (ElementTree.ParseError, ValueError, RecursionError) as error:
        raise OddAnswer(f"The answer is broken XML: {error}") from error
    found = [element for element in root.iter() if _name(element) == row]
    if not found and _name(root) in ("errors", "error"):
        found = [element for element in root.iter() if _name(element) == "error"]
    rows = [_element(element) for element in found]
    return [one for one in rows if isinstance(one, dict)]


def _name(element: ElementTree.Element) -> str:
    return str(element.tag).rpartition("}")[2].lower()


def _element(element: ElementTree.Element, depth: int = 0) -> Any:
    children = list(element)
    if not children or depth > 20:
        return (element.text or "").strip()
    if _name(element) in _LISTS:
        return [_element(child, depth + 1) for child in children]
    row: Row = {}
    for child in children:
        name, value = _name(child), _element(child, depth + 1)
        if name in row:
            row[name] = [*(row[name] if isinstance(row[name], list) else [row[name]]), value]
        else:
            row[name] = value
    return row


# -- JSON ---------------------------------------------------------------------------------------------------


def _json(text: str) -> Any:
    for attempt in (text, _LEADING_ZEROS.sub(r'\1"\2"', text)):
        try:
            # Numbers stay as they are written.
            return _leaves(json.loads(attempt, parse_int=str, parse_float=str, strict=False))
        except (ValueError, RecursionError):
            continue
    raise OddAnswer(f"The answer is broken JSON: {text[:100]}")


def _leaves(value: Any) -> Any:
    match value:
        case dict():
            return {str(name).lower(): _leaves(inner) for name, inner in value.items()}
        case list():
            return [_leaves(inner) for inner in value]
        case True | False:
            return "true" if value else "false"
        case None:
            return ""
    return str(value).replace("\0", "").encode("utf-8", "replace").decode()  # "\ud800" alone is no text


def _unwrapped(value: Any) -> list[Any]:
    """Out of what it is wrapped in; a bare row is a list of one."""
    if isinstance(value, dict):
        names = [name for name in value if name in _WRAPPERS and isinstance(value[name], dict | list)]
        if len(names) == 1 and len(value) <= 3:
            return _unwrapped(value[names[0]])
        if len(value) == 1 and set(value) <= {"attribute", "value"}:
            return _unwrapped(next(iter(value.values())))
        return [value] if value else []
    if isinstance(value, list):
        return [inner for one in value for inner in (_unwrapped(one) if _is_wrapped(one) else [one])]
    return []


def _is_wrapped(value: Any) -> bool:
    return isinstance(value, dict) and len(value) == 1 and next(iter(value)) in _WRAPPERS

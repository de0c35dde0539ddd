"""The attributes of a service, filled from fixed values, a report's own fields, and answers to a category's questions.

Staff write a line for each: `LAMP_NO = {lamp}` (the answer to the question with the code "lamp"), `SOURCE = web`,
`DANGER = {danger: yes=1, no=0}` (the answer's codes in theirs), `NOTE = {title}, {address}`.
"""

import re
from typing import Any

from django.utils.translation import gettext as _

from forwarding.outward.models import RemoteService
from notifications.mailer import SendingFailed
from reports.models import Answer, Report

OWN = ("title", "description", "address", "reference", "category")
LISTS = ("singlevaluelist", "multivaluelist")
_BRACES = re.compile(r"\{([^{}]*)\}")
_WHOLE = re.compile(r"\{\s*([\w-]+)\s*(?::([^{}]*))?\}")


def read_lines(text: str) -> dict[str, str]:
    """{code of the attribute: what it is filled with}; raises `ValueError` with the line that cannot be read."""
    values: dict[str, str] = {}
    for line in filter(str.strip, text.splitlines()):
        code, equals, value = (part.strip() for part in line.partition("="))
        if not equals or not code or code in values:
            raise ValueError(line)
        if any(not re.fullmatch(r"\s*[\w-]+\s*(:.*)?", inner) for inner in _BRACES.findall(value)):
            raise ValueError(line)
        values[code] = value
    return values


def fill(service: RemoteService, lines: str, report: Report, *, title: str, text: str) -> list[tuple[str, str]]:
    """Form fields; raises `SendingFailed` where a required one has no value, or a value is none of theirs."""
    try:
        chosen = read_lines(lines)
    except ValueError as error:
        raise SendingFailed(
            _("The attributes cannot be read: %(line)s") % {"line": error}, permanent=True, ours=True
        ) from error
    answers = {answer.code: answer for answer in report.answers.current()}
    own = dict(zip(OWN, (title, text, report.address, report.reference, str(report.category or "")), strict=True))
    fields: list[tuple[str, str]] = []
    known = {str(one.get("code")): one for one in service.attributes}
    for code, attribute in known.items():
        values = [value for value in _values(chosen.get(code, ""), answers, own) if value]
        values = [_of_list(attribute, value, answers) for value in values]
        if not values and attribute.get("required") and not attribute.get("automated"):
            raise SendingFailed(
                _("The service %(service)s needs a value for “%(code)s”.") % {"service": service, "code": code},
                permanent=True,
                ours=True,
            )
        several = attribute.get("datatype") == "multivaluelist"
        name = f"attribute[{code}][]" if several else f"attribute[{code}]"
        fields += [(name, value) for value in (values if several else [", ".join(values)] if values else [])]
    # What their definition does not know is sent all the same where staff ask for it: definitions are often behind.
    extra = [(code, value) for code, value in chosen.items() if code not in known]
    fields += [(f"attribute[{code}]", one) for code, value in extra for one in _values(value, answers, own) if one]
    return fields


def _values(words: str, answers: dict[str, Answer], own: dict[str, str]) -> list[str]:
    whole = _WHOLE.fullmatch(words)
    if whole and whole[1] not in own:
        answer = answers.get(whole[1])
        codes = _codes(whole[2] or "")
        given = answer.value if answer else None
        return [codes.get(_word(one), _word(one)) for one in (given if isinstance(given, list) else [given])]

    def put(match: "re.Match[str]") -> str:
        name = match[1].partition(":")[0].strip()
        return own[name] if name in own else (answers[name].text if name in answers else "")

    return [_BRACES.sub(put, words).strip()]


def _codes(words: str) -> dict[str, str]:
    pairs = (pair.partition("=") for pair in words.split(",") if "=" in pair)
    return {ours.strip(): theirs.strip() for ours, _equals, theirs in pairs}


def _word(value: Any) -> str:
    return "" if value is None else ("true" if value else "false") if isinstance(value, bool) else str(value)


def _of_list(attribute: dict[str, Any], value: str, answers: dict[str, Answer]) -> str:
    """One of the keys that the list offers: as written, or by its name."""
    offered: list[dict[str, str]] = attribute.get("values") or []
    if attribute.get("datatype") not in LISTS or not offered:
        return value
    texts = {value.casefold()} | {a.text.casefold() for a in answers.values() if _word(a.value) == value}
    for option in offered:
        if option.get("key") == value:
            return value
    for option in offered:
        if str(option.get("name", "")).casefold() in texts:
            return str(option["key"])
    raise SendingFailed(
        _("“%(value)s” is no value of “%(code)s” at the body.") % {"value": value, "code": attribute.get("code")},
        permanent=True,
        ours=True,
    )

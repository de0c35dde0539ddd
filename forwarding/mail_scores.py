"""How well mails are read: each file of a folder against what its `manifest.json` says of it.

Fields of an entry: `file`, `kind`, `source`, and what is known: `expected_reply` (the new words),
`expected_first_fragment` (the same, in another parser's words), `expected_starts`, `expected_contains`,
`expected_class`, `expected_recipients`, `expected` (a bounce's codes). White space does not count. Of an entry
without an expectation only the kind is looked at.

The sources do not mean the same in two places, and both are taken as they mean it:
- "permanent" of sisimai: the address is no good; of flufl: it was given up, for whatever reason;
- talon's replies keep the signatures that the others cut: right too if cutting only the signature makes it equal.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any

from forwarding.bounces import Bounce, is_bounce, read_bounce
from forwarding.mailcuts import own_words, without_signature
from forwarding.mailhtml import text_of_html
from forwarding.mailkind import kind_of
from forwarding.mailparts import decode, parse, text_of
from forwarding.models import IncomingMail

Kind = IncomingMail.Kind
WHITE = re.compile(r"\s+")


@dataclass(frozen=True)
class Score:
    file: str
    kind: str
    source: str
    wrong: str  # why; empty where it is right


def score_folder(folder: Path) -> Iterator[Score]:
    """Raises `OSError` or `ValueError` where there is no manifest that can be read."""
    entries = json.loads((folder / "manifest.json").read_text("utf-8"))
    for entry in entries:
        source = str(entry.get("source", "")).partition(";")[0]
        yield Score(str(entry["file"]), str(entry.get("kind", "")), source, _wrong(folder, entry))


def _wrong(folder: Path, entry: dict[str, Any]) -> str:
    try:
        raw = (folder / str(entry["file"])).read_bytes()
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    kind = str(entry.get("kind", ""))
    if kind.startswith("reply"):
        return _wrong_reply(raw, entry)
    message = _parse_stored(raw)
    found = kind_of(message)
    match kind:
        case "bounce":
            return _wrong_bounce(message, found, entry)
        case "not_bounce":
            return "taken for a bounce" if found == Kind.BOUNCE else ""
        case "autoreply":
            return "" if found == Kind.AUTOMATIC else f"taken for {found}"
        case "feedback":
            return "" if found == Kind.COMPLAINT else f"taken for {found}"
    return f"a kind that nobody knows: {kind}"


def _parse_stored(raw: bytes) -> "Message[str, str]":
    """As it lies in a mailbox file: perhaps with a "From " line above."""
    return parse(re.sub(rb"\AFrom [^\n]*\n", b"", raw))


def _wrong_reply(raw: bytes, entry: dict[str, Any]) -> str:
    match str(entry["file"]).rpartition(".")[2]:
        case "txt":
            text = decode(raw, None)
        case "html":
            text = text_of_html(decode(raw, None))
        case _:
            message = _parse_stored(raw)
            if (kind := kind_of(message)) != Kind.ANSWER:
                return f"taken for {kind}"
            text = text_of(message)
    words = own_words(text)
    wanted = entry.get("expected_reply")
    wanted = entry.get("expected_first_fragment") if wanted is None else wanted
    if wanted is not None:
        is_right = _same(words, wanted) or (bool(words) and _same(words, without_signature(wanted)))
        return "" if is_right else f"left {_short(words)}, not {_short(wanted)}"
    for field, holds in (("expected_starts", _starts), ("expected_contains", _contains)):
        if entry.get(field) and not holds(words, entry[field]):
            return f"left {_short(words)}, which not {field.partition('_')[2]} {_short(entry[field])}"
    return "" if words else "nothing is left of it"


def _wrong_bounce(message: "Message[str, str]", found: str, entry: dict[str, Any]) -> str:
    expected, wanted = entry.get("expected"), entry.get("expected_class")
    is_known = wanted is not None or expected or entry.get("expected_recipients")
    if not is_bounce(message):
        return f"taken for {found}" if is_known else ""
    bounce = read_bounce(message)
    missing = set(entry.get("expected_recipients") or ()) - set(bounce.recipients)
    if missing:
        return f"does not name {', '.join(sorted(missing))}"
    if isinstance(expected, dict):
        return _wrong_facts(bounce, expected)
    is_flufl = "flufl" in str(entry.get("source", ""))
    is_right = {
        None: True,
        "temporary": not bounce.is_failure,
        "soft": not bounce.is_hard,
        "permanent": bounce.is_failure if is_flufl else bounce.is_hard,
    }.get(wanted, False)
    if is_right:
        return ""
    said = "the address" if bounce.is_hard else "something else" if bounce.is_failure else "a delay"
    return f"blames {said}, not {wanted}: {_short(bounce.reason)}"


def _wrong_facts(bounce: Bounce, expected: dict[str, Any]) -> str:
    if (address := str(expected.get("email_address", "")).lower()) and address not in bounce.recipients:
        return f"does not name {address}"
    problem = expected.get("problem")
    if problem and bounce.is_hard != (problem in ("no_user", "unknown")):
        return f"{'blames' if bounce.is_hard else 'does not blame'} the address: {problem}"
    return ""


def _bare(words: str) -> str:
    return WHITE.sub("", words)


def _same(words: str, wanted: str) -> bool:
    return _bare(words) == _bare(wanted)


def _starts(words: str, wanted: str) -> bool:
    return _bare(words).startswith(_bare(wanted))


def _contains(words: str, wanted: str) -> bool:
    return _bare(wanted) in _bare(words)


def _short(words: str) -> str:
    return repr(words if len(words) <= 90 else f"{words[:40]} … {words[-40:]}")

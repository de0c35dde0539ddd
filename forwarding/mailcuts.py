"""What somebody wrote in a mail, without the mail that is answered and without what their program adds below.

Line by line, on what mail programs write in Hungarian, English, Slovak and German first of all, and in their
neighbours' languages. Answers between quoted lines keep the lines that they answer. Nothing here decides
anything: the whole text stays stored, and a moderator sees it.
"""

import re
from dataclasses import dataclass, replace

from forwarding import mailwords as words

ATTRIBUTION_LINES = 4
SIGN_OFF_LINES = 16
HEADER_SPAN = 12
LINES_AT_MOST = 3000  # somebody plays with us: what stands below is not looked at


@dataclass(frozen=True)
class Line:
    text: str
    is_quoted: bool = False
    is_attribution: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.text.strip("> \t\u200b\ufeff")

    @property
    def is_own(self) -> bool:
        """Words that are neither quoted nor a program's."""
        return not (self.is_empty or self.is_quoted or self.is_attribution)


def own_words(text: str) -> str:
    """The new words in the text of a mail; empty where there are none."""
    lines = _lines(text)
    lines = _without_banner(lines)
    lines = _mark_attributions(lines)
    lines = _until_embedded(lines)
    lines = _without_quotes(lines)
    return without_signature(_joined(lines))


def without_signature(text: str) -> str:
    """Without the lines under `-- `, a telephone's advertisement, the sign-off and the small print."""
    lines = text.splitlines()
    for cut in (_small_print, _dashes, _telephone, _sign_off):
        lines = cut(lines)
    return _trim("\n".join(lines))


def _lines(text: str) -> list[Line]:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ").replace("\u202f", " ")
    lines = text.split("\n", LINES_AT_MOST)[:LINES_AT_MOST]
    return [Line(line.rstrip(), is_quoted=line.lstrip().startswith(">")) for line in lines]


def _joined(lines: list[Line]) -> str:
    return _trim("\n".join(line.text for line in lines))


def _trim(text: str) -> str:
    """No rules or empty lines at either end, and no more than two of the latter in a row."""
    lines = text.split("\n")
    while lines and (not lines[-1].strip("> \t") or words.RULE.fullmatch(lines[-1].strip())):
        lines.pop()
    while lines and (not lines[0].strip("> \t") or words.LONG_RULE.fullmatch(lines[0].strip())):
        lines.pop(0)
    return re.sub(r"\n{4,}", "\n\n\n", "\n".join(lines)).rstrip()


def _without_banner(lines: list[Line]) -> list[Line]:
    """ "CAUTION: this mail comes from outside": what a body's mail server writes on top."""
    first = next((number for number, line in enumerate(lines) if not line.is_empty), len(lines))
    end = next((number for number in range(first, len(lines)) if lines[number].is_empty), len(lines))
    paragraph = " ".join(line.text for line in lines[first:end])
    return lines[end:] if words.BANNER.match(paragraph) and end < len(lines) else lines


# -- "On Tuesday … wrote:" --------------------------------------------------------------------------------------


def _mark_attributions(lines: list[Line]) -> list[Line]:
    marked = list(lines)
    for number, line in enumerate(lines):
        if marked[number].is_attribution:
            continue
        start = _attribution_start(lines, number) if not line.is_empty else None
        if start is None:
            continue
        for position in range(start, number + 1):
            marked[position] = replace(marked[position], is_attribution=True)
    return marked


def _attribution_start(lines: list[Line], end: int) -> int | None:
    """Where the attribution that ends on this line begins; it may be broken into several lines."""
    last = _bare(lines[end].text)
    has_quote = _quote_follows(lines, end)
    if not last.endswith((":", "：")) and not (has_quote and words.OLD_GMAIL.search(last)):
        return None
    found = None
    for start in range(end, max(-1, end - ATTRIBUTION_LINES), -1):
        if lines[start].is_empty or lines[start].is_quoted != lines[end].is_quoted:
            break
        joined = " ".join(_bare(line.text) for line in lines[start : end + 1])
        if len(joined) > 400:
            break
        if _is_attribution(joined, has_quote):
            found = start
            if words.WHEN.search(joined):
                break
    while found and found > end - ATTRIBUTION_LINES and not lines[found - 1].is_empty:
        previous = _bare(lines[found - 1].text)
        if (
            lines[found - 1].is_quoted != lines[end].is_quoted
            or not words.OPENER.match(previous)
            or len(previous) > 120
        ):
            break
        found -= 1
    return found


def _is_attribution(joined: str, has_quote: bool) -> bool:
    if words.STARTS_INSIDE.match(joined):
        return False
    has_verb, has_address = bool(words.WROTE.search(joined)), bool(words.ADDRESS.search(joined))
    has_when = bool(words.WHEN.search(joined))
    if has_verb:
        return has_address or (has_when and (has_quote or bool(words.YEAR.search(joined))))
    return has_when and has_address and bool(words.ENDS_WITH_ADDRESS.search(joined))


def _quote_follows(lines: list[Line], end: int) -> bool:
    depth = _depth(lines[end].text)
    for line in lines[end + 1 : end + 6]:
        if not line.is_empty:
            return _depth(line.text) > depth
    return False


def _bare(text: str) -> str:
    return re.sub(r"^[\s>*_]+|[\s*_]+$", "", text)


def _depth(text: str) -> int:
    return len(re.match(r"[\s>]*", text)[0].replace(" ", ""))  # type: ignore[index]


# -- A whole mail below -----------------------------------------------------------------------------------------


def _until_embedded(lines: list[Line]) -> list[Line]:
    """Up to the mail that a program copied in unquoted: its head, or a line that announces it."""
    has_words = False
    for number, line in enumerate(lines):
        if line.is_quoted:
            continue
        if words.FORWARDED.match(line.text.strip()):
            return lines[:number] if has_words else _forwarded(lines, number)
        if words.ORIGINAL.match(line.text.strip()) or _is_head(lines, number):
            return lines[:number]
        if line.is_attribution:
            is_last = number + 1 == len(lines) or not lines[number + 1].is_attribution
            if is_last and not _quote_follows(lines, number) and not _quoted_later(lines, number):
                return lines[:number]
            continue
        has_words = has_words or line.is_own
    return lines


def _quoted_later(lines: list[Line], number: int) -> bool:
    """Some programs put the head of the quoted mail, or empty lines, between."""
    following = [line for line in lines[number + 1 :] if not line.is_empty][:3]
    return any(line.is_quoted for line in following)


def _is_head(lines: list[Line], number: int) -> bool:
    """`From:` and at least two more of a mail's head below each other, in any of the languages."""
    first = words.HEAD_LINE.match(_bare(lines[number].text))
    if first is None:
        return False
    found, gap = {words.head_name(first[1])}, 0
    for line in lines[number + 1 : number + HEADER_SPAN]:
        match = words.HEAD_LINE.match(_bare(line.text))
        if match:
            found.add(words.head_name(match[1]))
            gap = 0
        elif line.is_empty and gap > 1:
            break
        else:
            gap += 1
            if gap > 3:
                break
    return len(found) >= 3 or (len(found) == 2 and "from" in found and _rule_above(lines, number))


def _rule_above(lines: list[Line], number: int) -> bool:
    above = [line.text.strip() for line in lines[max(0, number - 2) : number] if not line.is_empty]
    return bool(above) and bool(words.LONG_RULE.fullmatch(above[-1]))


def _forwarded(lines: list[Line], number: int) -> list[Line]:
    """Nothing was written above it: what was forwarded is what there is to read."""
    rest = lines[number + 1 :]
    for position, line in enumerate(rest):
        if line.is_empty and any(not before.is_empty for before in rest[:position]):
            return rest[position:]
    return rest


# -- Quoted lines -----------------------------------------------------------------------------------------------


def _without_quotes(lines: list[Line]) -> list[Line]:
    own = [number for number, line in enumerate(lines) if line.is_own]
    if not own:
        return []
    attributed = [number for number, line in enumerate(lines) if line.is_attribution]
    quoted = [number for number, line in enumerate(lines) if line.is_quoted and not line.is_empty]
    if not quoted:
        return [line for line in lines if not line.is_attribution]
    after = [number for number in own if number > quoted[0]]
    between = [number for number in after if number < quoted[-1]]
    if attributed and own[0] < attributed[0] and not between:
        kept = lines[: attributed[0]]  # above the quote; below it stands at most a signature or a list's footer
        below = lines[quoted[-1] + 1 :]
        return kept if _is_footer(below) else [*kept, *below]
    if attributed and not between and attributed[0] < quoted[0]:
        return lines[quoted[-1] + 1 :]  # below the quote
    last = max(own)
    return [line for number, line in enumerate(lines) if number <= last and not line.is_attribution]


def _is_footer(lines: list[Line]) -> bool:
    rest = _trim("\n".join(line.text for line in lines))
    return not rest or not without_signature(f".\n{rest}").lstrip(".").strip() or rest.count("\n") < 3


# -- Below the words --------------------------------------------------------------------------------------------


def _small_print(lines: list[str]) -> list[str]:
    for number, line in enumerate(lines):
        if number and words.SMALL_PRINT.match(line.strip()) and any(other.strip() for other in lines[:number]):
            return lines[:number]
    return lines


def _dashes(lines: list[str]) -> list[str]:
    for number, line in enumerate(lines):
        if words.SIGNATURE_RULE.fullmatch(line.strip()) and any(other.strip() for other in lines[:number]):
            rest = [other for other in lines[number + 1 :] if other.strip()]
            if len(rest) <= SIGN_OFF_LINES and not any(other.lstrip().startswith(">") for other in rest):
                return lines[:number]
    return lines


def _telephone(lines: list[str]) -> list[str]:
    for number, line in enumerate(lines):
        if not words.is_telephone(line.strip()):
            continue
        inline = any(other.lstrip().startswith(">") for other in lines[number + 1 :])
        if inline or not any(other.strip() for other in lines[:number]):
            return _telephone([*lines[:number], *lines[number + 1 :]])
        return lines[:number]
    return lines


def _sign_off(lines: list[str]) -> list[str]:
    """ "Üdvözlettel," and the name, office and numbers under it. Not if sentences follow: then it was no end."""
    for number in range(len(lines) - 1, 0, -1):
        if not words.SIGN_OFF.match(lines[number].strip()):
            continue
        rest = [line for line in lines[number + 1 :] if line.strip()]
        looks_like_name = len(rest) <= SIGN_OFF_LINES and all(len(line.strip()) <= 90 for line in rest)
        sentences = sum(bool(re.search(r"[a-záéíóöőúüűäßčďľňôŕšťýž]{3,}[.!?]$", line.strip())) for line in rest)
        if looks_like_name and sentences <= 1 and any(line.strip() for line in lines[:number]):
            return lines[:number]
    return lines

"""What somebody wrote in a mail, without the mail that is answered and without what their program adds below.

Line by line, on what mail programs write in Hungarian, English, Slovak and German first of all, and in their
neighbours' languages. Answers between quoted lines keep the lines that they answer. Nothing here decides
anything: the whole text stays stored, and a moderator sees it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from forwarding import mailwords as words

ATTRIBUTION_LINES = 4
SIGN_OFF_LINES = 16
HEADER_SPAN = 12
LINES_AT_MOST = 3000  # somebody plays with us: what stands below is not looked at
ATTRIBUTION_LENGTH = 400
LOOKED_AT = 2000  # characters of a line in which a program's words are looked for


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
    lines = text.splitlines()[:LINES_AT_MOST]
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
    first, end = 0, len(lines)
    while end and (not lines[end - 1].strip("> \t") or words.RULE.fullmatch(lines[end - 1].strip())):
        end -= 1
    while first < end and (not lines[first].strip("> \t") or words.LONG_RULE.fullmatch(lines[first].strip())):
        first += 1
    return re.sub(r"\n{4,}", "\n\n\n", "\n".join(lines[first:end])).rstrip()


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
    if len(last) > ATTRIBUTION_LENGTH:
        return None
    has_quote = _quote_follows(lines, end)
    if not last.endswith((":", "：")) and not (has_quote and words.OLD_GMAIL.search(last)):
        return None
    found = None
    for start in range(end, max(-1, end - ATTRIBUTION_LINES), -1):
        if lines[start].is_empty or lines[start].is_quoted != lines[end].is_quoted:
            break
        joined = " ".join(_bare(line.text) for line in lines[start : end + 1])
        if len(joined) > ATTRIBUTION_LENGTH:
            break
        if _is_attribution(joined, has_quote):
            found = start
            if words.WHEN.search(joined):
                break
    while found and found > end - ATTRIBUTION_LINES and not lines[found - 1].is_empty:
        previous = _bare(lines[found - 1].text)
        if (
            lines[found - 1].is_quoted != lines[end].is_quoted
            or len(previous) > 120
            or not words.OPENER.match(previous)
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
    return text[:LOOKED_AT].lstrip(" \t>*_").rstrip(" \t*_")


def _depth(text: str) -> int:
    return len(re.match(r"[\s>]*", text)[0].replace(" ", ""))  # type: ignore[index]


# -- A whole mail below -----------------------------------------------------------------------------------------


def _until_embedded(lines: list[Line]) -> list[Line]:
    """Up to the mail that a program copied in unquoted: its head, or a line that announces it."""
    has_words = False
    for number, line in enumerate(lines):
        if line.is_quoted:
            continue
        looked_at = line.text.strip()[:LOOKED_AT]
        if words.FORWARDED.match(looked_at):
            return lines[:number] if has_words else _forwarded(lines, number)
        if words.ORIGINAL.match(looked_at) or _is_head(lines, number):
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
    following = (line for line in islice(lines, number + 1, None) if not line.is_empty)
    return any(line.is_quoted for line in islice(following, 3))


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
    rest, has_head = lines[number + 1 :], False
    for position, line in enumerate(rest):
        if line.is_empty and has_head:
            return rest[position:]
        has_head = has_head or not line.is_empty
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
    has_words = False
    for number, line in enumerate(lines):
        if has_words and words.SMALL_PRINT.match(line.strip()[:LOOKED_AT]):
            return lines[:number]
        has_words = has_words or bool(line.strip())
    return lines


def _dashes(lines: list[str]) -> list[str]:
    has_words = False
    for number, line in enumerate(lines):
        if has_words and words.SIGNATURE_RULE.fullmatch(line.strip()):
            rest = _below(lines, number)
            if len(rest) <= SIGN_OFF_LINES and not any(other.startswith(">") for other in rest):
                return lines[:number]
        has_words = has_words or bool(line.strip())
    return lines


def _telephone(lines: list[str]) -> list[str]:
    """Up to the advertisement; without it where an answer goes on below, between quoted lines."""
    last_quoted = max((number for number, line in enumerate(lines) if line.lstrip().startswith(">")), default=-1)
    kept: list[str] = []
    has_words = False
    for number, line in enumerate(lines):
        if not words.is_telephone(line.strip()):
            kept.append(line)
            has_words = has_words or bool(line.strip())
        elif has_words and number > last_quoted:
            return kept
    return kept


def _sign_off(lines: list[str]) -> list[str]:
    """ "Üdvözlettel," and the name, office and numbers under it. Not if sentences follow: then it was no end."""
    first = next((number for number, line in enumerate(lines) if line.strip()), len(lines))
    for number in range(len(lines) - 1, first, -1):
        if not words.SIGN_OFF.match(lines[number].strip()):
            continue
        rest = _below(lines, number)
        if len(rest) > SIGN_OFF_LINES or any(len(line) > 90 for line in rest):
            return lines  # so it is below every earlier one, too
        if sum(bool(re.search(r"[a-záéíóöőúüűäßčďľňôŕšťýž]{3,}[.!?]$", line)) for line in rest) <= 1:
            return lines[:number]
    return lines


def _below(lines: list[str], number: int) -> list[str]:
    """The lines with words below this one; no more of them than tell that it is too many for a signature."""
    stripped: Iterator[str] = (line.strip() for line in islice(lines, number + 1, None))
    return list(islice(filter(None, stripped), SIGN_OFF_LINES + 1))

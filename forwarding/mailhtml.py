"""The words of an HTML mail. What is quoted gets the marks that plain text has, so that the same rules cut both."""

import re
from html.parser import HTMLParser

_BLOCKS = {"p", "div", "tr", "li", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "pre", "section", "article"}
_DROPPED = {"script", "style", "head", "title", "template", "noscript", "object", "svg"}
_VOID = {"br", "hr", "img", "meta", "link", "input", "wbr", "area", "base", "col", "embed", "source", "track"}
# "On Tuesday … wrote:" in whatever language: the programs say themselves what it is.
_ATTRIBUTION = re.compile(
    r"\b(gmail_attr|moz-cite-prefix|moz-forward-container-head|yahoo_quoted_header|protonmail_quote_header)\b"
)
_SIGNATURE = re.compile(
    r"^(signature|ms-outlook-mobile-signature|x_signature)$|\b(gmail_signature|gmail_signature_prefix|moz-signature|"
    r"protonmail_signature_block(-user|-proton)?|ms-outlook-mobile-signature|pre-sig|elementToProof-signature)\b",
    re.I,
)
# From here on it is the mail before, with its head.
_EMBEDDED = re.compile(
    r"^(x_)?(divrplyfwdmsg|appendonsend|mail-editor-reference-message-container|olk_src_body_section|replysplit|stopspelling"
    r"|reply-intro|ms-outlook-mobile-body-separator-line|lineBreakAtBeginningOfMessage-quote)$|\b(OutlookMessageHeader|zmail_extra|yahoo_quoted"
    r"|gmail_quote_container_below|wisestamp_quote)\b",
    re.I,
)
_NOT_A_QUOTE = re.compile(r"margin:\s*0(px)?\s+0(px)?\s+0(px)?\s+40px", re.I)  # Gmail's button "more indent"
_FIRST_TAG = re.compile(r"<[a-z!/?]", re.I)
DEPTH_LIMIT = 200


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = [""]
        self.stack: list[tuple[str, str]] = []  # tag, what it is: "", "quote", "dropped"
        self.quotes = 0
        self.dropped = 0
        self.preformatted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self._break(force=True)
        elif tag == "hr":
            self._rule()
        if tag in _VOID:
            return
        values = {name: value or "" for name, value in attrs}
        role = self._role(tag, values)
        if tag in _BLOCKS or role == "quote":
            self._break()
        if role == "embedded":
            self._rule()
            role = ""
        if len(self.stack) < DEPTH_LIMIT:
            self.stack.append((tag, role))
            self._count(tag, role, 1)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if all(open_tag != tag for open_tag, _ in self.stack):
            return
        while self.stack:
            open_tag, role = self.stack.pop()
            if open_tag in _BLOCKS or role == "quote":
                self._break(force=open_tag == "p")
            self._count(open_tag, role, -1)
            if open_tag == tag:
                return

    def handle_data(self, data: str) -> None:
        if self.dropped:
            return
        pieces = data.split("\n") if self.preformatted else [re.sub(r"[ \t\r\n\f]+", " ", data)]
        for number, piece in enumerate(pieces):
            if number:
                self._break(force=True)
            self.lines[-1] += piece

    def _role(self, tag: str, values: dict[str, str]) -> str:
        marks = [values.get("id", ""), values.get("class", "")]
        if tag in _DROPPED or any(_SIGNATURE.search(mark) or _ATTRIBUTION.search(mark) for mark in marks):
            return "dropped"
        if any(_EMBEDDED.search(mark) for mark in marks):
            return "embedded"
        is_quote = tag == "blockquote" and not _NOT_A_QUOTE.search(values.get("style", ""))
        return "quote" if is_quote else ""

    def _count(self, tag: str, role: str, step: int) -> None:
        self.quotes += step * (role == "quote")
        self.dropped += step * (role == "dropped")
        self.preformatted += step * (tag == "pre")
        if role == "quote":
            self.lines[-1] = ">" * self.quotes + " " if self.quotes else ""

    def _break(self, *, force: bool = False) -> None:
        """A new line, unless one has begun already."""
        if self.dropped:
            return
        start = ">" * self.quotes + " " if self.quotes else ""
        if force or self.lines[-1].strip("> "):
            self.lines.append(start)

    def _rule(self) -> None:
        if not self.dropped:
            self._break()
            self.lines[-1] += "_" * 32
            self._break()


def text_of_html(source: str, limit: int = 1_000_000) -> str:
    """Words only, for a page that escapes them: nothing of the mark-up is ever shown as mark-up."""
    reader = _Reader()
    reader.feed(_closed(source[:limit]))
    reader.close()
    lines = [re.sub(r"[ \xa0]+", " ", line).strip() for line in reader.lines]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _closed(source: str) -> str:
    """`<a <a <a …` makes the parser look for an end again and again: an open tag inside a tag begins a new one."""
    return re.sub(r"<(?=[^<>]*<)(?![!])", "&lt;", source) if source.count("<") > 2 * source.count(">") + 50 else source

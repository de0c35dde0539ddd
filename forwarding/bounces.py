"""Mails that could not be delivered: is this a word of one, and whose fault was it?

RFC 3464 reports first, then the forms of the mail servers that write none. What a server says in words tells more
than its numbers: 550 is said of an unknown person, of a full box and of a mail that a filter did not like.
"""

import re
from dataclasses import dataclass
from email.message import Message

from forwarding.mailparts import addresses, content, decode, header, walk

_BOUNCE_SENDER = re.compile(
    r"\b(postmaster|mailer-?daemon|mail-?daemon|mdaemon|maildelivery|mail\.?delivery|mailadmin|bounces?|mail_ ?system"
    r"|mta-?admin|mmdf|smtp-?gateway)([@+>\s-]|$)|mail delivery (sub)?system"
)
_BOUNCE_SUBJECT = re.compile(
    r"undeliver|delivery[ _-]*(status|failure|failed|has failed|problem|error|report|notification|attempt"
    r"|unsuccessful)"
    r"|mail (delivery|system error|could not)|(failure|failed) (notice|mail|delivery|notification)|returned (mail"
    r"|to sender)"
    r"|return(ed|ing) (message|mail|to sender)|mail failure|message (status|delivery|undeliver|not delivered|delayed"
    r"|could not)"
    r"|non[- ]?deliver|not delivered|could ?n[o']t be delivered|warning: (could not send|message)|delayed (mail"
    r"|message|\d)"
    r"|unable to deliver|user unknown|unknown (user|recipient|address)|nondeliverable|no such (user|address)"
    r"|kézbesíthetetlen|kézbesítési|nem kézbesíth|sikertelen kézbesítés|késleltet|visszaküldött"
    r"|unzustellbar|nicht zugestellt|zustellung|nedoručit|nedoručen|doručeni|nicht zustellbar|non remis"
    r"|échec de (la )?remise"
    r"|mancata consegna|no se ha podido entregar|devuelto",
    re.I,
)
_BOUNCE_WORDS = re.compile(
    r"could not be delivered|was not delivered|not (able|possible) to deliver|unable to deliver"
    r"|delivery (has )?failed|undeliverable"
    r"|did not reach the following recipient|returned to (the )?sender|permanent (fatal )?error"
    r"|has not (yet )?been delivered"
    r"|nem (sikerült|lehetett|tudtuk) kézbesíteni|kézbesíthetetlen|konnte nicht zugestellt|nebolo možné doručiť"
    r"|sa nepodarilo doručiť"
    r"|mail delivery (failed|software|system)|delivery attempts",
    re.I,
)
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_REPLY_CODE = re.compile(r"(?<![\d.\-/:])([45][0-5]\d)(?=[ \-][^\d]|[ ]\d\.\d)")
_ADDRESS = re.compile(r"[\w.+=\-/]{1,64}@[\w.\-]{1,190}")
_COPY = re.compile(
    r"(?im)^[-=\s>#]*(this is a copy|below this line is a copy|original message|the header of the original"
    r"|copy of (the|your) message"
    r"|the body of the message|headers of the message|returned message|received: from|message header|bounced e-?mail"
    r"|--- ?(enclosed|undelivered)|message headers|ursprüngliche nachricht)"
)

# What the servers' words blame; the order counts, for "mailbox full" is also said as "user unavailable".
_AFTER_DATA = re.compile(
    r"in reply to end of data|after (end of )?data", re.I
)  # the person was known, the mail unwelcome
_NOT_THE_ADDRESS = re.compile(
    r"(mail)?box (is )?(full|exceed|size|too|over)|over (disk )?quota|quota (exceeded|is exceeded|full|violation)"
    r"|exceed\w* .{0,30}(quota|storage|limit|size|allocat)"
    r"|(disk|storage).{0,20}(full|exceed|quota|space)|not enough (disk|storage|space)|insufficient (disk|storage"
    r"|system)|out of (disk )?space|postafiók.{0,20}megtelt"
    r"|(message|mail|size|file).{0,30}(too (big|large|long)|exceed)|too (big|large) .{0,20}(message|mail)"
    r"|maximum (message|size)|max message size|fixed maximum"
    r"|(account|mailbox|user|address|domain).{0,40}(disabled|inactive|suspended|locked|deactivated|not active|blocked"
    r"|frozen|terminated|expired|on hold|dormant|archived)|recipient suspend|temporarily (suspend|unavailable"
    r"|disabled)"
    r"|relay(ing)? (access |is )?(not (permitted|allowed)|denied|prohibited|not supported)|relaying|unable to relay"
    r"|not (permitted|allowed) to relay|no relay|we do not relay|rcpthosts|insecure mail relay|relay not|cannot relay"
    r"|spf|dkim|dmarc|authenticat|authori[sz]ed to send|not authori[sz]ed|unauthenticated|reverse dns|ptr record|rdns"
    r"|helo|ehlo"
    r"|\bspam|junk|unsolicited|bulk mail|blacklist|black list|blocklist|block list|block-list|blocked|blocking"
    r"|reputation|rbl\b|dnsbl|spamhaus|spamcop|barracuda|listed (at|in|by|on)|bad (ip|sender)|poor|banned|abus"
    r"|virus|malware|infected|attachment|content (filter|reject|policy)|policy|restrict|prohibited|forbidden"
    r"|refused (by|to)|security|suspicious|rejected (due|for|by (the )?(filter|content|policy))|filter|not accept(ed"
    r"|ing) (mail|messages) from|administrative|access denied|violat|denied"
    r"|too many|rate|throttl|greylist|graylist|try (again )?later|try again|temporar|deferred|timed? ?out|timeout"
    r"|expired|retry|delay|queue"
    r"|connection (refused|timed|reset|lost|dropped)|network|unreachable|routing loop|too many hops|mail loop|loop"
    r"|looping"
    r"|system (error|not|config)|local (error|configuration)|config\w* error|internal error|resources"
    r"|service (unavailable|not available)|protocol|syntax error|command"
    r"|(sender|from|mail from|envelope).{0,40}(rejected|denied|invalid|refused|unknown|verify|not exist|domain)"
    r"|sender verify|invalid sender|rfc\b|malformed|header|non-?ascii|8-?bit|smtputf8|tls|starttls|encrypt"
    r"|certificate",
    re.I,
)
_FIRST = re.compile(  # these win over words of an unknown address that stand beside them
    r"(mail)?box (is )?(full|exceed)|over (disk )?quota|quota|exceed|too (big|large|many)|suspended|disabled|inactive"
    r"|not active|deactivated|locked"
    r"|relay|spf|dkim|dmarc|authenticat|\bspam\b|blacklist|spamhaus|timed? ?out|timeout|expired",
    re.I,
)
_THE_ADDRESS = re.compile(
    r"(user|recipient|address|mailbox|account|addressee|destination|customer|person|rcpt|login|name|alias|inbox"
    r"|destinataire|email|e-mail|id)s?\b.{0,60}"
    r"(unknown|not found|not exist|n't exist|n.t found|no longer|nonexist|non-exist|invalid|does ?n[o']t"
    r"|not (a )?(valid|known|listed|recognized|our)|not be found|undeliverable|not local|no such|unrouteable"
    r"|is not known|not here|couldn't be|unavailable|isn't|not in|inconnu|not match|not present|disappeared|ungültig"
    r"|unbekannt)"
    r"|(unknown|no such|invalid|nonexistent|non-existent|bad|illegal|unrouteable|unrout(e)?able|undefined"
    r"|not a (valid|known)|no valid|unresolvable|undeliverable|not our|not a|no) .{0,20}(user|recipient|address"
    r"|mail ?box|account|addressee|person|customer|local|alias|destination|username|rcpt|email|e-mail)"
    r"|no (mailbox|one) (here|by that|with)|don't (know|recognize) .{0,30}|couldn't find .{0,40}(user|recipient"
    r"|address|any host|named)|does not (like|know) recipient|user.{0,20}doesn.t have|not a known user"
    r"|no (mail|account|person|recipient|such).{0,20}(here|by that name|name|host|domain)"
    r"|(host|domain|server).{0,30}(unknown|not found|not exist|n't exist|no such|invalid|unrouteable"
    r"|could not be found)|(unknown|no such|bad|invalid|unrouteable|illegal) (host|domain|mail domain)"
    r"|name or service not known|nxdomain|no mx|null mx|does not accept mail|domain of .{0,40} does not"
    r"|has moved|(has|have) been (removed|deleted|closed)|address changed|no longer (works|available|employ|with"
    r"|valid|in use|at|exist|accept)|nem (létezik|található|ismert)|ismeretlen|nicht gefunden|existiert nicht"
    r"|unbekannt|neexistuje|neznám"
    r"|5\.1\.1\b|all (recipients|relevant)|address rejected|not listed in|utilisateur inconnu|usuario|user \S+ not"
    r"|user '?\S+'? unknown",
    re.I,
)


@dataclass(frozen=True)
class Bounce:
    """What could not be delivered, and whether trying again is any use.

    `is_hard`: the address itself is no good. A full box, a mail that was too big or one that a filter did not like
    say nothing of the address. `is_failure` is False for a mere word of delay.
    """

    recipients: tuple[str, ...]
    reason: str
    is_failure: bool
    is_hard: bool
    message_ids: tuple[str, ...]


def is_bounce(message: "Message[str, str]") -> bool:
    if any(part.get_content_type() == "message/delivery-status" for part in walk(message)):
        return True
    if message.get_content_type() == "multipart/report":
        return "delivery-status" in str(message.get_param("report-type", "")).lower()
    if message.get("X-Failed-Recipients"):
        return True
    sender = f"{header(message, 'From')} {header(message, 'Return-Path')} {header(message, 'Sender')}".lower()
    subject = header(message, "Subject")
    if "mailer-daemon" in sender and (not header(message, "List-Id") or _BOUNCE_SUBJECT.search(subject)):
        return True
    from_machine = bool(_BOUNCE_SENDER.search(sender)) or has_null_sender(message)
    if from_machine and _BOUNCE_SUBJECT.search(subject):
        return True
    is_report = bool(_BOUNCE_SUBJECT.search(subject)) and bool(_BOUNCE_WORDS.search(words_of(message)[:4000]))
    return (is_report and not message.get("In-Reply-To", "").strip()) or (is_report and from_machine)


def has_null_sender(message: "Message[str, str]") -> bool:
    return header(message, "Return-Path").strip() == "<>"


def read_bounce(message: "Message[str, str]") -> Bounce:
    """The facts of a mail that `is_bounce`; what it does not say is empty or False."""
    fields = _report_fields(message)
    words = words_of(message)
    # Of several that failed the first one counts: we write to one address at a time.
    diagnosis = next((header(block, "Diagnostic-Code") for block in fields if block.get("Diagnostic-Code")), "")
    status = _STATUS.search(" ".join(header(block, "Status") for block in fields))
    said = _STATUS.search(f"{diagnosis} {words}")
    if status is None or status[0].endswith(".0.0"):
        status = said or status
    code = _REPLY_CODE.search(diagnosis) or _REPLY_CODE.search(words)
    actions = {header(block, "Action").lower().split(" ")[0] for block in fields} - {""}
    is_failure = "failed" in actions or (not actions and _says_failed(words, status, code))
    return Bounce(
        recipients=tuple(dict.fromkeys(_recipients(message, fields, words))),
        reason=(diagnosis or " ".join(words.split()))[:300],
        is_failure=is_failure,
        is_hard=is_failure and _blames_address(status, code, diagnosis, words),
        message_ids=tuple(_message_ids(message)),
    )


def _report_fields(message: "Message[str, str]") -> list["Message[str, str]"]:
    fields: list[Message[str, str]] = []
    for part in walk(message):
        if part.get_content_type() == "message/delivery-status" and isinstance(part.get_payload(), list):
            fields += [block for block in part.get_payload() if isinstance(block, Message)]
    return fields


def _recipients(message: "Message[str, str]", fields: list["Message[str, str]"], words: str) -> list[str]:
    found = [
        address
        for block in fields
        for address in addresses(block, "Original-Recipient", "Final-Recipient", "X-Actual-Recipient")
    ]
    found += addresses(message, "X-Failed-Recipients")
    return found or [match.lower().strip(".") for match in _ADDRESS.findall(words)][:50]


_DELAY = re.compile(
    r"(has|have) not (yet )?been delivered|will (be )?(retried|try|continue|keep trying)|delivery attempts will"
    r"|no action is required|still trying"
    r"|(is|was|been) delayed|warning message only|you do not need to resend|késik|noch nicht zugestellt|next (attempt"
    r"|retry)",
    re.I,
)


def _says_failed(words: str, status: re.Match[str] | None, code: re.Match[str] | None) -> bool:
    """A report without an `Action:` of its own."""
    if _DELAY.search(words):
        return False
    if status:
        return status[1] == "5" or bool(_BOUNCE_WORDS.search(words))
    return code is None or code[1].startswith("5") or bool(_BOUNCE_WORDS.search(words))


def _blames_address(status: re.Match[str] | None, code: re.Match[str] | None, diagnosis: str, words: str) -> bool:
    """Words first, as far as they are clear; then RFC 3463's numbers; then SMTP's."""
    said = diagnosis if len(diagnosis) > 20 else f"{diagnosis} {_told(words)}"
    if (status and status[1] == "4") or (code and code[1].startswith("4")):
        return False
    if status and (status[2], status[3]) in (("2", "2"), ("3", "4")):  # a full box, a mail that is too big
        return False
    if _FIRST.search(said) or _AFTER_DATA.search(f"{diagnosis} {words}"):
        return False
    if _THE_ADDRESS.search(said):
        return True
    if _NOT_THE_ADDRESS.search(said):
        return False
    if status and (status[2], status[3]) != ("0", "0"):
        return (status[2], status[3]) in (("1", "1"), ("1", "2"), ("1", "3"), ("1", "6"), ("1", "10"), ("1", "0"))
    return code is not None and code[1] in ("550", "551", "553")


def _told(words: str) -> str:
    """The server's own sentences round its number; all of them where it gave none."""
    found = _REPLY_CODE.search(words) or _STATUS.search(words)
    return words[max(0, found.start() - 200) : found.end() + 400] if found else words[:3000]


def words_of(message: "Message[str, str]") -> str:
    """What the server tells a person; not the mail that it sends back."""
    for part in walk(message):
        if part.get_content_maintype() == "text" and part.get_content_type() != "text/rfc822-headers":
            return _COPY.split(content(part)[:20_000])[0]
    return ""


def _message_ids(message: "Message[str, str]") -> list[str]:
    """The Message-IDs in what was sent back: the one of ours that bounced is among them."""
    found: list[str] = []
    for part in walk(message):
        payload = part.get_payload(decode=True) if not part.is_multipart() else None
        if part is not message and part.get("Message-ID"):
            found.append(header(part, "Message-ID"))
        if isinstance(payload, bytes):
            found += re.findall(r"(?im)^message-id:\s*(<[^<>\s]{3,190}>)", decode(payload[:200_000], None))
    return list(dict.fromkeys(found))

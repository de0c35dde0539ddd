"""The words that mail programs write by themselves, in Hungarian, English, Slovak, German and their neighbours."""

import re

# Hungarian, English, Slovak, Czech, German; then French, Italian, Spanish, Portuguese, Dutch, Polish, Romanian,
# Croatian, Russian, Ukrainian, Swedish, Danish, Norwegian, Finnish, Turkish, Japanese, Chinese, Korean.
WROTE = re.compile(
    r"(?<!\w)(írta|irta|írt|wrote|writes|sent|napísala?(\(a\))?|napísal/a|napsala?(\(a\))?|schrieb|geschrieben"
    r"|a écrit|écrit|ha scritto|scrive|escribió|escreveu|schreef|geschreven|het volgende geschreven"
    r"|napisała?(\(a\))?|pisze|a scris|napisao|je napisao|napisala|написал[аи]?(\(а\))?|пишет|пише|написав"
    r"|skrev|følgende|kirjoitti|yazdı|şunu yazdı|έγραψε|написа|užrašė|rašė|rakstīja|kirjutas)(?!\w)"
    r"|のメール|写道|寫道|작성",
    re.I,
)
ADDRESS = re.compile(r"[\w.+=\-/]{1,80}@[\w.\-]{1,190}")
ENDS_WITH_ADDRESS = re.compile(r"<[^<>@\s]+@[^<>@\s]+>\)?\s*:$")
OLD_GMAIL = re.compile(r"^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}.{0,120}<[^<>\s]+@[^<>\s]+>$")
YEAR = re.compile(r"\b(19|20)\d\d\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2}\b")
WHEN = re.compile(r"\b\d{1,2}[:h.]\d{2}\b|\b(19|20)\d\d\b|\b\d{1,2}[./-]\s?\d{1,2}[./-]\s?\d{2,4}\b|年")
# A line that begins so is the second half of a broken attribution.
STARTS_INSIDE = re.compile(
    r"^(<|wrote\b|(?-i:at \d)|ezt írta|írta|schrieb|a écrit|napísal|написал|um \d|o \d|kl\.|dátummal)", re.I
)
OPENER = re.compile(
    r"^(On|At|Am|Den|Dňa|Dne|Dnia|W dniu|Le|El|Il|Em|Op|Na|La|Pe|Em|У|Пн|Вт|Ср|Чт|Пт|Сб|Вс|po|ut|st|št|pi|so|ne"
    r"|\d{4}\.|\d{1,2}\.|mon|tue|wed|thu|fri|sat|sun)\b.*\d",
    re.I,
)

_FORWARDED = (
    r"forwarded message|begin forwarded message|továbbított (üzenet|levél|e-mail)|továbbküldött (üzenet|levél)"
    r"|weitergeleitete (nachricht|e-mail)|anfang der weitergeleiteten|preposlaná (správa|pošta)|přeposlaná zpráva"
    r"|message transféré|messaggio inoltrato|mensaje reenviado|wiadomość przekazana|doorgestuurd bericht"
    r"|пересылаемое сообщение"
)
FORWARDED = re.compile(rf"^[\W_]*+({_FORWARDED})[\W_]*$", re.I)
_ORIGINAL = (
    r"original (message|appointment|email)|eredeti (üzenet|levél|e-mail)|ursprüngliche (nachricht|mail)"
    r"|originalnachricht|pôvodná (správa|e-mailová správa)|pôvodný e-mail|původní zpráva|původní e-mail"
    r"|message d'origine|message original|mensaje original|mensagem original|messaggio originale"
    r"|oorspronkelijk bericht|wiadomość oryginalna|oryginalna wiadomość|исходное сообщение|ursprungligt meddelande"
    r"|oprindelig meddelelse|opprinnelig melding|alkuperäinen viesti|mesaj original|izvorna poruka"
)
_ABOVE = (
    r"(reply|write) above this line|e vonal fölé|e fölé a vonal fölé|válaszát e fölé|oberhalb dieser zeile"
    r"|nad túto čiaru"
)
ORIGINAL = re.compile(rf"^(?:[\W_]*({_ORIGINAL})[\W_]*|[\W_]*(.{{0,40}}({_ABOVE}).{{0,60}}))$", re.I)

_HEADS = {
    "from": "from|feladó|von|od|de|da|van|från|fra|lähettäjä|expéditeur|mittente|remitente|от|кому від|від|expeditor"
    "|kimden|发件人|寄件者|差出人|nadawca|odesílatel|odosielateľ|absender|küldő|šalje|afzender",
    "sent": "sent|date|küldve|küldés (?:dátuma|ideje)|elküldve|dátum|datum|gesendet|odoslané|odoslaná|odesláno"
    "|dátum a čas|envoyé(?: le)?|date d'envoi|inviato|data|enviado(?: el)?|fecha|verzonden|wysłano|skickat|sendt"
    "|lähetetty|дата|отправлено|надіслано|trimis|poslano|gönderme tarihi|发送时间|日期|送信日時|időpont",
    "to": "to|címzett(?:ek)?|an|komu|à|a|para|aan|til|till|do|кому|către|kime|za|vastaanottaja|收件人|宛先|adresát|pre"
    "|destinataire|destinatario",
    "cc": "cc|másolatot kap|másolat|kópia|kopie|kópiu|dw|копия|copie à|copia|kópia pre|bcc",
    "subject": "subject|tárgy|betreff|predmet|předmět|objet|oggetto|asunto|assunto|onderwerp|temat|тема|subiect"
    "|ämne|emne|aihe|konu|主题|件名|naslov",
    "reply-to": "reply-to|reply to|válaszcím|antwort an|odpovedať|risposta|répondre à|responder a|attachments"
    "|mellékletek?"
    "|csatolt fájlok|anlagen|prílohy|priority|importance|fontosság|wichtigkeit",
}
HEAD_LINE = re.compile(rf"^[|\s*]*({'|'.join(_HEADS.values())})\s?\*?\s?[:：]\*?(?=\s|\S|$)", re.I)
_NAME = {name: re.compile(pattern, re.I) for name, pattern in _HEADS.items()}


def head_name(word: str) -> str:
    """Which line of a mail's head this is, whatever the language."""
    return next((name for name, pattern in _NAME.items() if pattern.fullmatch(word)), word.lower())


RULE = re.compile(r"[-_=*—–\s]{2,}|[-_=*—–]")
LONG_RULE = re.compile(r"[-_=*—–]{5,}")
SIGNATURE_RULE = re.compile(r"--|---|__|—|–|_{5,}|={10,}")

_DEVICE = (
    r"iphone|ipad|ipod|android|mobil\w*|handy|telefon\w*|phone|smartphone|cell\w*|tablet|blackberry|galaxy|samsung"
    r"|huawei"
    r"|xiaomi|redmi|nokia|sony|xperia|htc|lg|motorola|oneplus|pixel|honor|windows|outlook|yahoo|gmail|mail|mailbox"
    r"|airmail"
    r"|k-9|spark|aquamail|thunderbird|proton\w*|device|készülék\w*|gerät\w*|zariaden\w*|ti-85|alcatel|wiko|nine"
    r"|bluemail|email"
    r"|e-mail|app|alkalmazás\w*|postbox|hey|superhuman|gmx|web\.de|freemail|mail\.ru|seznam|azet|centrum|citromail"
)
_TELEPHONE = [
    rf"sent (from|with|via|by|on|using)\b.{{0,120}}(\b({_DEVICE})\b|\bmy\b).{{0,80}}",
    r"sent from (my|a|an|the) .{0,80}",
    rf"from my (i?phone|ipad|mobile|android|{_DEVICE}).{{0,40}}",
    r".{1,40} from mobile",
    r"get .{0,12}outlook for .{0,60}",
    r"download .{0,30}outlook.{0,60}",
    rf"(elküldve|küldve|feladva|küldte)\b.{{0,80}}\b({_DEVICE}).{{0,60}}",
    rf"(az? )?(\w+ )?({_DEVICE})\w*(ról|ről|ból|ből|mról|mről|emről|omról|amról)\b.{{0,40}}(küld|elküld|írt"
    rf"|ír)\w*.{{0,40}}",
    rf".{{0,60}}\b({_DEVICE})\b.{{0,30}}\b(küldve|küldtem|küldték|elküldve)\b.{{0,20}}",
    r"(az )?outlook (beszerzése|letöltése)\b.{0,80}",
    r"(töltse|szerezze) (le|be) az outlook\w*.{0,80}",
    r"biztonságos .{0,40}proton.{0,60}(küldve|elküldve).{0,20}",
    r"(von|vom) (meinem|meiner|unterwegs|mobil).{0,80}(gesendet|verschickt)?.{0,20}",
    r"(gesendet|verschickt|versendet) (von|mit|über|aus|vom)\b.{0,80}",
    r"diese nachricht wurde von .{0,80}(gesendet|verschickt).{0,10}",
    r"(holen sie sich|laden sie) .{0,10}outlook.{0,60}",
    r"outlook für (ios|android).{0,60}",
    r"(odoslané|odoslaná|poslané|odosláno|odesláno|poslané|odesláno) (z|zo|pomocou|cez|ze)\b.{0,80}",
    r"(získajte|získajte|stiahnite si|získejte) .{0,10}outlook.{0,60}",
    r"(táto správa|tento e-mail) bol[ao]? (odoslan|poslan)\w+ z .{0,60}",
    r"envoyé (de|depuis|à partir|avec)\b.{0,80}",
    r"(inviato|inviata) (da|dal|con)\b.{0,80}",
    r"(enviado|enviada) (desde|do|de|a partir|con)\b.{0,80}",
    r"(verzonden|verstuurd) (met|vanaf|vanuit|via|door)\b.{0,80}",
    r"wysłan[eoay] (z|ze|przez)\b.{0,80}",
    r"(отправлено|надіслано|відправлено) (с|з|из|із)\b.{0,80}",
    r"(skickat|sendt|lähetetty) (från|fra|iphonesta|puhelimesta)?.{0,60}",
    r"trimis (de|din) .{0,60}",
    r"(從|从|由)我的.{0,40}",
    r".{0,20}から送信",
    r"iphone.{0,10}(에서|から).{0,20}",
]
_TELEPHONE_LINE = re.compile("|".join(f"(?:{pattern})" for pattern in _TELEPHONE), re.I)
_MARKS = re.compile(r"\[([^\]]*)\]\([^)]*\)|<https?:[^>]*>|https?://\S+|<mailto:[^>]*>", re.I)


def is_telephone(line: str) -> bool:
    """ "Sent from my iPhone" and its like: a line of its own, in any wrapping."""
    if not line or len(line) > 200:
        return False
    bare = _MARKS.sub(lambda match: match[1] or "", line).strip(" \t<>()[]*_-–—.!|~")
    return bool(_TELEPHONE_LINE.fullmatch(bare))


SIGN_OFF = re.compile(
    r"^(?:[-–—*_]\s*)?("
    r"(szívélyes |baráti |szép napot[ ,]*|további szép napot[ ,]*|köszönettel(,| és) |kiváló |őszinte )*"
    r"(üdvözlettel|üdvözlet|üdv|tisztelettel|köszönettel)"
    r"|(with )?(best|kind|warm|many thanks and|thanks and)? ?regards|best wishes|(yours )?(sincerely|faithfully"
    r"|truly)( yours)?|cheers"
    r"|s (priateľským |priateľskými |úctou a )?(pozdravom|úctou)|s pozdravem|prajem pekný deň|pekný deň prajem"
    r"|(mit )?(freundliche[nm]?|besten?|liebe|herzliche[nm]?|viele|schöne) (grüße?n?|gruss|gruß|grüsse?n?)"
    r"|hochachtungsvoll|mfg|lg|vg"
    r"|freundlich grüßt|cordialement|cordiali saluti|saludos"
    r")\s*[,.!:;]?\s*(.{0,40})?$",
    re.I,
)

SMALL_PRINT = re.compile(
    r"^[\W_]*+("
    r"(jelen|ez az?|ezen|az) (elektronikus |e-mail |email )*(üzenet|levél|e-mail|email"
    r"|küldemény)\w*\b.{0,120}(bizalmas|címzett|titk|kizárólag|jogosulatlan)"
    r"|figyelem!? .{0,60}(bizalmas|címzett)|adatvédelmi (tájékoztat|nyilatkozat)|jogi nyilatkozat|felelősségkizárás"
    r"|(kérjük|kérem),? (gondoljon|óvja|vegye figyelembe) .{0,40}(környezet|nyomtat)|gondoljon a környezet"
    r"|mielőtt kinyomtat"
    r"|(this|the information in this|the contents of this) (e-?mail|message|communication"
    r"|transmission)\b.{0,160}(confidential|intended|privileged)"
    r"|confidentiality (notice|note)|disclaimer\b|privileged and confidential|if you (are not"
    r"|have received) .{0,40}(intended recipient|error)"
    r"|please consider the environment|think before you print"
    r"|(diese|der inhalt dieser) (e-?mail|nachricht|mitteilung)\b.{0,160}(vertraulich|bestimmt)"
    r"|vertraulichkeitshinweis|haftungsausschluss"
    r"|(bitte )?(denken|prüfen|schonen) sie .{0,40}(umwelt|drucken|ausdruck)"
    r"|(táto|tento|informácie v tejto|obsah tejto) (e-?mailová |elektronická )?(správ\w+|e-?mail"
    r"|pošt\w+)\b.{0,160}(dôvern|určen)"
    r"|(prosíme|prosím)?,? ?(myslite|zvážte|šetrite|chráňte) .{0,60}(životn|prostred|tlač|príro)"
    r"|upozornenie: .{0,60}dôvern"
    r"|vírusmentes|a vírusok ellen|mentes a vírus|virus-?free|virenfrei|bez vírusov|neobsahuje vírus"
    r"|this email has been (checked|scanned)"
    r"|az (e-mailt|üzenetet|e-mail).{0,40}(avast|eset|avg)"
    r"|you received this message because you are subscribed to"
    r")",
    re.I,
)

BANNER = re.compile(
    r"^[\W_]*+((caution|warning|attention|external( e-?mail| sender)?)\b.{0,200}(outside|external|click)"
    r"|\[?external\]?\s*$"
    r"|(figyelem|vigyázat|külső (feladó|levél|e-mail)).{0,200}(külső|szervezeten kívül|kattint)"
    r"|(achtung|vorsicht|externe e-?mail|warnung).{0,200}(extern|außerhalb|klicken)"
    r"|(pozor|upozornenie|externý).{0,200}(extern|mimo organiz|mimo|neklikaj))",
    re.I,
)

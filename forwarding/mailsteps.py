"""What a mail's words propose to do with the case: a tag, or plain words. A person decides; nothing here acts.

Tags stand anywhere in the words, in any of the languages: `#kész`, `#done`, `[határidő 2026-12-24]`, `#nem_mienk` …
(docs/operations.md, and the foot of each letter to a body).
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from forwarding.forms import Step

LONGEST = 6000


@dataclass(frozen=True)
class Proposal:
    step: Step
    words: str  # what it was read from, as it stands in the mail
    is_tag: bool = False
    promised_on: date | None = None


# By the plain letters of a tag, without accents, spaces, "_" and "-".
_TAGS = {
    Step.DONE: "kesz megoldva elvegezve done solved fixed hotovo vyriesene erledigt gelost fertig",
    Step.NOT_OURS: "nemmienk nemhozzank masik notours nienase niejenase nichtunser nichtzustandig",
    Step.CANNOT: "nemmegoldhato nemlehet cannot wontfix nedasa nichtmoglich",
    Step.PROMISE: "hatarido igeret due deadline promise termin frist bis",
}
_TAG_STEPS = {word: step for step, words in _TAGS.items() for word in words.split()}
_TAG = re.compile(r"(?<![\w#&/])#([^\W\d]\w{1,30}(?:-\w+)?)|\[\s*([^\W\d][\w \-]{1,30}?)\s*[:=]?\s*(\d[^\]]{4,20})?\]")

# On plain letters (small, no accents). In this order: a refusal names what is solved elsewhere, too.
_NOT_OURS = (
    r"nem (a )?(mi |hozzank |tarsasagunk\w* |cegunk\w* |hivatalunk\w* |onkormanyzatunk\w* |intezmenyunk\w* "
    r"|hatosagunk\w* )?"
    r"(hozzank|hataskorunk\w*|illetekessegunk\w*|kompetenciank\w*|feladatunk\w*"
    r"|feladatkorunk\w*)( \w+){0,2}( tartozik)?"
    r"|nem (a )?(mi |tarsasagunk |cegunk |hivatalunk |onkormanyzatunk )?(kezelesunk\w*|tulajdonunk\w*"
    r"|uzemeltetesunk\w*|teruletunk\w*)"
    r"|nem (a )?\w{0,20} ?\w{0,20} ?(kezeleseben|tulajdonaban|hataskorebe|uzemelteteseben|feladatkorebe"
    r"|illetekessegebe) "
    r"(van|all|tartozik|esik)|nem (mi|tarsasagunk|cegunk|hivatalunk) (kezel|vagyunk|illetekes|az illetekes"
    r"|uzemeltet)\w*"
    r"|nem rendelkezunk (hataskorrel|illetekesseggel)|nincs (hataskorunk|illetekessegunk)|nem illetekes\w*"
    r"|(not|isn.t|is not) (our|within our|under our|in our|part of our) (responsib|competen|jurisdiction|propert|area"
    r"|remit)\w*"
    r"|we are not (responsible|competent|in charge)|does not belong to us|not ours\b"
    r"|nie je (v )?nas\w* (kompetenci|sprav|majetk|zodpovednost)\w*|nepatri (nam|do nasej|medzi nase|pod nas)"
    r"|nespada (do|pod) nas\w*"
    r"|nie sme (prislusn|kompetentn|spravc|vlastnik)\w*|nie sme zodpovedni"
    r"|nicht (in )?(unser\w*|der) (zustandig|verantwort|aufgab|besitz|eigentum)\w*|(sind|ist) (hier(fur)? |dafur "
    r"|wir )*nicht zustandig"
)
_NOT_OURS += (
    r"|nem tartozik ([\w-]+ ){0,4}(kor\w*nkbe|hataskor\w*|kezeles\w*|feladat\w*|illetekesseg\w*|tulajdon\w*|hozzank)"
    r"|nem (a |az )?[\w.&-]+ ([\w.&-]+ ){0,4}(tulajdona|kezelese|hataskore|feladata|illetekessege)\b"
    r"|(kezelesi|illetekessegi|mukodesi|uzemeltetesi|szolgaltatasi) teruletunkon kivul"
)
_CANNOT = (
    r"nem all modunkban|nem tudjuk (meg|el)\w+|nem megoldhato|nincs (ra )?(forras|lehetoseg|modunk|keret)\w*"
    r"|nem lehetseges"
    r"|nem tervezz?uk|nem indokolt|(cannot|can not|unable to) (be )?(fix|solve|repair|resolve|do)\w*|no (budget"
    r"|funds) (is |are )?(available)?"
    r"|nie je mozne|nemame (prostriedky|moznost)|nicht moglich|konnen (wir )?(leider )?nicht"
)
_NOT_YET = (
    *("nem", "nem lett", "meg nem", "nincs", "nincsen", "not", "not yet", "nie je", "nie su"),
    *("noch nicht", "nicht", "nebol", "neboli", "nebola"),
)
_NEGATED = "".join(f"(?<!{words} )" for words in _NOT_YET)
_DONE = (
    rf"{_NEGATED}\b(megoldva|megoldodott|megoldottuk|megoldasra kerult|meg ?(lett )?oldva|elvegeztuk|elvegezve"
    rf"|elvegeztek"
    r"|(kollegaink|munkatarsaink|kivitelezonk) (\w+ ){0,3}(elvegezte|kijavitotta|megjavitotta|helyreallitotta"
    r"|elharitotta)k?"
    r"|kijavitottuk|kijavitottak|kijavitva|megjavitottuk|megjavitottak|megjavitva|javitasra kerult|helyreallitottuk"
    r"|helyreallitottak"
    r"|helyreallitasra kerult|elharitottuk|elharitasra kerult|elhare?itva|elszallitottuk|elszallitottak"
    r"|elszallitasra kerult|elszallitva"
    r"|kicsereltuk|kicsereltek|cserere kerult|eltavolitottuk|eltavolitottak|eltavolitasra kerult|eltakaritottuk"
    r"|megtisztitottuk|feltakaritottuk"
    r"|betomtuk|betomtek|lefestettuk|potoltuk|potlasra kerult|(a )?(hiba|munka|javitas|hibaelharitas)\w* (elkeszult"
    r"|befejezodott|megtortent)"
    r"|megtortent|elkeszult|(mar )?kesz van|uzembe helyeztuk|mukodik ismet|ismet mukodik"
    r"|(has|have) been (fixed|repaired|solved|resolved|removed|replaced|completed|done|cleaned)|(is|are|was"
    r"|were) (now )?(fixed|repaired|solved|resolved|done)"
    r"|(we|they) (have )?(fixed|repaired|solved|resolved|removed|replaced|completed|cleaned)"
    r"|vyriesen[eayi]|opraven[eayi]|odstranen[eayi]|opravili sme|odstranili sme|vycistili sme|je hotovo|hotove"
    r"|(wurde|wurden|ist|sind) (\w+ ){{0,3}}?(erledigt|behoben|repariert|beseitigt|gereinigt|entfernt)|erledigt"
    r"|behoben|haben wir (\w+ )?(repariert|beseitigt))\b"
).replace("{{0,3}}", "{0,3}")
_DONE_LATER = re.compile(
    r"\b(fog|fogjuk|fogjak|lesz|lesznek|varhato\w*|tervez\w+|hamarosan|majd|belul|ig|csak|ha|amint|miutan|utan|will"
    r"|planned|soon|once|when"
    r"|bude|budu|planuj\w+|ked|wird|werden|geplant|sobald|nem|not|nie|nicht)\b"
)
_PROMISE = (
    r"(varhato(an)?|hatarido\w*|legkesobb|elore ?lathatolag|tervezett|tervezzuk|elvegezzuk|megoldjuk|kijavitjuk"
    r"|javitjuk|elkeszul|megtortenik|kerul sor"
    r"|fogjuk|el fog|meg fog|befejezes\w*|kezdes\w*|by|until|planned|expected|scheduled|deadline|will be|do|termin\w*"
    r"|najneskor|planovan\w*|predpoklad\w*"
    r"|opravime|bis|geplant|voraussichtlich|spatestens|wird)"
)
_MONTHS = {
    month: number
    for number, names in enumerate(
        (
            "januar januara jan january januara janner",
            "februar februara feb february februara",
            "marcius marciusa marc mar march marca marz",
            "aprilis apr april aprila",
            "majus maj may maja mai",
            "junius jun june juna juni",
            "julius jul july jula juli",
            "augusztus aug august augusta",
            "szeptember szept sep sept september septembra",
            "oktober okt oct october oktobra",
            "november nov novembra",
            "december dec december decembra dez dezember",
        ),
        start=1,
    )
    for month in names.split()
}
_NAMES = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DATES = [
    re.compile(r"\b(?P<y>20\d\d)[-./]\s?(?P<m>\d{1,2})[-./]\s?(?P<d>\d{1,2})\b"),
    re.compile(rf"\b(?:(?P<y>20\d\d)\.? ?)?(?P<n>{_NAMES})\.? ?(?P<d>\d{{1,2}})(?!\d|[:h])"),
    re.compile(rf"\b(?P<d>\d{{1,2}})\.? ?(?:of )?(?P<n>{_NAMES})\b\.?(?: ?(?P<y>20\d\d))?"),
    re.compile(r"\b(?P<d>\d{1,2})\. ?(?P<m>\d{1,2})\. ?(?P<y>20\d\d)\b"),
    re.compile(r"\b(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>20\d\d)\b"),
]


def propose_step(text: str, *, today: date | None = None) -> Proposal | None:
    """The first tag, else what the plain words say; None where they say nothing more than words."""
    today = today or timezone.localdate()
    text = "\n".join(line for line in text[:LONGEST].splitlines() if not line.lstrip().startswith(">"))
    return _tagged(text, today) or _said(text, today)


def _tagged(text: str, today: date) -> Proposal | None:
    for match in _TAG.finditer(text):
        name = re.sub(r"[\s_-]", "", _letters(match[1] or match[2]))
        step = _TAG_STEPS.get(name)
        if step is None:
            continue
        after = text[match.end() : match.end() + 30]
        day = find_date(match[3] or after, today) if step == Step.PROMISE else None
        if step == Step.PROMISE and day is None:
            continue
        return Proposal(step, match[0], is_tag=True, promised_on=day)
    return None


def _said(text: str, today: date) -> Proposal | None:
    sentences = [part for part in re.split(r"(?<=[^\d][.!?])\s+|\n\s*\n", text) if part.strip()]
    for step, pattern in ((Step.NOT_OURS, _NOT_OURS), (Step.CANNOT, _CANNOT)):
        for sentence in sentences:
            if re.search(rf"\b({pattern})", _letters(sentence)):
                return Proposal(step, _quote(sentence))
    for sentence in sentences:
        letters = _letters(sentence)
        day = find_date(sentence, today)
        if day and day >= today and re.search(rf"\b{_PROMISE}\b", letters):
            return Proposal(Step.PROMISE, _quote(sentence), promised_on=day)
    for sentence in sentences:
        letters = _letters(sentence)
        if (found := re.search(_DONE, letters)) and not _DONE_LATER.search(
            letters[max(0, found.start() - 60) : found.start()]
        ):
            return Proposal(Step.DONE, _quote(sentence))
    return None


def find_date(text: str, today: date) -> date | None:
    """The last day that is named; without a year the next one to come."""
    letters = _letters(text)
    found: list[date] = []
    for pattern in _DATES:
        for match in pattern.finditer(letters):
            parts = match.groupdict()
            month = _MONTHS[parts["n"]] if parts.get("n") else int(parts["m"])
            try:
                day = date(int(parts.get("y") or today.year), month, int(parts["d"]))
                if not parts.get("y") and day < today:
                    day = day.replace(year=today.year + 1)
            except ValueError:
                continue
            found.append(day)
        if found:
            return max(found)
    return None


def _letters(text: str) -> str:
    """Small letters without accents, so that what is typed on any keyboard is found; marks stay."""
    bare = unicodedata.normalize("NFKD", text.casefold().replace("ß", "ss"))
    return " ".join("".join(letter for letter in bare if not unicodedata.combining(letter)).split())


def _quote(sentence: str) -> str:
    bare = " ".join(sentence.split())
    return bare if len(bare) <= 200 else f"{bare[:199]}…"

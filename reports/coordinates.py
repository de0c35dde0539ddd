"""Places typed as numbers: coordinates in the notations of maps and phones, and plus codes."""

import re
from typing import NamedTuple

import geopy
from pluscodes import Decoder, Transformer, Validator

# One direction: degrees, perhaps with minutes and seconds, perhaps with the letter of the sky before or behind.
NUMBER = (
    r"[+-]?\d{1,3}(?:\.\d{1,15})?"
    r"(?:\s*°\s*(?:\d{1,2}(?:\.\d{1,12})?\s*'\s*(?:\d{1,2}(?:\.\d{1,12})?\s*\"\s*)?)?)?"
)
ONE = rf"(?:[NSEW]\s*{NUMBER}|{NUMBER}\s*[NSEW]?)"
PAIR = re.compile(rf"({ONE})\s*[,;/\s]\s*({ONE})")
# What map programs put into the address of a page, and phones into a link.
LINKS = [
    re.compile(r"[@/](-?\d{1,2}\.\d+),(-?\d{1,3}\.\d+)(?:,|$)"),
    re.compile(r"[?&](?:q|query|ll|center)=(-?\d{1,2}\.\d+),(-?\d{1,3}\.\d+)"),
    re.compile(r"^geo:(-?\d{1,2}(?:\.\d+)?),(-?\d{1,3}(?:\.\d+)?)"),
    re.compile(r"[?&]mlat=(-?\d{1,2}\.\d+)&(?:amp;)?mlon=(-?\d{1,3}\.\d+)"),
    re.compile(r"#map=\d+(?:\.\d+)?/(-?\d{1,2}\.\d+)/(-?\d{1,3}\.\d+)"),
]
SIGNS = str.maketrans("’‘´′”“„″−–º˚", "''''\"\"\"\"--°°")
LONGEST = 100  # characters of a pair
# Hungarian: északi, déli, keleti, nyugati; szélesség, hosszúság.
SKIES = [
    (re.compile(rf"(?<![a-zá-ű]){name}\.?(?:\s*(?:szélesség|hosszúság|sz|h)\.?)?(?![a-zá-ű])", re.IGNORECASE), letter)
    for name, letter in (("(?:északi|é)", "N"), ("(?:déli|d)", "S"), ("(?:keleti|k)", "E"), ("(?:nyugati|ny)", "W"))
]
SPACED = [
    (re.compile(r"(\d{1,3})\s+(\d{1,2})\s+(\d{1,2}(?:\.\d+)?)\s*([NSEW])"), r"""\1°\2'\3"\4"""),
    (re.compile(r"(\d{1,3})\s+(\d{1,2}(?:\.\d+)?)\s*([NSEW])"), r"\1°\2'\3"),
]
PLUS_CODE = re.compile(
    r"(?<![0-9a-z+])([23456789CFGHJMPQRVWX]{2,8}\+[23456789CFGHJMPQRVWX]{0,7})(?![0-9a-z+])", re.IGNORECASE
)


class Pair(NamedTuple):
    """Degrees as they were written; `is_certain` where letters of the sky say which is which."""

    latitude: float
    longitude: float
    is_certain: bool = False

    @property
    def swapped(self) -> "Pair | None":
        """The other order, where nothing speaks against it."""
        if self.is_certain or abs(self.longitude) > 90:
            return None
        return Pair(self.longitude, self.latitude)


def read_coordinates(text: str) -> Pair | None:
    """ "47.4979, 19.0402", "47,4979 19,0402", "47°29'52\\"N 19°2'25\\"E", "é. sz. 47,5° k. h. 19,04°", a map's link.

    Two bare whole numbers are no place: they would swallow house numbers. Where the first number can only be a
    longitude the order is turned. geopy takes the last two numbers of any text and knows no decimal comma, so it
    is given only what is a pair and nothing else.
    """
    text = text.strip()[:500]
    for link in LINKS:
        if found := link.search(text):
            return in_range(Pair(float(found[1]), float(found[2]), is_certain=True))
    text = " ".join(text.split())[:LONGEST].translate(SIGNS).replace("''", '"')
    for sky, letter in SKIES:
        text = sky.sub(letter, text)
    text = text.upper()
    for spaced, marks in SPACED:
        text = spaced.sub(marks, text)
    found = PAIR.fullmatch(text.strip("()[] "))
    if found is None or decimal_commas(text):
        found = PAIR.fullmatch(re.sub(r"(?<=\d),(?=\d)", ".", text).strip("()[] "))
    if found is None or not re.search(r"[.°NSEW]", found[0]):
        return None
    return pair_of(found[1], found[2])


def decimal_commas(text: str) -> bool:
    """ "47,4979 19,0402" and "47,4979, 19,0402": commas between digits, and no point anywhere."""
    return "." not in text and len(re.findall(r"\d,\d", text)) == 2


def pair_of(first: str, second: str) -> Pair | None:
    skies = [set(re.findall("[NSEW]", part)) for part in (first, second)]
    small = re.findall(r"[\d.]+(?=\s*['\"])", first + second)  # minutes and seconds
    if len(skies[0]) != len(skies[1]) or any(float(number) >= 60 for number in small):
        return None
    turned = bool(skies[0] & {"E", "W"} or skies[1] & {"N", "S"})
    if turned and (skies[0] & {"N", "S"} or skies[1] & {"E", "W"}):
        return None  # twice the same direction
    if turned:
        first, second = second, first
    whole = [float(re.findall(r"\d+(?:\.\d+)?", part)[0]) for part in (first, second)]
    if whole[0] > 90 and not any(skies):
        first, second, whole = second, first, whole[::-1]
    if whole[0] > 90 or whole[1] > 180:
        return None
    point = geopy.Point(f"{compact(first)} {compact(second)}")
    return in_range(Pair(point.latitude, point.longitude, is_certain=any(skies)))


def compact(part: str) -> str:
    return re.sub(r"\s+", "", part)


def in_range(pair: Pair) -> Pair | None:
    return pair if abs(pair.latitude) <= 90 and abs(pair.longitude) <= 180 else None


class PlusCode(NamedTuple):
    code: str
    is_short: bool
    locality: str  # "Budapest" of "FXV2+R4 Budapest"

    def pair(self, near: tuple[float, float]) -> Pair:
        """The middle of it; a short code's nearest to the place `near` (latitude, longitude)."""
        code = Transformer().lenghten(self.code, near) if self.is_short else self.code
        centre = Decoder().decode(code).center()
        return Pair(float(centre.lat), float(centre.lon), is_certain=True)


def read_plus_code(text: str) -> PlusCode | None:
    """A full or short plus code anywhere in a line, and the words around it."""
    found = PLUS_CODE.search(text[:500])
    if found is None:
        return None
    code = found[1].upper()
    is_short = Validator().is_short(code)
    if not is_short and not Validator().is_full(code):
        return None
    rest = f"{text[: found.start()]} {text[found.end() : 500]}".strip(" ,;")
    return PlusCode(code, is_short, " ".join(rest.split()))

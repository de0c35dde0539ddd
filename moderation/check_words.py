"""Words by which a report looks like a case for 112, or like none of the street's: ours, Hungarian and English.

Plain letters as `municipalities.routing.plain` gives them. Each is a pattern at the beginning of a word. What citizens
also say of a pothole ("életveszélyes", "sérült") is no sign of an emergency.
"""

import re


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(patterns)})\w*")


EMERGENCY = _any(
    "gazszag", "gazszivarg", "gaz szivarog", "gazomles", "tuz van", "kigyulladt", "langokban", "langol", "robban",
    "leszakadt (?:a )?(?:vezetek|kabel(?!en)|felsovezetek|villanyvezetek)", "leszakadt elektromos", "aramutes",
    "(?:aram|feszultseg) alatt", "eszmeletlen", "elajult", "osszeesett", "beomlott", "osszedolt", "csotores",
    "fegyver(?!bolt|gyar)", "szivarog a gaz",
    "gas leak", "smell of gas", "smells? of gas", "on fire", "in flames", "live wire", "electric shock", "unconscious",
    "explosion", "burst (?:water )?(?:pipe|main)", "gun shot", "gunshot",
)  # fmt: skip

NOT_STREET = _any(
    "szomszed(?:om|unk|aim|aink)\\b", "(?:a )?lakas(?:om|omban|unk|unkban)\\b", "alberlet", "foberlo", "kozos koltseg",
    "tarsashazkezel", "szamlam", "szamlazas", "dijbekero", "(?:bun|birsag|potdij)\\w* kaptam",
    "potdij", "munkaltatom", "elvesztettem", "elhagytam a", "ellopt\\w+ a(?:z)? \\w+em",
    "elado\\b", "apr?ohirdetes", "webaruhaz",
    "my neighbou?r", "our neighbou?r", "my flat", "my landlord", "landlord", "my invoice", "my bill", "parking fine",
    "my employer", "i lost my", "for sale",
)  # fmt: skip

"""The sample's bodies and rules. All are invented; their addresses lie in domains that nobody can own."""

from typing import NamedTuple

from jarokelo.demo_data.districts import SKETCHES, Sketch


class Body(NamedTuple):
    key: str
    name: str
    kind: str
    address: str = ""  # empty: no contact, a state that the desk shows
    refusal: str = ""


class Rule(NamedTuple):
    """`area` is a district's numeral, "Budapest", "Arezzo" or empty for everywhere; `weight` is past choices."""

    body: str
    category: str
    area: str = "Budapest"
    days: int = 30
    street_group: str = ""
    weight: int = 0
    priority: int = 0


def council(sketch: Sketch) -> Body:
    return Body(
        f"council-{sketch.numeral}",
        f"{sketch.numeral}. kerületi Önkormányzat (minta)",
        "municipality",
        f"hivatal@kerulet-{sketch.numeral.lower()}.example",
    )


BODIES = [
    *(council(sketch) for sketch in SKETCHES),
    Body("roads", "Fővárosi Útmester (minta)", "road", "utmester@example.org"),
    Body("light", "Esti Fény Közvilágítás (minta)", "utility", "lampa@estifeny.example"),
    Body("gardens", "Platán Városkertészet (minta)", "utility", "kert@platan.example"),
    Body("clean", "Tiszta Utca Köztisztaság (minta)", "utility", "diszpecser@tisztautca.example"),
    Body("water", "Forrás Vízmű (minta)", "utility", "hibabejelentes@forrasviz.example"),
    Body("drains", "Mélyvíz Csatornázás (minta)", "utility", "csatorna@melyviz.example"),
    Body("transport", "Városi Járat Közlekedés (minta)", "transport", "utas@varosijarat.example"),
    Body("rail", "Sínpár Vasúttársaság (minta)", "transport", "palya@sinpar.example"),
    Body("telecom", "Kék Kábel Távközlés (minta)", "utility", "halozat@kekkabel.example"),
    Body("power", "Napfény Áramszolgáltató (minta)", "utility", "ugyfel@napfenyaram.example"),
    Body("parking", "Zóna Parkolási Iroda (minta)", "other", "zona@parkolas.example"),
    Body("police", "Belvárosi Közterület-felügyelet (minta)", "municipality", "felugyelet@kozterulet.example"),
    Body("wrecks", "Roncsmentő Szolgálat (minta)", "other", "roncs@roncsmento.example"),
    Body("social", "Meleg Tea Utcai Szociális Szolgálat (minta)", "other", "diszpecser@melegtea.example"),
    Body("estate", "Duna-parti Vagyonkezelő (minta)", "other"),
    Body(
        "posters", "Oszlop Plakát Kft. (minta)", "other",
        refusal="Az elektronikus bejelentéseket visszaküldi, csak személyesen, kedden 9 és 11 óra között fogad.",
    ),
    Body("arezzo", "Comune di Arezzo (demo)", "municipality", "urp@comune-arezzo.example"),
]  # fmt: skip

MAIN_ROADS = "Fő útvonalak"
STREET_GROUPS = {
    MAIN_ROADS: [
        "Váci út", "Üllői út", "Andrássy út", "Rákóczi út", "Bartók Béla út", "Bécsi út", "Thököly út",
        "Szentendrei út", "Kerepesi út", "Hungária körút", "Alkotás utca", "Soroksári út", "Teréz körút",
    ],
}  # fmt: skip

RULES = [
    Rule("roads", "roads", days=15, street_group=MAIN_ROADS),
    Rule("roads", "signs", days=15, weight=61, priority=1),
    Rule("roads", "cycling", days=20, weight=24, priority=1),
    Rule("light", "lighting", days=10, weight=88),
    Rule("gardens", "green", days=30, weight=12),
    Rule("gardens", "tree", "XIII", days=20, weight=9),
    Rule("clean", "cleanliness", days=10, weight=54),
    Rule("water", "water", days=8, weight=31),
    Rule("drains", "water", days=12, weight=27),
    Rule("telecom", "cables", days=30, weight=19),
    Rule("power", "cables", days=30, weight=7),
    Rule("transport", "stop", days=15, weight=40),
    Rule("rail", "stop", "X", days=30, weight=3),
    Rule("parking", "parking", days=30, weight=8),
    Rule("police", "parking", "V", days=15, weight=22),
    Rule("wrecks", "wreck", days=30, weight=26),
    Rule("social", "help", days=2, weight=5),
    Rule("posters", "graffiti", "VI", days=30, weight=4),
    Rule("estate", "litter", "XXI", days=30, weight=2),
    *(Rule(f"council-{sketch.numeral}", "roads", sketch.numeral, days=20, weight=10) for sketch in SKETCHES),
    *(Rule(f"council-{sketch.numeral}", "green", sketch.numeral, days=20, weight=14) for sketch in SKETCHES),
    *(Rule(f"council-{sketch.numeral}", "graffiti", sketch.numeral, days=25, weight=4) for sketch in SKETCHES),
    # For whatever nobody else does.
    *(Rule(f"council-{sketch.numeral}", "", sketch.numeral, days=30, priority=-1) for sketch in SKETCHES),
    Rule("arezzo", "", "Arezzo", days=30),
]

"""A made-up town of three districts whose moderators follow simple habits, so that there is something to learn."""

import random
from datetime import date, timedelta
from typing import Any

KINDS = {
    "Kátyú": ["Mély kátyú az úttesten", "Kátyús az út, letörik a kerék", "Gödör tátong az aszfaltban"],
    "Közvilágítás": ["Nem ég a lámpa", "Kiégett az utcai lámpa, sötét van", "Vibrál a kandeláber fénye"],
    "Szemét": ["Szemétkupac a járdán", "Lomot raktak le a sarkon", "Tele a kuka, szemét hever mellette"],
}
DISTRICTS = {"I": (19.02, 47.50), "II": (19.06, 47.50), "III": (19.10, 47.50)}
STREETS = ["Kék utca", "Zöld utca", "Fehér tér", "Piros utca", "Fő út"]
FILL = [
    "Kérem, javítsák meg!",
    "Hetek óta így van.",
    "Köszönöm előre is.",
    "A gyerekek is erre járnak.",
    "Balesetveszélyes.",
]


def body_for(kind: str, district: str, street: str) -> str:
    """The lamps are one company's, the main road's holes another's, the rest each district's own."""
    if kind == "Közvilágítás":
        return "Városi Lámpa Kft."
    if kind == "Kátyú" and street == "Fő út":
        return "Útkezelő Zrt."
    if kind == "Szemét":
        return f"{district}. kerület Közterület-felügyelet"
    return f"{district}. kerület Önkormányzata"


def made_rows(count: int, *, seed: int = 1) -> list[dict[str, Any]]:
    """As the old service's files hold them, one report every six hours from 2024-01-01 on."""
    dice = random.Random(seed)
    rows: list[dict[str, Any]] = []
    for number in range(count):
        kind = dice.choice(list(KINDS))
        district, street = dice.choice(list(DISTRICTS)), dice.choice(STREETS)
        east, north = DISTRICTS[district]
        rows.append(
            {
                "id": 1000 + number,
                "title": dice.choice(KINDS[kind]),
                "description": f"{dice.choice(KINDS[kind])}. {dice.choice(FILL)} {dice.choice(FILL)}",
                "category": kind,
                "institution": body_for(kind, district, street),
                "status": "Megoldott",
                "address": f"{district}. kerület, {street} {dice.randint(1, 60)}",
                "longitude": east + dice.uniform(-0.015, 0.015),
                "latitude": north + dice.uniform(-0.02, 0.02),
                "reported_on": (date(2024, 1, 1) + timedelta(days=number // 4)).isoformat(),
            }
        )
    return rows

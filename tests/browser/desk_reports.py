"""Our own reports in the format of `import_reports`: old ones teach the rules, new ones wait at the desk."""

import json
from pathlib import Path
from typing import Any

WORDS = {
    "Kátyú": ("Mély kátyú", "Tegnap óta akkora kátyú van az úton, hogy megáll benne a víz."),
    "Közvilágítás": ("Nem ég a lámpa", "Egy hete sötét az utca, a közvilágítás nem működik, a lámpa nem ég."),
    "Graffiti": ("Graffiti a falon", "Graffiti került a ház falára, tegnap még nem volt ott."),
    "Köztisztaság": ("Szemét a járdán", "Zsákokban áll a szemét a kuka mellett, napok óta."),
    "Parkok és zöldterületek": ("Kidőlt fa", "A parkban egy fa kidőlt, az ágai a padon vannak."),
}
STREETS = ("Rege út", "Fő utca", "Tölgyfa utca", "Hárs köz", "Malom utca")
OLD, NEW = 60, 50
SECOND = 5  # every so manyeth old report went to another body
WRONG = 8  # of ten new ones, the one whose reporter chose the wrong category


def category_of(number: int) -> str:
    return list(WORDS)[number % len(WORDS)]


def write_reports(path: Path) -> None:
    """Oldest first, a place of its own for each within the tests' district (19.0–19.1 × 47.4–47.5)."""
    rows = [make_row(number, is_new=False) for number in range(OLD)]
    rows += [make_row(number, is_new=True) for number in range(NEW)]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows))


def make_row(number: int, *, is_new: bool) -> dict[str, Any]:
    category = category_of(number)
    what, text = WORDS[category]
    street = STREETS[number // len(WORDS) % len(STREETS)]
    rival = number // len(WORDS) % SECOND == 0
    month, day = divmod(number, 28)
    return {
        "id": number + 1 + (1000 if is_new else 0),
        "title": f"{what} – {street} {number + 1}.",
        "description": text,
        "category": category_of(number + 1) if is_new and number % 10 == WRONG else category,
        "institution": f"{category} {'másik gazdája' if rival else 'gazdája'}",
        "status": "Válaszra vár",
        "address": f"{street} {number + 1}.",
        "longitude": 19.005 + number % 10 * 0.009,
        "latitude": 47.405 + number // 10 * 0.015,
        "reported_on": f"2026-{month + (5 if is_new else 1):02}-{day + 1:02}",
        "first_response_on": None,
        "resolved_on": None,
    }

"""What some of the sample's categories ask beyond the form: the number on a lamp post, danger, and "call 112"."""

from typing import Any, NamedTuple


class Asked(NamedTuple):
    category: str
    code: str
    kind: str
    hu: str
    en: str
    helps: dict[str, str] = {}
    options: list[dict[str, Any]] = []
    is_required: bool = False
    is_public: bool = True


NO = {"code": "no", "texts": {"hu": "Nem", "en": "No"}}
CALL = {
    "hu": "Ha valaki veszélyben van, most hívd a 112-t! Ide utána is megírhatod.",
    "en": "If somebody is in danger, call 112 now! You can write here afterwards.",
}

QUESTIONS = [
    Asked(
        "lighting",
        "pole",
        "text",
        "Mi áll a lámpaoszlopon lévő táblácskán?",
        "What is written on the small plate of the lamp post?",
        {"hu": "Betűk és számok, nagyjából szemmagasságban. Ha nincs, hagyd üresen.",
         "en": "Letters and digits, about at eye level. Leave it empty if there are none."},
    ),
    Asked(
        "pothole",
        "traffic",
        "choice",
        "Veszélyezteti a forgalmat?",
        "Does it endanger the traffic?",
        options=[
            {"code": "yes", "texts": {"hu": "Igen, kerülni vagy fékezni kell", "en": "Yes, one must swerve or brake"}},
            {"code": "little", "texts": {"hu": "Alig", "en": "Hardly"}},
            {"code": "unknown", "texts": {"hu": "Nem tudom", "en": "I do not know"}},
        ],
        is_required=True,
    ),
    Asked(
        "cables",
        "danger",
        "choice",
        "Hozzáér vagy hozzáérhet valaki a vezetékhez?",
        "Is somebody touching the wire, or could somebody?",
        options=[{"code": "yes", "texts": {"hu": "Igen", "en": "Yes"}, "stops": CALL}, NO],
        is_required=True,
    ),
    Asked(
        "help",
        "life",
        "choice",
        "Közvetlen életveszélyben van?",
        "Is the person's life in danger right now?",
        options=[{"code": "yes", "texts": {"hu": "Igen", "en": "Yes"}, "stops": CALL}, NO],
        is_required=True,
        is_public=False,
    ),
]  # fmt: skip

"""The sample's kinds of problems: two levels, with an icon of the Lucide set and a colour that carries white."""

from typing import NamedTuple


class Kind(NamedTuple):
    slug: str
    hu: str
    en: str
    icon: str
    colour: str
    parent: str = ""
    is_private: bool = False


KINDS = [
    Kind("roads", "Utak és járdák", "Roads and pavements", "construction", "#9a4a12"),
    Kind("pothole", "Kátyú", "Pothole", "traffic-cone", "#9a4a12", "roads"),
    Kind("pavement", "Járda", "Pavement", "footprints", "#8a5200", "roads"),
    Kind("signs", "Tábla, lámpa, felfestés", "Signs and signals", "signpost", "#a03a2a", "roads"),
    Kind("cycling", "Kerékpárút", "Cycling", "bike", "#86560a", "roads"),
    Kind("green", "Parkok és fák", "Parks and trees", "trees", "#2f6b3a"),
    Kind("tree", "Fa", "Tree", "tree-deciduous", "#2f6b3a", "green"),
    Kind("park", "Park, virágágy", "Park, flower bed", "flower-2", "#3d6b1f", "green"),
    Kind("playground", "Játszótér", "Playground", "toy-brick", "#1f6e5a", "green"),
    Kind("cleanliness", "Köztisztaság", "Cleanliness", "trash-2", "#5a5140"),
    Kind("litter", "Szemét", "Litter", "trash-2", "#5a5140", "cleanliness"),
    Kind("bin", "Kuka, szelektív sziget", "Bins and recycling", "recycle", "#4d5a1e", "cleanliness"),
    Kind("graffiti", "Falfirka", "Graffiti", "spray-can", "#8b2f6b", "cleanliness"),
    Kind("utilities", "Közművek", "Utilities", "plug", "#1f5f8b"),
    Kind("lighting", "Közvilágítás", "Street lighting", "lightbulb", "#7a5c00", "utilities"),
    Kind("water", "Víz és csatorna", "Water and drains", "droplets", "#1f5f8b", "utilities"),
    Kind("cables", "Kábelek, dobozok", "Cables and boxes", "cable", "#4a4f8a", "utilities"),
    Kind("transport", "Közlekedés", "Transport", "bus", "#5b3a94"),
    Kind("stop", "Megálló", "Stop", "bus-front", "#5b3a94", "transport"),
    Kind("parking", "Parkolás", "Parking", "circle-parking", "#3a4f9c", "transport"),
    Kind("wreck", "Elhagyott autó", "Abandoned car", "car-front", "#6b4a5a", "transport"),
    Kind("help", "Segítség embereknek", "Help for people", "hand-heart", "#a8324a", is_private=True),
    Kind("homeless", "Hajléktalan ember segítséget kér", "A homeless person needs help", "heart-handshake", "#a8324a",
         "help", True),
]  # fmt: skip

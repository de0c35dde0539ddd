"""The districts of Budapest as a sketch.

Drawn by hand from general knowledge of the city (its bridges, squares and railway lines), not from
any data set: good enough to try the site with, wrong by some hundred metres nearly everywhere. Real
boundaries come with `import_areas`, which replaces a sketch of the same code. Neighbours share their
corners, so that there is neither gap nor overlap between them.
"""

from typing import NamedTuple

from django.contrib.gis.geos import MultiPolygon, Polygon

# Corners: (latitude, longitude) in degrees.
CORNERS: dict[str, tuple[float, float]] = {
    # Along the middle of the Danube, from north to south; west of Margaret Island and of Csepel.
    "river north": (47.613, 19.083),
    "megyeri bridge": (47.606, 19.091),
    "megyer ferry": (47.588, 19.088),
    "north rail bridge": (47.5625, 19.0685),
    "óbuda island": (47.549, 19.0585),
    "árpád bridge": (47.5405, 19.0490),
    "nagyszombat street": (47.5315, 19.0438),
    "komjádi baths": (47.5225, 19.0412),
    "margaret bridge": (47.5145, 19.0430),
    "bem quay": (47.5095, 19.0425),
    "chain bridge": (47.4990, 19.0437),
    "elisabeth bridge": (47.4905, 19.0487),
    "rudas": (47.4878, 19.0515),
    "liberty bridge": (47.4857, 19.0548),
    "petőfi bridge": (47.4780, 19.0640),
    "rákóczi bridge": (47.4682, 19.0690),
    "kvassay lock": (47.4640, 19.0690),
    "albertfalva quay": (47.4370, 19.0490),
    "budafok quay": (47.4250, 19.0480),
    "háros": (47.4060, 19.0290),
    "m0 bridge": (47.3930, 19.0180),
    "nagytétény quay": (47.3830, 18.9850),
    "river south-west": (47.3770, 18.9520),
    # The arm between Csepel and Pest.
    "csepel head east": (47.4600, 19.0760),
    "határ street quay": (47.4500, 19.0865),
    "gubacsi bridge": (47.4335, 19.0935),
    "helsinki road quay": (47.4220, 19.0990),
    "molnár island": (47.3980, 19.1080),
    "czuczor quay": (47.3830, 19.0960),
    "river south": (47.3560, 19.0850),
    # The hills of Buda.
    "békásmegyer north": (47.6160, 19.0450),
    "csillaghegy west": (47.5980, 19.0150),
    "solymár valley": (47.5850, 18.9760),
    "solymár": (47.5810, 18.9460),
    "hidegkút west": (47.5620, 18.9300),
    "nagykovácsi road": (47.5380, 18.9270),
    "hárshegy": (47.5350, 18.9540),
    "hűvösvölgy": (47.5300, 18.9720),
    "lipótmező": (47.5230, 18.9860),
    "szilágyi avenue": (47.5140, 19.0060),
    "széll kálmán square": (47.5062, 19.0225),
    "csalogány street": (47.5080, 19.0290),
    "batthyány square": (47.5088, 19.0370),
    "hármashatár hill": (47.5560, 18.9950),
    "szépvölgy": (47.5400, 19.0130),
    "kolosy square": (47.5300, 19.0370),
    "budakeszi road": (47.5120, 18.9360),
    "normafa": (47.4980, 18.9500),
    "csillebérc": (47.4830, 18.9580),
    "farkashegy": (47.4770, 18.9690),
    "sasad": (47.4790, 18.9900),
    "farkasrét": (47.4850, 19.0030),
    "bah": (47.4878, 19.0190),
    "déli station": (47.4985, 19.0205),
    "citadel west": (47.4862, 19.0290),
    "gellért hill": (47.4884, 19.0420),
    "budaörs road": (47.4620, 18.9760),
    "budaörs edge": (47.4490, 18.9760),
    "kamaraerdő": (47.4340, 18.9760),
    "balatoni road": (47.4330, 18.9960),
    "kelenvölgy": (47.4385, 19.0200),
    "albertfalva": (47.4375, 19.0360),
    "törökbálint edge": (47.4180, 18.9680),
    "diósd edge": (47.4030, 18.9560),
    "nagytétény west": (47.3880, 18.9380),
    # The inner city of Pest.
    "jászai mari square": (47.5130, 19.0470),
    "szent istván boulevard": (47.5120, 19.0515),
    "nyugati square": (47.5106, 19.0555),
    "arany jános street": (47.5070, 19.0556),
    "bajcsy road": (47.5035, 19.0553),
    "deák square": (47.4976, 19.0550),
    "madách square": (47.4958, 19.0578),
    "astoria": (47.4943, 19.0602),
    "rákóczi road": (47.4954, 19.0650),
    "kálvin square": (47.4894, 19.0616),
    "fővám square": (47.4870, 19.0577),
    "lehel square": (47.5165, 19.0610),
    "dózsa corner": (47.5200, 19.0690),
    "heroes' square": (47.5158, 19.0765),
    "gorkij avenue": (47.5120, 19.0805),
    "lövölde square": (47.5085, 19.0715),
    "király street": (47.5030, 19.0625),
    "blaha square": (47.4968, 19.0700),
    "baross square": (47.5010, 19.0820),
    "thököly corner": (47.5040, 19.0900),
    "corvin": (47.4860, 19.0700),
    "klinikák": (47.4822, 19.0785),
    "nagyvárad square": (47.4797, 19.0880),
    "népliget": (47.4752, 19.0985),
    # The outer districts of Pest.
    "megyer north": (47.6140, 19.1040),
    "káposztásmegyer": (47.6060, 19.1390),
    "farkaserdő": (47.5880, 19.1280),
    "rákospalota station": (47.5610, 19.1080),
    "angyalföld yard": (47.5495, 19.0985),
    "árpád road": (47.5545, 19.0800),
    "rákosrendező": (47.5330, 19.0880),
    "kőszeg street": (47.5380, 19.1060),
    "pestújhely south": (47.5300, 19.1220),
    "csömöri road": (47.5250, 19.1420),
    "rákos stream": (47.5235, 19.1540),
    "rákospalota north": (47.5990, 19.1500),
    "m3 gate": (47.5780, 19.1680),
    "újpalota east": (47.5560, 19.1750),
    "szentmihály north": (47.5400, 19.1640),
    "árpádföld": (47.5490, 19.2000),
    "cinkota north": (47.5380, 19.2350),
    "nagyicce": (47.5200, 19.2620),
    "hungária corner": (47.4990, 19.1055),
    "hős street": (47.4900, 19.1085),
    "kőbánya lower": (47.4810, 19.1035),
    "örs square": (47.5030, 19.1360),
    "rákosfalva": (47.5055, 19.1530),
    "keresztúr road": (47.5040, 19.1800),
    "rákosliget": (47.5050, 19.2350),
    "ecseri road": (47.4695, 19.1110),
    "határ street": (47.4635, 19.1275),
    "kőbánya-kispest": (47.4645, 19.1490),
    "újhegy": (47.4605, 19.1720),
    "new cemetery": (47.4960, 19.1930),
    "rákos yard": (47.4740, 19.2130),
    "ferihegy road": (47.4590, 19.2130),
    "csaba north": (47.5040, 19.3000),
    "csaba east": (47.4880, 19.3330),
    "rákoskert": (47.4620, 19.3180),
    "airport east": (47.4430, 19.2750),
    "airport north": (47.4440, 19.2450),
    "wekerle west": (47.4545, 19.1120),
    "határ street south": (47.4510, 19.0970),
    "határ street middle": (47.4592, 19.1205),
    "wekerle south": (47.4490, 19.1200),
    "kispest rail": (47.4600, 19.1560),
    "kispest estate": (47.4405, 19.1380),
    "kispest south": (47.4430, 19.1290),
    "kispest corner": (47.4385, 19.1470),
    "kispest east": (47.4540, 19.1590),
    "pesterzsébet east": (47.4260, 19.1450),
    "szentlőrinc road": (47.4210, 19.1280),
    "soroksár north": (47.4200, 19.1600),
    "m5 gate": (47.4010, 19.1780),
    "gloriett": (47.4280, 19.1620),
    "szentimre south": (47.3930, 19.1990),
    "gyál edge": (47.4030, 19.2250),
    "airport south": (47.4170, 19.2560),
    "péteri farm": (47.3870, 19.1620),
    "soroksár south": (47.3530, 19.1330),
    "csepel south": (47.3860, 19.0620),
    "erdősor": (47.3900, 19.0350),
}  # fmt: skip


class Sketch(NamedTuple):
    numeral: str
    name: str
    code: str  # the Hungarian statistical office's
    outline: str  # names of corners, separated by bars


SKETCHES = [
    Sketch(
        "I", "Várkerület", "09566",
        "széll kálmán square|csalogány street|batthyány square|bem quay|chain bridge|elisabeth bridge|rudas"
        "|gellért hill|citadel west|bah|déli station",
    ),
    Sketch(
        "II", "", "03179",
        "solymár valley|solymár|hidegkút west|nagykovácsi road|hárshegy|hűvösvölgy|lipótmező|szilágyi avenue"
        "|széll kálmán square|csalogány street|batthyány square|bem quay|margaret bridge|komjádi baths"
        "|kolosy square|szépvölgy|hármashatár hill",
    ),
    Sketch(
        "III", "Óbuda-Békásmegyer", "18069",
        "river north|megyeri bridge|megyer ferry|north rail bridge|óbuda island|árpád bridge|nagyszombat street"
        "|komjádi baths|kolosy square|szépvölgy|hármashatár hill|solymár valley|csillaghegy west|békásmegyer north",
    ),
    Sketch(
        "IV", "Újpest", "05467",
        "river north|megyer north|káposztásmegyer|farkaserdő|rákospalota station|angyalföld yard|árpád road"
        "|north rail bridge|megyer ferry|megyeri bridge",
    ),
    Sketch(
        "V", "Belváros-Lipótváros", "13392",
        "margaret bridge|jászai mari square|szent istván boulevard|nyugati square|arany jános street|bajcsy road"
        "|deák square|madách square|astoria|kálvin square|fővám square|liberty bridge|rudas|elisabeth bridge"
        "|chain bridge|bem quay",
    ),
    Sketch(
        "VI", "Terézváros", "16586",
        "nyugati square|lehel square|dózsa corner|heroes' square|gorkij avenue|lövölde square|király street"
        "|deák square|bajcsy road|arany jános street",
    ),
    Sketch(
        "VII", "Erzsébetváros", "29744",
        "deák square|király street|lövölde square|gorkij avenue|thököly corner|baross square|blaha square"
        "|rákóczi road|astoria|madách square",
    ),
    Sketch(
        "VIII", "Józsefváros", "25405",
        "astoria|rákóczi road|blaha square|baross square|thököly corner|hungária corner|hős street|kőbánya lower"
        "|népliget|nagyvárad square|klinikák|corvin|kálvin square",
    ),
    Sketch(
        "IX", "Ferencváros", "29586",
        "liberty bridge|fővám square|kálvin square|corvin|klinikák|nagyvárad square|népliget|ecseri road"
        "|határ street|határ street middle|wekerle west|határ street south|határ street quay|csepel head east"
        "|kvassay lock|rákóczi bridge|petőfi bridge",
    ),
    Sketch(
        "X", "Kőbánya", "10700",
        "hungária corner|örs square|rákosfalva|keresztúr road|new cemetery|rákos yard|ferihegy road|újhegy"
        "|kőbánya-kispest|határ street|ecseri road|népliget|kőbánya lower|hős street",
    ),
    Sketch(
        "XI", "Újbuda", "14216",
        "bah|citadel west|gellért hill|rudas|liberty bridge|petőfi bridge|rákóczi bridge|kvassay lock"
        "|albertfalva quay|albertfalva|kelenvölgy|balatoni road|kamaraerdő|budaörs edge|budaörs road|farkashegy"
        "|sasad|farkasrét",
    ),
    Sketch(
        "XII", "Hegyvidék", "24697",
        "nagykovácsi road|hárshegy|hűvösvölgy|lipótmező|szilágyi avenue|széll kálmán square|déli station|bah"
        "|farkasrét|sasad|farkashegy|csillebérc|normafa|budakeszi road",
    ),
    Sketch(
        "XIII", "Angyalföld", "24299",
        "north rail bridge|árpád road|angyalföld yard|rákosrendező|dózsa corner|lehel square|nyugati square"
        "|szent istván boulevard|jászai mari square|margaret bridge|komjádi baths|nagyszombat street|árpád bridge"
        "|óbuda island",
    ),
    Sketch(
        "XIV", "Zugló", "16337",
        "angyalföld yard|kőszeg street|pestújhely south|csömöri road|rákos stream|rákosfalva|örs square"
        "|hungária corner|thököly corner|gorkij avenue|heroes' square|dózsa corner|rákosrendező",
    ),
    Sketch(
        "XV", "Rákospalota", "11314",
        "káposztásmegyer|rákospalota north|m3 gate|újpalota east|szentmihály north|rákos stream|csömöri road"
        "|pestújhely south|kőszeg street|angyalföld yard|rákospalota station|farkaserdő",
    ),
    Sketch(
        "XVI", "Rákosszentmihály", "08208",
        "szentmihály north|újpalota east|árpádföld|cinkota north|nagyicce|rákosliget|new cemetery|keresztúr road"
        "|rákosfalva|rákos stream",
    ),
    Sketch(
        "XVII", "Rákosmente", "02112",
        "nagyicce|csaba north|csaba east|rákoskert|airport east|airport north|ferihegy road|rákos yard|new cemetery"
        "|rákosliget",
    ),
    Sketch(
        "XVIII", "Pestszentlőrinc-Pestszentimre", "29285",
        "újhegy|ferihegy road|airport north|airport east|airport south|gyál edge|szentimre south|m5 gate"
        "|soroksár north|gloriett|kispest corner|kispest east|kispest rail|kőbánya-kispest",
    ),
    Sketch(
        "XIX", "Kispest", "04011",
        "határ street|kőbánya-kispest|kispest rail|kispest east|kispest corner|kispest estate|kispest south"
        "|wekerle south|wekerle west|határ street middle",
    ),
    Sketch(
        "XX", "Pesterzsébet", "06026",
        "határ street quay|határ street south|wekerle west|wekerle south|kispest south|kispest estate"
        "|kispest corner|gloriett|pesterzsébet east|szentlőrinc road|helsinki road quay|gubacsi bridge",
    ),
    Sketch(
        "XXI", "Csepel", "13189",
        "kvassay lock|csepel head east|határ street quay|gubacsi bridge|helsinki road quay|molnár island"
        "|czuczor quay|csepel south|erdősor|m0 bridge|háros|budafok quay|albertfalva quay",
    ),
    Sketch(
        "XXII", "Budafok-Tétény", "10214",
        "kamaraerdő|balatoni road|kelenvölgy|albertfalva|albertfalva quay|budafok quay|háros|m0 bridge"
        "|nagytétény quay|river south-west|nagytétény west|diósd edge|törökbálint edge",
    ),
    Sketch(
        "XXIII", "Soroksár", "34139",
        "helsinki road quay|szentlőrinc road|pesterzsébet east|gloriett|soroksár north|m5 gate|péteri farm"
        "|soroksár south|river south|czuczor quay|molnár island",
    ),
]  # fmt: skip

BUDAPEST = "Budapest"
BUDAPEST_CODE = "01"

# A guest city beside the capital, a plain square: the sample photos with a position were taken there.
AREZZO = "Arezzo"
AREZZO_CODE = "IT-051002"
AREZZO_BOX = (11.80, 43.40, 11.97, 43.53)  # west, south, east, north


def title(sketch: Sketch) -> str:
    return f"{sketch.numeral}. kerület – {sketch.name}" if sketch.name else f"{sketch.numeral}. kerület"


def shape(sketch: Sketch) -> MultiPolygon:
    ring = [CORNERS[name][::-1] for name in sketch.outline.split("|")]
    return MultiPolygon(Polygon([*ring, ring[0]]), srid=4326)


def city_shape() -> MultiPolygon:
    """All districts in one."""
    whole = MultiPolygon([polygon for sketch in SKETCHES for polygon in shape(sketch)], srid=4326).unary_union
    return whole if isinstance(whole, MultiPolygon) else MultiPolygon(whole, srid=4326)


def arezzo_shape() -> MultiPolygon:
    return MultiPolygon(Polygon.from_bbox(AREZZO_BOX), srid=4326)

"""Words that tell a kind of problem: where a category begins with, until employees or a learned model know better.

By the code of the sample's and of the imported categories. A word stands for everything that begins with it
("lámpa": lámpák, lámpaoszlop); see `categorising`.
"""

_STOCK = {
    "roads": {
        "hu": "úttest, útburkolat, úthiba, burkolat, aszfalt, fekvőrendőr",
        "en": "road surface, carriageway, asphalt, tarmac, speed bump",
    },
    "pothole": {
        "hu": (
            "kátyú, úthiba, gödör, gödrök, útszakadás, nyomvályú, lyuk az úton, beszakadt az út, aszfalt, "
            "útburkolat, egyenetlen, futómű, hepehupás, mély"
        ),
        "en": "pothole, hole in the road, sunken road, bump, rut, asphalt",
    },
    "pavement": {
        "hu": (
            "járda, járdahiba, térkő, térköv, járdalap, szegély, botlásveszély, botlás, felnyomta a gyökér, "
            "lépcső, korlát, babakocsi, kerekesszék, töredezett, felfagy, akadálymentes, rámpa"
        ),
        "en": (
            "pavement, sidewalk, paving, kerb, curb, footpath, trip hazard, steps, handrail, wheelchair, pram, ramp"
        ),
    },
    "signs": {
        "hu": (
            "tábla, jelzőtábla, jelzőlámpa, közlekedési lámpa, gyalogoslámpa, zebra, gyalogátkelő, felfestés, "
            "útburkolati jel, tükör, poller, stoptábla, elsőbbség, terelőoszlop, kresz, egyirányú, "
            "kereszteződés, behajtani tilos, kitáblázás, elfordult, kidöntött"
        ),
        "en": (
            "sign, traffic light, signal, crossing, zebra, road marking, bollard, mirror, junction, one way, "
            "stop sign, priority"
        ),
    },
    "cycling": {
        "hu": "kerékpár, bicikli, bringa, bringaút, biciklitároló, bubi, eurovelo, kerékpársáv",
        "en": "cycle, cycling, bicycle, bike, cyclist",
    },
    "green": {
        "hu": (
            "zöldterület, növényzet, bokor, bokr, fű, fűnyírás, gaz, gazos, parlagfű, sövény, locsolás, "
            "öntözés, cserje, lomb"
        ),
        "en": "greenery, bush, hedge, grass, weed, watering, shrub, overgrown",
    },
    "tree": {
        "hu": (
            "fa, faág, ág, ágak, kiszáradt fa, kidőlt fa, fatönk, tuskó, gyökér, favágás, fametszés, faültetés, "
            "facsemete, fahely, letört ág, platán, akác, lombkorona, balesetveszélyes fa, ablakba nő, kivág"
        ),
        "en": "tree, branch, stump, root, sapling, pruning, fallen tree",
    },
    "park": {
        "hu": (
            "park, virágágy, virág, pad, pados, ivókút, szökőkút, kutyafuttató, öntöző, locsoló, fű, gyep, "
            "gazos, bokr, bokor, sövény, parlagfű, zöldterület, növény"
        ),
        "en": "park, flower, bench, drinking fountain, fountain, dog run, sprinkler, lawn, grass, bush",
    },
    "playground": {
        "hu": "játszótér, játszóter, hinta, csúszda, mászóka, homokozó, libikóka, játszóeszköz",
        "en": "playground, swing, slide, sandpit, climbing frame, seesaw",
    },
    "cleanliness": {
        "hu": (
            "köztisztaság, szemetes, szemét, takarítás, takarít, kosz, koszos, mocskos, síkosságmentesítés, "
            "hóeltakarítás, falevél, urulék, ürülék, vizelet, bűz"
        ),
        "en": "dirty, cleaning, filth, excrement, urine, snow, icy, fallen leaves",
    },
    "litter": {
        "hu": (
            "szemét, szemet, hulladék, illegális, lomtalanítás, lom, törmelék, kidobott, sitt, matrac, kanapé, "
            "zsák, gumiabroncs, szemétkupac, szeméthalom, lerakás, üvegcserép, szilánk, eldobált, kupac, "
            "állattetem"
        ),
        "en": (
            "litter, rubbish, trash, garbage, waste, dumping, dumped, fly-tipping, debris, mattress, sofa, "
            "broken glass, rubble"
        ),
    },
    "bin": {
        "hu": (
            "kuka, konténer, szelektív, szemetes, hulladékgyűjtő, szeméttároló, kutyaürülék-gyűjtő, ürítés, "
            "ürítették, kukaürítés, csikktartó"
        ),
        "en": "bin, recycling, container, dustbin, emptied, overflowing",
    },
    "graffiti": {
        "hu": "graffiti, falfirka, firka, összefirkál, összefirkált, telefújt, matrica, felirat, tag, összefújt",
        "en": "graffiti, tagged, spray paint, scrawl, sticker, vandalised, vandalized",
    },
    "utilities": {
        "hu": (
            "közmű, fedlap, aknafedél, aknafedlap, akna, csatorna, víznyelő, telekom, kapcsolószekrény, "
            "elosztószekrény, kábel, gázszag, fűtés, oszlop"
        ),
        "en": "utility, manhole, cable, drain, gas, telecom, pole",
    },
    "lighting": {
        "hu": (
            "közvilágítás, lámpa, utcai lámpa, lámpaoszlop, lámpatest, kandeláber, világít, kiégett, nem ég, "
            "sötét, fényforrás, izzó, pislákol, villog, világítás, lámpabúra"
        ),
        "en": "street light, street lamp, streetlight, lamp, lighting, light is out, dark, flickering, bulb",
    },
    "water": {
        "hu": (
            "csőtörés, csatorna, víznyelő, csatornafedél, eldugult, dugulás, víz folyik, folyik a víz, "
            "szivárog, tűzcsap, vízóra, fedlap, aknafedél, akna, tócsa, elönt, bűzlik, vízmű, szennyvíz, árok"
        ),
        "en": "burst pipe, leak, drain, sewer, manhole, flood, blocked drain, hydrant, water, puddle, gutter",
    },
    "cables": {
        "hu": (
            "kábel, vezeték, drót, elosztószekrény, kapcsolószekrény, szekrény, doboz, villanyoszlop, telekom, "
            "oszlop, távközlési, lógó, áramütés, trafó"
        ),
        "en": "cable, wire, box, cabinet, pole, telecom, electric, transformer",
    },
    "transport": {
        "hu": (
            "busz, villamos, metró, troli, hév, járat, menetrend, bkk, bkv, utastájékoztató, kijelző, "
            "jegyautomata, mozgólépcső, lift, aluljáró, peron"
        ),
        "en": "bus, tram, metro, underground, trolley, timetable, ticket machine, escalator, platform",
    },
    "stop": {
        "hu": "megálló, buszmegálló, villamosmegálló, utasváró, váró, menetrend, futár, kijelző, peron",
        "en": "bus stop, tram stop, stop, shelter, timetable, waiting",
    },
    "parking": {
        "hu": (
            "parkol, parkolás, parkoló, parkolóhely, tilosban, szabálytalan, járdán álló, garázs, kerékbilincs, "
            "mozgássérült, rakodó"
        ),
        "en": "parking, parked, double parked, car park, illegally parked, blocking",
    },
    "wreck": {
        "hu": (
            "elhagyott autó, elhagyott jármű, elhagyott, roncs, roncsautó, autóroncs, lejárt műszaki, lejárt, "
            "műszaki, rendszám nélkül, üzemképtelen, kivont, hónapok óta áll, leeresztett, leengedett kerék, "
            "forgalomból, pótkocsi, utánfutó, érvénytelen"
        ),
        "en": "abandoned car, abandoned vehicle, abandoned, wreck, no plates, flat tyres, scrap car, expired",
    },
    "help": {
        "hu": "segítség, bajban van, rászoruló, krízis",
        "en": "needs help, in need",
    },
    "homeless": {
        "hu": "hajléktalan, hajléktalan ember, szabad ég alatt, padon alszik, az utcán alszik, fedél nélkül",
        "en": "homeless, sleeping rough, rough sleeper",
    },
    "other": {
        "hu": "utcanévtábla, utcatábla, házszám, reklám, plakát, hirdetés, óriásplakát, szobor, emléktábla, zaj",
        "en": "street name sign, advert, poster, billboard, statue, noise",
    },
    "accessibility": {
        "hu": (
            "akadálymentes, kerekesszék, mozgássérült, vakvezető, taktilis, rámpa, lift, süllyesztett szegély, "
            "lesüllyesztett, babakocsi"
        ),
        "en": "accessible, accessibility, wheelchair, step-free, tactile, lift, dropped kerb",
    },
}

STOCK = {slug: {language: words.split(", ") for language, words in texts.items()} for slug, texts in _STOCK.items()}

# The imported categories say the same under other codes, some of them several of the sample's.
ALIKE: dict[str, list[str]] = {
    "traffic": ["signs"],
    "green-spaces": ["tree", "park", "playground"],
    "utilities": ["utilities", "water", "cables"],
    "cleanliness": ["cleanliness", "litter", "bin"],
    "abandoned-vehicle": ["wreck"],
    "public-transport": ["transport", "stop"],
    "lighting": ["lighting"],
}


def stock_keywords(slug: str, *, imported: bool = False) -> dict[str, list[str]]:
    """The words for a category of this code; `imported` ones are wider than the sample's of the same code."""
    words: dict[str, list[str]] = {}
    for other in ALIKE.get(slug, [slug]) if imported else [slug]:
        for language, more in STOCK.get(other, {}).items():
            words[language] = list(dict.fromkeys([*words.get(language, []), *more]))
    return words

"""What made reports say: sentences of ours, put together by chance. No word of a real report is in here."""

import random

STREETS = (
    "Akácfa utca", "Arany János utca", "Bartók Béla út", "Béke tér", "Csillag utca", "Dózsa György út", "Erdő sor",
    "Fenyves utca", "Fő utca", "Gesztenye sor", "Hársfa utca", "Iskola utca", "Jókai utca", "Kert utca",
    "Kossuth Lajos utca", "Liget köz", "Malom utca", "Nap utca", "Nyárfa utca", "Patak utca", "Petőfi Sándor utca",
    "Rózsa utca", "Szent István tér", "Templom köz", "Tó utca", "Vasút sor", "Vörösmarty utca", "Zöldfa utca",
)  # fmt: skip
OPENINGS = (
    "Naponta erre járok, és hetek óta ugyanez fogad.",
    "Ma reggel vettem észre.",
    "Tegnap este, hazafelé jövet láttam.",
    "A ház előtti szakaszon van a baj.",
    "A buszmegállótól néhány lépésre található.",
    "A kereszteződés sarkán, a zebra mellett.",
    "Az iskola felé vezető úton.",
    "A szomszédok is panaszkodnak rá.",
)
DETAILS = (
    "Esőben még rosszabb, mert nem látszik.",
    "Babakocsival és kerekesszékkel nem lehet elmenni mellette.",
    "Egy idős hölgy a múlt héten majdnem elesett miatta.",
    "Este teljesen sötét van, ezért veszélyes.",
    "A gyerekek is erre mennek iskolába.",
    "Kerékpárral ki kell kerülni, a forgalom felé.",
    "Egyre nagyobb lesz, tavaly még alig látszott.",
    "Valaki ideiglenesen szalaggal jelölte meg, de azt már elvitte a szél.",
    "Nagyjából másfél méter széles.",
    "A túloldalon ugyanez a helyzet.",
    "Kutyát sétáltatók is sokan járnak erre.",
    "A szaga messziről érezhető.",
    "Parkoló autók között van, csak közelről vehető észre.",
    "Két hónapja már kijavították, de megint elromlott.",
)
REQUESTS = (
    "Kérem, nézzenek rá.",
    "Jó lenne mielőbb rendbe tenni.",
    "Köszönöm előre is a segítséget!",
    "Kérem a javítását.",
    "Szeretném, ha legalább kihelyeznének egy figyelmeztető táblát.",
)
ANSWERS = (
    "Köszönjük a bejelentést, a területet megvizsgáljuk.",
    "A bejelentést továbbítottuk a kivitelezőnek, a javítás a következő hetekben várható.",
    "Munkatársunk a helyszínt megtekintette, a hibát felvettük a javítási tervbe.",
    "A karbantartást elvégeztük.",
    "A kérés teljesítéséhez jelenleg nem áll rendelkezésre forrás.",
)
COMMENTS = (
    "Nekem is feltűnt, tényleg zavaró.",
    "Ma is ott van.",
    "Mintha elkezdték volna javítani.",
    "Köszi, hogy jelezted!",
    "A másik irányból nézve még rosszabb.",
    "Én is bejelentettem tavaly, azóta sem történt semmi.",
    "Délután már dolgoztak rajta.",
)


def address(chance: random.Random) -> str:
    return f"{chance.choice(STREETS)} {1 + int(chance.expovariate(1 / 40))}."


def title(category: str, place: str, chance: random.Random) -> str:
    street = place.rsplit(" ", 1)[0]
    forms = (f"{category} – {street}", f"{category}: {place}", category, f"{category} a környékünkön ({street})")
    return chance.choice(forms)[:150]


def description(category: str, place: str, chance: random.Random) -> str:
    """Mostly two to five sentences, seldom a page."""
    count = min(int(chance.lognormvariate(0.6, 0.7)), 40)
    parts = [chance.choice(OPENINGS), f"{category}, {place}", *chance.choices(DETAILS, k=count)]
    if chance.random() < 0.6:
        parts.append(chance.choice(REQUESTS))
    glue = "\n\n" if chance.random() < 0.15 else " "
    return glue.join(parts)[:4000]

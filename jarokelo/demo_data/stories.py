# ruff: noqa: E501
"""What people write in the sample, and what the bodies answer. Every word is invented.

`{street}` and `{number}` are the place; the article before them is set right by `tell`. A story is (category, title, text).
"""

import re

STORIES: list[tuple[str, str, str]] = [
    ("pothole", "Méteres kátyú a zebra előtt", "A {street} {number}. előtt, közvetlenül a zebránál akkora kátyú tátong, hogy tegnap egy futár biciklije beleragadt. Esőben nem is látszik, mert színültig megtelik."),
    ("pothole", "Újra kinyílt a tavaszi kátyú", "Márciusban már betömték, de a {street} {number}. számnál megint kifordult az aszfalt. A buszok ráhajtanak és a mi ablakunk is beleremeg."),
    ("pothole", "Kátyúsor a buszsávban", "Öt egymás utáni gödör a buszsávban, a legmélyebb legalább tizenöt centi. A {number}. számú háznál a buszsofőr már inkább átsorol a forgalmi sávba, ami csúcsban elég ijesztő."),
    ("pothole", "Beszakadt az út az akna mellett", "Az aknafedlap körül körben beszakadt az aszfalt a {street} {number}. előtt. Valaki egy virágládát tett bele figyelmeztetésnek, ami kedves, de éjjel nem látszik."),
    ("pothole", "Defektgyár a kanyarban", "Két hét alatt a harmadik szomszéd kapott itt defektet. A {street} kanyarjában, a {number}. szám táján van egy éles szélű gödör, pont a nyomvonalon."),
    ("pavement", "Felnyomta a gyökér a járdát", "A nagy platán gyökere akkora púpot csinált a járdán, hogy a babakocsit emelni kell. A {street} {number}. előtt a nagymamám el is esett benne, szerencsére csak a szatyra bánta."),
    ("pavement", "Hiányzó térkövek az iskola előtt", "Az iskola kapujánál nyolc térkő hiányzik, a gyerekek ugróiskolának használják. A {street} {number}. előtt reggelente kész torlódás van miatta."),
    ("pavement", "Kerekesszékkel nem lehet felhajtani", "A {street} {number}. melletti saroknál nincs lesüllyesztve a szegély. Kerekesszékkel kétszáz métert kerülök miatta, pedig egy délelőtt alatt meg lehetne csinálni."),
    ("pavement", "Billegő járdalap fröcsköl", "Aki eső után rálép, térdig vizes lesz. A {number}. szám előtt a harmadik lap a kaputól, a környéken már mindenki kerülgeti."),
    ("pavement", "Csúszós fém fedlap a járdán", "A {street} {number}. előtt egy teljesen simára kopott fedlap van a járda közepén. Az első fagynál ketten is elestek rajta."),
    ("signs", "Kifordult az elsőbbségadás tábla", "A {street} {number}. előtti tábla a szélben elfordult, most a házfalnak ad elsőbbséget. Reggel majdnem összement két autó."),
    ("signs", "Nem vált zöldre a gyalogoslámpa", "Hiába nyomom a gombot, percekig piros marad a gyalogosoknak. A {street} {number}. előtt végül mindenki átszalad a piroson, gyerekek is."),
    ("signs", "Teljesen lekopott a zebra", "A {street} {number}. előtti zebrából már csak három halvány csík látszik. A tábla megvan, de az autósok joggal nem értik, miért álljanak meg."),
    ("signs", "Fa takarja a stoptáblát", "A bokor úgy benőtte a stoptáblát a {street} {number}. mellett, hogy csak az látja, aki tudja, hogy ott van."),
    ("cycling", "A bicikliút közepén végződik semmiben", "A kerékpársáv a {street} {number}. előtt egyszerűen elfogy, és egy oszlopnak vezet. Legalább egy nyíl kellene, hogy merre tovább."),
    ("cycling", "Autók parkolnak a kerékpársávban", "Minden reggel nyolc és kilenc között a pékség vevői a bicikliúton állnak meg a {street} {number}. előtt. Két oszlop megoldaná."),
    ("cycling", "Üvegszilánk a kerékpárúton", "Szombat éjjel óta szét van törve két üveg a kerékpárúton, a {number}. számtól vagy húsz méteren. Én már kaptam miatta egy defektet."),
    ("tree", "Letört ág lóg a járda felett", "A vasárnapi viharban letört egy karvastagságú ág, most a {street} {number}. előtt a lombba akadva lóg a járda felett. Alatta van az óvoda bejárata."),
    ("tree", "Kidőlt fa zárja el az utat", "Hajnalban kidőlt az öreg juhar a {street} {number}. előtt. Gyalog még át lehet bújni alatta, de a kukásautó már visszafordult."),
    ("tree", "Kiszáradtak a tavasszal ültetett fák", "A {street} mentén ültetett tizenkét fából nyolc kiszáradt. A {number}. szám előttit mi locsoljuk, az él. Talán a többihez is kellene öntözőzsák."),
    ("tree", "Ablakba nő a japánakác", "A második emeleti ablakunkat már nem lehet kinyitni az ágaktól. A {street} {number}. előtti fa egyébként gyönyörű, csak egy szakszerű metszés kellene."),
    ("park", "Kiszáradt virágágy a pad körül", "A tavasszal még csodaszép virágágyásban már csak a tábla él. A {street} padjainál rendszeresen ülnek idősek, nekik is öröm lenne, ha újra virágozna."),
    ("park", "Kitört a pad háttámlája", "A {street} egyik padjának hiányzik a háttámlája, kiálló csavarokkal. A sakkozó bácsik kartonnal tekerték be."),
    ("park", "Nem folyik az ivókút", "A kánikulában napok óta száraz az ivókút. A {street} {number}. közelében ez az egyetlen, a kutyások és a futók is ide járnak."),
    ("park", "Elszabadult a locsoló", "Az öntözőrendszer egyik feje éjjel-nappal a járdát locsolja a {street} {number}. előtt, miközben a fű mellette sárga."),
    ("playground", "Elszakadt a hinta lánca", "A bal oldali hinta lánca elszakadt, fél métert zuhanva ér földet, aki beleül. A {street} játszóterén minden délután tele van gyerekkel."),
    ("playground", "Éles a csúszda széle", "A csúszda alján felhasadt a lemez, a kislányom nadrágja bánta. A {street} {number}. melletti játszótérről van szó."),
    ("playground", "Nem csukódik a játszótér kapuja", "A kapu rugója eltört, a kicsik kiszaladnak a {street} felé. Most egy kötéllel kötözzük be, de azt mindig elviszik."),
    ("litter", "Kanapé és zsákok a sarkon", "Péntek óta egy lila kanapé, két matrac és vagy tíz zsák szemét áll a {street} {number}. sarkán. Minden nap nő."),
    ("litter", "Építési törmelék a zöld sávban", "Valaki éjszaka leborított egy utánfutónyi csempét és téglát a {street} {number}. mellé. Fehér furgon volt, a rendszámot nem láttam."),
    ("litter", "Szétszórt szemét a piac után", "Szombatonként a piac után itt marad minden láda és zöldséglevél. A {street} {number}. előtt a szél egészen a játszótérig hordja."),
    ("litter", "Üvegcserepek a lépcsőn", "A lépcsőfordulóban mindenütt üvegcserép van, kutyával nem lehet lejönni. A {street} {number}. melletti lépcső az."),
    ("bin", "Napok óta nem ürítették a szelektívet", "A három szelektív konténer mellett már egy negyedik kupac is nőtt. A {street} {number}. előtt a papír az esőben szétázott."),
    ("bin", "Kigyulladt és elolvadt a kuka", "A {street} {number}. előtti kukából csak egy műanyag tócsa maradt. Az emberek azóta mellé dobják a szemetet."),
    ("bin", "Hiányzik a kutyaürülék-gyűjtő", "Leszerelték a kutyás gyűjtőt és nem tettek helyette másikat. A {street} {number}. környékén ez hamar meglátszik a cipőkön."),
    ("graffiti", "Összefirkálták a frissen festett falat", "Alig száradt meg a festék, máris telefújták a {street} {number}. falát. A házban lakók ezt társadalmi munkában festették."),
    ("graffiti", "Gyalázkodó felirat az iskola falán", "Az iskola oldalfalán bántó, személyes üzenet van, névvel. A {street} {number}. előtt minden gyerek elmegy mellette, kérem, soron kívül."),
    ("graffiti", "Matricák borítják a tájékoztató táblát", "A műemlék tábláját teljesen beragasztották matricával. A {street} {number}. előtt a turisták csak találgatják, mit néznek."),
    ("lighting", "Nem ég a lámpa az átjárónál", "Egy hete teljesen sötét a {street} {number}. előtti átjáró. Este hatkor már telefonnal világítunk a gyerekeknek."),
    ("lighting", "Diszkózik a közvilágítás", "Az egyik lámpa másodpercenként ki-be kapcsol a {street} {number}. előtt. Aki a szobája ablakán keresztül élvezi, az én vagyok."),
    ("lighting", "Sötét az egész utcasarok", "Három lámpatest nem ég egymás után a {street} mentén, a {number}. számtól a sarokig. A kutyasétáltatók már csak csoportban járnak."),
    ("lighting", "Lóg a lámpabúra", "A vihar óta a {street} {number}. előtti lámpa búrája egy dróton himbálózik a járda fölött."),
    ("water", "Csőtörés, folyik a víz az úton", "Az aszfalt alól bugyog a víz a {street} {number}. előtt, már a saroknál is patak folyik. Hajnalban csőre fagyott."),
    ("water", "Eldugult a víznyelő", "Tíz perc eső elég, és tó áll a {street} {number}. előtt. A víznyelőt színültig tömték a falevelek."),
    ("water", "Ellopták a csatornafedelet", "Nincs fedél az aknán! A {street} {number}. előtt egy letört faágat állítottunk bele, hogy valaki bele ne essen."),
    ("water", "Bűzlik a csatorna az iskola mellett", "Melegben alig lehet elmenni a {street} {number}. előtti rács mellett. Az óvodások befogott orral közlekednek."),
    ("cables", "Nyitva áll az elosztószekrény", "A {street} {number}. előtti szürke doboz ajtaját letépték, a drótok szabadon lógnak. Gyerekmagasságban van."),
    ("cables", "Lelógó kábel a járda felett", "Egy fekete kábel olyan alacsonyan lóg a {street} {number}. előtt, hogy a magasabbak fejét súrolja. Nem tudni, hogy áram-e vagy internet."),
    ("cables", "Megdőlt oszlop tartja a vezetékeket", "A fa oszlop a {street} {number}. előtt minden szélben dől egy kicsit. Most már a szomszéd tujája tartja."),
    ("stop", "Betört üveg a megállóban", "A megálló hátfala szilánkokra tört, de még a helyén van. A {street} megállójában az iskolások nekitámaszkodnak."),
    ("stop", "Nem látszik a menetrend", "A menetrendet annyira kifakította a nap, hogy egy üres lap. A {street} megállójában sok idős utazik, nekik a telefon nem segítség."),
    ("stop", "Beázik a megálló teteje", "Esőben pontosan a pad fölött csorog. A {street} {number}. előtti megállóban mindenki a fa alatt várja a buszt."),
    ("parking", "Zebrán parkol a furgon", "Minden hétköznap reggel egy fehér furgon áll a zebrán a {street} {number}. előtt. Tőle nem látni, jön-e valaki."),
    ("parking", "A tűzcsap elé parkolnak", "A {street} {number}. előtti tűzcsapot már hetek óta autók takarják. A felfestés teljesen lekopott, lehet, hogy nem is tudják."),
    ("parking", "Járdán álló autók miatt az úton járunk", "A {street} {number}. előtt akkora autók állnak a járdán, hogy babakocsival le kell menni az úttestre."),
    ("wreck", "Tavaly óta itt áll egy roncs", "Lapos kerék, betört ablak, fű nőtt ki alóla: a {street} {number}. előtti barna autóban már macskák laknak."),
    ("wreck", "Kiégett autó a parkolóban", "Húsvétkor kiégett, azóta senki nem vitte el. A {street} {number}. melletti parkolóban három helyet foglal és olaj folyik belőle."),
    ("wreck", "Lejárt műszaki, belül szeméttel tele", "A {street} {number}. előtt álló kék kombi műszakija két éve lejárt. Valaki szemeteskukának használja, patkányt is láttam körülötte."),
]  # fmt: skip

ENGLISH_STORIES: list[tuple[str, str, str]] = [
    ("pothole", "Deep pothole by the tram stop", "There is a pothole as wide as a bicycle wheel in front of {street} {number}. I nearly went over the handlebars last night."),
    ("lighting", "Street lamp has been out for two weeks", "The lamp outside {street} {number} is dark, and so is the whole corner. My neighbours use their phones to find the keyhole."),
    ("litter", "Mattresses dumped on the corner", "Two mattresses and a broken wardrobe were left at {street} {number}. They have been rained on since Tuesday."),
    ("tree", "Branch hanging over the pavement", "A heavy branch broke in the storm and hangs over the pavement at {street} {number}, right above the kindergarten gate."),
    ("cycling", "Cars on the bike lane every morning", "Between eight and nine the bike lane at {street} {number} is a car park for the bakery. Two bollards would do."),
]  # fmt: skip

PRIVATE_STORIES: list[tuple[str, str, str]] = [
    ("homeless", "Fiatalember alszik az aluljáróban", "A {street} közelében egy fiatalember takaró nélkül alszik. Beszéltem vele, örülne, ha valaki meg tudná mondani, hol van ma éjjel hely."),
    ("homeless", "Idős néni ül a padon a hidegben", "Harmadik napja ugyanott ül egy idős hölgy a {street} padján, két szatyorral. Azt mondta, kilakoltatták. Kérem, nézzenek rá."),
    ("homeless", "Sérült lábú férfinak kellene orvos", "A {street} {number}. kapualjában egy férfi bekötött lábbal fekszik. Köszönettel fogadna orvost, de kórházba egyedül nem mer menni."),
    ("homeless", "Házaspár sátorban a parkban", "Egy idősebb pár él sátorban a {street} melletti bokrok között. Télire szeretnének együtt bekerülni valahova, a kutyájukkal."),
]  # fmt: skip

QUESTION_STORIES: list[tuple[str, str, str]] = [
    ("park", "Mikor nyit az új játszótér és park?", "A {street} {number}. melletti parkot tavasszal kerítették el felújításra. Meg tudják mondani, mikor mehetünk be újra?"),
    ("bin", "Hová vihetem a használt sütőolajat?", "A {street} környékén régen volt gyűjtőpont. Hol a legközelebbi hely, ahol leadhatom a sütőolajat?"),
    ("parking", "Lesz lakossági parkoló a felújítás után?", "A {street} felújítása alatt megszűnt a lakossági várakozás. Visszakapjuk, ha kész?"),
    ("tree", "Elvihetem a kivágott fa rönkjét?", "A {street} {number}. előtt kivágtak egy beteg fát. Ki mondja meg, elvihető-e a rönk?"),
    ("cycling", "Szabad itt szemben biciklizni?", "A {street} egyirányú, de fel van festve egy kerékpár. Szemben is mehetek vele szabályosan?"),
]  # fmt: skip

PRAISE_STORIES: list[tuple[str, str, str]] = [
    ("park", "Köszönjük az új virágágyat!", "A {street} padjai körül most olyan szép minden, hogy az ember kerülőt tesz miatta. Köszönjük a kertészeknek!"),
    ("lighting", "Másnapra égett a lámpa", "Este szóltam, hogy sötét a {street} {number}. előtt, és másnap délután már égett a lámpa. Le a kalappal!"),
    ("litter", "Tiszta lett a piac környéke", "Aki a {street} környékét takarítja mostanában, az jól csinálja. Észrevesszük, köszönjük!"),
    ("pavement", "Végre babakocsival is járható", "Az új járdán a {street} {number}. előtt egyben végig lehet menni babakocsival. Nagy segítség, köszönjük."),
]  # fmt: skip

CLOSINGS = [
    "", "", "",
    "Köszönöm, ha ránéznek!",
    "Előre is köszönjük, az utca lakói.",
    "Szívesen megmutatom a helyszínt, ha kell.",
    "Tudom, hogy nem ez a legnagyobb gond a városban, de pár perc munka lenne.",
    "A közös képviselőnk is jelezte már, de nem kapott választ.",
    "Két éve lakom itt, és azóta ilyen.",
    "Ha elkészül, sütök egy tepsi pogácsát a brigádnak.",
]  # fmt: skip

ANSWERS = [
    "Köszönjük a bejelentést. Kollégánk a helyszínt megtekintette, a hibát felvettük a munkatervbe.",
    "Tisztelt Bejelentő! A javítást megrendeltük, a kivitelező várhatóan három héten belül végzi el.",
    "A helyszínen ideiglenes jelzést tettünk ki. A végleges javításhoz engedély kell, amit ma megkértünk.",
    "Köszönjük, hogy szólt. A bejelentést a körzet művezetője kapta meg.",
    "A hiba ismert, de az alkatrészre várunk. Amint megérkezik, azonnal cseréljük.",
    "Megnéztük: valóban sürgős. Soron kívül előre vettük.",
    "A terület tulajdonosát felszólítottuk, nyolc napja van intézkedni.",
    "Köszönjük a fényképet, nagyon sokat segített a hely megtalálásában.",
]
ANSWERS_TO_QUESTIONS = [
    "Köszönjük a kérdést! A munka a terv szerint halad, a hónap végén adjuk át, a pontos napot kitesszük a helyszínen.",
    "Ügyfélszolgálatunkon minden hétköznap 8 és 18 óra között szívesen segítünk; a részletes leírás a honlapunkon is megvan.",
    "Igen, lehetséges. A szabályokat a helyszíni tábla is mutatja, és levélben is elküldtük a lakóközösségeknek.",
]
PROMISES = [
    "A munkát a jelzett napig elvégezzük, kérjük szíves türelmét.",
    "A brigád beosztása megvan, a megadott napon ott leszünk.",
    "Időjárástól függően, de legkésőbb eddig a napig elkészül.",
]
DONE = [
    "A hibát ma elhárítottuk.",
    "Kollégáink elvégezték a javítást, köszönjük a jelzést!",
    "Elkészült. Ha bármi maradt, kérjük, írjon.",
    "A területet megtisztítottuk, és a következő hónapban visszatérünk ellenőrizni.",
    "A cserét elvégeztük, próbaüzem alatt rendben működik.",
]
NOT_OURS = [
    "Ez a szakasz nem a mi kezelésünkben van, kérjük, a kerülethez forduljanak.",
    "Az érintett eszköz nem a társaságunké, a bejelentést sajnos nem tudjuk kezelni.",
]
# Where the report is about a person.
CARING_ANSWERS = [
    "Köszönjük, hogy szólt. Utcai csoportunk ma este felkeresi, meleg teát és takarót visz neki.",
    "Kollégáink ismerik őt, holnap reggel újra beszélnek vele a szállásról.",
]
CARING_DONE = ["Elfogadta a szállást, jó helyen van. Köszönjük, hogy figyelt rá!"]
STILL_BROKEN = [
    "Ma reggel arra jártam: sajnos ugyanúgy áll minden.",
    "Fél napig tartott, aztán újra elromlott.",
]
THANKS = ["Tényleg kész, szuper gyorsak voltak!", "Megcsinálták, köszönjük!", "Látom, hogy jó lett. Így kell ezt.", ""]
QUESTIONS = [
    "Szia! Meg tudnád írni, hogy a számozott oldal melyik sarkánál van? A képen nem látszik a házszám.",
    "Köszönjük! Tudnál küldeni egy képet kicsit távolabbról is, hogy a hely felismerhető legyen?",
]
REJECTIONS = {
    "not_a_problem": "Ez két szomszéd vitája, közterületen nincs vele teendő. A közös képviselőtök tud segíteni.",
    "no_place": "Sajnos a leírásból és a képből sem tudtuk kideríteni, hol van. Küldd be újra a hellyel!",
    "personal": "A képen felismerhető emberek és egy rendszám látszik. Kérünk, küldd be ezek nélkül.",
    "emergency": "Ez azonnali veszély: kérünk, hívd a 112-t. Mi egy-két nap alatt érünk oda.",
}
CANNOT = "Megvizsgáltuk, a jelenlegi keretből ez nem megvalósítható; a jövő évi tervbe javasoljuk felvenni."
NO_PHOTO_REASONS = ["Túl sötét volt a fényképhez.", "Lemerült a telefonom.", "Nem akartam embereket fényképezni."]

# By the status in which a report of this kind ends.
OF_KIND = {"answered": QUESTION_STORIES, "delivered": PRAISE_STORIES}

PEOPLE = [
    ("citizen@example.org", "Városi Vera"),
    ("balint@example.org", "Kovács Bálint"),
    ("zsofi@example.org", "Nagy Zsófi"),
    ("imre.bacsi@example.org", "Szabó Imre"),
    ("anna@example.org", "Horváth Anna"),
    ("dani@example.org", "Tóth Dániel"),
    ("eszter@example.org", "Kiss Eszter"),
    ("marci@example.org", "Varga Marci"),
    ("julia@example.org", "Molnár Júlia"),
    ("peter@example.org", "Farkas Péter"),
    ("emily@example.org", "Emily Walker"),
    ("gabor@example.org", "Balogh Gábor"),
]


def tell(text: str, street: str, number: str) -> str:
    """The text at a place, with "a" or "az" as Hungarian wants it before a vowel that is heard."""
    told = re.sub(r"(?<![\wÀ-ž])([Aa]) (\{(?:street|number)\})", r"\1{\2} \2", text)
    return (
        told.replace("{{street}}", "z" if street[0] in "AÁEÉIÍOÓÖŐUÚÜŰ" else "")
        .replace("{{number}}", "z" if number[0] == "5" or number == "1" else "")
        .format(street=street, number=number)
    )

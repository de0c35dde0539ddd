"""Words that `personal_data` knows: common first names, what makes a name a place, what is no number plate.

Written by us; plain letters only, as `municipalities.routing.plain` gives them.
"""

_NO_PLATE = (
    "BKV BKK MAV HEV MVM ELM FKF FCS UPC PVC DIN ISO KHT KFT ZRT NYR BFK BFT FTC EON CBA OTP DHL GPS LED SMS TEL "
    "MIN MAX CCA KVA NAV ORF OBI UTE VII XII XIV XVI XIX XXI XXX III NEM HOL VAN EGY MEG HOZ TOL IGY KB"
)
# Three letters before a number that are no car: bodies, materials, measures, Roman numerals.
NO_PLATE = frozenset(_NO_PLATE.split())

_FIRST_NAMES = (
    "adam adrienn agnes akos alexandra andras andrea anett aniko anna aron attila balazs balint barbara bela "
    "beata bence bernadett bertalan boglarka brigitta csaba csilla dalma daniel david denes diana dora dorottya "
    "edina edit emese eniko erika erno erzsebet eszter eva ferenc fruzsina gabor gabriella georgina gergely gergo "
    "gyongyi gyorgy gyula hajnalka henrietta ibolya ildiko ilona imre istvan ivan ivett janos jozsef judit julia "
    "kalman karoly kata katalin kinga klara kornel krisztian krisztina laszlo levente lajos lilla livia magdolna "
    "margit maria marianna mark marta marton mate matyas melinda mihaly miklos monika nikolett noemi nora norbert "
    "olga orsolya otto pal peter piroska reka renata richard robert roland roza rozalia sandor sara szabolcs "
    "szilvia tamas terez tibor timea tunde valeria veronika viktor viktoria vilmos vince virag viola zita zoltan "
    "zsanett zsofia zsolt zsuzsa zsuzsanna james john michael william thomas mary patricia jennifer linda "
    "elizabeth susan sarah karen emma oliver jack harry george charles emily sophie"
)
FIRST_NAMES = frozenset(_FIRST_NAMES.split())

_PLACE_WORDS = (
    "utca utcai u ut uti utja utjan ter teri tere teren korter korut koruti krt rakpart rkp setany stny fasor koz "
    "kozi sor park parkban parkja parknal hid hidfo lepcso dulo lejto lakotelep ltp liget domb hegy udvar haz "
    "muvelodesi iskola altalanos gimnazium kollegium ovoda bolcsode egyetem szakkozepiskola technikum korhaz "
    "rendelo templom plebania szobor szobra szobranal emlekmu emlektabla emleke muzeum konyvtar szinhaz stadion "
    "palya uszoda furdo forras kilato megallo uton utra utat utrol utnal utig terre utcat orszagos varosi "
    "sportcsarnok sportkozpont csarnok hidnal hidra hidon market kozpont intezet piac emlekhaz sarkan sarkon "
    "sarkanal sarkara sarok keresztezod fele iranyaba itteni ovi kiraly herceg sportarena jatszoter emlekpark "
    "ternel terhez terig felol urca buszmegallo villamosmegallo allomas telep aluljaro street road square avenue "
    "lane bridge statue school"
)
# After a name these make it a place, a house or a thing.
PLACE_WORDS = frozenset(_PLACE_WORDS.split())

_FAMOUS = (
    "ady arany babits bajcsy baross bartok batthyany bela bem benczur bethlen blaha bocskai boraros budai clark "
    "csokonai damjanich deak dozsa egressy eotvos erkel fadrusz fay ferenc fiumei gardonyi garay gyulai "
    "hamzsabegi hunyadi illes istvan janos jaszai jokai jozsef kada kalvin karinthy kassak kazinczy kinizsi "
    "klauzal kodaly kolcsey kolosy kossuth krudy lehel liszt madach marczibanyi maria martinovics matyas mechwart "
    "mikszath moricz munkacsy nagyszombat nyiro orczy orlay parizsi petofi podmaniczky puskas rakoczi radnoti "
    "rumbach savoyai sarkadi semmelweis steindl szabadsag szechenyi szent szondi tancsics teleki thokoly tompa "
    "toldi vak varosmajor vorosmarty wekerle wesselenyi zrinyi zsigmond"
)
# Names of streets, squares and statues that people also write without the word.
FAMOUS = frozenset(_FAMOUS.split())

_GREETINGS = "koszonettel tisztelettel udvozlettel udv kedves tisztelt szia hello dear thanks regards"
# Before a name they are no part of it.
GREETINGS = frozenset(_GREETINGS.split())

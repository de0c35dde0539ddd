"""Where the sample's reports happen: corners that a walk through the city might pass, roughly placed by us."""

from typing import NamedTuple


class Place(NamedTuple):
    district: str  # numeral, or "Arezzo"
    street: str
    latitude: float
    longitude: float

    @property
    def council(self) -> str:
        """The key of the body that looks after whatever nobody else does."""
        return "arezzo" if self.district == "Arezzo" else f"council-{self.district}"


PLACES = [
    Place("I", "Attila út", 47.4965, 19.0335),
    Place("I", "Iskola utca", 47.5030, 19.0375),
    Place("I", "Naphegy tér", 47.4925, 19.0345),
    Place("II", "Margit körút", 47.5112, 19.0300),
    Place("II", "Pasaréti út", 47.5215, 19.0020),
    Place("II", "Frankel Leó út", 47.5180, 19.0370),
    Place("II", "Hidegkúti út", 47.5500, 18.9620),
    Place("III", "Bécsi út", 47.5420, 19.0290),
    Place("III", "Szentendrei út", 47.5620, 19.0430),
    Place("III", "Heltai Jenő tér", 47.5980, 19.0480),
    Place("III", "Mátyás király út", 47.5820, 19.0330),
    Place("IV", "Árpád út", 47.5640, 19.0880),
    Place("IV", "Káposztásmegyeri út", 47.5760, 19.1000),
    Place("IV", "Szilas sétány", 47.5930, 19.1180),
    Place("V", "Ferenciek tere", 47.4929, 19.0560),
    Place("V", "Honvéd utca", 47.5080, 19.0495),
    Place("V", "Szabadság tér", 47.5040, 19.0510),
    Place("VI", "Andrássy út", 47.5075, 19.0660),
    Place("VI", "Teréz körút", 47.5075, 19.0620),
    Place("VI", "Hunyadi tér", 47.5060, 19.0640),
    Place("VII", "Dob utca", 47.5020, 19.0665),
    Place("VII", "Rózsák tere", 47.5040, 19.0785),
    Place("VII", "Klauzál tér", 47.5000, 19.0635),
    Place("VIII", "Népszínház utca", 47.4950, 19.0765),
    Place("VIII", "Teleki László tér", 47.4930, 19.0850),
    Place("VIII", "Horváth Mihály tér", 47.4905, 19.0770),
    Place("VIII", "Mikszáth Kálmán tér", 47.4915, 19.0650),
    Place("IX", "Ráday utca", 47.4865, 19.0635),
    Place("IX", "Mester utca", 47.4755, 19.0790),
    Place("IX", "Bakáts tér", 47.4830, 19.0645),
    Place("IX", "Soroksári út", 47.4690, 19.0780),
    Place("X", "Kőrösi Csoma Sándor út", 47.4870, 19.1330),
    Place("X", "Gergely utca", 47.4760, 19.1530),
    Place("X", "Pongrác út", 47.4930, 19.1160),
    Place("XI", "Bartók Béla út", 47.4770, 19.0440),
    Place("XI", "Feneketlen-tó", 47.4755, 19.0410),
    Place("XI", "Etele út", 47.4650, 19.0310),
    Place("XI", "Fehérvári út", 47.4550, 19.0400),
    Place("XII", "Böszörményi út", 47.4950, 19.0120),
    Place("XII", "Városmajor", 47.5085, 19.0170),
    Place("XII", "Istenhegyi út", 47.4985, 18.9870),
    Place("XIII", "Pozsonyi út", 47.5190, 19.0510),
    Place("XIII", "Váci út", 47.5350, 19.0680),
    Place("XIII", "Lehel utca", 47.5290, 19.0720),
    Place("XIII", "Margitsziget, zenélő szökőkút", 47.5200, 19.0465),
    Place("XIV", "Thököly út", 47.5100, 19.1010),
    Place("XIV", "Örs vezér tere", 47.5045, 19.1340),
    Place("XIV", "Városliget, Olof Palme sétány", 47.5125, 19.0870),
    Place("XIV", "Nagy Lajos király útja", 47.5200, 19.1240),
    Place("XV", "Fő út", 47.5670, 19.1250),
    Place("XV", "Zsókavár utca", 47.5440, 19.1430),
    Place("XVI", "Veres Péter út", 47.5130, 19.1900),
    Place("XVI", "Rákosi út", 47.5270, 19.1800),
    Place("XVII", "Pesti út", 47.4800, 19.2600),
    Place("XVII", "Ferihegyi út", 47.4750, 19.2480),
    Place("XVIII", "Üllői út", 47.4430, 19.1850),
    Place("XVIII", "Kondor Béla sétány", 47.4250, 19.1750),
    Place("XIX", "Kossuth tér", 47.4530, 19.1420),
    Place("XIX", "Kós Károly tér", 47.4530, 19.1270),
    Place("XX", "Kossuth Lajos utca", 47.4340, 19.1180),
    Place("XX", "Ady Endre utca", 47.4420, 19.1020),
    Place("XXI", "Kossuth Lajos utca", 47.4280, 19.0660),
    Place("XXI", "Szent Imre tér", 47.4270, 19.0705),
    Place("XXII", "Mária Terézia utca", 47.4270, 19.0330),
    Place("XXII", "Nagytétényi út", 47.4080, 18.9950),
    Place("XXIII", "Hősök tere", 47.4020, 19.1160),
    Place("XXIII", "Grassalkovich út", 47.4080, 19.1190),
    Place("Arezzo", "Piazza Guido Monaco", 43.4635, 11.8790),
    Place("Arezzo", "Via Francesco Crispi", 43.4610, 11.8835),
]

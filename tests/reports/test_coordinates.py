"""Every notation in which people write where something is, and all that only looks like one."""

import csv
import time
from pathlib import Path

import pytest
from pluscodes import encode

from reports.coordinates import read_coordinates, read_plus_code

SPOT = (47.4979, 19.0402)


@pytest.mark.parametrize(
    "text",
    [
        "47.4979, 19.0402",
        "47.4979,19.0402",
        "(47.4979, 19.0402)",
        "47.4979 19.0402",
        "47.4979; 19.0402",
        "47.4979/19.0402",
        "47,4979 19,0402",
        "47,4979, 19,0402",
        "47,4979; 19,0402",
        "47.4979° 19.0402°",
        "47,4979°\u00a0N 19,0402°\u00a0E",
        "N47.4979 E19.0402",
        "47.4979N 19.0402E",
        "19.0402E 47.4979N",
        "47.4979n, 19.0402e",
        "47°29'52.44\"N 19°02'24.72\"E",
        "47° 29′ 52.44″ N, 19° 02′ 24.72″ E",
        "47°29’52,44”N 19°02’24,72”E",
        "47°29'52.44''N 19°02'24.72''E",
        "47 29 52.44 N, 19 2 24.72 E",
        "N 47° 29.874' E 19° 2.412'",
        "47 29.874 N 19 2.412 E",
        "é. sz. 47,4979° k. h. 19,0402°",
        "É 47,4979 K 19,0402",
        "északi szélesség 47,4979°, keleti hosszúság 19,0402°",
        "geo:47.4979,19.0402?z=17",
        "https://www.google.com/maps/place/Valami/@47.4979,19.0402,17z/data=!3m1",
        "https://maps.google.com/?q=47.4979,19.0402",
        "https://www.openstreetmap.org/?mlat=47.4979&mlon=19.0402#map=18/47.5/19.1",
        "https://www.openstreetmap.org/#map=18/47.4979/19.0402",
    ],
)
def test_notation(text: str) -> None:
    found = read_coordinates(text)

    assert found is not None
    assert found[:2] == pytest.approx(SPOT, abs=1e-5)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("33.8688 S, 151.2093 E", (-33.8688, 151.2093)),
        ("-33,8688 151,2093", (-33.8688, 151.2093)),
        ("D 33,8688 K 151,2093", (-33.8688, 151.2093)),
        ("40,7128° É, 74,006° NY", (40.7128, -74.006)),
        ("151.2093, -33.8688", (-33.8688, 151.2093)),  # no latitude is that large
        ("0, 0.0", (0, 0)),
    ],
)
def test_other_parts_of_the_earth(text: str, expected: tuple[float, float]) -> None:
    found = read_coordinates(text)

    assert found is not None
    assert found[:2] == pytest.approx(expected)


@pytest.mark.parametrize(
    "text",
    [
        "", "47.4979", "47,19", "12 12", "1234", "1011", "Fő utca 12", "Kossuth Lajos utca 12. 4. em.", "1,2,3",
        "1 2 3 4 5 6", "Budapest 47.4979, 19.0402", "47.4979, 19.0402, 120m", "nan, nan", "inf, 1.0", "1e3, 1.5",
        "91.5, 181.5", "200.5, 190.1", "47°70'N 19°E", "47°29'75\"N 19°2'1\"E", "N47.1 N48.5", "47.4979N 19.0402",
        "é. sz. 47,5", "99999999999999, 4.5", "47.4979, 19.0402 'x", "²⁴.5, ¹⁹.1", "४७.४९७९, १९.०४०२x",
    ],
)  # fmt: skip
def test_no_coordinates(text: str) -> None:
    assert read_coordinates(text) is None


def test_only_an_order_that_is_not_sure_may_be_turned() -> None:
    plain, lettered, far = map(read_coordinates, ("19.04, 47.49", "19.04N 47.49E", "19.04, 147.49"))

    assert plain is not None
    assert plain.swapped == (47.49, 19.04, False)
    assert lettered is not None
    assert lettered.swapped is None
    assert far is not None
    assert far.swapped is None


@pytest.mark.parametrize(
    "text",
    ["47.4979" + " " * 480 + "x", "1 " * 250, "1°1'1\"" * 80, "N " * 250, "47.4979 ° " * 50, "/" * 500, "+" * 500],
)
def test_hostile_text_costs_nothing(text: str) -> None:
    start = time.perf_counter()
    read_coordinates(text)
    read_plus_code(text)
    assert time.perf_counter() - start < 0.2


def test_naughty_strings_are_no_places(naughty: list[str]) -> None:
    for text in naughty:
        read_coordinates(text)
        read_plus_code(text)


# -- Plus codes ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["8FVXF2XR+53", "8fvxf2xr+53", " 8FVXF2XR+53 Budapest", "Budapest, 8FVXF2XR+53"])
def test_full_plus_code(text: str) -> None:
    code = read_plus_code(text)

    assert code is not None
    assert not code.is_short
    assert code.pair((0, 0))[:2] == pytest.approx(SPOT, abs=1e-4)


def test_short_plus_code_is_the_nearest() -> None:
    code = read_plus_code("F2XR+53 Budapest")

    assert code is not None
    assert (code.is_short, code.locality) == (True, "Budapest")
    assert code.pair((47.6, 19.2))[:2] == pytest.approx(SPOT, abs=1e-4)


@pytest.mark.parametrize(
    "text", ["", "C++", "a+b", "+36 30 123 4567", "8FVX0000+", "FFFFFFFF+FF", "F2XR+5", "AAAA+AA", "2+2"]
)
def test_no_plus_code(text: str) -> None:
    assert read_plus_code(text) is None


@pytest.mark.data
def test_known_places_survive_each_way_of_writing(shared: Path) -> None:
    with (shared / "geo" / "points.csv").open(encoding="utf-8") as file:
        places = [(float(row["lat"]), float(row["lon"])) for row in csv.DictReader(file)]
    assert len(places) > 30
    for latitude, longitude in places:
        texts = [
            f"{latitude}, {longitude}",
            f"{latitude:.6f} {longitude:.6f}".replace(".", ","),
            f"{latitude}N {longitude}E",
        ]
        for text in texts:
            found = read_coordinates(text)
            assert found is not None, text
            assert found[:2] == pytest.approx((latitude, longitude), abs=1e-6)
        code = read_plus_code(encode(latitude, longitude))
        assert code is not None
        assert code.pair((0, 0))[:2] == pytest.approx((latitude, longitude), abs=1e-4)

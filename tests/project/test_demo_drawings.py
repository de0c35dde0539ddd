"""The sample's sketch of the city and its pictures."""

import csv
from io import BytesIO
from pathlib import Path

import pytest
from django.contrib.gis.geos import Point
from PIL import Image

from jarokelo.demo_data import districts, motifs
from jarokelo.demo_data.drawings import draw, jpegs
from jarokelo.demo_data.places import PLACES
from jarokelo.demo_data.stories import ENGLISH_STORIES, STORIES


def test_sketch_has_neither_gap_nor_overlap() -> None:
    shapes = [districts.shape(sketch) for sketch in districts.SKETCHES]
    assert all(shape.valid for shape in shapes)
    assert all(10 <= len(shape[0][0]) - 1 <= 20 for shape in shapes)
    city = districts.city_shape()
    assert (len(city), len(city[0])) == (1, 1)  # one piece without holes
    assert sum(shape.area for shape in shapes) == pytest.approx(city.area, abs=1e-9)


def test_places_lie_in_their_districts() -> None:
    shapes = {sketch.numeral: districts.shape(sketch) for sketch in districts.SKETCHES}
    shapes["Arezzo"] = districts.arezzo_shape()
    for place in PLACES:
        point = Point(place.longitude, place.latitude, srid=4326)
        assert [name for name, shape in shapes.items() if shape.covers(point)] == [place.district]
    assert {place.district for place in PLACES} == set(shapes)


@pytest.mark.data
def test_known_places_lie_in_the_right_sketch(shared: Path) -> None:
    with (shared / "geo" / "points.csv").open(encoding="utf-8", newline="") as file:
        places = list(csv.DictReader(file))
    assert places
    for place in places:
        point = Point(float(place["lon"]), float(place["lat"]), srid=4326)
        found = [s.numeral for s in districts.SKETCHES if districts.shape(s).covers(point)]
        assert found == ([place["budapest_district"]] if place["budapest_district"] else []), place["name"]


def test_every_kind_of_story_has_a_drawing_that_never_changes() -> None:
    wanted = {slug for slug, _, _ in [*STORIES, *ENGLISH_STORIES]}
    assert wanted <= set(motifs.MOTIFS)
    for table in (motifs.MOTIFS, motifs.REPAIRED):
        for name, (motif, lights) in table.items():
            first, again = draw(motif, lights[0], name), draw(motif, lights[0], name)
            assert first.tobytes() == again.tobytes()
    files = jpegs(first)
    assert {size: max(Image.open(BytesIO(data)).size) for size, data in files.items()} == {
        "large": 960,
        "medium": 960,
        "small": 400,
    }
    assert len(files["large"]) < 150_000


def test_drawings_differ() -> None:
    motif, lights = motifs.MOTIFS["pothole"]
    pictures = {draw(motif, light, seed).tobytes() for light in lights for seed in range(2)}
    assert len(pictures) == len(lights) * 2

"""The hash of a picture: the same scene is recognised, others and empty ones are not; and it costs little."""

import subprocess
import sys
from collections.abc import Callable
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from PIL import Image, ImageEnhance

from reports.models import Photo
from reports.photos import photo_likeness
from reports.photos.likeness import differing_bits
from reports.uploads import store_photo
from tests.conftest import jpeg

from .pictures import encode, four_corners, scene

pytestmark = pytest.mark.django_db


def likeness(image: Image.Image, **options: int) -> int:
    found = photo_likeness(encode(image, "JPEG", **options))
    assert found is not None
    return found


def test_same_scene_smaller_darker_and_coarser_is_alike() -> None:
    image = scene(1200, 900)
    first = likeness(image, quality=92)
    assert -(2**63) <= first < 2**63
    for other in (
        image.resize((300, 225)),
        ImageEnhance.Brightness(image).enhance(0.7),
        image.crop((20, 15, 1180, 885)),
    ):
        assert differing_bits(first, likeness(other, quality=40)) <= 10


def test_another_scene_is_not_alike() -> None:
    assert differing_bits(likeness(scene(1200, 900)), likeness(scene(1200, 900).rotate(90, expand=True))) > 20
    assert differing_bits(likeness(scene(1200, 900)), likeness(four_corners(1200, 900))) > 20


def test_wall_has_no_likeness() -> None:
    assert photo_likeness(jpeg("#000000", (400, 300)).read()) is None
    assert photo_likeness(jpeg("#886644", (400, 300)).read()) is None


def test_photo_gets_it_at_storing_time() -> None:
    image = scene(800, 600)
    photo = store_photo(BytesIO(encode(image, "PNG")))
    assert photo.likeness is not None
    assert differing_bits(photo.likeness, likeness(image)) <= 4


def test_command_hashes_what_has_none(capsys: pytest.CaptureFixture[str], upload: Callable[..., Photo]) -> None:
    photo, gone = (store_photo(BytesIO(encode(scene(800, 600), "JPEG"))) for _number in range(2))
    wall, expected = upload(), photo.likeness
    Photo.objects.update(likeness=None)
    gone.medium.storage.delete(gone.medium.name or "")
    broken = upload()
    broken.medium.save("medium.jpg", ContentFile(b"no picture"))

    for number in (1, 0):
        call_command("hash_photos")
        assert f"{number} photos" in capsys.readouterr().out

    photo.refresh_from_db()
    wall.refresh_from_db()
    assert (photo.likeness, wall.likeness) == (expected, None)


def test_web_starts_without_numpy() -> None:
    """It costs a fifth of a second, which only who hashes pays."""
    code = "import reports.photos.likeness, sys; sys.exit('numpy' in sys.modules or 'imagehash' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

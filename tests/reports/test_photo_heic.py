"""HEIC: nothing here writes it, so that shared pictures are changed byte by byte."""

import signal
from pathlib import Path

import pytest
from django.conf import settings as project_settings
from pytest_django.fixtures import Settings

from reports.photos import SIZES, PhotoRejected, Reason, heic, read_photo, read_position
from reports.photos.inspection import likeness, problems_of

from .pictures import photo_exif

SHARED: Path = project_settings.BASE_DIR.parent / "shared" / "data" / "photos"
JUNK = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(100)
absent = pytest.mark.skipif(not SHARED.exists(), reason=f"no shared pictures at {SHARED}")


def shared_heic() -> bytes:
    return (SHARED / "heic__heif__L_exif_xmp_iptc.heic").read_bytes()


@pytest.mark.data
@absent
def test_large_picture_is_shrunk_on_its_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SIZES, "large", 720)
    photo = read_photo((SHARED / "heic__drew__cheers_1440x960.heic").read_bytes())

    assert photo.format == "heic"
    assert photo.original_size == (1440, 960)
    assert (photo.width, photo.height) == (720, 480)


@pytest.mark.data
@absent
def test_place_in_a_heic_picture() -> None:
    original = shared_heic()
    start = original.index(b"Exif\0\0II*\0")
    block = photo_exif(47.497912, 19.040235, orientation=6).tobytes()
    picture = original[:start] + block + original[start + len(block) :]

    photo = read_photo(picture)

    assert photo.position == pytest.approx((19.040235, 47.497912), abs=1e-6)
    assert read_position(picture)["position"] == photo.position
    # HEIC has a turn of its own, which the decoder follows; the one in EXIF would turn the picture twice.
    assert likeness(photo.small, read_photo(original).small) == 0


@pytest.mark.data
@absent
def test_a_crash_of_the_reader_is_a_refusal() -> None:
    """One byte that is not UTF-8 in the name of a metadata type makes pi-heif 1.4 read at address zero."""
    name = shared_heic().index(b"application/rdf+xml")
    deadly = bytearray(shared_heic())
    deadly[name] = 0xFF

    with pytest.raises(PhotoRejected) as rejected:
        read_photo(bytes(deadly))

    assert rejected.value.code == Reason.BROKEN
    assert str(rejected.value.__cause__) == f"exit code -{signal.SIGSEGV:d}"


@pytest.mark.data
@absent
def test_too_many_pixels_are_refused(settings: Settings) -> None:
    settings.PHOTO_MAX_PIXELS = 64 * 64
    assert problems_of(read_photo(shared_heic())) == []

    settings.PHOTO_MAX_PIXELS = 64 * 64 - 1
    with pytest.raises(PhotoRejected) as rejected:
        read_photo(shared_heic())

    assert rejected.value.code == Reason.TOO_MANY_PIXELS


def test_a_reader_that_does_not_come_back_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heic, "SECONDS", 0)

    with pytest.raises(PhotoRejected) as rejected:
        read_photo(JUNK)

    assert rejected.value.code == Reason.BROKEN
    assert "took too long" in str(rejected.value.__cause__)


def test_junk_is_refused() -> None:
    with pytest.raises(PhotoRejected) as rejected:
        read_photo(JUNK)

    assert rejected.value.code == Reason.BROKEN
    assert "exit code 1" in str(rejected.value.__cause__)

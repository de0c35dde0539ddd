"""`check_photos` on the shared pictures, and that it notices what is wrong."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from PIL import Image

from reports.management.commands import check_photos
from reports.photos import PhotoRejected, read_photo, read_position

from .pictures import encode, photo_exif, scene

SHARED = settings.BASE_DIR.parent / "shared" / "data" / "photos"
absent = pytest.mark.skipif(not SHARED.exists(), reason=f"no shared pictures at {SHARED}")


def shared_pictures() -> list[Any]:
    if not SHARED.exists():
        return [pytest.param({}, marks=absent, id="absent")]
    return [pytest.param(entry, id=entry["file"]) for entry in check_photos.read_manifest(SHARED)]


@pytest.mark.data
@pytest.mark.parametrize("entry", shared_pictures())
def test_shared_picture_behaves_as_its_manifest_says(entry: dict[str, Any]) -> None:
    assert check_photos.check_photo(SHARED, entry).wrong == []


@pytest.mark.data
@pytest.mark.parametrize("entry", shared_pictures())
def test_first_slice_of_a_shared_picture_says_the_same_as_the_whole(entry: dict[str, Any]) -> None:
    data = (SHARED / entry["file"]).read_bytes()
    hint = read_position(data[: 256 * 1024])
    try:
        photo = read_photo(data)
    except PhotoRejected:
        return
    assert hint == {"position": photo.position, "taken_at": photo.taken_at}


# -- The command itself -----------------------------------------------------------------------------------
def write_folder(folder: Path, **changes: Any) -> None:
    """Two pictures with a true manifest, but for the changes in the entry of the first."""
    (folder / "lamp.jpg").write_bytes(encode(scene(80, 60), "JPEG", exif=photo_exif(47.5, 19.04, orientation=6)))
    (folder / "page.jpg").write_bytes(b"<html></html>")
    (folder / "model.jpg").write_bytes(encode(scene(80, 60).transpose(Image.Transpose.ROTATE_270), "JPEG"))
    lamp = {
        "file": "lamp.jpg",
        "expect": "accept",
        "gps": {"lat": 47.5, "lon": 19.04},
        "upright_size": [60, 80],
        "upright_like": "model.jpg",
    }
    page = {"file": "page.jpg", "expect": "reject"}
    (folder / "manifest.json").write_text(json.dumps([lamp | changes, page]), encoding="utf-8")


def test_all_right(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_folder(tmp_path)

    call_command("check_photos", str(tmp_path))

    first, second, totals = capsys.readouterr().out.splitlines()
    assert first.startswith("right  lamp.jpg: expected accept, 60×80, lat 47.500000 lon 19.040000; found accepted")
    assert second.startswith("right  page.jpg: expected reject; found rejected (not_a_picture)")
    assert json.loads(totals) == {"total": 2, "right": 2, "wrong": 0}


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"expect": "reject"}, "should be rejected"),
        ({"file": "page.jpg"}, "should be accepted"),
        ({"file": "missing.jpg"}, "FileNotFoundError"),
        ({"file": "missing.jpg", "expect": "policy"}, "FileNotFoundError"),
        ({"gps": {"lat": 47.50004, "lon": 19.04}}, "position is lat 47.500000"),
        ({"gps": {"lat": 47.5, "lon": 19.04005}}, "position is lat 47.500000"),
        ({"gps_usable": False}, "position is lat 47.500000"),
        ({"gps": {"lat": 0, "lon": 0}}, "position is lat 47.500000"),
        ({"file": "model.jpg"}, "position is no position"),
        ({"upright_size": [80, 60]}, "size is 60×80"),
        ({"upright_like": "page.jpg"}, "nothing to compare with: page.jpg"),
    ],
)
def test_what_is_wrong_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], changes: dict[str, Any], complaint: str
) -> None:
    write_folder(tmp_path, **changes)

    with pytest.raises(SystemExit) as stopped:
        call_command("check_photos", str(tmp_path))

    lines = capsys.readouterr().out.splitlines()
    assert stopped.value.code == 1
    assert lines[0].startswith("WRONG")
    assert complaint in "\n".join(lines[1:-1])
    assert json.loads(lines[-1]) == {"total": 2, "right": 1, "wrong": 1}


def test_a_picture_left_lying_is_noticed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_folder(tmp_path)
    (tmp_path / "lamp.jpg").write_bytes(
        encode(
            scene(80, 60).transpose(Image.Transpose.ROTATE_180),
            "JPEG",
            exif=photo_exif(47.5, 19.04, orientation=6),
        )
    )

    with pytest.raises(SystemExit):
        call_command("check_photos", str(tmp_path))

    assert "unlike model.jpg" in capsys.readouterr().out


def test_an_error_in_the_pipeline_is_wrong_whatever_was_expected(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_folder(tmp_path, expect="policy")

    def fail(file: object) -> None:
        raise RuntimeError("out of order")

    monkeypatch.setattr(check_photos, "read_photo", fail)
    with pytest.raises(SystemExit):
        call_command("check_photos", str(tmp_path))

    lines = capsys.readouterr().out.splitlines()
    assert "RuntimeError: out of order" in lines[1]
    assert json.loads(lines[-1]) == {"total": 2, "right": 0, "wrong": 2}


@pytest.mark.parametrize("manifest", [None, "{", '{"file": "a.jpg"}', '["a.jpg"]'])
def test_a_folder_without_a_proper_manifest_is_refused(tmp_path: Path, manifest: str | None) -> None:
    if manifest is not None:
        (tmp_path / "manifest.json").write_text(manifest, encoding="utf-8")

    with pytest.raises(CommandError, match=r"manifest\.json"):
        call_command("check_photos", str(tmp_path))

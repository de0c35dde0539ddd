"""Turning, cropping and blurring a photo: the pictures that come out, the files and rows, and that nothing leaks."""

import itertools
import json
import math
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.cache import caches
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone
from PIL import Image, ImageChops, ImageDraw, ImageFont

from accounts.models import Person
from forwarding.actions import send_report
from moderation.acts import CannotUndo, recorded, undo_act
from moderation.models import Act
from municipalities.models import Institution
from reports.actions import ChangedMeanwhile
from reports.actions_photo_edits import PictureLost, edit_photo, render_edits, unedited
from reports.models import Photo, PhotoPicture, Report
from reports.photos import MOST_BLURS, BadEdits, Edits, preview_edits, read_edited
from reports.photos.blur import apply_edits
from reports.tasks import purge_originals
from reports.uploads import remove_original, remove_photo, store_photo
from tests.reports.pictures import CORNERS, encode, four_corners, photo_exif, scene
from tests.reports.test_photo_heic import SHARED, absent

COLOURS = dict(zip(("red", "green", "blue", "yellow"), CORNERS.values(), strict=True))


def spread(image: Image.Image) -> int:
    """How far the lightest pixel is from the darkest."""
    grey = image.convert("L").tobytes()
    return max(grey) - min(grey)


def near(one: Any, other: Any, by: int = 40) -> bool:
    return all(abs(a - b) <= by for a, b in zip(one, other, strict=True))


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data)).convert("RGB")


# -- The operations -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "stored",
    [
        None,
        [],
        {"turn": 45},
        {"turn": True},
        {"turn": "90"},
        {"crop": [0, 0, 0.01, 1]},
        {"crop": [0.5, 0.5, 0.6, 0.1]},
        {"crop": "x"},
        {"blur": 5},
        {"blur": [[0, 0, 1]]},
        {"blur": [[-0.1, 0, 0.2, 0.2]]},
        {"blur": [[0, 0, 0, 0.2]]},
        {"blur": [[math.nan, 0, 0.1, 0.1]]},
        {"blur": [[0, 0, math.inf, 0.1]]},
        {"blur": [[0, 0, "0.1", 0.1]]},
        {"blur": [[0, 0, 0.1, 0.1]] * (MOST_BLURS + 1)},
    ],
)
def test_junk_is_no_edit(stored: Any) -> None:
    with pytest.raises(BadEdits):
        Edits.from_json(stored)


@pytest.mark.parametrize("words", ["", "1", "a,b,c,d", "nan,0,1,1", "0,0,1e400,1", "0,0,1,1,1", "9" * 200, "0,0,2,2"])
def test_junk_in_an_address_is_no_edit(words: str) -> None:
    with pytest.raises(BadEdits):
        Edits.from_words("", "", [words])


def test_edits_are_kept_as_they_were() -> None:
    edits = Edits(90, (0.1, 0.2, 0.5, 0.6), ((0.3, 0.3, 0.1, 0.2),))
    stored = json.loads(json.dumps(edits.to_json()))
    assert stored == {"turn": 90, "crop": [0.1, 0.2, 0.5, 0.6], "blur": [[0.3, 0.3, 0.1, 0.2]]}
    assert Edits.from_json(stored) == edits
    assert Edits.from_json({}) == Edits()
    assert not Edits(crop=(0, 0, 1, 1)), "the whole photo is no crop"


def test_boxes_turn_with_the_photo() -> None:
    edits = Edits(0, (0.1, 0.2, 0.5, 0.6), ((0.0, 0.0, 0.2, 0.1),))
    right = edits.turned(90)
    assert right.turn == 90
    assert right.blur == ((0.9, 0.0, 0.1, 0.2),)
    assert right.turned(270) == edits
    assert edits.turned(90).turned(90).turned(180) == edits


@pytest.mark.parametrize(
    ("turn", "first"), [(0, "red"), (90, "blue"), (180, "yellow"), (270, "green")], ids=["0", "90", "180", "270"]
)
def test_a_quarter_turn_goes_clockwise(turn: int, first: str) -> None:
    image = apply_edits(four_corners(60, 40), Edits(turn))
    assert image.size == ((40, 60) if turn in (90, 270) else (60, 40))
    assert image.getpixel((2, 2)) == COLOURS[first]


def test_crop_and_blur_are_of_the_turned_photo() -> None:
    photo = four_corners(600, 400)
    cut = apply_edits(photo, Edits(90, crop=(0, 0, 0.5, 0.5)))
    assert cut.size == (200, 300)
    assert cut.getcolors() == [(200 * 300, COLOURS["blue"])]


def plate(words: str) -> Image.Image:
    """A plate in front of a scene, as large as plates are in photos."""
    image = scene(1600, 1200)
    drawing = ImageDraw.Draw(image)
    drawing.rectangle((600, 700, 900, 780), fill="white")
    drawing.text((612, 706), words, fill="black", font=ImageFont.load_default(64))
    return image


def test_what_is_blurred_cannot_be_told_apart() -> None:
    """Two different plates become nearly the same picture, and no edge of a letter is left; around it all stays."""
    edits = Edits(blur=((595 / 1600, 695 / 1200, 310 / 1600, 90 / 1200),))
    one, other = plate("ABC-123"), plate("XKW-748")
    assert spread(ImageChops.difference(one, other)) > 200
    assert spread(ImageChops.difference(apply_edits(one, edits), apply_edits(other, edits))) < 60
    box = apply_edits(one, edits).crop((595, 695, 905, 785))
    columns = box.convert("L").resize((310, 1), Image.Resampling.BOX).tobytes()
    steps = [abs(a - b) for a, b in itertools.pairwise(columns)]
    assert max(steps) < 12, "no edge of a letter is left"
    around = apply_edits(one, edits)
    around.paste("black", (594, 694, 906, 786))
    before = one.copy()
    before.paste("black", (594, 694, 906, 786))
    assert ImageChops.difference(around, before).getbbox() is None


def test_little_is_left_in_a_box_whatever_its_size() -> None:
    noise = Image.effect_noise((1200, 900), 120).convert("RGB")
    for box in [(0.0, 0.0, 1.0, 1.0), (0.4, 0.4, 0.2, 0.05), (0.99, 0.99, 0.01, 0.01), (0.5, 0.5, 0.0001, 0.0001)]:
        left, top, width, height = box
        result = apply_edits(noise, Edits(blur=(box,)))
        place = (round(left * 1200), round(top * 900), round((left + width) * 1200), round((top + height) * 900))
        piece = result.crop(place) if place[2] > place[0] and place[3] > place[1] else None
        if piece:
            assert spread(piece) < 60, box


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_edits_begin_from_the_upright_photo(orientation: int) -> None:
    data = encode(four_corners(600, 400), "JPEG", quality=95, exif=photo_exif(47.5, 19.0, orientation=orientation))
    upright = opened(read_edited(data, Edits()).large)
    turned = read_edited(data, Edits(90))
    assert (turned.width, turned.height) == upright.size[::-1]
    assert near(opened(turned.large).getpixel((5, 5)), upright.getpixel((5, upright.height - 5)))
    assert b"Exif" not in turned.large


def test_a_cut_is_sharp() -> None:
    """A part of a large photo is cut from the large photo, not from its copy of 2000 pixels."""
    large = read_edited(encode(four_corners(4000, 3000), "JPEG"), Edits(crop=(0.25, 0.25, 0.5, 0.5)))
    assert (large.width, large.height) == (2000, 1500)
    small = read_edited(encode(four_corners(800, 600), "JPEG"), Edits(crop=(0.25, 0.25, 0.5, 0.5)))
    assert (small.width, small.height) == (400, 300)


@pytest.mark.parametrize("format", ["PNG", "WEBP", "GIF", "AVIF"])
def test_every_format_can_be_edited(format: str) -> None:
    options = {"save_all": True, "append_images": [scene(300, 200)]} if format in {"GIF", "WEBP"} else {}
    done = read_edited(encode(four_corners(300, 200), format, **options), Edits(90, blur=((0, 0, 0.2, 0.2),)))
    assert (done.width, done.height) == (200, 300)


@pytest.mark.data
@absent
def test_heic_can_be_edited() -> None:
    """Decoded in its own process, as when it came."""
    data = (SHARED / "heic__drew__cheers_1440x960.heic").read_bytes()
    done = read_edited(data, Edits(90, crop=(0, 0, 1, 0.5), blur=((0, 0, 0.2, 0.2),)))
    assert (done.width, done.height) == (960, 720)


def test_preview_shows_the_same() -> None:
    data = encode(four_corners(1600, 1200), "JPEG")
    edits = Edits(90, (0, 0, 0.5, 0.5), ((0.1, 0.1, 0.2, 0.2),))
    preview, final = opened(preview_edits(data, edits)), opened(read_edited(data, edits).medium)
    assert abs(preview.width - final.width) <= 2
    middle = preview.width // 2, preview.height // 2
    assert near(preview.getpixel(middle), final.getpixel(middle), 12)


# -- Rows and files -----------------------------------------------------------------------------------------


@pytest.fixture
def photo(make_report: Callable[..., Report], works: Institution, moderator: Person) -> Photo:
    """Four colours, 640 × 480, on a published report."""
    report = make_report(no_photo_reason="")
    photo = store_photo(BytesIO(encode(four_corners(640, 480), "JPEG", exif=photo_exif(47.45, 19.05))))
    photo.report = report
    photo.save()
    send_report(report, works, actor=moderator)
    return Photo.objects.get(pk=photo.pk)


BLUR = Edits(blur=((0.1, 0.1, 0.3, 0.3),))


def edit(photo: Photo, edits: Edits, actor: Person) -> Photo:
    with recorded("edit_photo", photo.report, actor=actor):  # type: ignore[arg-type]
        return edit_photo(photo, edits, render_edits(photo, edits), actor=actor, seen=photo.token)


def body(response: Any) -> bytes:
    return response.getvalue() if response.streaming else response.content


@pytest.mark.django_db
def test_the_old_picture_is_reached_by_nobody(
    photo: Photo, moderator: Person, employee: Person, client_of: Callable[..., Client]
) -> None:
    old = photo.url_large
    before = body(Client().get(old))
    new = edit(photo, BLUR, moderator)
    assert new.token != photo.token
    for person in (None, moderator, employee):
        for size in Photo.SIZES:
            assert client_of(person).get(f"/photos/{photo.token}/{size}.jpg").status_code == 404
    response = Client().get(new.url_large)
    assert response["Cache-Control"] == "private, max-age=600"
    assert body(response) != before
    assert photo.token not in str(new.large)
    page = Client().get(photo.report.get_absolute_url()).content.decode()  # type: ignore[union-attr]
    assert photo.token not in page
    assert new.token in page
    feed = Client().get("/reports.atom").content.decode()
    assert photo.token not in feed


@pytest.mark.django_db
def test_the_social_picture_and_the_pdf_are_made_anew(photo: Photo, moderator: Person) -> None:
    report = photo.report
    assert report is not None
    card = f"/reports/{report.reference}/card.jpg"
    caches["cards"].clear()
    before = opened(Client().get(card).content)
    edit(photo, Edits(crop=(0, 0, 0.4, 0.4)), moderator)
    after = opened(Client().get(card).content)
    assert near(after.getpixel((1150, 500)), COLOURS["red"])
    assert not near(before.getpixel((1150, 500)), COLOURS["red"])
    assert Client().get(f"/reports/{report.reference}.pdf").status_code == 200


@pytest.mark.django_db
def test_an_edit_is_one_line_of_history(photo: Photo, moderator: Person) -> None:
    report = Report.objects.get(photos=photo)
    new = edit(photo, Edits(90, None, BLUR.blur), moderator)
    event = report.events.latest("pk")
    assert (event.kind, event.is_public, event.actor) == ("edited", False, moderator)
    assert event.data == {"changed": ["photos"], "photo": photo.pk, "edits": ["turn", "blur"]}
    assert Report.objects.get(photos=photo).version == report.version + 1
    assert (new.width, new.height) == (480, 640)
    assert new.original == photo.original
    assert new.position is not None


@pytest.mark.django_db
def test_edits_do_not_pile_up(photo: Photo, moderator: Person) -> None:
    """Each change is made from the original: a crop taken back brings the whole photo again."""
    cut = edit(photo, Edits(crop=(0, 0, 0.5, 0.5)), moderator)
    assert (cut.width, cut.height) == (320, 240)
    whole = edit(cut, BLUR, moderator)
    assert (whole.width, whole.height) == (640, 480)
    as_it_came = edit(whole, Edits(), moderator)
    assert as_it_came.edits == {}
    picture = opened(body(Client().get(as_it_came.url_large)))
    assert near(picture.getpixel((100, 100)), COLOURS["red"])


@pytest.mark.django_db
def test_likeness_follows_the_picture(photo: Photo, moderator: Person) -> None:
    photo.original.save("x", ContentFile(encode(scene(640, 480), "JPEG")))
    before = edit(photo, Edits(90), moderator)
    after = edit(before, Edits(180), moderator)
    assert before.likeness is not None
    assert before.likeness != after.likeness


@pytest.mark.django_db
def test_undoing_brings_the_very_picture_back(photo: Photo, moderator: Person) -> None:
    before = Photo.objects.filter(pk=photo.pk).values().get()
    old = body(Client().get(photo.url_large))
    new = edit(photo, BLUR, moderator)
    undo_act(Act.objects.latest("pk"), actor=moderator)
    assert Photo.objects.filter(pk=photo.pk).values().get() == before
    assert body(Client().get(photo.url_large)) == old
    assert Client().get(new.url_large).status_code == 404


@pytest.mark.django_db
def test_two_acts_are_undone_one_after_the_other(photo: Photo, moderator: Person) -> None:
    first = edit(photo, BLUR, moderator)
    edit(first, Edits(90), moderator)
    newest, older = Act.objects.order_by("-pk")[:2]
    with pytest.raises(CannotUndo):
        undo_act(older, actor=moderator)
    undo_act(newest, actor=moderator)
    assert Photo.objects.get(pk=photo.pk).token == first.token
    undo_act(older, actor=moderator)
    assert Photo.objects.get(pk=photo.pk).token == photo.token


@pytest.mark.django_db
def test_the_second_of_two_is_told(photo: Photo, moderator: Person, employee: Person) -> None:
    mine = render_edits(photo, BLUR)
    theirs = edit(photo, Edits(90), employee)
    with pytest.raises(ChangedMeanwhile):
        edit_photo(photo, BLUR, mine, actor=moderator, seen=photo.token)
    assert Photo.objects.get(pk=photo.pk).token == theirs.token


@pytest.mark.django_db
def test_saving_the_same_again_does_nothing(photo: Photo, moderator: Person) -> None:
    new = edit(photo, BLUR, moderator)
    events = new.report.events.count()  # type: ignore[union-attr]
    assert edit(new, BLUR, moderator).token == new.token
    assert new.report.events.count() == events  # type: ignore[union-attr]


# -- What goes, and when ------------------------------------------------------------------------------------


def end(photo: Photo, *, days: int) -> None:
    then = timezone.now() - timedelta(days=days)
    Report.objects.filter(photos=photo).update(status="solved", proof="stated", status_since=then, closed_at=then)


@pytest.mark.django_db
def test_after_the_term_only_the_shown_picture_is_left(
    photo: Photo, moderator: Person, django_capture_on_commit_callbacks: Any
) -> None:
    storage = photo.large.storage
    blurred = edit(photo, BLUR, moderator)
    act = Act.objects.latest("pk")
    end(photo, days=181)
    with django_capture_on_commit_callbacks(execute=True):
        assert purge_originals() == 1
    assert not storage.exists(str(photo.original))
    assert not any(storage.exists(getattr(photo, size).name) for size in Photo.SIZES)
    after = Photo.objects.get(pk=photo.pk)
    assert (after.original.name, after.edits, after.large.name) == ("", {}, blurred.large.name)
    assert storage.exists(str(after.large))
    with pytest.raises(CannotUndo):
        undo_act(act, actor=moderator)
    with django_capture_on_commit_callbacks(execute=True):
        assert purge_originals() == 0


@pytest.mark.django_db
def test_while_it_is_open_all_is_kept(photo: Photo, moderator: Person) -> None:
    edit(photo, BLUR, moderator)
    Report.objects.filter(photos=photo).update(status_since=timezone.now() - timedelta(days=999))
    assert purge_originals() == 0
    assert PhotoPicture.objects.filter(photo=photo).count() == 2


@pytest.mark.django_db
def test_without_the_original_the_largest_clean_copy_is_edited(
    photo: Photo, moderator: Person, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        remove_original(photo)
    photo = Photo.objects.get(pk=photo.pk)
    new = edit(photo, Edits(crop=(0, 0, 0.5, 0.5)), moderator)
    assert (new.width, new.height) == (320, 240)
    again = edit(new, Edits(), moderator)
    assert (again.width, again.height) == (640, 480), "the copy is kept as the original was"
    end(photo, days=181)
    with django_capture_on_commit_callbacks(execute=True):
        assert purge_originals() == 1
    assert not PhotoPicture.objects.exists()


@pytest.mark.django_db
def test_a_lost_file_is_no_error_of_ours(photo: Photo) -> None:
    photo.original.storage.delete(str(photo.original))
    assert render_edits(photo, BLUR).width == 640, "the clean copy helps out"
    photo.large.storage.delete(str(photo.large))
    with pytest.raises(PictureLost):
        render_edits(photo, BLUR)


@pytest.mark.django_db
def test_removing_a_photo_leaves_no_file(
    photo: Photo, moderator: Person, django_capture_on_commit_callbacks: Any
) -> None:
    new = edit(edit(photo, BLUR, moderator), Edits(90), moderator)
    storage = new.large.storage
    names = {name for row in PhotoPicture.objects.values_list(*Photo.SIZES) for name in row}
    assert len(names) == 9
    with django_capture_on_commit_callbacks(execute=True):
        remove_photo(new)
    assert not any(map(storage.exists, [*names, photo.original.name]))


@pytest.mark.django_db
def test_unedited_is_the_photo_as_it_came(photo: Photo, moderator: Person) -> None:
    assert unedited(photo).name == photo.large.name
    new = edit(edit(photo, BLUR, moderator), Edits(90), moderator)
    assert unedited(new).name == photo.large.name

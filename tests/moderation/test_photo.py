"""The page on which one photo is turned, cropped and blurred: its buttons, its numbers, and what is wrong in them."""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from accounts.models import Person, Reading
from accounts.rights import Right
from moderation.acts import undo_act
from moderation.models import Act
from municipalities.models import Area, Membership
from reports.models import Photo, Report
from reports.photos import MOST_BLURS
from reports.uploads import store_photo
from tests.reports.pictures import CORNERS, encode, four_corners

pytestmark = pytest.mark.django_db

EN = {"Accept-Language": "en"}
Fields = dict[str, Any]


@pytest.fixture
def photo(make_report: Callable[..., Report]) -> Photo:
    report = make_report(no_photo_reason="")
    photo = store_photo(BytesIO(encode(four_corners(640, 480), "JPEG")))
    photo.report = report
    photo.save()
    return photo


@pytest.fixture
def desk(client_of: Callable[..., Client], moderator: Person) -> Client:
    return client_of(moderator)


def url_of(photo: Photo) -> str:
    assert photo.report is not None
    return f"/desk/{photo.report.reference}/photos/{photo.pk}"


def fields(photo: Photo, *boxes: tuple[Any, ...], crop: tuple[Any, ...] = (), turn: Any = 0, **more: Any) -> Fields:
    data = {"seen": photo.token, "turn": turn, "blur-TOTAL_FORMS": len(boxes) + 1, "blur-INITIAL_FORMS": 0}
    for prefix, box in [("crop", crop), *((f"blur-{at}", box) for at, box in enumerate(boxes))]:
        data |= {
            f"{prefix}-{side}": value for side, value in zip(("left", "top", "width", "height"), box, strict=False)
        }
    return {"step": "save", **data, **more}


def send(desk: Client, photo: Photo, data: Fields) -> Any:
    return desk.post(url_of(photo), data, headers=EN)


def fresh(photo: Photo) -> Photo:
    return Photo.objects.get(pk=photo.pk)


def picture(response: Any) -> Image.Image:
    return Image.open(BytesIO(response.content)).convert("RGB")


def error_at(page: str, field: str) -> str:
    found = re.search(rf'id="id_{field}_error">.*?<li>(.*?)</li>', page, re.DOTALL)
    return found[1] if found else ""


# -- What it does -------------------------------------------------------------------------------------------


def test_the_case_leads_here(desk: Client, photo: Photo) -> None:
    case = desk.get(f"/desk/{photo.report.reference}", headers=EN).content.decode()  # type: ignore[union-attr]
    assert f'href="{url_of(photo)}"' in case
    page = desk.get(url_of(photo), headers=EN)
    assert page["Cache-Control"].startswith("max-age=0")
    assert "What everybody will see" in page.content.decode()


def test_numbers_alone_blur_crop_and_turn(desk: Client, photo: Photo, moderator: Person) -> None:
    response = send(
        desk, photo, fields(photo, (10, 10, 20, 20), ("50", "50,5", "10", "10"), crop=(0, 0, 50, 100), turn=90)
    )
    assert (response.status_code, response["Location"]) == (302, f"/desk/{photo.report.reference}")  # type: ignore[union-attr]
    new = fresh(photo)
    assert new.edits == {
        "turn": 90, "crop": [0, 0, 0.5, 1], "blur": [[0.1, 0.1, 0.2, 0.2], [0.5, 0.505, 0.1, 0.1]],
    }  # fmt: skip
    assert (new.width, new.height) == (240, 640)
    act = Act.objects.latest("pk")
    assert (act.kind, act.actor, act.label) == ("edit_photo", moderator, "Photo edited")
    undo_act(act, actor=moderator)
    assert fresh(photo).token == photo.token


def test_preview_saves_nothing(desk: Client, photo: Photo) -> None:
    acts = Act.objects.count()
    response = send(desk, photo, fields(photo, (10, 10, 20, 20), step="preview"))
    page = response.content.decode()
    assert response.status_code == 200
    assert "blur=0.1,0.1,0.2,0.2" in page
    assert 'name="blur-0-left" value="10.0"' in page
    assert 'name="blur-1-left"' in page, "one more box can be typed"
    assert fresh(photo).token == photo.token
    assert Act.objects.count() == acts


def test_turning_without_script_turns_the_boxes(desk: Client, photo: Photo) -> None:
    page = send(desk, photo, fields(photo, (0, 0, 20, 10), step="turn_right")).content.decode()
    assert 'name="turn" value="90"' in page
    assert 'name="blur-0-left" value="90.0"' in page
    assert "picture.jpg?turn=90" in page
    page = send(desk, photo, fields(photo, (0, 0, 20, 10), step="turn_left")).content.decode()
    assert 'name="turn" value="270"' in page
    assert fresh(photo).edits == {}


def test_a_box_is_removed_by_its_tick(desk: Client, photo: Photo) -> None:
    send(desk, photo, fields(photo, (10, 10, 20, 20), (50, 50, 10, 10)) | {"blur-0-gone": "on"})
    assert fresh(photo).edits == {"blur": [[0.5, 0.5, 0.1, 0.1]]}


def test_back_to_the_photo_as_it_came(desk: Client, photo: Photo) -> None:
    send(desk, photo, fields(photo, (10, 10, 20, 20)))
    edited = fresh(photo)
    page = desk.get(url_of(photo), headers=EN).content.decode()
    assert 'value="10.0"' in page
    assert "Back to the photo as it came" in page
    assert send(desk, edited, fields(edited, ("x",), step="restore")).status_code == 302
    assert fresh(photo).edits == {}


def test_saving_what_is_there_already_is_no_act(desk: Client, photo: Photo) -> None:
    acts = Act.objects.count()
    assert send(desk, photo, fields(photo)).status_code == 302
    assert Act.objects.count() == acts
    assert fresh(photo).token == photo.token


def test_a_hidden_photo_can_be_edited_and_stays_hidden(desk: Client, photo: Photo) -> None:
    Photo.objects.filter(pk=photo.pk).update(is_hidden=True)
    send(desk, photo, fields(photo, (10, 10, 20, 20)))
    new = fresh(photo)
    assert new.is_hidden
    assert Client().get(new.url_large).status_code == 404


# -- Two people ---------------------------------------------------------------------------------------------


def test_the_second_moderator_is_told_and_loses_nothing(
    desk: Client, photo: Photo, employee: Person, client_of: Callable[..., Client]
) -> None:
    theirs = fields(photo, turn=90)
    assert send(client_of(employee), photo, theirs).status_code == 302
    now = fresh(photo)
    response = send(desk, photo, fields(photo, (10, 10, 20, 20)))
    page = response.content.decode()
    assert response.status_code == 409
    assert "Somebody else changed this photo" in page
    assert now.url_medium in page
    assert 'name="blur-0-left" value="10.0"' in page
    assert f'name="seen" value="{now.token}"' in page
    assert fresh(photo).edits == {"turn": 90}
    assert send(desk, photo, fields(now, (10, 10, 20, 20))).status_code == 302
    assert fresh(photo).edits == {"blur": [[0.1, 0.1, 0.2, 0.2]]}


# -- What is wrong ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("box", "field", "words"),
    [
        ((-5, 0, 10, 10), "left", "greater than or equal to 0"),
        ((0, 0, 101, 10), "width", "less than or equal to 100"),
        ((95, 0, 10, 10), "width", "beyond the edge"),
        ((0, 99, 10, 10), "height", "beyond the edge"),
        ((0, 0, 0, 10), "width", "At least 0.1"),
        (("nan", 0, 10, 10), "left", "Enter a number"),
        (("inf", 0, 10, 10), "left", "Enter a number"),
        (("9" * 400, 0, 10, 10), "left", "Enter a number"),
        (("a\x00b", 0, 10, 10), "left", "Enter a number"),
        (("١", "", 10, 10), "top", "all four numbers"),
        (("", "", 10, 10), "left", "all four numbers"),
    ],
)
def test_a_bad_box_is_told_at_its_field(
    desk: Client, photo: Photo, box: tuple[Any, ...], field: str, words: str
) -> None:
    for prefix, data in (("blur-0", fields(photo, box)), ("crop", fields(photo, crop=box))):
        if prefix == "crop" and words.startswith("At least"):
            words = "At least 5"
        response = send(desk, photo, data)
        assert response.status_code == 400
        page = response.content.decode()
        assert words in error_at(page, f"{prefix}-{field}"), prefix
        assert "numbers of the boxes" in page
    assert fresh(photo).token == photo.token


def test_too_many_boxes_are_told(desk: Client, photo: Photo) -> None:
    boxes = [(1, 1, 5, 5)] * (MOST_BLURS + 1)
    page = send(desk, photo, fields(photo, *boxes))
    assert page.status_code == 400
    assert f"At most {MOST_BLURS} areas" in page.content.decode()
    page = send(desk, photo, {**fields(photo, (1, 1, 5, 5)), "blur-TOTAL_FORMS": 1000})
    assert page.status_code == 400
    assert f"At most {MOST_BLURS} areas" in page.content.decode()
    assert send(desk, photo, fields(photo, *[(1, 1, 5, 5)] * 1000)).status_code == 400
    assert send(desk, photo, fields(photo, *boxes[1:])).status_code == 302


@pytest.mark.parametrize(
    "wrong",
    [
        {"turn": "45"}, {"turn": ""}, {"turn": "\x00"}, {"seen": ""}, {"seen": "x" * 99}, {"blur-TOTAL_FORMS": "x"},
        {"blur-TOTAL_FORMS": "-1"}, {"blur-TOTAL_FORMS": "9" * 99}, {"blur-INITIAL_FORMS": "9" * 30},
    ],
)  # fmt: skip
def test_a_broken_form_changes_nothing(desk: Client, photo: Photo, wrong: Fields) -> None:
    assert send(desk, photo, {**fields(photo), **wrong}).status_code in (302, 400)
    assert fresh(photo).token == photo.token
    assert desk.post(url_of(photo), {}).status_code == 400


def test_a_lost_file_is_told(desk: Client, photo: Photo) -> None:
    for file in (photo.original, photo.large):
        file.storage.delete(str(file.name))
    response = send(desk, photo, fields(photo, turn=90))
    assert response.status_code == 409
    assert "cannot be read" in response.content.decode()
    assert desk.get(f"{url_of(photo)}/picture.jpg?turn=90").status_code == 404


# -- Rights ---------------------------------------------------------------------------------------------------


def test_who_may_not_edit_photos_sees_no_photo_here(desk: Client, photo: Photo) -> None:
    group = Group.objects.get(name="volunteer")
    group.permissions.remove(Permission.objects.get(codename=Right.EDIT_PHOTOS))
    for url in (url_of(photo), f"{url_of(photo)}/picture.jpg"):
        assert desk.get(url).status_code == 404
    assert send(desk, photo, fields(photo, (1, 1, 5, 5))).status_code == 404
    case = desk.get(f"/desk/{photo.report.reference}", headers=EN)  # type: ignore[union-attr]
    assert url_of(photo) not in case.content.decode()
    assert fresh(photo).edits == {}


def test_looking_behind_the_blur_is_logged_once(desk: Client, photo: Photo, moderator: Person) -> None:
    desk.get(f"{url_of(photo)}/picture.jpg")
    assert not Reading.objects.filter(what="original").exists(), "everybody sees that picture"
    send(desk, photo, fields(photo, (10, 10, 20, 20)))
    for query in ("", "?turn=90", "?size=medium"):
        desk.get(f"{url_of(photo)}/picture.jpg{query}")
    reading = Reading.objects.get(what="original")
    reference = photo.report.reference  # type: ignore[union-attr]
    assert (reading.actor, reading.about) == (moderator, f"{reference} {photo.pk}")


# -- The picture --------------------------------------------------------------------------------------------


def test_the_picture_is_kept_by_nobody(desk: Client, photo: Photo) -> None:
    send(desk, photo, fields(photo, (0, 0, 50, 50)))
    response = desk.get(f"{url_of(photo)}/picture.jpg")
    assert response["Cache-Control"].startswith("private, no-store")
    assert response["Content-Type"] == "image/jpeg"
    assert picture(response).size == (640, 480)
    turned = picture(desk.get(f"{url_of(photo)}/picture.jpg?turn=90&size=medium&blur=0,0,0.1,0.1&crop=0,0,0.5,0.5"))
    assert turned.size == (240, 320)
    blue = CORNERS[0.1, 0.9]
    assert all(abs(a - b) < 30 for a, b in zip(turned.getpixel((200, 200)), blue, strict=True))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "query",
    [
        "turn=1",
        "turn=x",
        "crop=1,2",
        "blur=nan,0,1,1",
        "blur=\x00",
        "crop=0,0,0.001,1",
        "&".join(["blur=0,0,1,1"] * 41),
    ],
)
def test_junk_in_its_address(desk: Client, photo: Photo, query: str) -> None:
    assert desk.get(f"{url_of(photo)}/picture.jpg?{query}").status_code == 400


def test_others_photos_are_not_there(
    desk: Client,
    photo: Photo,
    make_report: Callable[..., Report],
    other_district: Area,
    client_of: Callable[..., Client],
) -> None:
    other = make_report(photos=1)
    wrong = url_of(photo).replace(photo.report.reference, other.reference)  # type: ignore[union-attr]
    for url in (wrong, f"{wrong}/picture.jpg", url_of(photo) + "9" * 30, f"{url_of(photo)}{'9' * 30}/picture.jpg"):
        assert desk.get(url).status_code == 404, url
    stranger = Person.objects.create_user("other@example.org", "pw")
    Membership.objects.create(person=stranger, role="moderator", area=other_district)
    assert client_of(stranger).get(f"{url_of(photo)}/picture.jpg").status_code == 404
    assert desk.post(f"{url_of(photo)}/picture.jpg").status_code == 405


def test_the_page_asks_few_queries(desk: Client, photo: Photo) -> None:
    """However often the photo was edited."""
    desk.get(url_of(photo))
    with CaptureQueriesContext(connection) as before:
        desk.get(url_of(photo))
    for turn in (90, 180, 270):
        send(desk, fresh(photo), fields(fresh(photo), turn=turn))
    desk.get(url_of(photo))  # says what was done
    with CaptureQueriesContext(connection) as after:
        desk.get(url_of(photo))
    assert len(after) <= len(before) <= 10

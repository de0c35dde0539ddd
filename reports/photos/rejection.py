"""Why a file is not taken as a photo, in words for the person who sent it."""

from enum import StrEnum

from django.conf import settings
from django.utils.translation import gettext as _


class Reason(StrEnum):
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    NOT_A_PICTURE = "not_a_picture"
    TOO_MANY_PIXELS = "too_many_pixels"
    BROKEN = "broken"


class PhotoRejected(Exception):
    """`code` is for programs; `message` for people, in the language active when it is read."""

    def __init__(self, code: Reason) -> None:
        super().__init__(code)
        self.code = code

    @property
    def message(self) -> str:
        match self.code:
            case Reason.EMPTY:
                return _("This file is empty. Please choose the photo again.")
            case Reason.TOO_LARGE:
                return _("This photo is larger than %(megabytes)d MB. Please choose a smaller one.") % {
                    "megabytes": settings.PHOTO_MAX_BYTES // 2**20
                }
            case Reason.NOT_A_PICTURE:
                return _(
                    "This file is not a picture that we can read. "
                    "Please choose a JPEG, PNG, WebP, HEIC, AVIF or GIF picture."
                )
            case Reason.TOO_MANY_PIXELS:
                return _("This picture has more than %(megapixels)d megapixels. Please choose a smaller one.") % {
                    "megapixels": settings.PHOTO_MAX_PIXELS // 1_000_000
                }
            case Reason.BROKEN:
                return _("This picture is damaged and cannot be opened. Please choose another one.")

"""Photos: from the bytes that somebody sent to three clean pictures, a place and a time."""

from .exif import NOTHING_KNOWN, PhotoHint, Position, read_position
from .formats import Format, sniff_format
from .hint import read_hint
from .likeness import photo_likeness
from .pipeline import SIZES, ProcessedPhoto, read_photo
from .rejection import PhotoRejected, Reason

__all__ = [
    "NOTHING_KNOWN",
    "SIZES",
    "Format",
    "PhotoHint",
    "PhotoRejected",
    "Position",
    "ProcessedPhoto",
    "Reason",
    "photo_likeness",
    "read_hint",
    "read_photo",
    "read_position",
    "sniff_format",
]

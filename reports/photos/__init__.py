"""Photos: from the bytes that somebody sent to three clean pictures, a place and a time."""

from .exif import PhotoHint, Position, read_position
from .formats import Format, sniff_format
from .pipeline import SIZES, ProcessedPhoto, read_photo
from .rejection import PhotoRejected, Reason

__all__ = [
    "SIZES",
    "Format",
    "PhotoHint",
    "PhotoRejected",
    "Position",
    "ProcessedPhoto",
    "Reason",
    "read_photo",
    "read_position",
    "sniff_format",
]

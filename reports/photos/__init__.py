"""Photos: from the bytes that somebody sent to three clean pictures, a place and a time."""

from .edits import MOST_BLURS, BadEdits, Box, Edits
from .exif import NOTHING_KNOWN, PhotoHint, Position, read_position
from .formats import Format, sniff_format
from .hint import read_hint
from .likeness import photo_likeness
from .pipeline import SIZES, EditedPhoto, ProcessedPhoto, preview_edits, read_edited, read_photo
from .rejection import PhotoRejected, Reason

__all__ = [
    "MOST_BLURS",
    "NOTHING_KNOWN",
    "SIZES",
    "BadEdits",
    "Box",
    "EditedPhoto",
    "Edits",
    "Format",
    "PhotoHint",
    "PhotoRejected",
    "Position",
    "ProcessedPhoto",
    "Reason",
    "photo_likeness",
    "preview_edits",
    "read_edited",
    "read_hint",
    "read_photo",
    "read_position",
    "sniff_format",
]

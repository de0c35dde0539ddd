"""The segments of a JPEG file (ITU-T T.81, annex B), without decoding it."""

import re
from collections.abc import Iterator

START_OF_SCAN, END_OF_IMAGE = 0xDA, 0xD9

# Inside coded data 0xFF is followed by a stuffed zero or a restart mark; all else is a marker.
_MARKER = re.compile(rb"\xff([^\x00\xff\xd0-\xd7])")


def segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Marker and payload of each segment of the first image; END_OF_IMAGE carries what follows it."""
    at = 2
    while found := _MARKER.search(data, at):
        marker, start = found[1][0], found.end()
        if marker == END_OF_IMAGE:
            yield marker, data[start:]
            return
        length = max(2, int.from_bytes(data[start : start + 2], "big"))
        yield marker, data[start + 2 : start + length]
        at = start + length


def scan_count(data: bytes) -> int:
    return sum(marker == START_OF_SCAN for marker, _payload in segments(data))

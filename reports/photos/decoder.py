"""One picture at a time in a process.

Sixty megapixels take some hundred MB while they are decoded, so that a second one waits; and Python's way of
silencing the warnings that Pillow has for odd files is not safe between threads.
"""

import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

_one_picture = threading.Lock()


@contextmanager
def quiet_decoder() -> Iterator[None]:
    with _one_picture, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield

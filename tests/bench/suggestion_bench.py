# ruff: noqa: T201 (a command that prints its figures)
"""What one suggestion costs, from a file of the old service; fails above 50 ms in the middle.

    SECRET_KEY=… DATABASE_URL=… REDIS_URL=… python -m tests.bench.suggestion_bench FILE

Nothing is read from the database. Loading is what each process pays once a night.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import django

ASKED = 300
MOST_MS = 50.0


def middle_ms(ask: Callable[[int], object]) -> tuple[float, float]:
    """Median and 99th of a hundred, in milliseconds."""
    times = []
    for number in range(ASKED):
        started = time.perf_counter()
        ask(number)
        times.append((time.perf_counter() - started) * 1000)
    times.sort()
    return times[ASKED // 2], times[int(ASKED * 0.99)]


def main(file: Path) -> int:
    django.setup()
    from moderation.example_files import read_files
    from municipalities.learned.storing import pack, unpack
    from municipalities.learned.training import train

    examples = read_files([file], lambda told: None)
    asked = examples[-ASKED:]
    started = time.perf_counter()
    content = pack(train(examples[:-ASKED], {e.body: e.body for e in examples}))
    print(f"learned from {len(examples) - ASKED} in {time.perf_counter() - started:.0f} s, {len(content) / 1e6:.1f} MB")
    started = time.perf_counter()
    model = unpack(content)
    print(f"loaded in {time.perf_counter() - started:.2f} s")

    def body(number: int, *, known: bool) -> object:
        e = asked[number % len(asked)]
        category = e.category if known else None
        return model.guess_bodies(e.text, category, e.area, (e.longitude, e.latitude), e.address, limit=5)

    slowest = 0.0
    for name, ask in (
        ("category from words", lambda n: model.guess_categories(asked[n % len(asked)].text)),
        ("body, category given", lambda n: body(n, known=True)),
        ("body, category unknown", lambda n: body(n, known=False)),
    ):
        middle, high = middle_ms(ask)
        slowest = max(slowest, middle)
        print(f"{name:24} {middle:6.1f} ms (median) {high:6.1f} ms (99 of 100)")
    return 0 if slowest < MOST_MS else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

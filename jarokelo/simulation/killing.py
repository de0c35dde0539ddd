"""Workers that die in the middle: nothing of what they held in hand is recorded, as if the power went.

Three places: with a delivery just claimed, between the other side's yes and our note of it, and in the middle of a
transaction that wants to announce something. The exception is none that any code of ours catches.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from django.db import transaction

from notifications.deliveries import Delivery, DeliveryQuerySet


class Killed(BaseException):
    pass


@dataclass
class Killer:
    die: random.Random
    one_in: int = 60
    is_at_work: bool = False
    deaths: Counter[str] = field(default_factory=Counter)

    def maybe(self, where: str) -> None:
        if self.is_at_work and self.die.randrange(self.one_in) == 0:
            self.deaths[where] += 1
            raise Killed(where)

    def survive(self, act: Callable[[], Any]) -> bool:
        """A worker does it; False where it died. (The next one finds the rows as they are.)"""
        self.is_at_work = True
        try:
            act()
        except Killed:
            return False
        finally:
            self.is_at_work = False
        return True


@contextmanager
def killing(killer: Killer) -> Iterator[None]:
    claim, record_sent, on_commit = DeliveryQuerySet.claim, Delivery.record_sent, transaction.on_commit

    def claim_and_die(rows: Any, pk: int) -> Any:
        claimed = claim(rows, pk)
        if claimed is not None:
            killer.maybe("with a claimed row")
        return claimed

    def die_before_noting(row: Any, *args: Any) -> None:
        killer.maybe("before noting that it was sent")
        record_sent(row, *args)

    def die_before_commit(*args: Any, **options: Any) -> None:
        killer.maybe("within a transaction")
        on_commit(*args, **options)

    with (
        patch.object(DeliveryQuerySet, "claim", claim_and_die),
        patch.object(Delivery, "record_sent", die_before_noting),
        patch.object(transaction, "on_commit", die_before_commit),
    ):
        yield

"""What was chosen before around a place: every example's spot, street, area, category and body, as arrays.

Distances are in kilometres on a plane around the examples, which is right to a few metres within a city.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from municipalities.learned.features import Array, Numbers
from municipalities.learned.texts import street_kind

KM_PER_DEGREE = 111.2
HIGHEST = 32_000  # of the numbers kept for categories and bodies


class Spot(NamedTuple):
    """A place in degrees; `area` is the number of a known area or -1, `street` as `street_of` writes it."""

    longitude: float
    latitude: float
    area: int
    street: str


COLUMNS = 14  # of `Evidence.of`


@dataclass
class Evidence:
    longitude: Array
    latitude: Array
    day: npt.NDArray[np.int32]  # days since year 1
    area: Numbers
    street: Numbers  # into `streets`
    category: Numbers
    body: Numbers
    streets: list[str]
    bodies: int

    def first(self, count: int) -> "Evidence":
        """Only the earliest examples: for learning how far what came before can be trusted."""
        cut = {
            name: getattr(self, name)[:count]
            for name in ("longitude", "latitude", "day", "area", "street", "category", "body")
        }
        return Evidence(**cut, streets=self.streets, bodies=self.bodies)

    @cached_property
    def _east(self) -> float:
        return KM_PER_DEGREE * float(np.cos(np.radians(self.latitude.mean())))

    @cached_property
    def _age(self) -> npt.NDArray[np.float64]:
        """In days before the newest example."""
        return (self.day.max() - self.day).astype(np.float64)

    @cached_property
    def _of_category(self) -> dict[int, Numbers]:
        return groups(self.category)

    @cached_property
    def _of_area(self) -> dict[int, Numbers]:
        return groups(self.area)

    @cached_property
    def _of_street(self) -> dict[int, Numbers]:
        return groups(self.street)

    @cached_property
    def _street_numbers(self) -> dict[str, int]:
        return {street: number for number, street in enumerate(self.streets)}

    def distances(self, spot: Spot) -> npt.NDArray[np.float64]:
        east = (self.longitude - spot.longitude) * self._east
        north = (self.latitude - spot.latitude) * KM_PER_DEGREE
        return np.hypot(east, north).astype(np.float64)

    def area_near(self, spot: Spot) -> int:
        """The area of most of the nearest five examples."""
        nearest = np.argsort(self.distances(spot))[:5]
        return int(np.bincount(self.area[nearest] + 1).argmax()) - 1

    def times(self, body: int, category: int, area: int) -> int:
        same = (self.body == body) & (self.category == category) & (self.area == area)
        return int(np.count_nonzero(same))

    def of(self, spot: Spot, category: int) -> Array:
        """bodies × COLUMNS: its share among what was chosen in this area, street, surroundings, of this category."""
        none = np.empty(0, np.int32)
        same = self._of_category.get(category, none)
        area = self._of_area.get(spot.area, none)
        both = same[self.area[same] == spot.area]
        street = self._of_street.get(self._street_numbers.get(spot.street, -1), none)
        street = street[self.area[street] == spot.area]
        street_same = street[self.category[street] == category]
        far = self.distances(spot)
        near_same = far[same]
        table = np.empty((self.bodies, COLUMNS), np.float32)
        table[:, 0] = self._share(both)
        table[:, 1] = self._share(both, np.exp(-self._age[both] / 120))
        table[:, 2] = self._share(same, np.exp(-((near_same / 0.15) ** 2) / 2))
        table[:, 3] = self._share(same, np.exp(-((near_same / 0.5) ** 2) / 2))
        close = np.nonzero(far < 0.4)[0].astype(np.int32)
        table[:, 4] = self._share(close, np.exp(-((far[close] / 0.1) ** 2) / 2))
        table[:, 5] = self._share(street_same)
        table[:, 6] = self._share(street)
        table[:, 7] = self._share(same)
        table[:, 8] = self._share(area)
        nearest = np.full(self.bodies, 9.0)
        np.minimum.at(nearest, self.body, far)
        table[:, 9] = nearest
        eight = same[np.argpartition(near_same, 8)[:8]] if len(same) > 8 else same
        table[:, 10] = self._share(eight, 1 / (0.03 + far[eight]), lack=0)
        table[:, 11] = self._share(same, np.exp(-self._age[same] / 50), lack=0.5)
        table[:, 12] = self._share(street, np.exp(-self._age[street] / 75))
        table[:, 13] = self._share(area, np.exp(-self._age[area] / 60))
        return table

    def _share(self, rows: Numbers, weight: npt.NDArray[np.float64] | None = None, lack: float = 1.0) -> Array:
        """Per body; `lack` is what must be there before a share is believed."""
        found = np.bincount(self.body[rows], weight, self.bodies)
        return (found / max(found.sum() + lack, 1e-9)).astype(np.float32)


def groups(numbers: Numbers) -> dict[int, Numbers]:
    """Value -> where it stands."""
    order = np.argsort(numbers, kind="stable").astype(np.int32)
    values, starts = np.unique(numbers[order], return_index=True)
    return dict(zip(values.tolist(), np.split(order, starts[1:]), strict=True))


def place_words(spot: Spot, category: int) -> Sequence[str]:
    """Place and category as words, alone and together, for the linear model of bodies."""
    area, kind = f"d{spot.area}", f"c{category}"
    street, road = f"s{spot.street}", f"t{street_kind(spot.street)}"
    cell = f"g{round(spot.latitude / 0.0045)}_{round(spot.longitude / 0.0066)}"
    return (
        area,
        kind,
        area + kind,
        street + area,
        street + area + kind,
        road + area,
        road + kind,
        road + area + kind,
        cell,
        cell + kind,
        *(f"a{word}" for word in set(spot.street.split())),
    )

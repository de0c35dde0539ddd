"""How much each feature speaks for each class: a linear model with its small weights left out, kept by feature."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from municipalities.learned.features import Array, Found, Numbers

LOWEST = -3.0  # the score of a class that nothing was learned for


@dataclass
class Weights:
    """For feature f the classes and weights `starts[f]:starts[f + 1]`."""

    starts: Numbers
    classes: npt.NDArray[np.uint16]
    values: npt.NDArray[np.float16]
    base: Array  # per class, before any word

    @classmethod
    def pruned(cls, dense: Array, base: Array, keep: int) -> "Weights":
        """From classes × features; the `keep` heaviest stay."""
        size = np.abs(dense)
        if np.count_nonzero(size) > keep:
            least = np.partition(size.ravel(), size.size - keep)[size.size - keep]
            size[size < least] = 0
        features, classes = np.nonzero(size.T)
        starts = np.zeros(dense.shape[1] + 1, np.int32)
        np.cumsum(np.bincount(features, minlength=dense.shape[1]), out=starts[1:])
        return cls(starts, classes.astype(np.uint16), dense[classes, features].astype(np.float16), base)

    def pick(self, found: Found) -> tuple[Numbers, npt.NDArray[np.uint16], Array]:
        """Each weight that plays a part: (which of the found features, class, weight × value)."""
        first = self.starts[found.places]
        many = self.starts[found.places + 1] - first
        which = np.repeat(np.arange(len(many), dtype=np.int32), many)
        inside = np.arange(many.sum(), dtype=np.int32) - np.repeat(np.cumsum(many) - many, many)
        at = np.repeat(first, many) + inside
        return which, self.classes[at], self.values[at].astype(np.float32) * found.values[which]

    def scores(self, found: Found) -> Array:
        _which, classes, values = self.pick(found)
        return (self.base + np.bincount(classes, values, len(self.base))).astype(np.float32)

    def speaking_for(self, found: Found, wanted: int) -> dict[int, float]:
        """Feature -> how much it adds to this class."""
        which, classes, values = self.pick(found)
        mine = classes == wanted
        return dict(zip(found.places[which[mine]].tolist(), values[mine].tolist(), strict=True))

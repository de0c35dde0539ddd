"""Small decision trees whose leaves are added up: gradient boosting, as plain arrays."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from municipalities.learned.features import Array, Numbers


@dataclass
class Trees:
    """All nodes of all trees in a row. A leaf is its own child; `roots` are where the trees begin."""

    roots: Numbers
    feature: npt.NDArray[np.int16]
    threshold: Array
    left: Numbers
    right: Numbers
    value: Array
    depth: int
    base: float = 0.0  # the log-odds before any tree is asked

    def scores(self, rows: Array) -> Array:
        """For each row the sum over the trees: the log-odds that it is the right one."""
        at = np.broadcast_to(self.roots, (len(rows), len(self.roots)))
        number = np.arange(len(rows))[:, None]
        for _level in range(self.depth):
            goes_left = rows[number, self.feature[at]] <= self.threshold[at]
            at = np.where(goes_left, self.left[at], self.right[at])
        return (self.value[at].sum(axis=1, dtype=np.float32) + np.float32(self.base)).astype(np.float32)


def no_trees() -> Trees:
    """Says the same of everything."""
    one, none = np.zeros(1, np.int32), np.zeros(1, np.float32)
    return Trees(one, np.zeros(1, np.int16), none, one, one, none, 0)

"""Pages of a list that may hold millions of rows: counting stops at a bound."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Sum
from django.utils.functional import cached_property

from reports.models import MapCell

COUNT_AT_MOST = 10_000
COARSEST_GRID = 6  # the smallest number of cells that still hold every published report


class BoundedPaginator(Paginator):
    """Counts up to `COUNT_AT_MOST`; beyond it there are "more", and filters to get there."""

    @cached_property
    def found(self) -> int:
        rows: Any = self.object_list
        return rows.order_by()[: COUNT_AT_MOST + 1].count()

    @cached_property
    def count(self) -> int:
        return min(self.found, COUNT_AT_MOST)

    @property
    def is_more(self) -> bool:
        return self.found > COUNT_AT_MOST


def published_counts() -> dict[str, int]:
    """Published reports by status, from the counts that the database keeps for the map: a few rows at any size."""
    rows = MapCell.objects.filter(zoom=COARSEST_GRID, count__gt=0).values("status")
    return {row["status"]: row["total"] for row in rows.annotate(total=Sum("count")).order_by("status")}

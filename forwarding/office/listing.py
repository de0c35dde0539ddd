"""The list of a body's cases: what the address of a page asks for, with the counts of all tabs in one query."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Aggregate, Count, DurationField, F, Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import cached_property

from forwarding.office.access import own_cases
from forwarding.office.filters import ORDERS, OfficeFilter
from forwarding.office.states import RUNNING, Tab, is_late, rows_of
from reports.models.assignment import AssignmentQuerySet

PER_PAGE = 25
LATELY = timedelta(days=90)


class CasesPaginator(Paginator):
    """Knows how many there are: the tab says it already."""

    def __init__(self, cases: AssignmentQuerySet, count: int) -> None:
        super().__init__(cases, PER_PAGE)
        self.count = count


class OfficeList:
    """What one address of the list, the map or an export asks for; raises `Http404` for who answers for no body."""

    def __init__(self, data: QueryDict, person: Any) -> None:
        self.person = person
        self.filters = OfficeFilter(data, person)
        asked = data.get("show", "")
        self.tab = Tab(asked) if asked in Tab.values else Tab.OPEN

    @cached_property
    def cases(self) -> AssignmentQuerySet:
        """Of the open tab, in order."""
        cases = self.filters.qs.filter(rows_of(self.tab, self.person))
        if cases.query.order_by:
            return cases
        return cases.order_by(*ORDERS["ended" if self.tab.is_of_ended else "deadline"])

    @cached_property
    def counts(self) -> dict[str, int]:
        """Cases by tab, of those that fit to the filters."""
        tabs = {tab.value: Count("pk", filter=rows_of(tab, self.person)) for tab in Tab}
        counts: dict[str, int] = self.filters.qs.order_by().aggregate(**tabs)
        return counts

    @property
    def tabs(self) -> list[tuple[Tab, int]]:
        """That of one's unit only where there is something for it: few bodies have units."""
        empty = {Tab.UNIT} if not self.counts[Tab.UNIT] and self.tab != Tab.UNIT else set()
        return [(tab, self.counts[tab.value]) for tab in Tab if tab not in empty]

    @cached_property
    def query(self) -> str:
        """The whole as it stands in an address: kept under a name, and linked from page to page."""
        kept = QueryDict(self.filters.query, mutable=True)
        if self.tab != Tab.OPEN:
            kept["show"] = self.tab.value
        return kept.urlencode()

    @property
    def of_body(self) -> AssignmentQuerySet:
        """All cases of the body that is chosen, of all bodies where none is; no other filter."""
        body = self.filters.wanted.get("body")
        mine = own_cases(self.person)
        return mine.filter(institution=body) if body else mine

    @property
    def paginator(self) -> CasesPaginator:
        return CasesPaginator(self.cases, self.counts[self.tab.value])


class Median(Aggregate):
    function = "PERCENTILE_CONT"
    name = "Median"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"


@dataclass(frozen=True)
class Figures:
    open: int
    late: int
    # Of the cases first answered in the last 90 days; None where there is none.
    days_to_answer: float | None


def figures(cases: AssignmentQuerySet) -> Figures:
    """How a body stands, in one query."""
    now = timezone.now()
    found = cases.order_by().aggregate(
        open=Count("pk", filter=RUNNING),
        late=Count("pk", filter=is_late(now)),
        wait=Median(
            F("first_answer_at") - F("sent_at"),
            filter=Q(first_answer_at__gte=now - LATELY),
            output_field=DurationField(),
        ),
    )
    wait: timedelta | None = found["wait"]
    return Figures(found["open"], found["late"], None if wait is None else wait.total_seconds() / 86400)

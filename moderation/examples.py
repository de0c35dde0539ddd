"""What moderators decided, as rows to learn from: `municipalities` may not read reports itself."""

from collections.abc import Iterator

from django.utils import timezone

from municipalities.learned.texts import document
from municipalities.learned.training import MOST, Example
from municipalities.models import Institution
from reports.importing import PLACEHOLDER
from reports.lifecycle import Kind
from reports.models import Assignment, Report


def examples() -> Iterator[Example]:
    """The newest published problems, with the category and body that stand now.

    Left out: private ones, whose words are nobody's to count, bodies that said "not ours" of it, and inactive ones.
    The reporter's own words are taken: suggestions are asked for before anybody has edited them.
    """
    decided = (
        Report.objects.filter(kind=Kind.PROBLEM, is_private=False, published_at__isnull=False)
        .filter(institution__is_active=True, category__is_active=True, submitted_at__isnull=False)
        .exclude(institution__name=PLACEHOLDER)
        .exclude(assignments__is_lead=True, assignments__outcome=Assignment.Outcome.NOT_OURS)
        .order_by("-submitted_at")
    )
    rows = decided.values_list(
        "original_title",
        "original_description",
        "category_id",
        "institution_id",
        "area_id",
        "point",
        "address",
        "submitted_at",
    )
    for title, description, category, body, area, point, address, at in rows[:MOST].iterator(chunk_size=2000):
        yield Example(
            text=document(title, description),
            category=str(category),
            body=str(body),
            area=str(area or ""),
            longitude=point.x,
            latitude=point.y,
            address=address,
            day=timezone.localdate(at),
        )


def body_names() -> dict[str, str]:
    return {str(pk): name for pk, name in Institution.objects.values_list("pk", "name")}

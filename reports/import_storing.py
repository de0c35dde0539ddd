"""Stores reports of the old service in bulk, past the actions: their lives are over or told by the source."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection
from django.utils.text import slugify

from municipalities.keywords import stock_keywords
from municipalities.models import Area, Category, Contact, Institution
from municipalities.placing import areas_of_points
from municipalities.routing import plain
from reports.importing import ANSWER_DAYS, KINDS, PLACEHOLDER, SOURCE, Builder, SourceReport, institution_kind
from reports.models import Assignment, Report, ReportEvent

BATCH = 2000

Batches = Iterable[list[SourceReport]]


def store_reports(
    sources: list[SourceReport],
    *,
    as_new: set[str],
    demo_contacts: bool,
    progress: Callable[[Batches, int], Batches],
) -> Counter[str]:
    """Store what is not there yet, with its categories and bodies; counts what was made."""
    known = set(Report.objects.filter(source=SOURCE).values_list("source_id", flat=True))
    new = [source for source in sources if source.id not in known]
    counts: Counter[str] = Counter({"here already": len(sources) - len(new)})
    categories = find_categories({source.category for source in sources}, counts)
    institutions = find_institutions({source.institution for source in sources}, counts)
    if demo_contacts:
        add_demo_contacts(institutions, counts)
    usable = {i.pk: contact for i in institutions.values() if (contact := i.contact_for_sending())} if new else {}
    builder = Builder(categories, institutions, usable)
    ids = areas_of_points([(source.longitude, source.latitude) for source in new])
    areas = Area.objects.in_bulk({pk for pk in ids if pk})
    place = {source.id: areas.get(pk) if pk else None for source, pk in zip(new, ids, strict=True)}
    counts["outside every served area"] = sum(area is None for area in place.values())
    batches = [new[start : start + BATCH] for start in range(0, len(new), BATCH)]
    for batch in progress(batches, len(batches)):
        rows = [builder.rows(source, place[source.id], as_new=source.id in as_new) for source in batch]
        Report.objects.bulk_create([row.report for row in rows])
        assignments = Assignment.objects.bulk_create([row.assignment for row in rows if row.assignment])
        events = ReportEvent.objects.bulk_create([event for row in rows for event in row.events])
        counts += Counter({"reports": len(rows), "assignments": len(assignments), "events": len(events)})
        counts["in the queue as new"] += sum(row.assignment is None for row in rows)
    return counts


def find_categories(names: set[str], counts: Counter[str]) -> dict[str, Category]:
    """By code or Hungarian name, so that one that is there already serves; else a new one."""
    found = {}
    by_slug = {category.slug: category for category in Category.objects.all()}
    by_name = {category.names.get("hu", "").casefold(): category for category in by_slug.values()}
    for name in sorted(names):
        kind = KINDS.get(name)
        slug = kind.slug if kind else slugify(plain(name))[:60] or "imported"
        category = by_name.get(name.casefold()) or by_slug.get(slug)
        if category is None:
            look: dict[str, Any] = {"icon": kind.icon, "colour": kind.colour} if kind else {}
            texts = {"hu": name, "en": kind.english} if kind else {"hu": name}
            words = stock_keywords(slug, imported=True)
            category = Category.objects.create(slug=slug, names=texts, keywords=words, position=len(by_slug), **look)
            by_slug[slug] = category
            counts["categories"] += 1
        found[name] = category
    return found


def find_institutions(names: set[str], counts: Counter[str]) -> dict[str, Institution]:
    found = {institution.name: institution for institution in Institution.objects.filter(name__in=names)}
    missing = [Institution(name=name, kind=institution_kind(name)) for name in sorted(names - found.keys())]
    Institution.objects.bulk_create(missing)
    counts["institutions"] = len(missing)
    return found | {institution.name: institution for institution in missing}


def add_demo_contacts(institutions: dict[str, Institution], counts: Counter[str]) -> None:
    """An address in a domain that cannot exist (RFC 2606), for bodies that have none."""
    reachable = set(Contact.objects.values_list("institution_id", flat=True))
    made = []
    for name, institution in institutions.items():
        if institution.pk not in reachable and name != PLACEHOLDER:
            domain = slugify(plain(name))[:60].strip("-") or f"body-{institution.pk}"
            made.append(Contact(institution=institution, address=f"ugyfelszolgalat@{domain}.invalid"))
    Contact.objects.bulk_create(made)
    counts["contacts"] = len(made)


def learn_responsibilities() -> int:
    """Rules from the moderators' choices: area × category → body, weighted by how often; how many changed.

    Counted anew over all imported reports, so that a second run changes nothing. What was put into the
    queue as new stays out: its answer is to be found, not known.
    """
    with connection.cursor() as cursor:
        # The planner still believes the tables to be empty: half a second instead of minutes.
        cursor.execute("ANALYZE reports_report, reports_assignment")
        cursor.execute(
            """
            INSERT INTO municipalities_responsibility AS rule
                (area_id, category_id, institution_id, answer_days, priority, weight, is_active,
                 metres, answer_code, answer_value, weekdays, months, effect, preferred)
            SELECT report.area_id, report.category_id, chosen.institution_id, %s, 0, count(*), true,
                   0, '', '', '{}', '{}', 'leads', false
            FROM reports_report report
            JOIN reports_assignment chosen ON chosen.report_id = report.id AND chosen.round = 1
            JOIN municipalities_institution body ON body.id = chosen.institution_id
            WHERE report.source = %s AND report.area_id IS NOT NULL AND report.category_id IS NOT NULL
              AND report.expected_institution_id IS NULL AND body.name <> %s
            GROUP BY 1, 2, 3
            ON CONFLICT (area_id, category_id, street_group_id, institution_id, effect, answer_code, answer_value,
                         valid_from, valid_to, weekdays, months) WHERE shape IS NULL
            DO UPDATE SET weight = excluded.weight
            WHERE rule.weight <> excluded.weight
            """,
            [ANSWER_DAYS, SOURCE, PLACEHOLDER],
        )
        return cursor.rowcount

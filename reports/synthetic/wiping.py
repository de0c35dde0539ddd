"""Taking made reports away, with all that hangs on them and the people who were made for them."""

from django.db import connection, transaction
from django.db.models import ProtectedError

from accounts.models import Person
from reports.models import Report
from reports.synthetic import SOURCE

BATCH = 1000


def wipe() -> int:
    """Gives the number of reports. Duplicates go before what they point to."""
    made = Report.objects.filter(source=SOURCE)
    count = 0
    for rows in (made.exclude(original=None), made):
        while ids := list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH]):
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL jarokelo.purge = 'on'")  # events are append-only otherwise
                Report.objects.filter(pk__in=ids).delete()
                cursor.execute("SET LOCAL jarokelo.purge = 'off'")
            count += len(ids)
    for person in Person.objects.filter(email__startswith="synthetic-", email__endswith="@reporters.invalid"):
        try:
            with transaction.atomic():
                person.delete()
        except ProtectedError:
            continue  # did something since, on a report that stays
    return count

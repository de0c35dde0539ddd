"""Fill an empty site with the sample, so that there is something to look at and to try."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from jarokelo import demo
from jarokelo.demo_data.alerts import store_alerts
from jarokelo.demo_data.desk import store_desk
from jarokelo.demo_data.foundation import STAFF, lay_foundation
from jarokelo.demo_data.planning import PLAN, SOURCE, plan_lives
from jarokelo.demo_data.stories import PEOPLE
from jarokelo.demo_data.storing import store_lives
from notifications.recognition import count_help
from reports.models import Report


class Command(BaseCommand):
    help = (
        "Loads the invented sample: areas as a sketch, categories, bodies, reports with drawn photos, and logins. "
        "A dry run unless --commit; run again it adds only what is missing. Refuses where a host is not local."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--commit", action="store_true", help="Write; without it everything is undone at the end.")

    def handle(self, *, commit: bool, **options: Any) -> None:
        if not demo.is_allowed():
            raise CommandError(
                "The sample comes with known passwords: it needs DEMO=true, and every allowed host must be local."
            )
        started = time.monotonic()
        now = timezone.localtime().replace(second=0, microsecond=0)
        with transaction.atomic():
            ground = lay_foundation()
            if Report.objects.filter(source=SOURCE).count() < sum(count for count, _, _ in PLAN.values()):
                store_lives(plan_lives(ground, now), ground, pictures=commit)
                count_help()
            store_alerts(ground)
            store_desk(ground)
            if not commit:
                transaction.set_rollback(True)
        made = {what: count for what, count in ground.made.items() if count}
        for what, count in made.items():
            self.stdout.write(f"{count:6} {what}")
        if not made:
            self.stdout.write("The sample is here already: nothing to do.")
        elif commit:
            self.stdout.write(f"Written in {time.monotonic() - started:.1f} s.")
        else:
            self.stdout.write("Dry run: nothing was written. Add --commit to write.")
        if commit:
            self.stdout.write(f"Logins: {', '.join([PEOPLE[0][0], *STAFF])}; password {demo.PASSWORD}")

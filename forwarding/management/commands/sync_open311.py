"""Ask Open311 endpoints for their services and definitions, now; the nightly task does the same."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from forwarding.open311.services import sync_services
from forwarding.outward.models import Open311Endpoint


class Command(BaseCommand):
    help = "Ask Open311 endpoints for their services; one line each, an error status where one could not be read."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--contact", type=int, help="the id of one contact; else all active ones")

    def handle(self, *args: Any, **options: Any) -> None:
        endpoints = Open311Endpoint.objects.filter(contact__is_active=True).select_related("contact__institution")
        if options["contact"]:
            endpoints = endpoints.filter(contact=options["contact"])
        if not endpoints:
            raise CommandError("There is no such Open311 endpoint.")
        troubles = 0
        for endpoint in endpoints:
            trouble = sync_services(endpoint)
            troubles += bool(trouble)
            count = endpoint.services.offered().count()
            self.stdout.write(f"{endpoint}: {count} services{f'; {trouble}' if trouble else ''}")
        if troubles:
            raise CommandError(f"{troubles} of {len(endpoints)} had trouble.")

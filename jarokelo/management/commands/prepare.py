from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from accounts.models import Person


class Command(BaseCommand):
    help = "Brings the database up to date: migrations, the cache's table and, with --demo, the sample data once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", action="store_true", help="load the sample data into a database without it")

    def handle(self, *, demo: bool, **options: object) -> None:
        call_command("migrate", interactive=False, verbosity=1)
        call_command("createcachetable", verbosity=0)
        if demo and not Person.objects.filter(email="moderator@example.org").exists():
            call_command("load_demo", commit=True)

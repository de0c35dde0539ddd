import asyncio

from django.core.management.base import BaseCommand, CommandError, CommandParser

from jarokelo.demo import is_allowed
from jarokelo.demo.sink import serve


class Command(BaseCommand):
    help = "An SMTP server for trying out: keeps every mail for /demo/mail/, delivers none."
    requires_system_checks = ["security"]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=2525)

    def handle(self, *, host: str, port: int, **options: object) -> None:
        if not is_allowed():
            raise CommandError("Only with DEMO=true and local ALLOWED_HOSTS.")
        asyncio.run(serve(host, port))

"""The mail server hands each incoming mail to this: `receive_mail < message` (docs/operations.md)."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from forwarding.incoming import store_mail

TRY_LATER = 75  # EX_TEMPFAIL of sysexits.h: the mail server keeps the mail and comes again


class Command(BaseCommand):
    help = "Store the mail on standard input. Exit code 75 asks the mail server to keep it and try again."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        raw = sys.stdin.buffer.read()
        try:
            mail = store_mail(raw)
        except Exception as error:  # the database is away, or a mistake of ours: either way the mail must not be lost
            self.stderr.write(f"not stored, try later: {type(error).__name__}: {error}")
            sys.exit(TRY_LATER)
        finally:
            connection.close()
        self.stdout.write(f"stored as {mail.pk}: {mail.kind}, {mail.state}")

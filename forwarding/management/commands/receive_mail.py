"""The mail server hands each incoming mail to this: `receive_mail < message` (docs/operations.md)."""

import sys
from typing import Any, BinaryIO

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection

from forwarding.incoming import store_mail

TRY_LATER = 75  # EX_TEMPFAIL of sysexits.h: the mail server keeps the mail and comes again


class Command(BaseCommand):
    help = "Store the mail on standard input. Exit code 75 asks the mail server to keep it and try again."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        raw, is_cut = read_at_most(sys.stdin.buffer, settings.MAIL_IN_MAX_BYTES)
        try:
            mail = store_mail(raw, is_cut=is_cut)
        except Exception as error:  # the database is away, or a mistake of ours: either way the mail must not be lost
            self.stderr.write(f"not stored, try later: {type(error).__name__}: {error}")
            sys.exit(TRY_LATER)
        finally:
            connection.close()
        self.stdout.write(f"stored as {mail.pk}: {mail.kind}, {mail.state}" + (", cut" if is_cut else ""))


def read_at_most(source: BinaryIO, size: int) -> tuple[bytes, bool]:
    """The first part, and whether there was more: a server that could not write it all would come again."""
    raw, is_cut = source.read(size), False
    while source.read(1 << 20):
        is_cut = True
    return raw, is_cut

"""Boundaries from any GeoJSON file."""

import time
from argparse import ArgumentParser
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from tqdm import tqdm

from municipalities.actions import import_boundaries
from municipalities.geojson import BadFile, Boundaries, Boundary, read_boundaries, read_features
from municipalities.models import Area

SHOWN = 10  # lines of each kind of trouble


class Command(BaseCommand):
    help = (
        "Imports areas from a GeoJSON file (also .gz) in WGS 84. A dry run unless --commit; run again, an area whose "
        "boundary is the same stays as it is, one that changed gets a new generation from today on (the old one is "
        "closed, its reports keep it). A hand-drawn sketch with the same code is redrawn in place. "
        "Bad rings are repaired and told; what cannot be repaired is left out and told."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        kinds = Area.Kind.values
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--kind", required=True, choices=kinds)
        parser.add_argument("--name-field", required=True, help="The property that holds the name.")
        parser.add_argument("--code-field", required=True, help="The property that holds the official code.")
        parser.add_argument("--parent-kind", choices=kinds, help="Give each area a parent of this kind.")
        parser.add_argument(
            "--parent-code-field",
            default="",
            help="The property with the parent's code; else the parent lies around it.",
        )
        parser.add_argument("--replace", action="store_true", help="Redraw changed areas in place: no new generation.")
        parser.add_argument("--commit", action="store_true", help="Write; without it everything is undone at the end.")

    def handle(self, *, file: Path, kind: str, commit: bool, **options: Any) -> None:
        started = time.monotonic()
        if options["parent_code_field"] and not options["parent_kind"]:
            raise CommandError("--parent-code-field needs --parent-kind")
        if options["parent_kind"] == kind:
            raise CommandError("an area's parent is of another kind")
        boundaries = self.read(file, options)
        parents = None
        if options["parent_code_field"]:
            parents = find_parents(boundaries.found, options["parent_kind"])
        with transaction.atomic():
            counts = import_boundaries(
                tqdm(boundaries.found, desc="comparing", unit="area", disable=None),
                kind,
                parents=parents,
                parent_kind=options["parent_kind"] or "",
                replace=options["replace"],
            )
            if not commit:
                transaction.set_rollback(True)
        for what, count in counts.items():
            if count:
                self.stdout.write(f"{count:6} {what}")
        if counts["no parent"]:
            self.stderr.write(f"{counts['no parent']} lie in no {options['parent_kind']}; import those first")
        changed = any(count for what, count in counts.items() if what not in ("unchanged", "no parent"))
        seconds = time.monotonic() - started
        if not changed:
            self.stdout.write(f"All of it is here already: nothing to do ({seconds:.1f} s).")
        elif commit:
            self.stdout.write(f"Written in {seconds:.1f} s.")
        else:
            self.stdout.write(f"Dry run ({seconds:.1f} s): nothing was written. Add --commit to write.")

    def read(self, file: Path, options: dict[str, Any]) -> Boundaries:
        try:
            boundaries = read_boundaries(
                read_features(file),
                name_field=options["name_field"],
                code_field=options["code_field"],
                parent_code_field=options["parent_code_field"],
                progress=partial(tqdm, desc="reading", unit="area", disable=None),
            )
        except BadFile as error:
            raise CommandError(str(error)) from error
        self.tell("repaired", boundaries.repaired)
        self.tell("left out", boundaries.skipped)
        if not boundaries.found:
            raise CommandError("no feature of the file can be imported")
        return boundaries

    def tell(self, what: str, lines: list[str]) -> None:
        for line in lines[:SHOWN]:
            self.stderr.write(f"{what}: {line}")
        if len(lines) > SHOWN:
            self.stderr.write(f"{what}: and {len(lines) - SHOWN} more")


def find_parents(boundaries: list[Boundary], parent_kind: str) -> dict[str, Area]:
    parents = {area.code: area for area in Area.objects.current().filter(kind=parent_kind)}
    missing = sorted({b.parent_code or "(none)" for b in boundaries} - set(parents))
    if missing:
        raise CommandError(f"no {parent_kind} has the code {', '.join(missing[:SHOWN])}; import those first")
    return parents

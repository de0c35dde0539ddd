"""Prove the photo pipeline on a folder of known pictures."""

import json
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import cos, hypot, radians
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reports.photos import PhotoRejected, Position, ProcessedPhoto, read_photo
from reports.photos.inspection import likeness, problems_of

POSITION_TOLERANCE_METRES = 3
ALIKE_BITS = 12  # of 64; unrelated pictures differ in about 32, the same one turned in 20 and more


@dataclass
class Finding:
    """What the pipeline made of one picture, and everything about it that is not as the manifest says."""

    text: str
    photo: ProcessedPhoto | None = None
    wrong: list[str] = field(default_factory=list)


class Command(BaseCommand):
    help = (
        "Runs every picture named in DIR/manifest.json through the photo pipeline and prints expected against "
        "found, then totals as JSON. Exit code 1 when one is wrong. Needs no database."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path)

    def handle(self, *, folder: Path, **options: Any) -> None:
        entries = read_manifest(folder)
        findings = [self.report(folder, entry) for entry in entries]
        wrong = sum(bool(finding.wrong) for finding in findings)
        totals = {"total": len(findings), "right": len(findings) - wrong, "wrong": wrong}
        self.stdout.write(json.dumps(totals))
        if wrong:
            raise SystemExit(1)

    def report(self, folder: Path, entry: dict[str, Any]) -> Finding:
        finding = check_photo(folder, entry)
        verdict = "WRONG" if finding.wrong else "right"
        self.stdout.write(f"{verdict}  {entry['file']}: expected {expected(entry)}; found {finding.text}")
        for problem in finding.wrong:
            self.stdout.write(f"       {problem}")
        return finding


def read_manifest(folder: Path) -> list[dict[str, Any]]:
    try:
        entries = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CommandError(f"{folder / 'manifest.json'}: {error}") from error
    if not isinstance(entries, list) or not all(isinstance(entry, dict) and "file" in entry for entry in entries):
        raise CommandError("manifest.json must be a list of objects, each with a “file”")
    return entries


def expected(entry: dict[str, Any]) -> str:
    parts = [entry.get("expect", "policy")]
    if size := entry.get("upright_size"):
        parts.append(size_text(size))
    if states_position(entry):
        parts.append(position_text(true_position(entry)))
    return ", ".join(parts)


def states_position(entry: dict[str, Any]) -> bool:
    return "gps" in entry or "gps_usable" in entry


def true_position(entry: dict[str, Any]) -> Position | None:
    gps = entry.get("gps")
    if not gps or not entry.get("gps_usable", True) or (gps["lat"] == 0 and gps["lon"] == 0):
        return None
    return gps["lon"], gps["lat"]


def size_text(size: Sequence[int]) -> str:
    return f"{size[0]}×{size[1]}"


def position_text(position: Position | None) -> str:
    return f"lat {position[1]:.6f} lon {position[0]:.6f}" if position else "no position"


def check_photo(folder: Path, entry: dict[str, Any]) -> Finding:
    expect = entry.get("expect", "policy")
    finding = run(folder / entry["file"])
    if finding.photo is None:
        if expect == "accept" and not finding.wrong:
            finding.wrong.append("should be accepted")
        return finding
    finding.wrong += problems_of(finding.photo)
    if expect == "reject":
        finding.wrong.append("should be rejected")
    if expect == "accept":
        finding.wrong += contradictions(finding.photo, folder, entry)
    return finding


def run(path: Path) -> Finding:
    try:
        with path.open("rb") as file:
            photo = read_photo(file)
    except PhotoRejected as rejection:
        return Finding(f"rejected ({rejection.code}): {rejection.message}")
    except Exception as error:
        return Finding("an error", wrong=[f"{type(error).__name__}: {error}"])
    text = f"accepted {photo.format}, {size_text(photo.original_size)}, {position_text(photo.position)}"
    return Finding(f"{text}, taken {photo.taken_at:%Y-%m-%d %H:%M:%S}" if photo.taken_at else text, photo)


def contradictions(photo: ProcessedPhoto, folder: Path, entry: dict[str, Any]) -> list[str]:
    wrong = []
    if (size := entry.get("upright_size")) and photo.original_size != tuple(size):
        wrong.append(f"size is {size_text(photo.original_size)}")
    if states_position(entry) and not same_place(photo.position, true_position(entry)):
        wrong.append(f"position is {position_text(photo.position)}")
    if model := entry.get("upright_like"):
        wrong += unlike(photo, folder / model.replace("/", "__"), entry)
    return wrong


def same_place(found: Position | None, truth: Position | None) -> bool:
    if found is None or truth is None:
        return found is truth
    metres_per_degree = 111_320
    east = (found[0] - truth[0]) * metres_per_degree * cos(radians(truth[1]))
    north = (found[1] - truth[1]) * metres_per_degree
    return hypot(east, north) <= POSITION_TOLERANCE_METRES


def unlike(photo: ProcessedPhoto, model_path: Path, entry: dict[str, Any]) -> list[str]:
    """The manifest's own distance comes from another decoder, so that some bits more are allowed."""
    model = run(model_path).photo
    if model is None:
        return [f"nothing to compare with: {model_path.name}"]
    distance = likeness(photo.small, model.small)
    allowed = max(ALIKE_BITS, entry.get("dhash_distance_to_upright_like", 0))
    return [] if distance <= allowed else [f"unlike {model_path.name}: {distance} of 64 bits differ"]

"""Photos that were stored before there was a hash, or whose picture was changed, get theirs."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from tqdm import tqdm

from reports.models import Photo
from reports.photos import photo_likeness


class Command(BaseCommand):
    help = (
        "Computes the likeness of photos that have none yet, so that reports are found by their pictures. May be "
        "broken off and started again; photos without any detail are looked at each time and stay without."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="those that have one, too")

    def handle(self, *, all: bool, **options: Any) -> None:
        photos = Photo.objects.order_by("pk") if all else Photo.objects.filter(likeness=None).order_by("pk")
        hashed = 0
        for photo in tqdm(photos.only("pk", "medium").iterator(), total=photos.count(), disable=None):
            try:
                with photo.medium.open("rb") as file:
                    likeness = photo_likeness(file.read())
            except (OSError, ValueError):  # its file is gone, or no picture any more
                self.stderr.write(f"{photo.pk}: {photo.medium.name} cannot be read")
                continue
            hashed += Photo.objects.filter(pk=photo.pk).update(likeness=likeness) if likeness is not None else 0
        self.stdout.write(f"{hashed} photos have their likeness now")

"""Stores the sample's reports in bulk, pictures included. Numbers that are there already are left alone."""

from collections.abc import Iterable
from datetime import timedelta
from random import Random

from django.core.files.base import ContentFile
from tqdm import tqdm

from jarokelo.demo_data.drawings import draw, jpegs
from jarokelo.demo_data.foundation import Foundation
from jarokelo.demo_data.lives import Life, Snapshot
from jarokelo.demo_data.motifs import MOTIFS, REPAIRED
from jarokelo.demo_data.planning import SOURCE
from jarokelo.demo_data.scenery import HEIGHT, WIDTH
from reports.models import Assignment, EventText, Follow, Photo, Report, ReportEvent

DRAWINGS_PER_LIGHT = 2


class Album:
    """Draws a picture when it is first asked for; a few of each kind serve all reports."""

    def __init__(self) -> None:
        self._files: dict[tuple[str, bool, str, int], dict[str, bytes]] = {}

    def files(self, snapshot: Snapshot, rng: Random) -> dict[str, bytes]:
        motif, lights = (REPAIRED if snapshot.repaired else MOTIFS)[snapshot.motif]
        light, seed = rng.choice(lights), rng.randrange(DRAWINGS_PER_LIGHT)
        key = (snapshot.motif, snapshot.repaired, light, seed)
        if key not in self._files:
            self._files[key] = jpegs(draw(motif, light, f"{snapshot.motif} {light} {seed}"))
        return self._files[key]


def store_lives(lives: list[Life], ground: Foundation, *, pictures: bool) -> None:
    """`pictures` is off in a dry run: files would outlive the transaction that is rolled back."""
    known = dict(Report.objects.filter(source=SOURCE).values_list("source_id", "pk"))
    new = [life for life in lives if life.report.source_id not in known]
    new.sort(key=lambda life: life.report.created_at)
    firsts, repeats = [life for life in new if not life.original], [life for life in new if life.original]
    Report.objects.bulk_create([life.report for life in firsts])
    known |= {life.report.source_id: life.report.pk for life in firsts}
    for life in repeats:
        life.report.original_id = known[life.original]
    Report.objects.bulk_create([life.report for life in repeats])
    Assignment.objects.bulk_create([assignment for life in new for assignment in life.assignments])
    events = sorted((event for life in new for event in life.events), key=lambda event: event.created_at)
    ReportEvent.objects.bulk_create(events)
    EventText.objects.bulk_create([EventText(event=event, text=text) for life in new for event, text in life.words])
    follows = list(follows_of(new, ground))
    Follow.objects.bulk_create(follows)
    photos = store_photos(new) if pictures else [Photo() for life in new for _ in life.snapshots]
    ground.made += {"reports": len(new), "events": len(events), "photos": len(photos), "follows": len(follows)}


def follows_of(lives: list[Life], ground: Foundation) -> Iterable[Follow]:
    people = [person for person in ground.people.values() if not person.is_staff]
    for life in lives:
        if not life.report.is_public:
            continue
        for person in life.rng.sample(people, life.rng.choice([0, 0, 0, 1, 1, 2, 3])):
            if person.pk != life.report.reporter_id:
                yield Follow(report=life.report, person=person)


def store_photos(lives: list[Life]) -> list[Photo]:
    album = Album()
    photos = []
    for life in tqdm(lives, desc="photos", unit="report", disable=None):
        for order, snapshot in enumerate(life.snapshots):
            at = snapshot.event.created_at if snapshot.event else life.report.created_at
            photo = Photo(
                report=life.report,
                event=snapshot.event,
                kind=snapshot.kind,
                width=WIDTH,
                height=HEIGHT,
                position=life.report.point,
                taken_at=at - timedelta(minutes=3),
                order=order,
                uploaded_by=None if snapshot.event else life.report.reporter,
            )
            for size, data in album.files(snapshot, life.rng).items():
                getattr(photo, size).save(f"{size}.jpg", ContentFile(data), save=False)
            photos.append(photo)
    return Photo.objects.bulk_create(photos)

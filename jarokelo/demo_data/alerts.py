"""A few alerts of the sample's people: around a place, for a district, for words, and a monthly letter."""

from typing import Any

from django.contrib.gis.geos import Point
from django.utils import timezone

from jarokelo.demo_data.foundation import Foundation
from notifications.alerts.matching import stems
from notifications.alerts.shapes import circle
from notifications.models import Alert
from notifications.models.alert import Moment, Rhythm, Where


def store_alerts(ground: Foundation) -> None:
    """Each once; what happened before is told to nobody."""
    people = [person for person in ground.people.values() if not person.is_staff]
    home = Point(19.0402, 47.4979, srid=4326)
    around = {"where": Where.AROUND, "point": home, "radius": 500, "shape": circle(home, 500)}
    district = {"where": Where.AREA, "area": ground.areas["VIII"]}
    wanted: list[tuple[int, str, Rhythm, dict[str, Any]]] = [
        (0, "Az én utcám", Rhythm.DAILY, around),
        (0, "A kerületem levele", Rhythm.MONTHLY, district),
        (1, "Kátyúk a VIII. kerületben", Rhythm.WEEKLY, {**district, "words": "kátyú"}),
        (2, "Akadálymentesség bárhol", Rhythm.NOW, {"where": Where.ANYWHERE, "words": "akadálymentes"}),
    ]
    now = timezone.now()
    for index, name, rhythm, values in wanted:
        defaults = {"frequency": rhythm, "moments": [Moment.NEW, Moment.SOLVED], "language": "hu", **values}
        defaults |= {"query": stems(values.get("words", "")), "confirmed_at": now, "active_since": now}
        ground.keep(Alert, defaults, person=people[index], name=name)

"""A place where no reports are taken: whose it is, and who could help."""

from dataclasses import dataclass

from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _

from municipalities.models import Area, Institution

NULL_ISLAND = 0.001  # degrees: where devices put what they do not know


@dataclass(frozen=True)
class Outside:
    message: str
    institution: Institution | None = None


def who_could_help(point: Point) -> Outside:
    """For a point that no served area covers."""
    around = list(Area.objects.covering(point).select_related("parent")[:4])
    if around:
        names = " – ".join(dict.fromkeys(area.name for area in around if area.kind != Area.Kind.COUNTRY))
        message = _("This place lies in %(area)s, where we do not take reports yet.") % {
            "area": names or around[0].name
        }
        return Outside(message, next(filter(None, map(municipality_of, around)), None))
    if abs(point.x) < NULL_ISLAND and abs(point.y) < NULL_ISLAND:
        return Outside(_("0, 0 lies in the sea off Africa: the device did not know where it was. Please set the pin."))
    turned = Point(point.y, point.x, srid=4326) if abs(point.x) <= 90 else None
    if turned and Area.objects.at(turned):
        return Outside(_("Latitude and longitude seem to be swapped: the place would lie in our area the other way."))
    return Outside(_("This place lies outside every area that we serve. Is the pin where it should be?"))


def municipality_of(area: Area) -> Institution | None:
    """The municipality with a rule for this area, or named after it ("Budaörs Város Önkormányzata")."""
    bodies = Institution.objects.active().filter(kind=Institution.Kind.MUNICIPALITY)
    by_rule = bodies.filter(responsibilities__area=area, responsibilities__is_active=True).order_by("pk").first()
    return by_rule or bodies.filter(name__istartswith=f"{area.name} ").order_by("name").first()

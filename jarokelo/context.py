"""What every template knows of the site."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    (longitude, latitude), zoom = settings.MAP_CENTER, settings.MAP_ZOOM
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated and user.default_point:
        (longitude, latitude), zoom = user.default_point.coords, user.default_zoom
    return {
        "SITE_NAME": settings.SITE_NAME,
        "SITE_URL": settings.SITE_URL,
        "DEMO": settings.DEMO,
        # Text, so that no language writes the numbers in its own way (templates/reports/map_attributes.html).
        "MAP": {
            "tile_url": settings.TILE_URL,
            "attribution": settings.TILE_ATTRIBUTION,
            "center": f"{longitude},{latitude}",
            "zoom": str(zoom),
        },
    }

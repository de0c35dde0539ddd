"""What every template knows of the site."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    longitude, latitude = settings.MAP_CENTER
    return {
        "SITE_NAME": settings.SITE_NAME,
        "SITE_URL": settings.SITE_URL,
        "DEMO": settings.DEMO,
        # Text, so that no language writes the numbers in its own way (templates/reports/map_attributes.html).
        "MAP": {
            "tile_url": settings.TILE_URL,
            "attribution": settings.TILE_ATTRIBUTION,
            "center": f"{longitude},{latitude}",
            "zoom": str(settings.MAP_ZOOM),
        },
    }

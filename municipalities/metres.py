"""How far something lies, measured in the database."""

from django.contrib.gis.db.models.functions import GeoFunc
from django.db.models import FloatField


class MetresTo(GeoFunc):
    """Metres on the sphere between two shapes in degrees; 0 where one holds the other, NULL where there is none.

    A plain number: Django's own `Distance` asks each new process for the units of the reference system first.
    """

    function = "ST_DistanceSphere"
    output_field = FloatField()
    geom_param_pos = (0, 1)

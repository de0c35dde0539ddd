from django.db import models


class MapCell(models.Model):
    """How many published reports lie in a square of the map; kept by a database trigger, read by the map.

    `zoom` is the grid's own: squares are as wide as web map tiles at that zoom (a quarter of a tile at
    map zoom `zoom - 2`). So a map of the whole city costs the same at a thousand reports as at millions.
    """

    zoom = models.PositiveSmallIntegerField()
    x = models.IntegerField()
    y = models.IntegerField()
    status = models.CharField(max_length=21)
    category_id = models.BigIntegerField(help_text="0 is none; no foreign key, for the trigger's sake.")
    count = models.IntegerField()
    # Sums of degrees: the cluster is drawn at the middle of its reports, not of its square.
    lon_sum = models.FloatField()
    lat_sum = models.FloatField()

    class Meta:
        constraints = [
            # Serves the map's window and the trigger's upsert.
            models.UniqueConstraint(fields=["zoom", "x", "y", "status", "category_id"], name="mapcell_once"),
        ]

    def __str__(self) -> str:
        return f"{self.zoom}/{self.x}/{self.y}"

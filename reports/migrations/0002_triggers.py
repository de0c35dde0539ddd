"""Two things that the database itself holds: events are append-only, and the map's counts are always right."""

from django.db import migrations

APPEND_ONLY = """
CREATE FUNCTION reports_event_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Only the purge of a report that was never sent in may remove its lines.
    IF TG_OP = 'DELETE' THEN
        IF current_setting('jarokelo.purge', true) = 'on' THEN RETURN OLD; END IF;
        RAISE EXCEPTION 'report events are append-only' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.processed_at IS NULL AND NEW.processed_at IS NOT NULL
       AND to_jsonb(OLD) - 'processed_at' = to_jsonb(NEW) - 'processed_at' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'report events are append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON reports_reportevent
    FOR EACH ROW EXECUTE FUNCTION reports_event_append_only();
"""

DROP_APPEND_ONLY = """
DROP TRIGGER event_append_only ON reports_reportevent;
DROP FUNCTION reports_event_append_only();
"""

# Grid zooms 6 to 19 serve map zooms 4 to 17; nearer, the map reads the points themselves.
MAP_COUNTS = """
CREATE TYPE reports_map_change AS (sign int, status text, category_id bigint, place geometry);
CREATE FUNCTION reports_map_x(place geometry, zoom int) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT floor((ST_X(place) + 180) / 360 * (1 << zoom))::int
$$;
CREATE FUNCTION reports_map_y(place geometry, zoom int) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT floor((1 - ln(tan(radians(lat)) + 1 / cos(radians(lat))) / pi()) / 2 * (1 << zoom))::int
    FROM (SELECT greatest(-85.05, least(85.05, ST_Y(place))) AS lat) AS clamped
$$;

CREATE FUNCTION reports_add_to_map(changes reports_map_change[]) RETURNS void LANGUAGE sql AS $$
    -- In one order, so that two writers never wait for each other in a ring.
    INSERT INTO reports_mapcell AS cell (zoom, x, y, status, category_id, count, lon_sum, lat_sum)
    SELECT zoom, reports_map_x(place, zoom), reports_map_y(place, zoom), status, coalesce(category_id, 0),
           sum(sign), sum(sign * ST_X(place)), sum(sign * ST_Y(place))
    FROM unnest(changes), generate_series(6, 19) AS zoom
    GROUP BY 1, 2, 3, 4, 5
    HAVING sum(sign) <> 0 OR count(*) > 1
    ORDER BY 1, 2, 3, 4, 5
    ON CONFLICT (zoom, x, y, status, category_id) DO UPDATE
    SET count = cell.count + excluded.count,
        lon_sum = cell.lon_sum + excluded.lon_sum,
        lat_sum = cell.lat_sum + excluded.lat_sum
$$;

CREATE FUNCTION reports_is_on_map(status text, is_private boolean) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT NOT is_private AND status IN ('sent', 'in_progress', 'awaiting_confirmation', 'solved', 'unresolved')
$$;

CREATE FUNCTION reports_map_inserted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM reports_add_to_map(array_agg(ROW(1, status, category_id, point)::reports_map_change))
    FROM new_rows WHERE reports_is_on_map(status, is_private) HAVING count(*) > 0;
    RETURN NULL;
END $$;

CREATE FUNCTION reports_map_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM reports_add_to_map(array_agg(ROW(-1, status, category_id, point)::reports_map_change))
    FROM old_rows WHERE reports_is_on_map(status, is_private) HAVING count(*) > 0;
    RETURN NULL;
END $$;

CREATE FUNCTION reports_map_updated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM reports_add_to_map(array_agg(change)) FROM (
        SELECT ROW(-1, o.status, o.category_id, o.point)::reports_map_change AS change
        FROM old_rows o JOIN new_rows n USING (id)
        WHERE reports_is_on_map(o.status, o.is_private)
          AND (o.status, o.category_id, o.is_private, o.point::bytea)
              IS DISTINCT FROM (n.status, n.category_id, n.is_private, n.point::bytea)
        UNION ALL
        SELECT ROW(1, n.status, n.category_id, n.point)::reports_map_change
        FROM old_rows o JOIN new_rows n USING (id)
        WHERE reports_is_on_map(n.status, n.is_private)
          AND (o.status, o.category_id, o.is_private, o.point::bytea)
              IS DISTINCT FROM (n.status, n.category_id, n.is_private, n.point::bytea)
    ) AS moved HAVING count(*) > 0;
    RETURN NULL;
END $$;

CREATE TRIGGER report_map_inserted AFTER INSERT ON reports_report
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION reports_map_inserted();
CREATE TRIGGER report_map_updated AFTER UPDATE ON reports_report
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION reports_map_updated();
CREATE TRIGGER report_map_deleted AFTER DELETE ON reports_report
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION reports_map_deleted();
"""

DROP_MAP_COUNTS = """
DROP TRIGGER report_map_inserted ON reports_report;
DROP TRIGGER report_map_updated ON reports_report;
DROP TRIGGER report_map_deleted ON reports_report;
DROP FUNCTION reports_map_inserted(), reports_map_updated(), reports_map_deleted();
DROP FUNCTION reports_add_to_map(reports_map_change[]);
DROP FUNCTION reports_is_on_map(text, boolean);
DROP FUNCTION reports_map_x(geometry, int), reports_map_y(geometry, int);
DROP TYPE reports_map_change;
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial")]

    operations = [
        migrations.RunSQL(APPEND_ONLY, DROP_APPEND_ONLY),
        migrations.RunSQL(MAP_COUNTS, DROP_MAP_COUNTS),
    ]

/**
 * The map that every page shares.
 *
 * The page loads Leaflet as a plain script ({% leaflet_js %}, which sets `window.L`) and this as a module:
 *
 *     <div class="map-box" id="map" {% include "reports/map_attributes.html" %}></div>
 *     {% include "reports/map_pins.html" %}   only where pins are drawn by pinIcon
 *
 *     with makeMap and pinIcon imported from this file:
 *     const map = makeMap(document.getElementById("map"), { center: [47.5, 19.04], zoom: 16 });
 *     L.marker([47.5, 19.04], { icon: pinIcon("sent") }).addTo(map);
 *
 * Positions are Leaflet's [latitude, longitude]; the server's are longitude first.
 */
const L = window.L;

export const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;

/**
 * A map in `element`, with tiles (where the site has any) and the boundaries of the served areas.
 *
 * @param {HTMLElement} element has the attributes of reports/map_attributes.html
 * @param {{center?: [number, number], zoom?: number, boundaries?: boolean, options?: object}} settings
 *   `center` and `zoom` default to the site's; `options` go to L.map as they are
 * @returns {L.Map}
 */
export function makeMap(element, { center, zoom, boundaries = true, options = {} } = {}) {
  const { tileUrl, attribution, center: home, zoom: homeZoom, areasUrl, zoomIn, zoomOut } = element.dataset;
  const [longitude, latitude] = home.split(",").map(Number);
  const map = L.map(element, {
    zoomControl: false,
    minZoom: 5,
    maxZoom: 19,
    worldCopyJump: true,
    zoomAnimation: !calm,
    fadeAnimation: !calm,
    markerZoomAnimation: !calm,
    ...options,
  });
  map.attributionControl.setPrefix('<a href="https://leafletjs.com">Leaflet</a>');
  if (options.zoomControl !== false) {
    L.control.zoom({ zoomInTitle: zoomIn, zoomOutTitle: zoomOut, position: "topright" }).addTo(map);
  }
  map.setView(center ?? [latitude, longitude], zoom ?? Number(homeZoom));
  element.classList.add("is-ready");
  whenNear(element, () => {
    if (tileUrl) addTiles(map, element, tileUrl, attribution);
    if (boundaries && areasUrl) addBoundaries(map, areasUrl);
  });
  return map;
}

/** `act` once, when the element comes near the window: what nobody looks at costs nothing. */
export function whenNear(element, act) {
  const near = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      near.disconnect();
      act();
    },
    { rootMargin: "100px" },
  );
  near.observe(element);
}

function addTiles(map, element, tileUrl, attribution) {
  const tiles = L.tileLayer(tileUrl, { attribution, maxZoom: 19 });
  // Without tiles the names of the areas say where one is.
  element.classList.add("has-tiles");
  tiles.on("tileerror", () => element.classList.remove("has-tiles"));
  tiles.on("tileload", () => element.classList.add("has-tiles"));
  tiles.addTo(map);
}

/** Boundaries of what is in view; drawn again only when the view leaves what was fetched. */
function addBoundaries(map, url) {
  // Names lie under the pins.
  map.createPane("area-names").style.zIndex = 450;
  map.getPane("area-names").style.pointerEvents = "none";
  const layer = L.geoJSON(null, {
    interactive: false,
    style: () => ({ className: "map-area", weight: 1.5, fillOpacity: 0 }),
    onEachFeature: (feature, shape) => {
      shape.bindTooltip(escapeText(feature.properties.name), {
        permanent: true,
        direction: "center",
        className: "map-area-name",
        pane: "area-names",
        interactive: false,
      });
    },
  }).addTo(map);
  let fetched = null;
  let running = null;
  async function refresh() {
    const zoom = map.getZoom();
    map.getContainer().classList.toggle("is-far", zoom < 12);
    map.getContainer().classList.toggle("is-near", zoom > 14);
    if (fetched && fetched.zoom === zoom && fetched.bounds.contains(map.getBounds())) return;
    running?.abort();
    running = new AbortController();
    const bounds = map.getBounds().pad(0.25);
    try {
      const response = await fetch(`${url}?bbox=${boundsParameter(bounds)}&zoom=${Math.round(zoom)}`, {
        signal: running.signal,
      });
      if (!response.ok) return;
      const shapes = await response.json();
      layer.clearLayers();
      layer.addData(shapes);
      fetched = { zoom, bounds };
    } catch {
      // Away or overtaken by a newer view: the next move asks again.
    }
  }
  map.on("moveend", refresh);
  refresh();
}

/** west,south,east,north with 6 decimals, as the server's `bbox` wants it. */
export function boundsParameter(bounds) {
  return [
    Math.max(bounds.getWest(), -180),
    Math.max(bounds.getSouth(), -90),
    Math.min(bounds.getEast(), 180),
    Math.min(bounds.getNorth(), 90),
  ]
    .map((degrees) => degrees.toFixed(6))
    .join(",");
}

/** A pin of a status, with the icon of reports/map_pins.html: shape, icon and colour differ, not colour alone. */
export function pinIcon(status) {
  const icon = (name) => document.querySelector(`template[data-pin="${CSS.escape(name)}"]`);
  const template = icon(status) ?? icon("new");
  const pin = document.createElement("span");
  pin.className = `pin status-${status}`;
  if (template) pin.append(template.content.cloneNode(true));
  return L.divIcon({ className: "map-marker", html: pin, iconSize: [36, 36], iconAnchor: [18, 43], popupAnchor: [0, -40] });
}

/** A circle with a number; larger for more. */
export function clusterIcon(count, text) {
  const side = count < 10 ? 40 : count < 100 ? 46 : count < 1000 ? 54 : 64;
  const circle = document.createElement("span");
  circle.className = "cluster-pin";
  circle.textContent = text;
  return L.divIcon({ className: "map-marker", html: circle, iconSize: [side, side] });
}

/** Give a marker that is on a map its name for screen readers; Enter and Space call `act`. */
export function nameMarker(marker, label, act) {
  const element = marker.getElement();
  element.setAttribute("aria-label", label);
  element.title = label;
  element.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      event.stopPropagation();
      act();
    }
  });
}

export function escapeText(text) {
  const element = document.createElement("span");
  element.textContent = text;
  return element.innerHTML;
}

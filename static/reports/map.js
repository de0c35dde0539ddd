/** The map beside its list: both follow the view, and the address keeps it (#zoom/latitude/longitude). */
import { boundsParameter, calm, clusterIcon, makeMap, nameMarker, pinIcon } from "./map_base.js";

const L = window.L;
const box = document.getElementById("map");
const list = document.getElementById("map-list");
const count = document.getElementById("map-count");
const number = new Intl.NumberFormat(document.documentElement.lang);
const filters = new URLSearchParams(location.search);
for (const name of ["bbox", "zoom", "part", "page"]) filters.delete(name);

box.hidden = false;
const view = readHash();
const map = makeMap(box, view ?? {});
if (!view && box.dataset.extent) {
  const [west, south, east, north] = box.dataset.extent.split(",").map(Number);
  map.fitBounds([
    [south, west],
    [north, east],
  ]);
}

const layer = L.layerGroup().addTo(map);
const drawn = new Map(); // key → marker: what stays in view is not drawn anew and keeps the focus
let running = null;
let waiting = null;

map.on("moveend", () => {
  writeHash();
  clearTimeout(waiting);
  waiting = setTimeout(refresh, 120);
});
refresh();

async function refresh() {
  running?.abort();
  running = new AbortController();
  const query = new URLSearchParams(filters);
  query.set("bbox", boundsParameter(map.getBounds()));
  query.set("zoom", String(Math.round(map.getZoom())));
  const options = { signal: running.signal };
  try {
    const [reports, rows] = await Promise.all([
      fetch(`${box.dataset.reportsUrl}?${query}`, options).then(read),
      fetch(`${box.dataset.listUrl}?part=list&${query}`, options).then(read),
    ]);
    const found = JSON.parse(reports);
    draw(found.features);
    list.innerHTML = rows;
    const words = found.count === 1 ? count.dataset.one : count.dataset.many;
    count.textContent = words.replace("{number}", number.format(found.count) + (found.truncated ? "+" : ""));
  } catch (error) {
    if (error.name !== "AbortError") count.textContent = count.dataset.failed;
  }
}

function read(response) {
  if (!response.ok) throw new Error(String(response.status));
  return response.text();
}

function draw(features) {
  const wanted = new Map(features.map((feature) => [key(feature), feature]));
  for (const [name, marker] of drawn) {
    if (wanted.has(name) || marker.isPopupOpen()) continue;
    layer.removeLayer(marker);
    drawn.delete(name);
  }
  for (const [name, feature] of wanted) {
    if (drawn.has(name)) continue;
    const [longitude, latitude] = feature.geometry.coordinates;
    const place = [latitude, longitude];
    drawn.set(name, feature.properties.count ? addCluster(place, feature.properties) : addPoint(place, feature.properties));
  }
}

function key({ geometry, properties }) {
  return properties.reference ? `${properties.reference} ${properties.status}` : `${geometry.coordinates} ${properties.count}`;
}

function addCluster(place, { count: reports }) {
  const text = number.format(reports);
  const marker = L.marker(place, { icon: clusterIcon(reports, text) }).addTo(layer);
  const approach = () => {
    const focused = box.contains(document.activeElement);
    map.setView(place, Math.min(map.getZoom() + 2, map.getMaxZoom()), { animate: !calm });
    if (focused) box.focus();
  };
  nameMarker(marker, reports === 1 ? box.dataset.clusterOne : box.dataset.cluster.replace("{number}", text), approach);
  marker.on("click", approach);
  return marker;
}

function addPoint(place, report) {
  const marker = L.marker(place, { icon: pinIcon(report.status), page: report.url }).addTo(layer);
  marker.bindPopup(() => popup(report), { maxWidth: 260, autoPanPadding: [24, 24] });
  const enter = () => marker.getPopup().getElement().querySelector("a").focus({ preventScroll: true });
  nameMarker(marker, `${report.title}, ${report.label}`, () => (marker.isPopupOpen() ? enter() : marker.openPopup()));
  marker.on("popupopen", enter);
  marker.on("popupclose", () => marker.getElement()?.focus({ preventScroll: true }));
  return marker;
}

function popup(report) {
  const content = document.createElement("div");
  content.className = "map-popup";
  const link = document.createElement("a");
  link.href = report.url;
  link.textContent = report.title;
  const badge = document.createElement("span");
  badge.className = `badge status-${report.status}`;
  badge.textContent = report.label;
  const kind = document.createElement("span");
  kind.className = "muted small";
  kind.textContent = report.category;
  content.append(link, badge, kind);
  return content;
}

// A row of the list shows its pin.
for (const [type, on] of [["pointerover", true], ["pointerout", false], ["focusin", true], ["focusout", false]]) {
  list.addEventListener(type, (event) => {
    const href = event.target.closest("li")?.querySelector("a")?.getAttribute("href");
    for (const marker of drawn.values()) {
      if (!href || marker.options.page !== href) continue;
      marker.getElement()?.classList.toggle("is-pointed", on);
      marker.setZIndexOffset(on ? 10000 : 0);
    }
  });
}

// The filters keep the view, unless another area was chosen.
const form = document.getElementById("map-filters");
const area = form.elements.area?.value;
form.addEventListener("submit", () => {
  form.action = form.action.split("#")[0] + (form.elements.area?.value === area ? location.hash : "");
});

box.addEventListener("keydown", (event) => {
  if (event.key === "Escape") map.closePopup();
});

const toggle = document.getElementById("map-toggle");
toggle.hidden = false;
toggle.addEventListener("click", () => {
  const large = document.getElementById("map-page").classList.toggle("is-large");
  toggle.setAttribute("aria-pressed", String(large));
  map.invalidateSize();
});

function readHash() {
  const [zoom, latitude, longitude] = location.hash.slice(1).split("/").map(Number);
  const isPlace = [zoom, latitude, longitude].every(Number.isFinite) && Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
  return location.hash.length > 1 && isPlace ? { zoom: Math.min(19, Math.max(5, zoom)), center: [latitude, longitude] } : null;
}

function writeHash() {
  const { lat, lng } = map.getCenter();
  history.replaceState(null, "", `#${Math.round(map.getZoom())}/${lat.toFixed(5)}/${lng.toFixed(5)}`);
}

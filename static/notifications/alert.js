/** The map of an alert's form. The fields hold the truth: the map draws them and writes into them. */
import { makeMap } from "../reports/map_base.js";
import { say } from "../reports/new_texts.js";

const L = window.L;
const CLOSE = 15;
const STEP = 8; // pixels for an arrow key; five times as far with Shift
const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

const form = document.querySelector(".alert-form");
const { latitude, longitude, radius, points } = form.elements;
const status = form.querySelector("#map-status");
const tools = form.querySelector("#alert-tools");
tools.hidden = false;
const element = form.querySelector("#alert-map");
const map = makeMap(element);
element.setAttribute("role", "application");
element.setAttribute("aria-label", say("mapHelp"));
const drawn = L.layerGroup().addTo(map);
let markers = [];

const chosen = () => form.elements.where.value;

function number(text) {
  const value = Number(text.trim().replace(",", "."));
  return text.trim() && Number.isFinite(value) ? value : null;
}

/** The middle of the circle as [latitude, longitude]; null while the fields do not say it. */
function center() {
  const place = [number(latitude.value), number(longitude.value)];
  return place.every((value) => value !== null) && Math.abs(place[0]) <= 85 && Math.abs(place[1]) <= 180 ? place : null;
}

/** The corners that the text field holds; lines that are no points are left to the server to name. */
function corners() {
  const found = [];
  for (const line of points.value.split("\n")) {
    const parts =
      line.match(/^\s*([+-]?\d{1,3}(?:\.\d+)?)\s*[,;\s]\s*([+-]?\d{1,3}(?:\.\d+)?)\s*$/) ??
      line.match(/^\s*([+-]?\d{1,3},\d+)\s*[;\s]\s*([+-]?\d{1,3},\d+)\s*$/);
    if (parts) found.push([number(parts[1]), number(parts[2])]);
  }
  return found.filter(([lat, lon]) => Math.abs(lat) <= 85 && Math.abs(lon) <= 180);
}

function write(place) {
  const at = L.latLng(place).wrap();
  return [at.lat.toFixed(6), at.lng.toFixed(6)];
}

function setCenter(place) {
  [latitude.value, longitude.value] = write(place);
  status.textContent = say("centered", { latitude: latitude.value, longitude: longitude.value });
  draw();
}

function setCorners(places) {
  points.value = places.map((place) => write(place).join(", ")).join("\n");
  status.textContent = say("corners", { count: places.length });
  draw();
}

function marker(place, label, moved, removed) {
  const look = L.divIcon({ className: "map-marker alert-corner", iconSize: [44, 44] });
  const pin = L.marker(place, { icon: look, draggable: true, autoPan: true, keyboard: true, alt: label }).addTo(drawn);
  const handle = pin.getElement();
  handle.setAttribute("aria-label", label);
  handle.addEventListener("keydown", (event) => {
    if (event.key in ARROWS) {
      event.preventDefault();
      event.stopPropagation();
      const [x, y] = ARROWS[event.key];
      const pixels = event.shiftKey ? 5 * STEP : STEP;
      const to = map.containerPointToLatLng(map.latLngToContainerPoint(pin.getLatLng()).add([x * pixels, y * pixels]));
      map.panInside(to, { padding: [60, 60] });
      moved(to);
    } else if (removed && (event.key === "Delete" || event.key === "Backspace")) {
      event.preventDefault();
      removed();
    }
  });
  pin.on("dragend", () => moved(pin.getLatLng()));
  return pin;
}

function draw() {
  const focused = markers.findIndex((pin) => pin.getElement() === document.activeElement);
  drawn.clearLayers();
  markers = [];
  const outline = { className: "alert-outline", weight: 2.5, fillOpacity: 0.12, interactive: false };
  if (chosen() === "around" && center()) {
    const metres = Math.min(Math.max(number(radius.value) ?? 500, 50), 20000);
    L.circle(center(), { ...outline, radius: metres }).addTo(drawn);
    markers.push(marker(center(), say("center"), setCenter));
  } else if (chosen() === "shape") {
    const places = corners();
    if (places.length > 1) (places.length > 2 ? L.polygon : L.polyline)(places, outline).addTo(drawn);
    markers = places.map((place, index) =>
      marker(
        place,
        say("corner", { number: index + 1 }),
        (to) => setCorners(places.map((old, at) => (at === index ? to : old))),
        () => setCorners(places.filter((old, at) => at !== index)),
      ),
    );
  }
  // The one that was moved by keys keeps the focus; after a removal the one before it gets it.
  if (focused >= 0) markers[Math.min(focused, markers.length - 1)]?.getElement().focus();
}

function show() {
  map.invalidateSize();
  draw();
  const bounds = L.latLngBounds([]);
  drawn.eachLayer((layer) => bounds.extend(layer.getBounds ? layer.getBounds() : layer.getLatLng()));
  if (bounds.isValid()) map.fitBounds(bounds.pad(0.2), { maxZoom: CLOSE + 1 });
}

map.on("click", ({ latlng }) => {
  if (chosen() === "around") setCenter(latlng);
  else if (chosen() === "shape") setCorners([...corners(), latlng]);
});
for (const choice of form.querySelectorAll("[name=where]")) choice.addEventListener("change", show);
for (const field of [latitude, longitude, radius, points]) field.addEventListener("change", show);

const acts = {
  center: () => setCenter(map.getCenter()),
  add: () => setCorners([...corners(), map.getCenter()]),
  remove: () => setCorners(corners().slice(0, -1)),
  clear: () => setCorners([]),
};
for (const button of tools.querySelectorAll("[data-do]")) button.addEventListener("click", acts[button.dataset.do]);

const locate = form.querySelector("#locate");
locate.hidden = !("geolocation" in navigator);
locate.addEventListener("click", () => {
  status.textContent = say("locating");
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      map.setView([coords.latitude, coords.longitude], CLOSE);
      status.textContent = "";
      if (chosen() === "around") setCenter([coords.latitude, coords.longitude]);
    },
    () => {
      status.textContent = say("notLocated");
    },
    { enableHighAccuracy: true, timeout: 15000, maximumAge: 30000 },
  );
});

show();

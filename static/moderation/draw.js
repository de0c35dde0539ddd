/** Drawing a line or a polygon for a rule. The text field holds the truth (GeoJSON or WKT); the map writes GeoJSON. */
import { makeMap } from "../reports/map_base.js";

const L = window.L;
const STEP = 8; // pixels for an arrow key; five times as far with Shift
const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

const form = document.getElementById("rule");
const { shape } = form.elements;
const element = document.getElementById("draw-map");
const status = document.getElementById("draw-status");
const tools = document.getElementById("draw-tools");
const buttons = Object.fromEntries([...tools.querySelectorAll("[data-do]")].map((one) => [one.dataset.do, one]));
element.hidden = tools.hidden = false;
element.setAttribute("role", "application");
element.setAttribute("aria-label", element.dataset.help);
const map = makeMap(element);
const drawn = L.layerGroup().addTo(map);
const outline = { className: "alert-outline", weight: 3, fillOpacity: 0.12, interactive: false };
let kind = "line"; // what the next corner belongs to
let corners = []; // [latitude, longitude]; only of a shape in one part
let pins = [];

/** What the field says, where it is GeoJSON; WKT is the server's to read. */
function typed() {
  try {
    const found = JSON.parse(shape.value);
    return found && typeof found === "object" ? found : null;
  } catch {
    return null;
  }
}

/** One part without holes can be edited corner by corner; anything else is only shown. */
function read() {
  const found = typed();
  corners = [];
  if (found?.type === "LineString") [kind, corners] = ["line", found.coordinates.map(([x, y]) => [y, x])];
  else if (found?.type === "Polygon" && found.coordinates.length === 1)
    [kind, corners] = ["polygon", found.coordinates[0].slice(0, -1).map(([x, y]) => [y, x])];
}

function write() {
  const places = corners.map(([lat, lng]) => [Number(lng.toFixed(6)), Number(lat.toFixed(6))]);
  if (!places.length) shape.value = "";
  else if (kind === "line") shape.value = JSON.stringify({ type: "LineString", coordinates: places });
  else shape.value = JSON.stringify({ type: "Polygon", coordinates: [[...places, places[0]]] });
  status.textContent = element.dataset.corners.replace("{count}", corners.length);
  draw();
}

function place(latlng) {
  const { lat, lng } = L.latLng(latlng).wrap();
  return [lat, lng];
}

function pin(at, number) {
  const label = element.dataset.corner.replace("{number}", number + 1);
  const look = L.divIcon({ className: "map-marker alert-corner", iconSize: [44, 44] });
  const marker = L.marker(at, { icon: look, draggable: true, autoPan: true, keyboard: true, alt: label }).addTo(drawn);
  const moved = (to) => {
    corners[number] = place(to);
    write();
  };
  const handle = marker.getElement();
  handle.setAttribute("aria-label", label);
  handle.addEventListener("keydown", (event) => {
    if (event.key in ARROWS) {
      event.preventDefault();
      event.stopPropagation();
      const [x, y] = ARROWS[event.key].map((way) => way * (event.shiftKey ? 5 * STEP : STEP));
      moved(map.containerPointToLatLng(map.latLngToContainerPoint(marker.getLatLng()).add([x, y])));
    } else if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      corners.splice(number, 1);
      write();
    }
  });
  marker.on("dragend", () => moved(marker.getLatLng()));
  return marker;
}

function draw() {
  const focused = pins.findIndex((one) => one.getElement() === document.activeElement);
  drawn.clearLayers();
  pins = [];
  if (corners.length > 1) (kind === "line" ? L.polyline : L.polygon)(corners, outline).addTo(drawn);
  if (corners.length <= 200) pins = corners.map(pin);
  if (!corners.length && typed()) {
    try {
      L.geoJSON(typed(), { style: () => outline, interactive: false }).addTo(drawn);
    } catch {
      // Not GeoJSON: the server says so.
    }
  }
  if (focused >= 0) pins[Math.min(focused, pins.length - 1)]?.getElement().focus();
  for (const name of ["line", "polygon"]) buttons[name].setAttribute("aria-pressed", String(kind === name));
}

function add(latlng) {
  corners.push(place(latlng));
  write();
}

function become(name) {
  kind = name;
  if (corners.length) write();
  else draw();
}

const acts = {
  line: () => become("line"),
  polygon: () => become("polygon"),
  middle: () => add(map.getCenter()),
  back: () => {
    corners.pop();
    write();
  },
  clear: () => {
    corners = [];
    write();
  },
};
for (const [name, button] of Object.entries(buttons)) button.addEventListener("click", acts[name]);
map.on("click", ({ latlng }) => add(latlng));

function show() {
  read();
  draw();
  const bounds = L.latLngBounds([]);
  drawn.eachLayer((layer) => bounds.extend(layer.getBounds ? layer.getBounds() : layer.getLatLng()));
  if (bounds.isValid()) map.fitBounds(bounds.pad(0.2), { maxZoom: 17 });
}

shape.addEventListener("change", show);
show();

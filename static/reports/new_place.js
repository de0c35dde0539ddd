/** The place: one pin and two number fields that always say the same, and the address that goes with them. */
import { setUpAddress } from "./new_address.js";
import { makeMap } from "./map_base.js";
import { setUpSearch } from "./new_search.js";
import { icon, say } from "./new_texts.js";

const CLOSE = 17;
const STEP = 8; // pixels for an arrow key or button; five times as far with Shift
const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
const WAYS = { north: [0, -1], south: [0, 1], west: [-1, 0], east: [1, 0] };

function degrees(text) {
  const value = Number(text.trim().replace(",", "."));
  return text.trim() && Number.isFinite(value) ? value : null;
}

export function setUpPlace(form) {
  const L = window.L;
  const latitude = form.elements.latitude;
  const longitude = form.elements.longitude;
  const status = form.querySelector("#place-status");
  const source = form.elements.place_source;
  const details = form.querySelector("#coordinates");
  const words = form.querySelector("#place-words");
  const element = form.querySelector("#place-map");
  form.querySelector("#place-tools").hidden = false;
  details.open = Boolean(details.querySelector(".has-error"));
  words.open = Boolean(words.querySelector(".has-error") || form.elements.settlement.value);

  const given = typed();
  const map = makeMap(element, given ? { center: given, zoom: CLOSE } : {});
  element.setAttribute("role", "application");
  element.setAttribute("aria-label", say("mapHelp"));
  let pin = null;
  let chosen = Boolean(given); // by hand or by the link: a photo does not overrule it
  if (given) showPin(given);
  const address = setUpAddress(form);
  const search = setUpSearch(form, {
    near: () => map.getCenter(),
    choose: (position, text, found) => {
      choose(position, text, found.address ? "search" : "coordinates", found.address);
      map.setView(position, CLOSE);
    },
    focus: () => pin?.getElement().focus(),
    forget,
  });

  function typed() {
    const place = [degrees(latitude.value), degrees(longitude.value)];
    const known = place.every((value) => value !== null) && Math.abs(place[0]) <= 90 && Math.abs(place[1]) <= 180;
    return known ? place : null;
  }

  function showPin(place) {
    if (pin) {
      pin.setLatLng(place);
      return;
    }
    const shape = document.createElement("span");
    shape.className = "pin";
    shape.append(icon("pin"));
    const look = L.divIcon({ className: "map-marker", html: shape, iconSize: [40, 48], iconAnchor: [20, 46] });
    pin = L.marker(place, { icon: look, draggable: true, autoPan: true, keyboard: true, alt: say("pin") }).addTo(map);
    const marker = pin.getElement();
    marker.setAttribute("aria-label", say("pin"));
    marker.addEventListener("keydown", (event) => {
      if (!(event.key in ARROWS)) return;
      event.preventDefault();
      event.stopPropagation();
      nudge(ARROWS[event.key], event.shiftKey ? 5 * STEP : STEP);
    });
    pin.on("dragend", () => choose(pin.getLatLng()));
  }

  /** Set the pin and the fields; `text` is what the reader is told, `way` how the place was told to us. */
  function put(place, text, way, known) {
    const at = L.latLng(place).wrap();
    latitude.value = at.lat.toFixed(6);
    longitude.value = at.lng.toFixed(6);
    mark(at, text, way, known);
  }

  function mark(at, text, way, known) {
    showPin(at);
    source.value = way;
    address.follow(at, known);
    status.textContent = text ?? say("moved", { latitude: at.lat.toFixed(5), longitude: at.lng.toFixed(5) });
  }

  function choose(place, text, way = "map", known = "") {
    chosen = true;
    if (way === "map" || way === "position") search.clear();
    put(place, text, way, known);
  }

  /** Words alone shall say the place. */
  function forget() {
    pin?.remove();
    pin = null;
    latitude.value = longitude.value = source.value = "";
  }

  function nudge([x, y], pixels) {
    const from = pin ? pin.getLatLng() : map.getCenter();
    const to = map.containerPointToLatLng(map.latLngToContainerPoint(from).add([x * pixels, y * pixels]));
    choose(to);
    map.panInside(to, { padding: [60, 60] });
  }

  map.on("click", (event) => choose(event.latlng));
  for (const field of [latitude, longitude]) {
    field.addEventListener("change", () => {
      const place = typed();
      if (!place) return;
      chosen = true;
      mark(L.latLng(place), undefined, "coordinates"); // the numbers stay as they are typed: the other one may be next
      map.setView(place, Math.max(map.getZoom(), CLOSE));
    });
  }
  for (const button of form.querySelectorAll("[data-move]")) {
    button.addEventListener("click", () => {
      if (button.dataset.move === "here") choose(map.getCenter());
      else nudge(WAYS[button.dataset.move], STEP);
    });
  }

  const locate = form.querySelector("#locate");
  locate.hidden = !("geolocation" in navigator);
  locate.addEventListener("click", () => {
    status.textContent = say("locating");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const place = [coords.latitude, coords.longitude];
        choose(place, say("located", { metres: Math.max(1, Math.round(coords.accuracy)) }), "position");
        map.setView(place, CLOSE);
      },
      () => {
        status.textContent = say("notLocated");
      },
      { enableHighAccuracy: true, timeout: 15000, maximumAge: 30000 },
    );
  });

  return {
    /** A photo knows its place: the map jumps there, unless the reader has chosen one already. */
    fromPhoto(position, text) {
      if (chosen) return;
      put(position, text, "photo");
      map.setView(position, CLOSE);
    },
    unknown(text) {
      if (!pin) status.textContent = text;
    },
    remove() {
      address.stop();
      map.remove();
    },
  };
}

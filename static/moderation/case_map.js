/** The map of a case: a pin that can be moved, what else was reported around it, and the boundaries. */
import { makeMap, pinIcon } from "../reports/map_base.js";

const CLOSED = ["solved", "unresolved", "answered", "delivered", "rejected", "hidden", "duplicate"];

export function typedPlace(form) {
  const { latitude, longitude } = form.elements;
  const place = [latitude, longitude].map((field) => Number(field.value.trim().replace(",", ".")));
  return place.every(Number.isFinite) && latitude.value && longitude.value ? place : null;
}

/** `moved` is called when the pin was dragged. */
export function setUpMap(element, form, moved) {
  const L = window.L;
  if (!L || !element) return;
  const { latitude, longitude } = form.elements;
  element.hidden = false;
  const map = makeMap(element, { center: typedPlace(form) ?? undefined, zoom: 17 });
  for (const other of document.querySelectorAll("[data-lat][data-status]")) addOther(L, map, other);
  const label = element.dataset.pinLabel;
  const pin = L.marker(map.getCenter(), { draggable: true, icon: pinIcon("new"), alt: label, title: label }).addTo(map);
  pin.on("dragend", () => {
    const { lat, lng } = pin.getLatLng();
    latitude.value = lat.toFixed(6);
    longitude.value = lng.toFixed(6);
    moved();
  });
  for (const field of [latitude, longitude]) {
    field.addEventListener("change", () => {
      const place = typedPlace(form);
      if (!place) return;
      pin.setLatLng(place);
      map.panTo(place);
    });
  }
}

/** Open ones are filled, closed ones are rings, likely duplicates stand out. */
function addOther(L, map, row) {
  const { lat, lon, status } = row.dataset;
  const isAlike = row.closest(".case-duplicates") !== null;
  const names = ["map-nearby", isAlike && "is-alike", CLOSED.includes(status) && "is-closed"];
  const tip = document.createElement("span"); // an element, because Leaflet takes a string for HTML
  tip.textContent = `${row.querySelector("a").textContent} (${row.querySelector(".badge")?.textContent.trim() ?? ""})`;
  L.circleMarker([Number(lat), Number(lon)], { radius: isAlike ? 9 : 7, className: names.filter(Boolean).join(" ") })
    .bindTooltip(tip)
    .addTo(map);
}

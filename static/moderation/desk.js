/** One case at the desk: a pin that can be moved, and suggestions that follow category and place. Comfort only. */
import { makeMap, pinIcon } from "../reports/map_base.js";

const form = document.getElementById("case");
const { latitude, longitude, category, address } = form.elements;

function typedPlace() {
  const place = [latitude, longitude].map((field) => Number(field.value.trim().replace(",", ".")));
  return place.every(Number.isFinite) && latitude.value && longitude.value ? place : null;
}

function setUpMap(element) {
  const L = window.L;
  element.hidden = false;
  const map = makeMap(element, { center: typedPlace() ?? undefined, zoom: 17 });
  for (const other of document.querySelectorAll(".case-nearby [data-lat]")) {
    const { lat, lon } = other.dataset;
    L.circleMarker([Number(lat), Number(lon)], { radius: 7, className: "map-nearby" })
      .bindTooltip(other.querySelector("a").textContent)
      .addTo(map);
  }
  const label = element.dataset.pinLabel;
  const pin = L.marker(map.getCenter(), { draggable: true, icon: pinIcon("new"), alt: label, title: label }).addTo(map);
  pin.on("dragend", () => {
    const { lat, lng } = pin.getLatLng();
    latitude.value = lat.toFixed(6);
    longitude.value = lng.toFixed(6);
    suggestAgain();
  });
  for (const field of [latitude, longitude]) {
    field.addEventListener("change", () => {
      const place = typedPlace();
      if (!place) return;
      pin.setLatLng(place);
      map.panTo(place);
    });
  }
}

let asked = null;

/** The server knows the rules: it sends the list anew for what is typed now. */
async function suggestAgain() {
  const list = document.getElementById("choices");
  if (!list) return;
  asked?.abort();
  asked = new AbortController();
  const query = new URLSearchParams({
    category: category.value,
    address: address.value,
    latitude: latitude.value,
    longitude: longitude.value,
  });
  try {
    const response = await fetch(`${form.dataset.suggestions}?${query}`, { signal: asked.signal });
    if (!response.ok) return;
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    list.replaceChildren(...fresh.body.children);
  } catch {
    // Away or overtaken: the list stays as it was, and saving makes it anew.
  }
}

for (const field of [category, address, latitude, longitude]) field.addEventListener("change", suggestAgain);

form.elements.other_institution?.addEventListener("change", (event) => {
  if (event.target.value) document.getElementById("other-body").checked = true;
});

document.getElementById("trouble")?.scrollIntoView({ block: "center" });
document.getElementById("form-errors")?.focus();

const element = document.getElementById("case-map");
if (window.L) setUpMap(element);

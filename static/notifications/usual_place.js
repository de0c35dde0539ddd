// The map of the settings page: one pin, two number fields and the zoom, which always say the same.
import { makeMap } from "../reports/map_base.js";

const L = window.L;
const form = document.getElementById("usual-place");
const { latitude, longitude, zoom, area } = form.elements;
const status = document.getElementById("usual-status");
const texts = document.getElementById("usual-texts").dataset;

document.getElementById("usual-tools").hidden = false;
const map = makeMap(document.getElementById("usual-map"));
let pin = null;
if (latitude.value && longitude.value) show([Number(latitude.value), Number(longitude.value)]);

function show(place) {
  if (pin) {
    pin.setLatLng(place);
    return;
  }
  pin = L.circleMarker(place, { radius: 12, className: "usual-pin", interactive: false }).addTo(map);
}

function choose(place) {
  const at = L.latLng(place).wrap();
  show(at);
  latitude.value = at.lat.toFixed(6);
  longitude.value = at.lng.toFixed(6);
  zoom.value = String(Math.round(map.getZoom()));
  area.value = "";
  status.textContent = texts.chosen.replace("{latitude}", at.lat.toFixed(4)).replace("{longitude}", at.lng.toFixed(4));
}

map.on("click", (event) => choose(event.latlng));
map.on("zoomend", () => {
  if (pin) zoom.value = String(Math.round(map.getZoom()));
});
document.getElementById("usual-middle").addEventListener("click", () => choose(map.getCenter()));
area.addEventListener("change", () => {
  if (area.value) latitude.value = longitude.value = "";
});

const locate = document.getElementById("usual-locate");
locate.hidden = !("geolocation" in navigator);
locate.addEventListener("click", () => {
  status.textContent = texts.locating;
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      map.setView([coords.latitude, coords.longitude], 15);
      choose([coords.latitude, coords.longitude]);
    },
    () => {
      status.textContent = texts.failed;
    },
    { timeout: 15000, maximumAge: 60000 },
  );
});

/** The places of the two reports that are compared, on one map. Comfort only: the page says how far apart they are. */
import { makeMap, pinIcon, whenNear } from "../reports/map_base.js";

const box = document.getElementById("merge-map");
const places = [...box.querySelectorAll("[data-lat]")].map((element) => ({
  at: [Number(element.dataset.lat), Number(element.dataset.lon)],
  status: element.dataset.status,
  title: element.textContent.trim(),
}));

function draw() {
  const L = window.L;
  box.replaceChildren();
  const map = makeMap(box, { center: places[0].at, zoom: 17, options: { scrollWheelZoom: false } });
  map.fitBounds(L.latLngBounds(places.map((place) => place.at)), { padding: [60, 60], maxZoom: 18 });
  L.polyline(places.map((place) => place.at), { className: "merge-line", interactive: false }).addTo(map);
  for (const { at, status, title } of places) {
    L.marker(at, { icon: pinIcon(status), alt: title, title }).bindTooltip(title).addTo(map);
  }
}

if (window.L) {
  box.hidden = false;
  whenNear(box, draw);
}

/** One report: its small map, and the buttons that share its address. */
import { makeMap, pinIcon, whenNear } from "./map_base.js";

const box = document.getElementById("report-map");
if (box) {
  box.hidden = false;
  whenNear(box, draw); // most readers want the words
}

function draw() {
  const { latitude, longitude, status } = box.dataset;
  const place = [Number(latitude), Number(longitude)];
  const map = makeMap(box, { center: place, zoom: box.dataset.tileUrl ? 16 : 13, options: { scrollWheelZoom: false } });
  window.L.marker(place, { icon: pinIcon(status), keyboard: false, interactive: false }).addTo(map);
}

const share = document.getElementById("share-button");
if (share && navigator.share) {
  share.hidden = false;
  // A person who changes their mind is no error.
  share.addEventListener("click", () => navigator.share({ title: share.dataset.title, url: share.dataset.url }).catch(() => {}));
}

const copy = document.getElementById("copy-button");
if (copy && navigator.clipboard) {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(copy.dataset.url);
    document.getElementById("share-said").textContent = copy.dataset.done;
    copy.querySelector("span").textContent = copy.dataset.done;
  });
}

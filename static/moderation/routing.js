/** The map of the page that explains the rules: a pin that writes into the fields. */
import { setUpMap, typedPlace } from "./case_map.js";

const form = document.getElementById("explain");
const { latitude, longitude } = form.elements;
const element = document.getElementById("case-map");
if (!typedPlace(form)) {
  const [x, y] = element.dataset.center.split(",");
  [longitude.value, latitude.value] = [x, y];
}
setUpMap(element, form, () => {});

/** A report entered for somebody: the map and the photos of the public form, sent as a plain form. */
import { setUpPhotos } from "../reports/new_photos.js";
import { setUpPlace } from "../reports/new_place.js";

const form = document.getElementById("report-form");
let place = null;
try {
  place = setUpPlace(form);
} catch (error) {
  console.error(error); // Without a map the number fields do.
}
setUpPhotos(form, place);

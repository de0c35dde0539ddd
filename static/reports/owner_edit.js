/** The reporter corrects a report: the map of the public form; the rest is a plain form. */
import { setUpPlace } from "./new_place.js";

try {
  setUpPlace(document.getElementById("report-form"));
} catch (error) {
  console.error(error); // Without a map the number fields do.
}

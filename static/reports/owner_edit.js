/** The reporter corrects a report: map and questions of the public form; the rest is a plain form. */
import { setUpPlace } from "./new_place.js";
import { setUpQuestions } from "./questions.js";

const form = document.getElementById("report-form");
setUpQuestions(form);
try {
  setUpPlace(form);
} catch (error) {
  console.error(error); // Without a map the number fields do.
}

/** The form of a new report. Everything here is comfort: the page works without it. */
import { setUpPhotos } from "./new_photos.js";
import { setUpPlace } from "./new_place.js";
import { setUpSending } from "./new_send.js";
import { setUpSimilar } from "./new_similar.js";

function start() {
  const form = document.getElementById("report-form");
  let place = null;
  try {
    place = setUpPlace(form);
  } catch (error) {
    console.error(error); // Without a map the number fields do.
  }
  setUpPhotos(form, place);
  setUpSimilar(form);
  setUpSending(form, (main) => {
    // The server sent the form back with words at the fields, and holds the photos already.
    place?.remove();
    document.getElementById("main").replaceWith(document.adoptNode(main));
    start();
    (document.getElementById("form-errors") ?? document.getElementById("similar-asked"))?.focus();
  });
}

// "Back" after a report was taken: that form has had its answer, the next report gets an empty one of its own.
window.addEventListener("pageshow", () => {
  if (history.state?.taken) window.location.replace(window.location.pathname);
});

start();

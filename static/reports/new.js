/** The form of a new report. Everything here is comfort: the page works without it. */
import { keepDraft, keepPreviewed, registerWorker, restoreDraft, showOthers } from "./drafts_form.js";
import { setUpPhotos } from "./new_photos.js";
import { setUpPlace } from "./new_place.js";
import { setUpSending } from "./new_send.js";
import { setUpSimilar } from "./new_similar.js";
import { setUpWriting } from "./new_writing.js";

const FIRST_TO_READ = "#form-stopped, #form-errors, #similar-asked, #form-trouble, #preview-note";

function start() {
  const form = document.getElementById("report-form");
  if ("preview" in form.dataset) {
    setUpSending(form, (main) => showAgain(main));
    keepPreviewed(form);
    return;
  }
  let place = null;
  try {
    place = setUpPlace(form);
  } catch (error) {
    console.error(error); // Without a map the number fields do.
  }
  const photos = setUpPhotos(form, place);
  setUpSimilar(form);
  setUpWriting(form);
  setUpSending(form, (main) => {
    place?.remove();
    showAgain(main);
  });
  keepDraft(form, photos);
}

/** The server sent the form back with words at the fields, or its preview; it holds the photos already. */
function showAgain(main) {
  document.getElementById("main").replaceWith(document.adoptNode(main));
  start();
  if (main.querySelector("[data-preview]")) history.pushState({ preview: true }, "");
  main.querySelector(FIRST_TO_READ)?.focus();
}

// "Back" in the preview leads to the form, not away from it.
window.addEventListener("popstate", () => document.querySelector("[data-preview] #change")?.click());

// "Back" after a report was taken: that form has had its answer, the next report gets an empty one of its own.
window.addEventListener("pageshow", () => {
  if (history.state?.taken) window.location.replace(window.location.pathname);
});

const first = document.getElementById("report-form");
await restoreDraft(first).catch(console.error); // A browser that keeps nothing still has a form.
start();
showOthers(first);
registerWorker(first);

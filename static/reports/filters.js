/** Filters of list and map: open where there is room, and addresses without empty parts. */
const more = document.querySelector(".filter-more");
if (more && window.matchMedia("(min-width: 60rem)").matches) more.open = true;

for (const form of document.querySelectorAll(".report-search, #map-filters")) {
  const fields = [...form.elements].filter((field) => field.name);
  form.addEventListener("submit", () => {
    for (const field of fields) field.disabled = field.value === "";
  });
  // Back in the history the page comes as it was left.
  window.addEventListener("pageshow", () => {
    for (const field of fields) field.disabled = false;
  });
}

/** The usual words for a rejection stand in the field once a reason is chosen, to be edited; what was typed stays. */
const texts = new Map(
  [...document.querySelectorAll("template[data-reject-text]")].map((each) => [
    each.dataset.rejectText,
    each.content.textContent,
  ]),
);
const field = document.querySelector("textarea[name=reject_text]");
let ours = "";

document.querySelector("form#case")?.addEventListener("change", (event) => {
  if (event.target.name !== "reason" || !field || (field.value && field.value !== ours)) return;
  ours = texts.get(event.target.value) ?? "";
  field.value = ours;
});

/** While somebody writes: hints, suggested categories, finding one in the list, and the questions of the chosen one. */
import { say } from "./new_texts.js";
import { ask, setUpQuestions } from "./questions.js";

const PAUSE = 600; // milliseconds after the last letter
const FOUND_AT_MOST = 6;

export function setUpWriting(form) {
  const { description, title, category } = form.elements;
  const chips = form.querySelector("#chips");
  const hints = form.querySelector("#hints");
  let timer = null;

  // -- Hints and chips ------------------------------------------------------------------------------------------

  function look() {
    const kind = form.elements.kind?.value ?? "";
    const address = form.elements.address?.value ?? "";
    ask(form, hints, [["title", title.value], ["description", description.value], ["kind", kind], ["address", address]]);
    if (!category.value || chips.querySelector(`[data-category="${category.value}"]`)) {
      ask(form, chips, [["text", `${title.value}\n${description.value}`]]).then(mark);
    }
  }

  for (const field of [description, title]) {
    field.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(look, PAUSE);
    });
  }

  function mark() {
    for (const chip of form.querySelectorAll("[data-category]")) {
      chip.setAttribute("aria-pressed", String(chip.dataset.category === category.value));
    }
  }

  form.addEventListener("click", (event) => {
    const chip = event.target.closest("[data-category]");
    if (!chip) return;
    category.value = category.value === chip.dataset.category ? "" : chip.dataset.category;
    category.dispatchEvent(new Event("change", { bubbles: true }));
  });

  // -- Finding a category in the list -----------------------------------------------------------------------------

  const finder = form.querySelector("#category-find");
  const words = form.querySelector("#category-words");
  const found = form.querySelector("#category-found");
  finder.hidden = false;
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

  words.addEventListener("input", () => {
    const wanted = plain(words.value.trim());
    const options = [...category.options].filter(
      ({ value, text, parentElement }) => value && plain(`${text} ${parentElement.label ?? ""}`).includes(wanted),
    );
    found.replaceChildren(...(wanted ? options.slice(0, FOUND_AT_MOST).map(chipOf) : []));
    if (wanted && !options.length) {
      const none = document.createElement("li");
      none.className = "field-help";
      none.textContent = say("noCategory");
      found.append(none);
    }
    mark();
  });

  words.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault(); // it would send the report
    found.querySelector("button")?.click();
  });

  function chipOf(option) {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "chip";
    button.dataset.category = option.value;
    button.textContent = option.text;
    item.append(button);
    return item;
  }

  // -- The questions of a category --------------------------------------------------------------------------------

  category.addEventListener("change", mark);
  setUpQuestions(form);

  // -- Praise: public or not --------------------------------------------------------------------------------------

  function showPraise() {
    form.querySelector(".praise-only").hidden = form.elements.kind.value !== "praise";
  }

  form.addEventListener("change", ({ target }) => {
    if (target.name === "kind") showPraise();
  });

  showPraise();
  mark();
  if (description.value) look();
}

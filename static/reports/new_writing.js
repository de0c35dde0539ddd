/** While somebody writes: hints, suggested categories, finding one in the list, and the questions of the chosen one. */
import { say } from "./new_texts.js";

const PAUSE = 600; // milliseconds after the last letter
const FOUND_AT_MOST = 6;

export function setUpWriting(form) {
  const { description, title, category } = form.elements;
  const chips = form.querySelector("#chips");
  const hints = form.querySelector("#hints");
  const questions = form.querySelector("#questions");
  let timer = null;
  let asked = 0; // only the latest answer of each kind counts

  async function ask(box, fields) {
    asked += 1;
    const mine = asked;
    box.dataset.asked = mine;
    const body = new FormData();
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    for (const [name, value] of fields) if (typeof value === "string") body.append(name, value);
    try {
      const response = await fetch(box.dataset.url, { method: "POST", body });
      if (response.ok && Number(box.dataset.asked) === mine) {
        const html = await response.text();
        if (box.innerHTML.trim() !== html.trim()) box.innerHTML = html;
        return true;
      }
    } catch {
      // No signal: the form does without.
    }
    return false;
  }

  // -- Hints and chips ------------------------------------------------------------------------------------------

  function look() {
    const kind = form.elements.kind?.value ?? "";
    const address = form.elements.address?.value ?? "";
    ask(hints, [["title", title.value], ["description", description.value], ["kind", kind], ["address", address]]);
    if (!category.value || chips.querySelector(`[data-category="${category.value}"]`)) {
      ask(chips, [["text", `${title.value}\n${description.value}`]]).then(mark);
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

  category.addEventListener("change", async () => {
    mark();
    if (await ask(questions, [...new FormData(form)])) showStops();
  });

  /** What is said instead of sending shows as soon as its answer is given. */
  function showStops() {
    for (const stop of questions.querySelectorAll("[data-stop-name]")) {
      const { stopName, stopValue } = stop.dataset;
      stop.hidden = !new FormData(form).getAll(stopName).includes(stopValue);
    }
  }

  questions.addEventListener("change", showStops);

  // -- Praise: public or not --------------------------------------------------------------------------------------

  function showPraise() {
    form.querySelector(".praise-only").hidden = form.elements.kind.value !== "praise";
  }

  form.addEventListener("change", ({ target }) => {
    if (target.name === "kind") showPraise();
  });

  showPraise();
  showStops();
  mark();
  if (description.value) look();
}

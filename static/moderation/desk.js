/** One case at the desk: suggestions that follow category and place, and comforts. Everything works without it. */
import { setUpMap } from "./case_map.js";
import { fitSide } from "./case_side.js";
import { say } from "./keys.js";
import { setUpLightbox } from "./lightbox.js";
import { setUpPalette } from "./palette.js";

const form = document.getElementById("case");
const { latitude, longitude, category, address, other_institution: other } = form.elements;

// -- Bodies that follow what is typed --------------------------------------------------------------------------

let asked = null;
let answer = null; // of the server, while it is awaited

/** The server knows the rules: it sends the list anew for what is typed now. */
async function fetchChoices(list) {
  asked?.abort();
  asked = new AbortController();
  const query = new URLSearchParams({
    category: category.value,
    address: address.value,
    latitude: latitude.value,
    longitude: longitude.value,
  });
  try {
    const response = await fetch(`${form.dataset.suggestions}?${query}`, { signal: asked.signal });
    if (!response.ok) return false;
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    list.replaceChildren(...fresh.body.children);
    showChosen();
    return true;
  } catch (error) {
    return error.name === "AbortError"; // overtaken by a newer question
  }
}

function suggestAgain() {
  const list = document.getElementById("choices");
  if (!list) return;
  const mine = fetchChoices(list);
  answer = mine;
  mine.finally(() => {
    if (answer === mine) answer = null;
  });
}

for (const field of [category, address, latitude, longitude]) field.addEventListener("change", suggestAgain);

// -- Whom it goes to, in the bar -------------------------------------------------------------------------------

function showChosen() {
  const line = document.getElementById("case-to");
  if (!line) return;
  const chosen = form.querySelector("[name=institution]:checked");
  const isOther = chosen?.value === "other";
  const name = isOther
    ? other.selectedOptions[0]?.value && other.selectedOptions[0].text
    : chosen?.closest("label").querySelector("[data-name]")?.textContent;
  line.hidden = !name;
  line.querySelector("strong").textContent = name ?? "";
}

other?.addEventListener("change", () => {
  if (other.value) document.getElementById("other-body").checked = true;
  showChosen();
});
form.addEventListener("change", (event) => {
  if (event.target.name === "institution") showChosen();
});

// -- Suggested categories --------------------------------------------------------------------------------------

const guesses = [...document.querySelectorAll(".case-guess-pick")];
for (const guess of guesses) {
  guess.disabled = false;
  guess.addEventListener("click", () => {
    category.value = guess.dataset.category;
    category.dispatchEvent(new Event("change", { bubbles: true }));
    say(guess.textContent);
  });
}
setUpPalette(category, {
  suggested: () =>
    guesses.map((guess) => ({
      value: guess.dataset.category,
      reason: guess.nextElementSibling?.textContent ?? "",
    })),
});
if (other) setUpPalette(other);

// -- Sending ---------------------------------------------------------------------------------------------------

let isSent = false;
let isHeld = false;

form.addEventListener("submit", async (event) => {
  if (isSent) {
    event.preventDefault(); // a second press while the first is on its way
    return;
  }
  if (!answer || event.submitter?.value !== "send") {
    isSent = true;
    return;
  }
  // The bodies are being looked up anew: what would be sent is not what is on the screen yet.
  event.preventDefault();
  if (isHeld) return;
  isHeld = true;
  const isFresh = await answer;
  isHeld = false;
  if (isFresh) form.requestSubmit(event.submitter);
  else say(form.dataset.stale);
});
window.addEventListener("pageshow", () => {
  isSent = false;
});

// --------------------------------------------------------------------------------------------------------------

fitSide();
document.getElementById("trouble")?.scrollIntoView({ block: "center" });
document.getElementById("form-errors")?.focus();
showChosen();
setUpLightbox(document.getElementById("case-photos"));
setUpMap(document.getElementById("case-map"), form, suggestAgain);

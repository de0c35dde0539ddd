/** Sentences of the page's <template id="draft-words">, and who uses this browser now. */
const words = document.getElementById("draft-words").content;
const section = document.getElementById("drafts-here");
const PERSON = "drafts:person";

export function say(name, values = {}) {
  const text = words.querySelector(`[data-text="${name}"]`).textContent.trim();
  return text.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}

export function when(time) {
  const format = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
  return format.format(new Date(time));
}

/** The key of who is signed in, "" for a guest. A page without a signal knows it from the last one that had. */
export function currentPerson() {
  if ("shell" in section.dataset) return localStorage.getItem(PERSON) ?? "";
  localStorage.setItem(PERSON, section.dataset.person);
  return section.dataset.person;
}

/** Sentences of the page's <template id="draft-words">. */
const words = document.getElementById("draft-words").content;

export function say(name, values = {}) {
  const text = words.querySelector(`[data-text="${name}"]`).textContent.trim();
  return text.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}

export function when(time) {
  const format = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
  return format.format(new Date(time));
}

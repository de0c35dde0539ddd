/** Sentences and icons of the page's <template id="texts">. */
const store = document.getElementById("texts").content;

export function say(name, values = {}) {
  const text = store.querySelector(`[data-text="${name}"]`).textContent.trim();
  return text.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}

export function icon(name) {
  return store.querySelector(`[data-icon="${name}"]`).firstElementChild.cloneNode(true);
}

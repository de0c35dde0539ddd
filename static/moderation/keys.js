/**
 * Single keys at the desk, by what the page says of itself (moderation/keys.py, templatetags/desk.py):
 *
 *     data-key="s"          this element answers to S: a button is pressed, a box is ticked by its label,
 *                           <details> open, a field or a part of the page gets the focus
 *     data-key-focus        inside such <details>: what gets the focus, else its first field
 *     data-digits           a part of the page in which digits choose while it has the focus; "main": whenever none has
 *     data-digit="2"        what 2 chooses there
 *     data-then="#send"     where the focus goes after the choice
 *
 * Never in a field, never with a modifier, not in the first moment of a page: a second tap on S is not for the next case.
 * A part with a way of its own listens to `desk:key` on its element and prevents the default.
 */
const SETTLE = 250; // milliseconds
const FIELD =
  "textarea, select, [contenteditable], input:not([type=radio], [type=checkbox], [type=button], [type=submit], [type=reset])";

const root = document.documentElement;
const isOn = document.querySelector("[data-desk-keys=on]") !== null;
let isAsleep = true;
let cameFrom = null;

function wakeUp() {
  isAsleep = true;
  setTimeout(() => {
    isAsleep = false;
    root.dataset.deskKeys = "awake";
  }, SETTLE);
}

/** Screen readers hear what a key has done where the focus has not moved. */
export function say(text) {
  const place = document.getElementById("desk-said");
  if (place) place.textContent = text.replace(/\s+/g, " ").trim();
}

const isVisible = (element) => element.checkVisibility?.({ visibilityProperty: true }) ?? element.offsetParent !== null;

function byKey(key) {
  const elements = document.querySelectorAll(`[data-key~="${CSS.escape(key)}"]`);
  return [...elements].find((element) => isVisible(element) && !element.disabled);
}

function byDigit(key) {
  const here = document.activeElement?.closest("[data-digits]") ?? document.querySelector('[data-digits="main"]');
  return here && [...here.querySelectorAll(`[data-digit="${key}"]`)].find(isVisible);
}

function focusOn(element) {
  element.focus({ preventScroll: true });
  element.scrollIntoView({ block: "nearest" });
  if (element.matches("textarea")) element.setSelectionRange(element.value.length, element.value.length);
  else if (element.matches("input[type=text], input[type=search]")) element.select();
}

function act(element) {
  if (document.activeElement !== document.body && !document.activeElement.closest("[data-digits]")) {
    cameFrom = document.activeElement;
  }
  const asked = new CustomEvent("desk:key", { bubbles: true, cancelable: true });
  if (!element.dispatchEvent(asked)) return;
  if (element.matches("details")) {
    element.open = true;
    element.scrollIntoView({ block: "nearest" });
    const targets = [...element.querySelectorAll("[data-key-focus]"), ...element.querySelectorAll(FIELD), element.firstElementChild];
    focusOn(targets.find(isVisible));
  } else if (element.matches("button, a[href], summary")) {
    element.click();
  } else if (element.matches("label")) {
    element.click();
    focusOn(element.control); // whose state is heard then
  } else {
    const field = element.matches(FIELD) ? element : [...element.querySelectorAll(FIELD)].find(isVisible);
    focusOn(element.matches("[tabindex]") ? element : (field ?? element));
  }
}

function choose(element) {
  element.click();
  say(element.textContent);
  const next = element.dataset.then && document.querySelector(element.dataset.then);
  if (next) focusOn(next);
}

/** Escape leads back: out of a field or an opened part, to where one was. */
function leave() {
  const here = document.activeElement;
  const part = here?.closest("details[data-key]");
  if (!part && !here?.matches(FIELD) && !here?.closest("[data-digits]")) return;
  if (part) part.open = false;
  const back = cameFrom?.isConnected && isVisible(cameFrom) ? cameFrom : part?.firstElementChild;
  cameFrom = null;
  here.blur();
  back?.focus({ preventScroll: true });
}

function onKey(event) {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.getModifierState("AltGraph") || document.querySelector("dialog[open]")) return;
  if (event.key === "Escape") return leave();
  if (event.key.length !== 1 || event.target.closest?.(FIELD)) return;
  const key = event.key.toLowerCase();
  if (event.shiftKey && key !== event.key.toUpperCase()) return; // Shift+S is no S; "?" needs Shift on most keyboards
  const isDigit = key >= "0" && key <= "9";
  const element = isDigit ? byDigit(key) : byKey(key);
  if (!element) return;
  event.preventDefault();
  if (isAsleep || event.repeat) return;
  if (isDigit) choose(element);
  else act(element);
}

/** What answers to a key says so; also what a script has put into the page since. */
function tell() {
  for (const element of document.querySelectorAll("[data-key]:not([aria-keyshortcuts])")) {
    let target = element;
    if (element.matches("label")) target = element.control;
    else if (element.matches("details")) target = element.querySelector("summary");
    else if (element.matches("div:not([tabindex]), section")) target = element.querySelector(FIELD);
    const keys = element.dataset.key.split(" ").map((key) => key.toUpperCase());
    (target ?? element).setAttribute("aria-keyshortcuts", keys.join(" "));
  }
}

if (isOn) {
  root.classList.add("has-keys");
  tell();
  new MutationObserver(tell).observe(document.body, { childList: true, subtree: true });
  document.addEventListener("keydown", onKey);
  // Not before every other script of the page has said what it does with its keys; again after "back".
  document.addEventListener("DOMContentLoaded", wakeUp);
  window.addEventListener("pageshow", (event) => event.persisted && wakeUp());
}

// Ready words for a field, by key or by press.
for (const element of document.querySelectorAll("[data-scripted]")) element.hidden = false;
document.addEventListener("click", (event) => {
  const words = event.target.closest?.("button[data-fill]");
  if (!words) return;
  const field = document.querySelector(words.dataset.fill);
  field.value = (words.querySelector("[data-words]") ?? words).textContent.trim();
  field.dispatchEvent(new Event("input", { bubbles: true }));
  const next = words.dataset.then && document.querySelector(words.dataset.then);
  if (next) focusOn(next);
});

// The list of keys: a dialog over the page instead of the page that the link leads to.
const help = document.getElementById("keys-help");
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-keys-help]");
  if (!help || !link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  help.showModal();
});
help?.addEventListener("keydown", (event) => {
  if (event.key !== "?") return;
  event.preventDefault();
  help.close();
});

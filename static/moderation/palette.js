/**
 * Finding one of many by typing: a dialog in front of a <select>, which stays what the form sends.
 * Letters filter (accents do not matter), arrows move, Enter takes, digits take one of the suggested.
 */
import { say } from "./keys.js";

const SHOWN = 60;
const dialog = document.getElementById("palette");
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/** `suggested`: [{value, reason}], shown first and numbered. */
export function setUpPalette(select, { suggested = () => [] } = {}) {
  const field = select.closest("[data-key]");
  if (!dialog || !field) return;
  field.addEventListener("desk:key", (event) => {
    event.preventDefault();
    open(select, suggested());
  });
}

function open(select, suggested) {
  const title = dialog.querySelector("[data-title]");
  const input = dialog.querySelector("input");
  const list = dialog.querySelector("[role=listbox]");
  const count = dialog.querySelector("[role=status]");
  const options = [...select.options].filter((option) => option.value && !option.disabled);
  const label = select.labels[0]?.textContent ?? "";
  let rows = [];
  let active = 0;

  function matching() {
    const words = plain(input.value).split(/\s+/).filter(Boolean);
    if (!words.length) {
      const first = suggested
        .map(({ value, reason }) => ({ option: options.find((option) => option.value === value), reason }))
        .filter(({ option }) => option);
      const rest = options.filter((option) => !first.some((one) => one.option === option));
      return [...first.map((one, index) => ({ ...one, digit: index + 1 })), ...rest.map((option) => ({ option }))];
    }
    const found = options.filter((option) => words.every((word) => plain(option.text).includes(word)));
    const starts = (option) => (plain(option.text).split(/[\s›]+/).some((part) => part.startsWith(words[0])) ? 0 : 1);
    return found.sort((one, other) => starts(one) - starts(other)).map((option) => ({ option }));
  }

  function draw() {
    rows = matching().slice(0, SHOWN);
    active = 0;
    list.replaceChildren(...rows.map(makeRow));
    count.textContent = rows.length ? "" : count.dataset.none;
    mark();
  }

  function makeRow({ option, reason, digit }, index) {
    const row = document.createElement("li");
    row.id = `palette-${index}`;
    row.role = "option";
    row.append(option.text);
    if (reason) row.append(Object.assign(document.createElement("span"), { className: "muted", textContent: reason }));
    if (digit) row.append(Object.assign(document.createElement("kbd"), { textContent: digit, ariaHidden: "true" }));
    row.addEventListener("click", () => take(index));
    return row;
  }

  function mark() {
    [...list.children].forEach((row, index) => row.setAttribute("aria-selected", String(index === active)));
    const row = list.children[active];
    if (row) input.setAttribute("aria-activedescendant", row.id);
    else input.removeAttribute("aria-activedescendant");
    row?.scrollIntoView({ block: "nearest" });
  }

  function take(index) {
    const row = rows[index];
    if (!row) return;
    dialog.close();
    // Where nothing had the focus before, the closed field keeps it until the next frame: a quick key would be its letter.
    if (dialog.contains(document.activeElement)) document.activeElement.blur();
    select.value = row.option.value;
    select.dispatchEvent(new Event("change", { bubbles: true }));
    say(row.option.text);
  }

  function onKey(event) {
    const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };
    if (event.key in moves && rows.length) {
      active = Math.min(Math.max(active + moves[event.key], 0), rows.length - 1);
      mark();
    } else if (event.key === "Enter") {
      take(active);
    } else if (!input.value && rows.some((row) => String(row.digit) === event.key)) {
      take(rows.findIndex((row) => String(row.digit) === event.key));
    } else {
      return;
    }
    event.preventDefault();
  }

  title.textContent = label;
  input.value = "";
  input.oninput = draw;
  input.onkeydown = onKey;
  draw();
  dialog.showModal();
  input.focus();
}

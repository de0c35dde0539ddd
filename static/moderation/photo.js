/**
 * One photo at the desk: boxes are drawn, moved and resized by pointer or arrow keys. The number fields of the form
 * hold everything, so that without this script they do; the result is always a picture made by the server.
 */
import { moveTo, within } from "./photo_boxes.js";
import { say } from "../reports/new_texts.js";

const SIDES = ["left", "top", "width", "height"];
const SMALLEST = { blur: 1, crop: 5 }; // per cent; a click without a drag is no box

const form = document.getElementById("photo-form");
const stage = document.getElementById("stage");
const status = document.getElementById("photo-status");
const rows = document.getElementById("blur-rows");
const total = form.elements["blur-TOTAL_FORMS"];
const most = Number(form.dataset.most);

/** The fields of a box and its element on the photo. */
class Box {
  constructor(fields) {
    this.fields = fields;
    this.kind = fields.dataset.box;
    this.inputs = SIDES.map((side) => fields.querySelector(`input[name$="-${side}"]`));
    this.gone = fields.querySelector('input[name$="-gone"]');
    if (this.gone) this.gone.closest("label").hidden = true;
    const remove = fields.querySelector("[data-remove]");
    remove.hidden = false;
    remove.addEventListener("click", () => this.clear());
    fields.addEventListener("input", () => changed());
  }

  get values() {
    if (this.gone?.checked || this.inputs.some((input) => input.value === "")) return null;
    const values = this.inputs.map((input) => Number(input.value));
    return values.every(Number.isFinite) && values[2] > 0 && values[3] > 0 ? values : null;
  }

  set values(values) {
    if (this.gone) this.gone.checked = false;
    this.inputs.forEach((input, at) => (input.value = String(Math.round(values[at] * 10) / 10)));
    this.fields.hidden = false;
    document.getElementById(`${this.kind}-details`).open = true;
  }

  get isEmpty() {
    return this.gone?.checked || this.inputs.every((input) => input.value === "");
  }

  get name() {
    return this.kind === "crop" ? say("crop") : say("blur", { number: boxes.indexOf(this) });
  }

  clear() {
    const name = this.name;
    for (const input of this.inputs) input.value = "";
    if (this.kind === "blur") this.fields.hidden = true;
    changed();
    tell(say("removed", { name }));
    document.getElementById("add-box").focus();
  }
}

const crop = new Box(document.querySelector('#crop-details [data-box="crop"]'));
const boxes = [crop, ...[...rows.children].map((fields) => new Box(fields))];
for (const box of boxes) if (box.kind === "blur" && box.isEmpty) box.fields.hidden = true;

// -- What is seen -------------------------------------------------------------------------------------------

function draw() {
  for (const box of boxes) {
    const values = box.values;
    if (!values) {
      box.element?.remove();
      box.element = null;
      continue;
    }
    if (!box.element) box.element = build(box);
    const [left, top, width, height] = values;
    Object.assign(box.element.style, {
      left: `${left}%`, top: `${top}%`, width: `${width}%`, height: `${height}%`,
    });
    box.element.setAttribute("aria-label", describe(box));
  }
}

function build(box) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = `stage-box is-${box.kind}`;
  element.box = box;
  if (box.kind === "blur") {
    const number = document.createElement("span");
    number.className = "stage-box-number";
    number.setAttribute("aria-hidden", "true");
    number.textContent = String(boxes.indexOf(box));
    element.append(number);
  }
  const grip = document.createElement("span");
  grip.className = "stage-grip";
  element.append(grip);
  element.addEventListener("keydown", (event) => onKey(event, box));
  if (box.kind === "crop") stage.querySelector("img").after(element);
  else stage.append(element);
  return element;
}

function describe(box) {
  const [left, top, width, height] = box.values;
  return say("at", { name: box.name, left, top, width, height });
}

let telling;
function tell(words) {
  clearTimeout(telling);
  telling = setTimeout(() => (status.textContent = words), 300);
}

let asking;
function changed() {
  draw();
  document.getElementById("not-saved").hidden = false;
  clearTimeout(asking);
  asking = setTimeout(() => {
    const query = new URLSearchParams({ turn: form.elements.turn.value, size: "medium" });
    for (const box of boxes) {
      const values = box.values && within(box.values);
      if (values) query.append(box.kind, values.map((value) => (value / 100).toFixed(4)).join(","));
    }
    document.getElementById("result").src = `${form.dataset.picture}?${query}`;
  }, 300);
}

// -- Adding, turning ----------------------------------------------------------------------------------------

function mode() {
  return document.querySelector('input[name="mode"]:checked').value;
}

/** The box to draw into: the crop, or an empty area, or one more. */
function freeBox(kind) {
  if (kind === "crop") return crop;
  if (boxes.filter((box) => box.kind === "blur" && box.values).length >= most) {
    tell(say("many", { most }));
    return null;
  }
  return boxes.find((box) => box.kind === "blur" && box.isEmpty) ?? oneMore();
}

function oneMore() {
  const at = Number(total.value);
  const holder = document.createElement("div");
  holder.innerHTML = document
    .getElementById("blur-row")
    .innerHTML.replaceAll("__prefix__", String(at))
    .replaceAll("__number__", String(at + 1));
  const fields = holder.firstElementChild;
  rows.append(fields);
  total.value = String(at + 1);
  const box = new Box(fields);
  boxes.push(box);
  return box;
}

document.getElementById("add-box").addEventListener("click", () => {
  const box = freeBox(mode());
  if (!box) return;
  if (!box.values) box.values = mode() === "crop" ? [10, 10, 80, 80] : [40, 40, 20, 20];
  changed();
  box.element.focus();
});

for (const [step, by] of [["turn_left", 270], ["turn_right", 90]]) {
  form.querySelector(`button[value="${step}"]`).addEventListener("click", (event) => {
    event.preventDefault();
    const turn = (Number(form.elements.turn.value) + by) % 360;
    form.elements.turn.value = String(turn);
    for (const box of boxes) {
      for (let quarter = 0; quarter < by / 90; quarter += 1) {
        const values = box.values;
        if (values) box.values = [100 - values[1] - values[3], values[0], values[3], values[2]];
      }
    }
    stage.querySelector("img").src = `${form.dataset.picture}?turn=${turn}`;
    changed();
    tell(say("turned", { turn }));
  });
}

// -- Pointer and keys ---------------------------------------------------------------------------------------

let held = null; // { box, how, from, start, before }

function place(event) {
  const { left, top, width, height } = stage.getBoundingClientRect();
  return [((event.clientX - left) / width) * 100, ((event.clientY - top) / height) * 100];
}

stage.addEventListener("pointerdown", (event) => {
  if (event.button !== 0 || held) return;
  event.preventDefault();
  const element = event.target.closest(".stage-box");
  // Under the tool for blurring, the crop is only a frame: one draws inside it.
  const box = element && (element.box.kind === "blur" || mode() === "crop" || event.target.closest(".stage-grip")) ? element.box : null;
  const how = box ? (event.target.closest(".stage-grip") ? "size" : "move") : "draw";
  const drawn = box ?? freeBox(mode());
  if (!drawn) return;
  held = { box: drawn, how, from: place(event), start: drawn.values, id: event.pointerId };
  stage.setPointerCapture(event.pointerId);
  drawn.element?.focus({ preventScroll: true });
});

stage.addEventListener("pointermove", (event) => {
  if (!held || event.pointerId !== held.id) return;
  const values = moveTo(held.how, held.start, held.from, place(event), SMALLEST[held.box.kind]);
  if (!values) return;
  held.box.values = values;
  draw();
});

function letGo(event) {
  if (!held || event.pointerId !== held.id) return;
  const { box } = held;
  held = null;
  if (!box.values) return;
  changed();
  box.element.focus({ preventScroll: true });
  tell(describe(box));
}
stage.addEventListener("pointerup", letGo);
stage.addEventListener("pointercancel", letGo);

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function onKey(event, box) {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key === "Delete" || event.key === "Backspace") {
    event.preventDefault();
    box.clear();
    return;
  }
  const step = STEPS[event.key];
  if (!step) return;
  event.preventDefault();
  const how = event.shiftKey ? "size" : "move";
  box.values = moveTo(how, box.values, [0, 0], step, SMALLEST[box.kind]);
  changed();
  tell(describe(box));
}

stage.classList.add("is-ready");
for (const id of ["modes", "add-box", "stage-help"]) document.getElementById(id).hidden = false;
document.getElementById("show-result").hidden = true;
draw();

/** One photo in the list: its preview, how far it is, and its buttons. */
import { say } from "./new_texts.js";

export class Thumb {
  constructor(photo, { onMove, onRemove, onRetry }) {
    this.photo = photo;
    this.element = document.getElementById("photo-thumb").content.firstElementChild.cloneNode(true);
    this.picture = this.part("img");
    this.progress = this.part("progress");
    this.word = this.part(".thumb-word");
    this.part('[data-do="left"]').addEventListener("click", () => onMove(photo, -1));
    this.part('[data-do="right"]').addEventListener("click", () => onMove(photo, 1));
    this.part('[data-do="remove"]').addEventListener("click", () => onRemove(photo));
    this.part('[data-do="retry"]').addEventListener("click", () => onRetry(photo));
    this.picture.addEventListener("error", () => this.showName());
    this.show(photo.file ? URL.createObjectURL(photo.file) : photo.small);
  }

  part(selector) {
    return this.element.querySelector(selector);
  }

  show(url) {
    if (!url) return;
    this.picture.hidden = false;
    this.part(".thumb-name").hidden = true;
    this.picture.src = url;
  }

  /** HEIC, in most browsers: it is fine, only the preview is missing until the server has made one. */
  showName() {
    const name = this.part(".thumb-name");
    name.textContent = `${this.photo.name} · ${say("noPreview")}`;
    name.hidden = false;
    this.picture.hidden = true;
    this.hasNoPreview = true;
  }

  focus(button) {
    this.part(`[data-do="${button}"]`).focus();
  }

  /** Brings everything up to date; `place` counts from one. */
  render(place, count) {
    const { name, state, progress, message } = this.photo;
    this.element.dataset.state = state;
    this.picture.alt = say("preview", { name, place, count });
    this.part(".thumb-number").textContent = place;
    this.progress.hidden = !["reading", "waiting", "uploading"].includes(state);
    this.progress.setAttribute("aria-label", say("uploading", { name }));
    if (state === "uploading") this.progress.value = progress;
    else this.progress.removeAttribute("value");
    this.word.textContent = message;
    this.word.hidden = !message;
    this.button("retry", { hidden: state !== "failed", label: say("retry", { name }) });
    this.button("left", { hidden: count < 2, off: place === 1, label: say("moveLeft", { name }) });
    this.button("right", { hidden: count < 2, off: place === count, label: say("moveRight", { name }) });
    this.button("remove", { label: say("remove", { name }) });
    this.part(".thumb-grip").hidden = count < 2;
    if (this.hasNoPreview && this.photo.small) {
      this.hasNoPreview = false;
      this.show(this.photo.small);
    }
  }

  button(what, { label, hidden = false, off = false }) {
    const button = this.part(`[data-do="${what}"]`);
    button.hidden = hidden;
    button.setAttribute("aria-label", label);
    button.setAttribute("aria-disabled", String(off));
  }

  remove() {
    if (this.picture.src.startsWith("blob:")) URL.revokeObjectURL(this.picture.src);
    this.element.remove();
  }
}

/** The photos: several picks add up, each has a preview and a button to remove it, and tells the place if it knows it. */
import { icon, say } from "./new_texts.js";

const HEAD = 256 * 1024;

export function setUpPhotos(form, place) {
  const input = form.elements.photos;
  const list = form.querySelector("#thumbs");
  const status = form.querySelector("#photo-status");
  const max = Number(form.dataset.maxCount);
  const maxBytes = Number(form.dataset.maxBytes);
  let files = [];
  const places = new Map(); // what the files told about themselves, as the answers come in
  let teller = null; // the file whose place the map shows
  form.querySelector("#photo-pick").hidden = false;
  form.classList.add("has-photo-pick");

  const room = () => max - form.querySelectorAll('[name="kept_photos"]:checked').length;

  function refused(file) {
    const name = file.name;
    if (file.size > maxBytes) return say("tooLarge", { name, megabytes: Math.round(maxBytes / 2 ** 20) });
    if (file.type && !file.type.startsWith("image/")) return say("notPicture", { name });
    if (files.length >= room()) return say("tooMany", { name, max });
    return null;
  }

  function keep() {
    const transfer = new DataTransfer();
    for (const file of files) transfer.items.add(file);
    input.files = transfer.files;
    list.hidden = files.length === 0;
  }

  function tell(problems = []) {
    status.textContent = [...problems, say("added", { count: files.length + max - room(), max })].join(" ");
  }

  function add() {
    const problems = [];
    for (const file of input.files) {
      if (files.some((other) => other.name === file.name && other.size === file.size)) continue;
      const problem = refused(file);
      if (problem) {
        problems.push(problem);
        continue;
      }
      files.push(file);
      list.append(thumb(file));
      readPlace(file);
    }
    keep();
    tell(problems);
  }

  input.addEventListener("change", add);
  if (input.files.length) add(); // picked while this file was still on its way

  function thumb(file) {
    const item = document.createElement("li");
    item.className = "thumb";
    const picture = document.createElement("img");
    picture.alt = say("preview", { name: file.name });
    picture.src = URL.createObjectURL(file);
    picture.addEventListener("error", () => {
      // HEIC, in most browsers: it is fine, only the preview is missing.
      const words = document.createElement("span");
      words.className = "thumb-name";
      words.textContent = `${file.name} · ${say("noPreview")}`;
      picture.replaceWith(words);
    });
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-icon btn-sm";
    button.setAttribute("aria-label", say("remove", { name: file.name }));
    button.append(icon("remove"));
    button.addEventListener("click", () => {
      files = files.filter((other) => other !== file);
      URL.revokeObjectURL(picture.src);
      item.remove();
      keep();
      showPlace();
      status.textContent = say("removed", { name: file.name });
      (list.querySelector("button") ?? input).focus();
    });
    item.append(picture, button);
    return item;
  }

  /** The first photo that knows its place has the say, in whatever order the answers come. */
  function showPlace() {
    const first = files.find((file) => places.has(file));
    if (!first || first === teller) return;
    teller = first;
    const { position, words } = places.get(first);
    place?.fromPhoto(position, words);
  }

  async function readPlace(file) {
    try {
      const response = await fetch(form.dataset.positionUrl, {
        method: "POST",
        headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value, "Content-Type": "application/octet-stream" },
        body: file.slice(0, HEAD),
      });
      if (!response.ok) return;
      const { latitude, longitude, taken_at: takenAt } = await response.json();
      const name = file.name;
      if (latitude === null) {
        if (files.includes(file)) place?.unknown(say("noPlaceInPhoto", { name }));
        return;
      }
      const words = [say("fromPhoto", { name })];
      if (takenAt) {
        const format = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", timeStyle: "short" });
        words.push(say("takenAt", { date: format.format(new Date(takenAt)) }));
      }
      places.set(file, { position: [latitude, longitude], words: words.join(" ") });
      showPlace();
    } catch {
      // No signal: the server reads the place from the whole photo later.
    }
  }
}

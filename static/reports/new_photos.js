/**
 * The photos of a form. Each goes up at once on its own, smaller where the browser can make it so, with the place and
 * time that were read from it; it can be moved, taken back and tried again. The form then only names it.
 *
 * `setUpPhotos` gives `{ files, add, settled }`; the form says `photos:changed` whenever the list is another.
 */
import { readExif } from "./exif.js";
import { say } from "./new_texts.js";
import { setUpDrag } from "./photo_drag.js";
import { Thumb } from "./photo_thumb.js";
import { shrink } from "./shrink.js";
import { upload } from "./upload.js";

const UNDERWAY = ["reading", "waiting", "uploading"];

export function setUpPhotos(form, place) {
  const input = form.elements.photos;
  const camera = form.querySelector("#camera");
  const list = form.querySelector("#thumbs");
  const status = form.querySelector("#photo-status");
  const problems = form.querySelector("#photo-problems"); // of files that did not get into the list
  const alert = form.querySelector("#photo-alert"); // says aloud what stands at a photo
  const { uploadUrl } = input.dataset;
  const [max, maxBytes, longest] = ["maxCount", "maxBytes", "shrinkTo"].map((name) => Number(input.dataset[name]));
  let photos = []; // { name, file, blob, hint, token, small, state, progress, message, thumb, stop }
  let teller = null; // the photo whose place the map shows
  let running = false;
  let waiting = []; // whoever waits for the uploads to end

  // -- The list ---------------------------------------------------------------------------------------------------

  function show() {
    photos.forEach((photo, index) => photo.thumb.render(index + 1, photos.length));
    list.hidden = photos.length === 0;
    form.querySelector("#photo-order").hidden = photos.length < 2;
    const messages = photos.map(({ message }) => message).join(" ").trim();
    if (alert.textContent !== messages) alert.textContent = messages;
    if (!photos.some(({ state }) => UNDERWAY.includes(state))) {
      waiting.forEach((resolve) => resolve());
      waiting = [];
    }
  }

  function changed() {
    show();
    form.dispatchEvent(new CustomEvent("photos:changed", { bubbles: true }));
  }

  function enter(photo) {
    photo.thumb = new Thumb(photo, { onMove: moveBy, onRemove: remove, onRetry: retry });
    photos.push(photo);
    list.append(photo.thumb.element);
    return photo;
  }

  const isOn = (photo) => photos.includes(photo);

  function moveTo(photo, index) {
    photos = photos.filter((other) => other !== photo);
    photos.splice(index, 0, photo);
    list.insertBefore(photo.thumb.element, photos[index + 1]?.thumb.element ?? null);
    changed();
    status.textContent = say("nowPlace", { name: photo.name, place: index + 1, count: photos.length });
  }

  function moveBy(photo, step) {
    const index = photos.indexOf(photo) + step;
    if (index < 0 || index >= photos.length) return;
    moveTo(photo, index);
    photo.thumb.focus(step < 0 ? "left" : "right");
  }

  setUpDrag(list, (element, before) => {
    const photo = photos.find(({ thumb }) => thumb.element === element);
    const others = photos.filter((other) => other !== photo);
    const index = others.findIndex(({ thumb }) => thumb.element === before);
    moveTo(photo, index < 0 ? others.length : index);
  });

  function remove(photo) {
    const index = photos.indexOf(photo);
    photos = photos.filter((other) => other !== photo);
    photo.stop?.abort();
    photo.thumb.remove();
    if (photo.token) forget(photo.token);
    changed();
    showPlace();
    status.textContent = say("removed", { name: photo.name });
    const next = photos[index] ?? photos[index - 1];
    if (next) next.thumb.focus("remove");
    else input.focus();
  }

  /** What does not reach the server is purged there in a day. */
  function forget(token) {
    const headers = { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value };
    fetch(`${uploadUrl}/${token}`, { method: "DELETE", headers }).catch(() => {});
  }

  // -- Picking ------------------------------------------------------------------------------------------------------

  function refusal(file) {
    const { name } = file;
    if (file.type && !file.type.startsWith("image/")) return say("notPicture", { name });
    if (file.size === 0) return say("empty", { name });
    if (photos.length >= max) return say("tooMany", { name, max });
    return null;
  }

  function isHereAlready(file) {
    const same = ({ name, size, lastModified }) =>
      name === file.name && size === file.size && lastModified === file.lastModified;
    return photos.some((photo) => photo.file && same(photo.file));
  }

  /** `files` are `File`s, or `{ blob, name, token, suggestion }` as `files()` gave them once. */
  function add(files) {
    const refused = [];
    for (const picked of files) {
      const file = picked.blob ? new File([picked.blob], picked.name, { type: picked.blob.type }) : picked;
      if (isHereAlready(file)) continue;
      const why = refusal(file);
      if (why) refused.push(why);
      else take(file, picked.suggestion);
    }
    problems.textContent = refused.join(" ");
    status.textContent = say("added", { count: photos.length, max });
    changed();
  }

  async function take(file, suggestion) {
    const photo = enter({ name: file.name, file, blob: file, state: "reading", progress: 0, message: "" });
    photo.hint = suggestion ?? (await readHint(file));
    showPlace();
    photo.blob = (await shrink(file, longest)) ?? file;
    if (!isOn(photo)) return;
    if (photo.blob.size > maxBytes) {
      refuse(photo, say("tooLarge", { name: photo.name, megabytes: Math.round(maxBytes / 2 ** 20) }));
    } else {
      photo.state = "waiting";
      changed();
      goOn();
    }
  }

  function refuse(photo, message) {
    Object.assign(photo, { state: "refused", message });
    changed();
  }

  for (const field of [input, camera]) {
    field?.addEventListener("change", () => {
      const files = [...field.files];
      field.value = ""; // the form sends what the list holds, and the same file may be picked again
      add(files);
    });
  }

  // -- Going up, one after the other: a bad signal carries one better than five --------------------------------------

  async function goOn() {
    if (running) return;
    running = true;
    for (let photo = next(); photo; photo = next()) await send(photo);
    running = false;
  }

  const next = () => photos.find(({ state }) => state === "waiting");

  async function send(photo) {
    Object.assign(photo, { state: "uploading", progress: 0, message: "", stop: new AbortController() });
    show();
    const fields = [["photo", photo.blob, photo.name], ["hint", JSON.stringify(photo.hint)]];
    const onProgress = (progress) => {
      photo.progress = progress;
      show();
    };
    try {
      arrived(photo, await upload(form, uploadUrl, fields, { onProgress, signal: photo.stop.signal }));
    } catch (failure) {
      if (isOn(photo)) missed(photo, failure);
    }
  }

  function arrived(photo, { token, urls, latitude, longitude, taken_at: takenAt }) {
    if (!isOn(photo)) {
      forget(token);
      return;
    }
    Object.assign(photo, { token, small: urls.small, state: "done" });
    photo.hint = { latitude, longitude, taken_at: takenAt };
    status.textContent = say("uploaded", { name: photo.name });
    changed();
    if (latitude === null) place?.unknown(say("noPlaceInPhoto", { name: photo.name }));
    else showPlace();
  }

  function missed(photo, failure) {
    if (failure.final) {
      refuse(photo, failure.message || say("notTaken", { name: photo.name }));
      return;
    }
    Object.assign(photo, { state: "failed", message: failure.message || say("uploadFailed", { name: photo.name }) });
    changed();
  }

  function retry(photo) {
    photo.thumb.focus("remove"); // its own button goes away
    Object.assign(photo, { state: "waiting", message: "" });
    changed();
    goOn();
  }

  function retryAll() {
    if (!form.isConnected) {
      window.removeEventListener("online", retryAll);
      return;
    }
    for (const photo of photos.filter(({ state }) => state === "failed")) {
      Object.assign(photo, { state: "waiting", message: "" });
    }
    changed();
    goOn();
  }

  window.addEventListener("online", retryAll);

  // -- What the photos know ---------------------------------------------------------------------------------------

  async function readHint(file) {
    const { position, takenAt } = await readExif(file);
    return { latitude: position?.[0] ?? null, longitude: position?.[1] ?? null, taken_at: takenAt };
  }

  /** The first photo that knows its place has the say, in whatever order the answers come. */
  function showPlace() {
    const first = photos.find(({ hint }) => hint && hint.latitude !== null && hint.latitude !== undefined);
    if (!first || first === teller) return;
    teller = first;
    const words = [say("fromPhoto", { name: first.name })];
    if (first.hint.taken_at) {
      const format = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", timeStyle: "short" });
      words.push(say("takenAt", { date: format.format(new Date(first.hint.taken_at)) }));
    }
    place?.fromPhoto([first.hint.latitude, first.hint.longitude], words.join(" "));
  }

  // -- With the form ------------------------------------------------------------------------------------------------

  let leaves = false; // "it is this one": the photos are not needed there
  form.addEventListener("submit", ({ submitter }) => {
    leaves = Boolean(submitter?.hasAttribute("data-leaves"));
  });

  form.addEventListener("formdata", ({ formData }) => {
    for (const name of ["photos", "kept_photos", "photo_hints"]) formData.delete(name);
    if (leaves) return;
    for (const { token, blob, name, hint, state } of photos) {
      if (token) {
        formData.append("kept_photos", token);
      } else if (state !== "refused") {
        formData.append("kept_photos", "file"); // here stands one that comes along
        formData.append("photos", blob, name);
        formData.append("photo_hints", JSON.stringify(hint ?? {}));
      }
    }
  });

  /** Resolves when nothing is on its way any more; `tell` hears how far it is (0 to 1). */
  function settled(tell) {
    const underway = () => photos.filter(({ state }) => UNDERWAY.includes(state));
    if (underway().length === 0) return Promise.resolve();
    const timer = setInterval(() => {
      const parts = photos.map(({ state, progress }) => (UNDERWAY.includes(state) ? progress : 1));
      tell?.(parts.reduce((sum, part) => sum + part, 0) / parts.length);
    }, 200);
    return new Promise((resolve) => {
      waiting.push(resolve);
    }).finally(() => clearInterval(timer));
  }

  form.addEventListener("report:sending", ({ detail }) => detail.waitFor(settled(detail.tell)));

  // What the server holds already, from an earlier press of the button or a draft, is part of the same list.
  for (const kept of form.querySelectorAll('[name="kept_photos"]:checked')) {
    const { src, alt } = kept.closest(".thumb").querySelector("img");
    enter({ name: alt, token: kept.value, small: src, state: "done", progress: 1, message: "" });
  }
  form.querySelector("#kept-photos")?.remove();
  form.querySelector("#photo-pick").hidden = false;
  form.querySelector("#camera-pick").hidden = !navigator.maxTouchPoints; // a desk has no camera to hold up
  form.classList.add("has-photo-pick");
  show();
  if (input.files.length) input.dispatchEvent(new Event("change")); // picked while this file was still on its way

  return {
    /** In their order; `blob` is what goes up, `token` what has gone, `suggestion` what was read from the file. */
    files: () =>
      photos
        .filter(({ state }) => state !== "refused")
        .map(({ blob, name, token, hint }) => ({ blob: blob ?? null, name, token: token ?? null, suggestion: hint ?? null })),
    add,
    settled,
  };
}

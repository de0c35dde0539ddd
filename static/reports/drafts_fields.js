/** Between the form and a record: what is kept of it, and how it is filled in again. */

// The page's own; photos are files.
const SKIPPED = ["csrfmiddlewaretoken", "draft_version", "kept_photos", "photo_hints", "photos", "step", "submission", "website"];
// Kept for the queue, but true of the page that was shown then.
const NOT_PUT_BACK = ["asked", "channel", "privacy_version", "similar_seen", "stamp"];

export function readFields(form) {
  return [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !SKIPPED.includes(name));
}

/** Equal where nothing was changed. `photos` as `setUpPhotos` gives them: { blob, name, token, suggestion }. */
export function fingerprint(fields, photos) {
  return JSON.stringify([fields, photos.map(({ blob, name, token }) => [name, token, blob?.size])]);
}

/** As the server sent it: whoever types before the scripts have come has touched it all the same. */
export function isUntouched(form) {
  return [...form.elements].every((element) => {
    if (!element.name || SKIPPED.includes(element.name)) return true;
    if (["checkbox", "radio"].includes(element.type)) return element.checked === element.defaultChecked;
    if (!element.options) return element.value === (element.defaultValue ?? element.value);
    const selected = [...element.options].findIndex((option) => option.defaultSelected);
    return element.selectedIndex === (element.multiple ? selected : Math.max(selected, 0));
  });
}

export function titleOf(fields) {
  const words = Object.fromEntries(fields);
  return (words.title || words.description || "").trim().slice(0, 80);
}

/** `root`: the form, or a part of it that has come later. */
export function fillIn(root, fields) {
  const texts = new Map();
  for (const [name, text] of fields) texts.set(name, [...(texts.get(name) ?? []), text]);
  for (const element of root.querySelectorAll("[name]")) {
    if ([...SKIPPED, ...NOT_PUT_BACK].includes(element.name) || element.type === "submit") continue;
    const wanted = texts.get(element.name) ?? [];
    if (["checkbox", "radio"].includes(element.type)) element.checked = wanted.includes(element.value);
    else if (element.type === "select-multiple") {
      for (const option of element.options) option.selected = wanted.includes(option.value);
    } else if (element.type !== "file") element.value = wanted.shift() ?? "";
    if (element.value && element.closest("details")) element.closest("details").open = true;
  }
}

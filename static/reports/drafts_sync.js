/** Whoever is signed in has the draft on the server as well, a little later: for the other devices. */
import "./drafts.js";
import { say, when } from "./drafts_words.js";

const LATER = 3000; // ms
const JSON_PLEASE = { Accept: "application/json" };
let timer = null;

export function syncSoon(form, id) {
  clearTimeout(timer);
  timer = setTimeout(() => sync(form, id).catch(() => {}), LATER); // no network: the next change tries again
}

async function sync(form, id) {
  const draft = await drafts.get(id);
  if (draft?.state !== "writing" || draft.saved === draft.updated) return;
  const body = new URLSearchParams(draft.fields);
  for (const { token } of await drafts.photos(id)) if (token) body.append("kept_photos", token);
  body.set("submission", id);
  body.set("draft_version", draft.version ?? "");
  body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  const response = await fetch(form.dataset.draftsUrl, { method: "POST", headers: JSON_PLEASE, body });
  const answer = await response.json();
  if (response.ok) {
    form.elements.draft_version.value = answer.version;
    await drafts.change(id, (now) => now && { version: answer.version, saved: draft.updated });
    document.getElementById("draft-synced").hidden = false;
  } else if (answer.problem === "changed") {
    askWhich(form, id, answer);
  } else if (answer.problem === "sent") {
    await drafts.remove(id);
    window.location.assign(answer.url);
  }
}

/** Another device has saved since: the reader says which one holds. */
function askWhich(form, id, { version, updated }) {
  const box = document.getElementById("draft-conflict");
  box.querySelector("p").textContent = say("conflict", { when: when(updated) });
  box.querySelector("[data-part=theirs]").href = `${form.dataset.formUrl}?draft=${id}`;
  box.hidden = false;
  box.querySelector("[data-part=theirs]").onclick = async (event) => {
    event.preventDefault();
    await drafts.remove(id);
    window.location.assign(event.target.href);
  };
  box.querySelector("[data-part=mine]").onclick = async () => {
    box.hidden = true;
    await drafts.change(id, (now) => now && { version });
    await sync(form, id);
  };
}

/** The form keeps itself in this browser while it is written, comes back after a reload, and waits for the network. */
import "./drafts.js";
import "./drafts_send.js";
import { fillIn, fingerprint, isUntouched, readFields, titleOf } from "./drafts_fields.js";
import { showQueued } from "./drafts_queued.js"; // not later: without a signal it could not come
import { currentPerson, signDraft, whose } from "./drafts_whose.js";
import { say, when } from "./drafts_words.js";

const LATER = 700; // ms after the last touch
const CURRENT = "draft"; // in sessionStorage: what this tab was writing
const notice = () => document.getElementById("draft-notice");
const opened = new WeakMap(); // forms that hold a draft of this browser, and what it was
const shown = new Set(); // numbers of forms that stood on this page before: what comes back is not fresh

// -- Opening ---------------------------------------------------------------------------------------------------

/** Before the form's other scripts look at it. */
export async function restoreDraft(form) {
  if ("preview" in form.dataset) return;
  const number = form.elements.submission;
  const isAnswered = document.getElementById("form-errors") !== null;
  const isServers = form.elements.draft_version.value !== "";
  const id = isServers || isAnswered ? number.value : wanted();
  if ("shell" in form.dataset) startShell(form);
  const draft = id && !isAnswered ? await drafts.get(id) : null;
  if (!draft || ["sent", "sending"].includes(draft.state) || whose(draft) !== "mine") return;
  if (isServers && draft.saved === draft.updated) return;
  number.value = id;
  form.elements.draft_version.value = draft.version ?? "";
  fillIn(form, draft.fields);
  opened.set(form, { fields: draft.fields, photos: await drafts.photos(id) });
  tell(draft);
}

function wanted() {
  const named = /^#draft=([\w-]+)$/.exec(location.hash)?.[1] ?? new URLSearchParams(location.search).get("draft");
  if (location.hash.startsWith("#draft=")) history.replaceState(history.state, "", location.pathname + location.search);
  const [{ type }] = performance.getEntriesByType("navigation");
  const isPlain = !/[?&](lat|lon|typed|another)=/.test(location.search) || ["reload", "back_forward"].includes(type);
  return named ?? (isPlain ? sessionStorage.getItem(CURRENT) : null);
}

/** The page for no signal is the same for everybody: it gets its number here, and the rest when there is a network. */
function startShell(form) {
  const { submission, csrfmiddlewaretoken, stamp } = form.elements;
  submission.value = crypto.randomUUID();
  async function freshen() {
    const token = await draftQueue.askToken();
    csrfmiddlewaretoken.value = token.csrf;
    stamp.value ||= token.stamp;
  }
  freshen().catch(() => window.addEventListener("online", () => freshen().catch(() => {}), { once: true }));
}

function tell(draft) {
  const box = notice();
  const isGuests = !draft.owner && currentPerson();
  box.querySelector("p").textContent = say(isGuests ? "restoredGuests" : "restored", { when: when(draft.updated) });
  for (const { code, label, message } of draft.problems) {
    const line = document.createElement("li");
    line.textContent = code ? say(code) : [label, message].filter(Boolean).join(": ");
    box.querySelector("[data-part=problems]").append(line);
    line.parentElement.hidden = false;
  }
  box.hidden = false;
}

// -- Keeping ---------------------------------------------------------------------------------------------------

/** After the form's other scripts have set it up; `photos` is what `setUpPhotos` gave. */
export function keepDraft(form, photos) {
  const id = form.elements.submission.value;
  const isFresh = !opened.has(form) && !shown.has(id) && !form.elements.draft_version.value;
  shown.add(id);
  putBack(opened.get(form)?.photos ?? [], photos);
  fillQuestions(form, opened.get(form)?.fields);
  let last = print();
  let timer = null;
  let isOver = false;
  let photosKept = null;
  nameChannel(form);

  function print() {
    return fingerprint(readFields(form), photos.files());
  }

  async function save() {
    clearTimeout(timer);
    const now = print();
    if (isOver || now === last) return;
    last = now;
    if (isFresh && isUntouched(form) && !photos.files().length) {
      await drafts.remove(id);
      return;
    }
    const fields = readFields(form);
    const photosNow = fingerprint([], photos.files());
    const files = photosNow === photosKept ? undefined : await withFiles(id, photos.files());
    const fresh = { version: form.elements.draft_version.value || null, saved: null, receipt: "", photoCount: 0 };
    const words = { title: titleOf(fields), fields, owner: currentPerson() };
    const state = { state: "writing", problems: [], updated: Date.now() };
    await drafts.change(id, (old) => ({ ...fresh, ...old, ...words, ...state }), files);
    photosKept = photosNow;
    sessionStorage.setItem(CURRENT, id);
    signDraft(id);
    showKept();
    if (currentPerson() && !("shell" in form.dataset)) (await import("./drafts_sync.js")).syncSoon(form, id);
  }

  function touched() {
    clearTimeout(timer);
    timer = setTimeout(() => save().then(() => print() === last || touched(), failed), LATER);
  }

  function failed(error) {
    console.error(error);
    document.getElementById("draft-kept").textContent = say("notKept");
    document.getElementById("draft-place").hidden = false;
  }

  if (!opened.has(form) && !isUntouched(form)) {
    last = null; // typed before this script had come
    touched();
  }
  for (const type of ["input", "change", "click", "photos:changed"]) form.addEventListener(type, touched);
  document.addEventListener("visibilitychange", () => document.hidden && save().catch(failed));

  window.addEventListener("drafts:forget", () => {
    isOver = true;
  });
  document.getElementById("draft-discard").addEventListener("click", async () => {
    isOver = true;
    await drafts.remove(id);
    startAnew();
  });
  document.getElementById("draft-new").addEventListener("click", startAnew);

  // -- Sending -------------------------------------------------------------------------------------------------

  form.addEventListener("report:sending", ({ detail }) => detail.waitFor(save()));
  form.addEventListener("report:sent", ({ detail }) => {
    isOver = true;
    sessionStorage.removeItem(CURRENT);
    detail.waits.push(drafts.remove(id));
  });

  form.addEventListener("report:offline", (event) => {
    const empty = [...form.elements].find(({ required, value, disabled }) => required && !disabled && !value.trim());
    event.preventDefault();
    if (empty) event.detail.fail(say("needs", { label: empty.labels[0]?.textContent.trim() ?? "" }), empty);
    else queue().catch((error) => failed(error) ?? event.detail.fail(say("notKept")));
  });

  async function queue() {
    last = null;
    await save();
    isOver = true;
    sessionStorage.removeItem(CURRENT);
    await showQueued(id);
    form.hidden = true;
  }
}

/** Files that are not in the form already: the server's copy of a draft names what it has. */
function putBack(kept, photos) {
  const here = new Set(photos.files().map(({ token }) => token));
  const missing = kept.filter(({ blob, token }) => blob && !here.has(token));
  if (missing.length) photos.add(missing);
}

/** After a mistake the page names photos that it has no file of any more; we still do. */
async function withFiles(id, photos) {
  const before = await drafts.photos(id);
  return photos.map((photo) => ({
    ...photo,
    blob: photo.blob ?? before.find(({ token }) => token && token === photo.token)?.blob ?? null,
  }));
}

/** The questions of a category come from the server, when it has been put back. */
function fillQuestions(form, fields) {
  const box = form.querySelector("#questions");
  if (!fields || !box || !form.elements.category?.value) return;
  const watcher = new MutationObserver(() => {
    watcher.disconnect();
    fillIn(box, fields);
  });
  watcher.observe(box, { childList: true });
  form.elements.category.dispatchEvent(new Event("change", { bubbles: true }));
}

/** The preview is a form of its own, with the same number; its words are kept already. */
export function keepPreviewed(form) {
  const id = form.elements.submission.value;
  form.addEventListener("report:sent", ({ detail }) => {
    sessionStorage.removeItem(CURRENT);
    detail.waits.push(drafts.remove(id));
  });
  form.addEventListener("report:offline", (event) => {
    event.preventDefault();
    sessionStorage.removeItem(CURRENT);
    showQueued(id).then(() => {
      document.querySelector(".preview").hidden = true;
    }, console.error);
  });
}

function showKept() {
  document.getElementById("draft-kept").textContent = say("kept", { when: when(Date.now()) });
  document.getElementById("draft-place").hidden = false;
}

function startAnew() {
  sessionStorage.removeItem(CURRENT);
  window.location.assign(window.location.pathname);
}

/** Sent from the installed app, the report says so. */
function nameChannel(form) {
  if (window.matchMedia("(display-mode: standalone)").matches) form.elements.channel.value = "app";
}

/** What else lies in this browser; its script comes only where there is something. */
export async function showOthers(form) {
  const id = form.elements.submission.value;
  if ((await drafts.all()).some((draft) => draft.id !== id)) (await import("./drafts_list.js")).showList({ except: id });
}

/** Once, when the page has come to rest. */
export function registerWorker(form) {
  const rest = window.requestIdleCallback ?? ((work) => setTimeout(work, 1000));
  if (!form.dataset.workerUrl || !navigator.serviceWorker) return;
  rest(() => navigator.serviceWorker.register(form.dataset.workerUrl, { scope: "/" }).catch(console.error));
}

/** The drafts and the queue of this browser, as a list that follows every change. */
import "./drafts.js";
import { enqueue } from "./drafts_run.js";
import { currentPerson, whose } from "./drafts_whose.js";
import { say, when } from "./drafts_words.js";

const section = document.getElementById("drafts-here");
const list = section.querySelector("ul");
const status = section.querySelector("[role=status]");

/** `except`: the draft that stands in the form. `always`: shown even without any. */
export async function showList({ except = "", always = false } = {}) {
  async function show() {
    const all = (await drafts.all()).filter((draft) => draft.id !== except && !isOnServer(draft));
    const focused = document.activeElement?.closest?.("[data-draft]")?.dataset.draft;
    list.replaceChildren(...all.map(row));
    list.querySelector(`[data-draft="${focused}"] a`)?.focus();
    section.hidden = !all.length && !always;
    section.querySelector("#drafts-none").hidden = all.length > 0;
    section.querySelector("#drafts-clear").hidden = all.length === 0;
  }
  drafts.onChange(show);
  await show();
}

/** Listed among the account's drafts, with the same words. */
function isOnServer(draft) {
  const there = document.querySelector(`#my-drafts [data-draft="${draft.id}"]`);
  return there && draft.state === "writing" && draft.saved === draft.updated;
}

function row(draft) {
  const item = section.querySelector("#draft-row").content.cloneNode(true).firstElementChild;
  const part = (name) => item.querySelector(`[data-part="${name}"]`);
  const owner = whose(draft);
  const isMine = owner === "mine";
  const title = isMine ? draft.title || say("untitled") : say(owner);
  item.dataset.draft = draft.id;
  part("title").textContent = title;
  const badge = part("state");
  badge.textContent = say(draft.state);
  badge.dataset.state = draft.state;
  const facts = [when(draft.updated)];
  if (draft.photoCount) facts.push(say("photos", { count: draft.photoCount }));
  part("facts").textContent = facts.join(" · ");
  for (const problem of isMine ? draft.problems : []) {
    const line = document.createElement("li");
    line.textContent = problem.code ? say(problem.code) : [problem.label, problem.message].filter(Boolean).join(": ");
    part("problems").append(line);
  }
  for (const element of item.querySelectorAll("[data-of]")) element.textContent = `: ${title}`;

  const open = part("open");
  open.hidden = !isMine || ["sending", "sent"].includes(draft.state);
  open.href = `${section.dataset.formUrl}#draft=${draft.id}`;
  open.addEventListener("click", () => {
    if (location.pathname === section.dataset.formUrl) setTimeout(() => location.reload());
  });
  part("send").hidden = !isMine || !["waiting", "needs_you"].includes(draft.state);
  part("send").addEventListener("click", async () => {
    status.textContent = say(navigator.onLine ? "sending" : "waiting");
    await enqueue(draft.id);
  });
  part("sign-in").hidden = owner !== "someones";
  part("claim").hidden = owner !== "guests";
  part("claim").addEventListener("click", () => claim(draft));
  part("receipt").hidden = !isMine || draft.state !== "sent";
  if (draft.receipt) part("receipt").href = draft.receipt;
  part("delete").addEventListener("click", (event) => remove(event.currentTarget, draft));
  return item;
}

/** "It is mine": from now on nobody else sees it, and it goes out in the name of who has said so. */
async function claim(draft) {
  await drafts.change(draft.id, (now) => now && !now.owner && { owner: currentPerson() });
  status.textContent = say("claimed");
  list.querySelector(`[data-draft="${draft.id}"] a`)?.focus();
}

/** The first press asks, the second deletes; what is sent needs no question. */
async function remove(button, draft) {
  if (draft.state !== "sent" && !button.dataset.asked) {
    button.dataset.asked = "1";
    button.querySelector("[data-label]").textContent = say("really");
    return;
  }
  await drafts.remove(draft.id);
  status.textContent = say("deleted");
  section.querySelector("h2").focus();
}

section.querySelector("#drafts-clear").addEventListener("click", async (event) => {
  const button = event.currentTarget;
  if (!button.dataset.asked) {
    button.dataset.asked = "1";
    button.querySelector("[data-label]").textContent = say("really");
    return;
  }
  await drafts.clear();
  for (const name of ["draft", "drafts:written"]) sessionStorage.removeItem(name);
  status.textContent = say("deleted");
  section.querySelector("h2").focus();
});

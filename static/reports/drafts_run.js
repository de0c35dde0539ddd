/** Sends what waits, from any page that is open: now, when the network or the reader comes back, and once a minute. */
import "./drafts.js";
import "./drafts_send.js";

const WAITING = "drafts:waiting"; // page.js looks for it
const PAUSE = 60_000;
let timer = null;

export async function run() {
  clearTimeout(timer);
  if (!localStorage.getItem(WAITING)) return;
  if (navigator.onLine && (await draftQueue.run())) localStorage.removeItem(WAITING);
  if (localStorage.getItem(WAITING)) timer = setTimeout(run, PAUSE);
}

export async function enqueue(id) {
  localStorage.setItem(WAITING, "1");
  await draftQueue.enqueue(id);
  run();
}

window.addEventListener("online", run);
document.addEventListener("visibilitychange", () => document.hidden || run());
run();

/**
 * An open case tells that somebody is here, which keeps it theirs, and hears who else is and whether it changed.
 * One small request now and then; none while the tab is hidden. Without this the page says it when it is opened.
 */
const box = document.getElementById("presence");
const bar = box.closest(".claim-bar");
const work = document.getElementById("case");
const token = document.querySelector("input[name=csrfmiddlewaretoken]").value;
const wait = Number(box.dataset.seconds) * 1000;
let { state } = box.dataset;
let timer = null;
let works = false;
let isSent = false;

function body(fields) {
  const { version, holder } = box.dataset;
  return new URLSearchParams({ csrfmiddlewaretoken: token, version, holder, state, ...fields });
}

function show(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  box.replaceChildren(...fresh.body.children);
  const moved = box.querySelector("[data-moved]")?.dataset.moved;
  bar.querySelector(".claim-line").hidden = moved !== undefined;
  if (moved === undefined) return;
  bar.classList.toggle("is-mine", moved === "mine");
  bar.classList.toggle("is-others", moved === "others");
}

async function tell() {
  clearTimeout(timer);
  if (document.hidden) return;
  timer = setTimeout(tell, wait);
  try {
    const response = await fetch(box.dataset.url, { method: "POST", body: body(works ? { works: "1" } : {}) });
    if (response.status === 200) {
      state = response.headers.get("X-State");
      show(await response.text());
    } else if (response.status >= 400) {
      clearTimeout(timer); // Signed out, or not ours any more: saving will say so.
    }
  } catch {
    // No network for a moment; the next sign may get through.
  }
}

function startWorking() {
  if (works) return;
  works = true;
  tell();
}

document.addEventListener("visibilitychange", tell);
window.addEventListener("pageshow", (event) => {
  if (event.persisted) tell();
});
// Whoever types has begun: the case is theirs, if nobody else has it.
work?.addEventListener("input", startWorking);
document.addEventListener("submit", (event) => {
  // The server knows what follows from a form of this page; only going away needs a word.
  isSent = event.target.method === "post" && !event.defaultPrevented;
});
window.addEventListener("pagehide", () => {
  clearTimeout(timer);
  if (!isSent) navigator.sendBeacon(box.dataset.url, body({ leaves: "1" }));
});
tell();

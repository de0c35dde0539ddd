/** Sending with a progress in words; when the signal breaks off, the page stays as it is and says so. */
import { renewToken } from "./csrf.js";
import { say } from "./new_texts.js";

export function setUpSending(form, showAgain) {
  const button = form.querySelector("#send");
  const label = form.querySelector("#send-label");
  const status = form.querySelector("#send-status");
  const problem = form.querySelector("#send-problem");
  const words = label.textContent;

  function busy(text) {
    button.setAttribute("aria-disabled", "true");
    label.textContent = text;
  }

  function ready() {
    button.removeAttribute("aria-disabled");
    label.textContent = words;
  }

  function fail(text) {
    ready();
    problem.querySelector("#send-problem-text").textContent = text;
    problem.hidden = false;
    problem.focus();
  }

  // "Back" to a page that was left while it was sending.
  window.addEventListener("pageshow", ({ persisted }) => persisted && ready());

  form.addEventListener("submit", (event) => {
    const { submitter } = event;
    if (submitter?.hasAttribute("formaction")) return; // "Save as draft" is a page of its own
    if (submitter?.value === "sign_in") return; // leads away, and back to what was typed
    event.preventDefault();
    if (button.getAttribute("aria-disabled")) return;
    problem.hidden = true;
    busy(say("sending", { progress: "0 %" }));
    status.textContent = say("sending", { progress: "0 %" });
    // What must be done first (photos that are still going up) hooks in here.
    const first = [];
    const tell = (share) => busy(say("photosFirst", { progress: `${Math.floor(100 * share)} %` }));
    form.dispatchEvent(new CustomEvent("report:sending", { detail: { waitFor: (work) => first.push(work), tell } }));
    if (first.length) Promise.allSettled(first).then(() => send(submitter));
    else send(submitter);
  });

  function send(submitter, { again = false } = {}) {
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.responseType = "document";
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      const inFull = submitter?.value ? "opening" : "arrived"; // a preview has not been sent to anybody
      busy(loaded < total ? say("sending", { progress: `${Math.floor((100 * loaded) / total)} %` }) : say(inFull));
    });
    request.addEventListener("error", noSignal);
    request.addEventListener("load", async () => {
      const main = request.response?.querySelector("main");
      if (request.status === 403 && !again) {
        renewToken(form).then(() => send(submitter, { again: true }), noSignal);
      } else if ((request.status >= 400 && request.status !== 429) || !main) {
        // 429: the form itself, which says when it can be sent.
        fail(say("refused"));
      } else if (new URL(request.responseURL).pathname !== new URL(form.action).pathname) {
        await announceSent();
        history.replaceState({ taken: true }, ""); // see new.js
        window.location.assign(request.responseURL);
      } else {
        showAgain(main);
      }
    });
    const data = new FormData(form);
    if (submitter?.name) data.set(submitter.name, submitter.value);
    request.send(data);
  }

  /** The drafts (drafts_form.js) take the form into their queue, or say what it lacks for that. */
  function noSignal() {
    const refuse = (text, field) => {
      fail(text);
      field?.focus();
    };
    const event = new CustomEvent("report:offline", { cancelable: true, detail: { fail: refuse } });
    if (form.dispatchEvent(event)) fail(say("offline"));
    else ready();
  }

  /** Whoever keeps the form may forget it before the page is left. */
  async function announceSent() {
    const waits = [];
    form.dispatchEvent(new CustomEvent("report:sent", { detail: { waits } }));
    await Promise.race([Promise.allSettled(waits), new Promise((resolve) => setTimeout(resolve, 1000))]);
  }
}

/** The form has gone into the queue: what is shown in its place, until it has arrived. */
import "./drafts.js";
import { enqueue } from "./drafts_run.js";
import { say } from "./drafts_words.js";

export async function showQueued(id) {
  const panel = document.getElementById("draft-queued");
  const heading = panel.querySelector("h2");
  const words = panel.querySelector("p");
  const receipt = panel.querySelector("[data-part=receipt]");
  drafts.onChange(async () => {
    const draft = await drafts.get(id);
    if (draft?.state === "sent") {
      heading.textContent = say("sentTitle");
      words.textContent = say("sentWords");
      receipt.href = draft.receipt;
      receipt.hidden = false;
    } else if (draft?.state === "needs_you") {
      heading.textContent = say("needsTitle");
      words.textContent = say("needsWords");
    }
  });
  await enqueue(id); // first safe, then said
  panel.hidden = false;
  heading.focus();
}

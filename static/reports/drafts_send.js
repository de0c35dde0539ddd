/**
 * The queue goes out: one draft after the other, from whichever page or worker has the lock. The `submission` number
 * makes it one report even where an answer was lost. For pages and the service worker, like drafts.js before it.
 */
self.draftQueue = (() => {
  const SEND = "/report/new";
  const DONE = "/report/done/"; // where a report that was taken leads; a sign-in page takes nothing
  const TOKEN = "/report/token";
  const JSON_PLEASE = { Accept: "application/json" };
  const TRY_AGAIN = [408, 425, 429];

  /** Today's CSRF token, and who is signed in. */
  async function askToken() {
    const response = await fetch(TOKEN, { headers: JSON_PLEASE, cache: "no-store" });
    if (!response.ok) throw new TypeError("no token");
    return response.json();
  }

  function formOf(draft, photos, csrf) {
    const form = new FormData();
    for (const [name, text] of draft.fields) form.append(name, text);
    form.set("submission", draft.id);
    form.set("csrfmiddlewaretoken", csrf);
    for (const { blob, name, token, suggestion } of photos) {
      form.append("kept_photos", blob ? "file" : token); // in their order; what went up before may be purged by now
      if (!blob) continue;
      form.append("photos", blob, name);
      form.append("photo_hints", JSON.stringify(suggestion ?? {}));
    }
    return form;
  }

  /** A form that was opened without a signal has no stamp (reports/views/traps.py): it gets one, and waits as it asks. */
  async function withStamp(draft, { stamp, wait }) {
    if (draft.fields.some(([name, text]) => name === "stamp" && text)) return draft;
    const fields = [...draft.fields.filter(([name]) => name !== "stamp"), ["stamp", stamp]];
    await drafts.change(draft.id, (now) => now && { fields });
    await new Promise((resolve) => setTimeout(resolve, wait * 1000));
    return { ...draft, fields };
  }

  const needsYou = (...problems) => ({ state: "needs_you", problems });

  /** What becomes of the draft; null: try again later. */
  async function outcome(draft, { again = false } = {}) {
    const token = await askToken();
    const { csrf, person } = token;
    // Never in the name of somebody else; a guest who has signed in meanwhile decides, too.
    if (draft.owner !== person) return needsYou({ code: draft.owner ? "sign_in" : "signed_in" });
    const body = formOf(await withStamp(draft, token), await drafts.photos(draft.id), csrf);
    const response = await fetch(SEND, { method: "POST", headers: JSON_PLEASE, body });
    if (response.ok && new URL(response.url).pathname.startsWith(DONE)) {
      return { state: "sent", receipt: response.url, fields: [], problems: [], updated: Date.now() };
    }
    // Another page was given another token meanwhile.
    if (response.status === 403 && !again) return outcome(draft, { again: true });
    if (response.status >= 500 || TRY_AGAIN.includes(response.status)) return null;
    if (response.headers.get("Content-Type") === "application/json") return needsYou(...(await response.json()).errors);
    return needsYou({ code: "refused" });
  }

  async function send(draft) {
    const inQueue = (now) => now && ["waiting", "sending"].includes(now.state);
    const mine = await drafts.change(draft.id, (now) => inQueue(now) && { state: "sending" });
    if (!mine) return true; // deleted or opened meanwhile
    let changes = null;
    try {
      changes = await outcome(mine);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // TypeError: what fetch says of a broken line
    }
    const files = changes?.state === "sent" ? [] : undefined;
    await drafts.change(draft.id, (now) => inQueue(now) && (changes ?? { state: "waiting" }), files);
    return changes !== null;
  }

  /** The oldest first. Whoever has the lock finds no other sender at work: a "sending" was broken off. */
  async function sendAll() {
    for (const draft of (await drafts.all()).reverse()) {
      if (["waiting", "sending"].includes(draft.state) && !(await send(draft))) return false;
    }
    return true;
  }

  return {
    askToken,

    /** False: something still waits for the network. */
    run: () => navigator.locks.request("draft-queue", sendAll),

    /** Into the queue; where the browser can, it wakes our worker when there is a network. */
    async enqueue(id) {
      await drafts.change(id, (draft) => draft && { state: "waiting", problems: [] });
      navigator.storage?.persist?.().catch(() => {});
      const registration = await navigator.serviceWorker?.getRegistration();
      await registration?.sync?.register("drafts").catch(() => {}); // refused in private windows, for one
    },
  };
})();

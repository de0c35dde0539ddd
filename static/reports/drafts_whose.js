/**
 * Whose a draft of this browser is, for whoever sits before it now.
 *
 *   "mine":     of who is signed in, or a guest's while nobody is;
 *   "guests":   written by somebody who was not signed in, while somebody is. Whoever has just written it in this very tab
 *               has signed in half-way: it is theirs. Anybody else is asked, and sees no word of it before;
 *   "someones": of somebody else who was signed in here.
 */
const section = document.getElementById("drafts-here");
const PERSON = "drafts:person";
const WRITTEN = "drafts:written"; // in sessionStorage: what this tab has written
const HALF_WAY = 3600_000; // ms: signing in, mail and all, takes no longer
const REMEMBERED = 12 * 3600_000; // ms that a page without a signal believes the last one that had

/** The key of who is signed in, "" for a guest. A page without a signal knows it from the last one that had. */
export function currentPerson() {
  const { person, shell } = section.dataset;
  if (shell === undefined) {
    if (person) localStorage.setItem(PERSON, `${person} ${Date.now()}`);
    else localStorage.removeItem(PERSON);
    return person;
  }
  const [last, seen] = (localStorage.getItem(PERSON) ?? "").split(" ");
  return Date.now() - Number(seen) < REMEMBERED ? last : "";
}

export function whose(draft) {
  const person = currentPerson();
  if (draft.owner === person) return "mine";
  if (draft.owner) return "someones";
  return written().includes(draft.id) && Date.now() - draft.updated < HALF_WAY ? "mine" : "guests";
}

/** This tab has written it. */
export function signDraft(id) {
  if (!written().includes(id)) sessionStorage.setItem(WRITTEN, JSON.stringify([...written(), id]));
}

function written() {
  return JSON.parse(sessionStorage.getItem(WRITTEN) ?? "[]");
}

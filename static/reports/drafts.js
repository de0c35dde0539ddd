/**
 * The drafts of this browser, in IndexedDB: one record for each form, under its `submission` number.
 *
 *   { id, state, title, fields: [[name, text]], photoCount, owner, updated, version, saved, problems, receipt }
 *
 * state: "writing", "waiting" (for the network), "sending", "sent" (words and photos are gone), "needs_you".
 * owner: the person's key, "" for guests; nobody sees or sends what somebody else has left in this browser.
 * version, saved: what the server has of it (its version there, and the `updated` that it was taken from).
 * Photos lie beside it as files, so that a letter more does not write megabytes.
 *
 * Neither import nor export stands here, because the service worker takes the same file by importScripts.
 */
self.drafts = (() => {
  const NAME = "jarokelo-drafts";
  const channel = new BroadcastChannel(NAME);

  function promised(request) {
    return new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  }

  function open() {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("drafts", { keyPath: "id" });
      request.result.createObjectStore("photos");
    };
    return promised(request);
  }

  /** One transaction: `work(drafts, photos)`. Closed at once, so that signing out can delete the whole. */
  async function inOne(mode, work) {
    const database = await open();
    try {
      const transaction = database.transaction(["drafts", "photos"], mode);
      const done = new Promise((resolve, reject) => {
        transaction.oncomplete = resolve;
        transaction.onabort = () => reject(transaction.error);
      });
      done.catch(() => {}); // `work` fails of the same
      const result = await work(transaction.objectStore("drafts"), transaction.objectStore("photos"));
      await done;
      return result;
    } finally {
      database.close();
    }
  }

  async function write(work) {
    const result = await inOne("readwrite", work);
    channel.postMessage("changed");
    return result;
  }

  return {
    NAME,
    get: (id) => inOne("readonly", (records) => promised(records.get(id))),
    photos: (id) => inOne("readonly", async (_, photos) => (await promised(photos.get(id))) ?? []),

    /** The newest first. */
    async all() {
      const found = await inOne("readonly", (records) => promised(records.getAll()));
      return found.sort((one, other) => other.updated - one.updated);
    },

    /** Read and write in one go: what `edit` makes of the record (undefined: there is none) is put over it; null: nothing. */
    change(id, edit, files) {
      return write(async (records, photos) => {
        const old = await promised(records.get(id));
        const changes = edit(old);
        if (!changes) return null;
        const record = { ...old, ...changes, id };
        if (files) {
          record.photoCount = files.length;
          await promised(photos.put(files, id));
        }
        await promised(records.put(record));
        return record;
      });
    },

    remove: (id) => write((records, photos) => Promise.all([promised(records.delete(id)), promised(photos.delete(id))])),
    clear: () => write((records, photos) => Promise.all([promised(records.clear()), promised(photos.clear())])),

    /** Whatever another page, the worker or this page has changed. */
    onChange(listener) {
      new BroadcastChannel(NAME).addEventListener("message", listener);
    },
  };
})();

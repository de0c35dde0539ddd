/**
 * The service worker. It keeps the form's shell and the page for "no signal" with their files, rendered for nobody, and
 * sends the queue when the network is back. Reports, photos, lists and personal pages always come from the network.
 *
 * SHELL comes with /sw.js: { version, form, page, files }: addresses of the two pages, and where files lie.
 */
const PREFIX = "shell-";
const CACHE = PREFIX + SHELL.version;
const FORM = "/report/new";
const PATIENCE = 8000; // ms until the form, which is here already, does not wait for a weak network any longer
const IS_HASHED = /\.[0-9a-f]{12}\.\w+$/;

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(keepShell());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(Promise.all([dropOld(), self.clients.claim()]));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request, url));
  else if (url.pathname.startsWith(SHELL.files)) event.respondWith(file(request, url));
});

self.addEventListener("sync", (event) => {
  if (event.tag === "drafts") event.waitUntil(sendQueue());
});

async function sendQueue() {
  if (!(await draftQueue.run())) throw new Error("No network yet"); // the browser wakes us again
}

// -- Answers ---------------------------------------------------------------------------------------------------

async function page(request, url) {
  const isForm = url.pathname === FORM;
  const network = fetch(request);
  try {
    return await (isForm ? inTime(network) : network);
  } catch (error) {
    network.catch(() => {});
    const shell = await kept(isForm ? SHELL.form : SHELL.page);
    if (shell) return shell;
    if (isForm) return network; // late is better than nothing
    throw error;
  }
}

/** A name with a hash means one content for ever; other files are asked for first, else two versions would mix. */
async function file(request, url) {
  const here = await kept(url.pathname);
  if (here && IS_HASHED.test(url.pathname)) return here;
  try {
    return await fetch(request);
  } catch (error) {
    if (here) return here;
    throw error;
  }
}

function inTime(network) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("too slow")), PATIENCE);
    network.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

async function kept(path) {
  const cache = await caches.open(CACHE);
  return cache.match(path, { ignoreVary: true, ignoreSearch: true });
}

// -- The cache -------------------------------------------------------------------------------------------------

async function keepShell() {
  const cache = await caches.open(CACHE);
  const seen = new Set();
  await Promise.all([SHELL.form, SHELL.page].map((path) => keep(cache, path, seen)));
}

/** A page or file, and whatever it names in turn: scripts, imports, sheets, pictures. */
async function keep(cache, path, seen) {
  if (seen.has(path)) return;
  seen.add(path);
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  await cache.put(path, response.clone());
  const type = response.headers.get("Content-Type") ?? "";
  if (!/html|css|javascript/.test(type)) return;
  const files = named(await response.text(), new URL(path, location.origin), type);
  await Promise.all(files.map((name) => keep(cache, name, seen)));
}

function named(text, base, type) {
  let pattern = /(?:src|href)="([^"]+)"/g;
  if (type.includes("css")) pattern = /url\("?([^")]+)"?\)/g;
  if (type.includes("javascript")) pattern = /(?:from|import)\s*\(?\s*"(\.[^"]+)"/g;
  const urls = [...text.matchAll(pattern)].map(([, name]) => new URL(name.replaceAll("&amp;", "&"), base));
  return urls
    .filter((url) => url.origin === base.origin && url.pathname.startsWith(SHELL.files))
    .map((url) => url.pathname);
}

async function dropOld() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== CACHE).map((name) => caches.delete(name)));
}

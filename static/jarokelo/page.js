// Small comforts on every page; nothing here is needed to use it.

const menu = document.querySelector(".menu");

if (menu) {
  document.addEventListener("click", (event) => {
    if (menu.open && !menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu.open) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
}

// After a form came back with errors, a screen reader begins with their list.
document.getElementById("form-errors")?.focus();

// Tabs that do not fit: the current one is in view, and it shows at which end there are more.
for (const tabs of document.querySelectorAll(".tabs")) {
  const current = tabs.querySelector("[aria-current]");
  if (current) tabs.scrollLeft = current.offsetLeft - tabs.offsetLeft - 64;
  const showMore = () => {
    const left = Math.round(tabs.scrollLeft);
    const more = [left > 0 && "before", left < tabs.scrollWidth - tabs.clientWidth - 1 && "after"].filter(Boolean);
    if (more.length) tabs.dataset.more = more.join(" ");
    else delete tabs.dataset.more;
  };
  tabs.addEventListener("scroll", showMore, { passive: true });
  new ResizeObserver(showMore).observe(tabs);
}

// Nobody is signed in any more: no page without a signal takes its reader for who was (reports/drafts_whose.js).
// A report waits in this browser for the network (reports/drafts_run.js).
try {
  if ("guest" in document.body.dataset) localStorage.removeItem("drafts:person");
  if (localStorage.getItem("drafts:waiting")) import("../reports/drafts_run.js");
} catch {
  // A browser that keeps nothing has nothing that waits.
}

// Who signs out leaves no draft behind in this browser.
async function forgetDrafts() {
  window.dispatchEvent(new Event("drafts:forget"));
  for (const name of ["draft", "drafts:written"]) sessionStorage.removeItem(name);
  for (const name of ["drafts:waiting", "drafts:person"]) localStorage.removeItem(name);
  const gone = new Promise((resolve) => {
    const request = indexedDB.deleteDatabase("jarokelo-drafts");
    request.onsuccess = request.onerror = request.onblocked = resolve;
  });
  await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, 1000))]);
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.getAttribute("action") !== "/accounts/logout/") return;
  event.preventDefault();
  try {
    if (localStorage.getItem("drafts:waiting") && form.dataset.waiting && !confirm(form.dataset.waiting)) return;
    await forgetDrafts();
  } catch {
    // A browser that keeps nothing.
  }
  form.submit();
});

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

// Tabs that do not fit: the current one is in view.
for (const tab of document.querySelectorAll(".tabs [aria-current]")) {
  tab.parentElement.scrollLeft = tab.offsetLeft - tab.parentElement.offsetLeft - 16;
}

// A report waits in this browser for the network (reports/drafts_run.js).
try {
  if (localStorage.getItem("drafts:waiting")) import("../reports/drafts_run.js");
} catch {
  // A browser that keeps nothing has nothing that waits.
}

// Who signs out leaves no draft behind in this browser.
async function forgetDrafts() {
  window.dispatchEvent(new Event("drafts:forget"));
  sessionStorage.removeItem("draft");
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

// How far a work of many steps is: the page is asked again while it is under way.
const EVERY = 1500; // milliseconds

async function look() {
  const progress = document.getElementById("progress");
  if (!progress?.hasAttribute("data-busy")) return;
  if (!document.hidden) {
    try {
      const response = await fetch(location.href, { headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const fresh = page.getElementById("progress");
      if (response.ok && fresh) progress.replaceWith(document.adoptNode(fresh));
    } catch {
      // The network is away; the next look may find it.
    }
  }
  setTimeout(look, EVERY);
}

setTimeout(look, EVERY);

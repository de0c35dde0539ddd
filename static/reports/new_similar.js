/** "Is it this one?": while one writes, the server looks for what is reported here already. */
const PAUSE = 1500; // milliseconds between two looks at the form: maps and photos fill in fields without a word
const FIELDS = ["latitude", "longitude", "category", "title", "description"];

export function setUpSimilar(form) {
  const box = form.querySelector("#similar-live");
  let asked = "";
  let stop = null;

  function soFar() {
    const data = new FormData();
    for (const name of FIELDS) data.append(name, form.elements[name]?.value ?? "");
    for (const [name, value] of new FormData(form)) if (name === "kept_photos") data.append(name, value);
    return data;
  }

  async function look() {
    if (!form.isConnected) {
      clearInterval(timer);
      return;
    }
    const kind = form.querySelector('[name="kind"]:checked')?.value ?? "problem";
    const data = soFar();
    const key = JSON.stringify([kind, ...data]);
    if (key === asked || document.hidden || form.querySelector("#similar-asked")) return;
    asked = key;
    stop?.abort();
    stop = new AbortController();
    if (kind !== "problem" || !data.get("latitude") || !data.get("longitude")) {
      box.replaceChildren();
      return;
    }
    try {
      const headers = { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value };
      const response = await fetch(box.dataset.url, { method: "POST", body: data, headers, signal: stop.signal });
      if (response.ok) show(await response.text());
    } catch {
      // No signal: the question comes when the report is sent.
    }
  }

  /** What stands there already stays, so that nothing moves under a finger. */
  function show(html) {
    const found = new DOMParser().parseFromString(html, "text/html").body;
    const names = (root) => [...root.querySelectorAll("[name=similar_seen]")].map(({ value }) => value).join();
    if (names(found) === names(box) && box.contains(document.activeElement)) return;
    box.replaceChildren(...found.childNodes);
  }

  const timer = setInterval(look, PAUSE);
  form.addEventListener("photos:changed", look);
}

/** The address of the pin: filled in while nobody has typed one, and who could help where no reports are taken. */
const PAUSE = 700; // milliseconds without a further move before the server is asked

export function setUpAddress(form) {
  const field = form.elements.address;
  const box = form.querySelector("#place-outside");
  const message = box.querySelector("#outside-message");
  const body = box.querySelector("#outside-body");
  const link = box.querySelector("#outside-link");
  const general = box.querySelector("#outside-general");
  let own = Boolean(field.value.trim()); // what the citizen typed is never overwritten
  let timer = null;
  let running = null;
  field.addEventListener("input", () => {
    own = Boolean(field.value.trim());
  });

  function fill(text) {
    if (!own) field.value = text;
  }

  function showOutside(outside) {
    box.hidden = !outside;
    message.textContent = outside?.message ?? "";
    body.hidden = !outside?.name;
    general.hidden = Boolean(outside?.name);
    link.textContent = outside?.name ?? "";
    if (outside?.website) link.href = outside.website;
    else link.removeAttribute("href");
  }

  async function ask(place) {
    running = new AbortController();
    const query = new URLSearchParams({ lat: place.lat.toFixed(6), lon: place.lng.toFixed(6) });
    try {
      const response = await fetch(`${form.dataset.addressUrl}?${query}`, { signal: running.signal });
      if (!response.ok) return;
      const { address, outside } = await response.json();
      showOutside(outside);
      fill(address);
    } catch {
      // No signal, or a newer place: the server fills in the address when the report arrives.
    }
  }

  function stop() {
    clearTimeout(timer);
    running?.abort();
  }

  return {
    /** The pin is at `place` now; `known` is its address where the search has said it. */
    follow(place, known = "") {
      stop();
      fill(known);
      showOutside(null);
      if (!known) timer = setTimeout(() => ask(place), PAUSE);
    },
    stop,
  };
}

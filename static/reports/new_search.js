/** Search for the place without leaving the page. Only on demand: no address server likes a question for each letter. */
import { say } from "./new_texts.js";

/**
 * @param {HTMLFormElement} form
 * @param {{near: Function, choose: Function, focus: Function, forget: Function}} place what the map offers
 */
export function setUpSearch(form, place) {
  const field = form.elements.place_search;
  const button = form.querySelector("#find-place");
  const list = form.querySelector("#place-found");
  const status = form.querySelector("#place-status");
  let running = null;

  button.addEventListener("click", (event) => {
    event.preventDefault();
    find();
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    find();
  });

  // The server's own list, after the form came back: its buttons move the pin as well.
  list.addEventListener("change", ({ target }) => {
    if (target.name !== "place_choice") return;
    const [latitude, longitude, ...address] = target.value.split(",");
    if (longitude === undefined) place.forget();
    else take({ latitude: Number(latitude), longitude: Number(longitude), address: address.join(","), label: labelOf(target) });
  });

  function labelOf(input) {
    return input.closest("label").textContent.trim();
  }

  async function find() {
    running?.abort();
    running = new AbortController();
    clear();
    status.textContent = say("searching");
    const { lat, lng } = place.near();
    const query = new URLSearchParams({ q: field.value, near: `${lat.toFixed(5)},${lng.toFixed(5)}` });
    try {
      const response = await fetch(`${form.dataset.placesUrl}?${query}`, { signal: running.signal });
      const { places, message } = await response.json();
      if (places.length === 1) {
        take(places[0]);
        place.focus();
      } else if (places.length) {
        status.textContent = say("found", { count: places.length });
        show(places);
      } else {
        status.textContent = message;
      }
    } catch (error) {
      if (error.name !== "AbortError") status.textContent = say("searchAway");
    }
  }

  function take(found) {
    place.choose([found.latitude, found.longitude], say("foundOne", { label: found.label }), found);
  }

  function show(places) {
    const heading = document.createElement("p");
    heading.className = "field-label";
    heading.id = "found-heading";
    heading.textContent = say("foundLegend");
    const items = document.createElement("ul");
    items.className = "place-results";
    items.setAttribute("role", "list");
    items.setAttribute("aria-labelledby", heading.id);
    for (const found of places) {
      const choice = document.createElement("button");
      choice.type = "button";
      choice.className = "btn btn-block";
      choice.textContent = found.label;
      choice.addEventListener("click", () => {
        clear();
        take(found);
        place.focus();
      });
      const item = document.createElement("li");
      item.append(choice);
      items.append(item);
    }
    list.replaceChildren(heading, items);
  }

  function clear() {
    list.replaceChildren();
  }

  return { clear };
}

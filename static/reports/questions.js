/** Parts of a form that come from the server while somebody writes; first of all what the chosen category asks. */

let asked = 0; // only the latest answer for each box counts

/** Fill `box` with the answer of its address to these fields; false where there was none. */
export async function ask(form, box, fields) {
  asked += 1;
  const mine = asked;
  box.dataset.asked = mine;
  const body = new FormData();
  body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  for (const [name, value] of fields) if (typeof value === "string") body.append(name, value);
  try {
    const response = await fetch(box.dataset.url, { method: "POST", body });
    if (response.ok && Number(box.dataset.asked) === mine) {
      const html = await response.text();
      if (box.innerHTML.trim() !== html.trim()) box.innerHTML = html;
      return true;
    }
  } catch {
    // No signal: the form does without.
  }
  return false;
}

export function setUpQuestions(form) {
  const questions = form.querySelector("#questions");

  /** What is said instead of sending shows as soon as its answer is given. */
  function showStops() {
    for (const stop of questions.querySelectorAll("[data-stop-name]")) {
      const { stopName, stopValue } = stop.dataset;
      stop.hidden = !new FormData(form).getAll(stopName).includes(stopValue);
    }
  }

  form.elements.category.addEventListener("change", async () => {
    if (await ask(form, questions, [...new FormData(form)])) showStops();
  });
  questions.addEventListener("change", showStops);
  showStops();
}

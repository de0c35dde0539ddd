/** The page was open for long, or somebody signed in in another tab meanwhile: its token is fetched anew. */
export async function renewToken(form) {
  const page = await (await fetch(form.action)).text();
  const fresh = new DOMParser().parseFromString(page, "text/html");
  form.elements.csrfmiddlewaretoken.value = fresh.querySelector('[name="csrfmiddlewaretoken"]').value;
}

/** Whoever types on in a field after choosing "theirs" for it means what they type. */
const form = document.getElementById("case");

form?.addEventListener("input", ({ target }) => {
  const field = { latitude: "place", longitude: "place" }[target.name] ?? target.name;
  const mine = document.querySelector(`input[name="pick_${field}"][value="mine"]`);
  if (mine) mine.checked = true;
});

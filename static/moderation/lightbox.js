/**
 * The photos of a case over the whole window: arrows turn over, + and − zoom, 0 fits, arrows move a zoomed one,
 * E edits, H hides, B shows again: what stands under the photo on the page.
 */
const dialog = document.getElementById("lightbox");
const STEPS = [1, 1.5, 2, 3, 4, 6];

export function setUpLightbox(section) {
  const links = [...(section?.querySelectorAll("a[data-photo]") ?? [])];
  if (!dialog || !links.length) return;
  const stage = dialog.querySelector(".lightbox-stage");
  const image = dialog.querySelector("img");
  const count = dialog.querySelector("[data-count]");
  const buttons = Object.fromEntries([...dialog.querySelectorAll("[data-do]")].map((each) => [each.dataset.do, each]));
  let shown = 0;
  let step = 0;

  function show(index) {
    shown = (index + links.length) % links.length;
    image.src = links[shown].href;
    image.alt = links[shown].querySelector("img").alt;
    count.textContent = `${shown + 1} / ${links.length}`;
    buttons.previous.hidden = buttons.next.hidden = links.length < 2;
    zoom(0);
  }

  function zoom(to) {
    const before = STEPS[step];
    const middle = [stage.scrollLeft + stage.clientWidth / 2, stage.scrollTop + stage.clientHeight / 2];
    step = Math.min(Math.max(to, 0), STEPS.length - 1);
    const factor = STEPS[step];
    stage.classList.toggle("is-zoomed", factor > 1);
    if (factor === 1) {
      image.style.width = "";
    } else {
      // What fitted into the stage, times the factor.
      const ratio = image.naturalWidth / image.naturalHeight || 1;
      image.style.width = `${Math.min(stage.clientWidth, stage.clientHeight * ratio) * factor}px`;
      stage.scrollLeft = (middle[0] * factor) / before - stage.clientWidth / 2;
      stage.scrollTop = (middle[1] * factor) / before - stage.clientHeight / 2;
    }
    buttons.out.disabled = step === 0;
    buttons.in.disabled = step === STEPS.length - 1;
  }

  /** The button or link under the shown photo; none where the person may not, or it is so already. */
  function press(selector) {
    const button = links[shown].closest("figure").querySelector(selector);
    if (!button) return;
    dialog.close();
    button.click();
  }

  const acts = {
    previous: () => show(shown - 1),
    next: () => show(shown + 1),
    in: () => zoom(step + 1),
    out: () => zoom(step - 1),
    fit: () => zoom(0),
    close: () => dialog.close(),
    edit: () => press("figcaption a[href]"),
    hide: () => press("button[name=hide_photo]"),
    show: () => press("button[name=show_photo]"),
  };
  const keys = { "+": "in", "=": "in", "-": "out", 0: "fit" };
  if (document.querySelector("[data-desk-keys=on]")) Object.assign(keys, { p: "close", n: "next", e: "edit", h: "hide", b: "show" });

  function onKey(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const isZoomed = step > 0;
    const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (arrows && isZoomed) stage.scrollBy({ left: arrows[0] * 80, top: arrows[1] * 80 });
    else if (arrows?.[0]) show(shown + arrows[0]);
    else if (keys[event.key.toLowerCase()]) acts[keys[event.key.toLowerCase()]]();
    else return;
    event.preventDefault();
  }

  for (const [name, button] of Object.entries(buttons)) button.addEventListener("click", acts[name]);
  image.addEventListener("click", () => zoom(step ? 0 : 2));
  dialog.addEventListener("keydown", onKey);
  dialog.addEventListener("close", () => {
    if (dialog.returnTo) dialog.returnTo.focus({ preventScroll: true });
    image.removeAttribute("src");
  });

  function open(index, returnTo) {
    dialog.returnTo = returnTo;
    dialog.showModal();
    show(index);
    stage.focus();
  }
  links.forEach((link, index) =>
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      open(index, link);
    }),
  );
  section.addEventListener("desk:key", (event) => {
    event.preventDefault();
    open(0, document.activeElement === document.body ? null : document.activeElement);
  });
}

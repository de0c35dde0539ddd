/** Order by dragging, with mouse, pen or finger: a photo follows the pointer and takes the place where it is let go. */
const FAR = 6; // pixels before a press becomes a drag

/** `.thumb-grip` takes hold of an item of `list`, for a mouse the picture too; `drop(item, before)` is asked to move it. */
export function setUpDrag(list, drop) {
  let held = null; // { item, x, y, id, moving }

  function release() {
    if (!held) return;
    held.item.style.transform = "";
    held.item.classList.remove("is-dragged");
    unmark();
    held = null;
  }

  function unmark() {
    for (const item of list.children) item.classList.remove("is-target-before", "is-target-after");
  }

  /** The item that the pointer is over, and on which half of it. */
  function target(x, y) {
    for (const item of list.children) {
      if (item === held.item) continue;
      const { left, right, top, bottom } = item.getBoundingClientRect();
      if (x >= left && x <= right && y >= top && y <= bottom) return { item, after: x > (left + right) / 2 };
    }
    return null;
  }

  list.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest(".thumb-grip") ?? (event.pointerType === "mouse" && event.target.closest("img"));
    if (!grip || event.button !== 0 || list.children.length < 2) return;
    event.preventDefault();
    held = { item: grip.closest("li"), x: event.clientX, y: event.clientY, id: event.pointerId, moving: false };
    list.setPointerCapture(event.pointerId);
  });

  list.addEventListener("pointermove", (event) => {
    if (!held || event.pointerId !== held.id) return;
    const [x, y] = [event.clientX - held.x, event.clientY - held.y];
    if (!held.moving && Math.hypot(x, y) < FAR) return;
    held.moving = true;
    held.item.classList.add("is-dragged");
    held.item.style.transform = `translate(${x}px, ${y}px)`;
    unmark();
    const over = target(event.clientX, event.clientY);
    over?.item.classList.add(over.after ? "is-target-after" : "is-target-before");
  });

  list.addEventListener("pointerup", (event) => {
    if (!held || event.pointerId !== held.id) return;
    const { item, moving } = held;
    const over = moving ? target(event.clientX, event.clientY) : null;
    release();
    if (over) drop(item, over.after ? over.item.nextElementSibling : over.item);
  });

  list.addEventListener("pointercancel", release);
  document.addEventListener("keydown", (event) => event.key === "Escape" && release());
}

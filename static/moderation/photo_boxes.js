/** Boxes in per cent of a photo, as [left, top, width, height]. */

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

/** Inside the photo, or null where nothing of it is. */
export function within([left, top, width, height]) {
  const [x, y] = [clamp(left, 0, 100), clamp(top, 0, 100)];
  const [right, bottom] = [clamp(left + width, 0, 100), clamp(top + height, 0, 100)];
  return right > x && bottom > y ? [x, y, right - x, bottom - y] : null;
}

/** The box after the pointer went from one place to another: drawn anew, moved, or resized at its lower right corner. */
export function moveTo(how, start, from, to, smallest) {
  const [x, y] = [to[0] - from[0], to[1] - from[1]];
  if (how === "draw") {
    const box = within([Math.min(from[0], to[0]), Math.min(from[1], to[1]), Math.abs(x), Math.abs(y)]);
    return box && box[2] >= smallest && box[3] >= smallest ? box : null;
  }
  const [left, top, width, height] = start;
  if (how === "move") return [clamp(left + x, 0, 100 - width), clamp(top + y, 0, 100 - height), width, height];
  return [left, top, clamp(width + x, smallest, 100 - left), clamp(height + y, smallest, 100 - top)];
}

/** The column of the decision ends above the bar, wherever the page is scrolled to: nothing of it lies behind the bar. */
const GAP = 8;

export function fitSide() {
  const side = document.querySelector(".case-side");
  const bar = document.querySelector(".case-bar");
  if (!side || !bar) return;
  let isWaiting = false;

  function fit() {
    isWaiting = false;
    const isBeside = getComputedStyle(side).position === "sticky";
    const room = window.innerHeight - Math.max(side.getBoundingClientRect().top, GAP) - bar.offsetHeight - 2 * GAP;
    // On a low window the column keeps some height, and the page scrolls to it.
    side.style.maxHeight = isBeside ? `${Math.max(room, 240)}px` : "";
  }
  function soon() {
    if (isWaiting) return;
    isWaiting = true;
    requestAnimationFrame(fit);
  }
  window.addEventListener("scroll", soon, { passive: true });
  window.addEventListener("resize", soon);
  new ResizeObserver(soon).observe(bar);
  fit();
}

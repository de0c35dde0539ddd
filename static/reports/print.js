/** The print view's button; without it the browser's own menu prints. */
const button = document.getElementById("print-button");
button.hidden = false;
button.addEventListener("click", () => window.print());

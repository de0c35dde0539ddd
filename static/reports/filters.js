// Where there is room the filters stand open.
const more = document.querySelector(".filter-more");
if (more && window.matchMedia("(min-width: 60rem)").matches) more.open = true;

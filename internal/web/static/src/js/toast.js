// A toast goes after ten seconds, but not while it is looked at.

const stays = 10_000;
/** @type {WeakSet<Element>} */
const known = new WeakSet();

/** @param {Element} toast */
function watch(toast) {
  known.add(toast);
  const leave = () => {
    if (toast.matches(":hover, :focus-within")) setTimeout(leave, 1_000);
    else toast.remove();
  };
  setTimeout(leave, stays);
}

function toasts() {
  for (const toast of document.querySelectorAll("[data-toast]")) if (!known.has(toast)) watch(toast);
}
toasts();
document.addEventListener("htmx:after:swap", toasts);

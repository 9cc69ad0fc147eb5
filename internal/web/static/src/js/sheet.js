// The sheet: a form that opens above a list instead of on a page of its own. htmx puts what
// the server answers into it; empty it is closed.

import { peek } from "./keys.js";

const sheet = () => /** @type {HTMLDialogElement|null} */ (document.getElementById("sheet"));

/** What had the focus before, to go back to. @type {HTMLElement|null} */
let from = null;

function close() {
  const dialog = sheet();
  if (!dialog?.open) return;
  dialog.close();
}

document.addEventListener("htmx:after:swap", (event) => {
  const dialog = sheet();
  const ctx = /** @type {CustomEvent} */ (event).detail?.ctx;
  if (!dialog || !ctx) return;
  // A target that the server named comes as a selector.
  const target = typeof ctx.target === "string" ? document.querySelector(ctx.target) : ctx.target;
  const asker = /** @type {Element|null} */ (ctx.sourceElement ?? null);
  if (dialog.firstElementChild && target === dialog) {
    if (dialog.open) return;
    from = /** @type {HTMLElement|null} */ (document.activeElement);
    dialog.showModal();
    /** @type {HTMLElement|null} */ (dialog.querySelector("[autofocus], .choices .btn, select, textarea, input:not([type=hidden])"))?.focus();
    return;
  }
  // Something was done with what was selected: it is not selected any longer.
  if (asker?.closest("#sheet, [data-bulk]")) {
    close();
    /** @type {HTMLFormElement|null} */ (document.querySelector("[data-bulk]"))?.reset();
    for (const picked of document.querySelectorAll("[data-picked]")) picked.removeAttribute("data-picked");
  }
});

document.addEventListener("click", (event) => {
  const dialog = sheet();
  const at = event.target instanceof Element ? event.target : null;
  if (!dialog?.open || !at) return;
  if (at !== dialog && !at.closest("#sheet [data-close]")) return;
  event.preventDefault();
  close();
});

// The buttons of a sheet have keys of their own, while nothing is being written.
document.addEventListener("keydown", (event) => {
  const dialog = sheet();
  if (!dialog?.open || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.documentElement.hasAttribute("data-keys-off")) return;
  if (event.target instanceof Element && event.target.matches("textarea, select, input:not([type=checkbox], [type=radio])")) return;
  const button = /** @type {HTMLElement|null} */ (dialog.querySelector(`[data-key="${CSS.escape(event.key)}"]`));
  if (button && event.key !== "Enter" && event.key !== "Escape") { // those two the browser presses itself
    event.preventDefault();
    button.click();
    return;
  }
  // What the sheet shows of a row it shows of the next one too, and the key that opened it closes it.
  const again = /** @type {HTMLElement|null} */ (dialog.querySelector("[data-peek]"))?.dataset.peek;
  if (!again || !["j", "k", again].includes(event.key)) return;
  event.preventDefault();
  if (event.key === again) close();
  else from = peek(event.key === "j" ? 1 : -1, again);
});

document.addEventListener(
  "close",
  (event) => {
    const dialog = sheet();
    if (event.target !== dialog) return;
    // A row that a key picked for the sheet is not selected when the sheet is left.
    for (const picked of /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll("[data-picked]"))) {
      picked.removeAttribute("data-picked");
      picked.checked = false;
      picked.dispatchEvent(new Event("change", { bubbles: true }));
    }
    dialog?.replaceChildren();
    if (from?.isConnected) from.focus({ preventScroll: true });
    from = null;
  },
  true,
);

// The keyboard. A key presses what the page has under data-key; rows have a cursor that is
// found again by their id when an update replaced them. Single letters work outside fields
// only, and not at all when the person switched them off.
import { tinykeys } from "../../vendor/tinykeys.module.js";
import { openPalette } from "./palette.js";

const singles = [...".abcdefhilmnopqrstuvwxyz/?123456789"]; // j, k and g are bound by themselves
const single = () => !document.documentElement.hasAttribute("data-keys-off");

/** Whether a key belongs to what has the focus. @param {KeyboardEvent} event */
function writing(event) {
  const at = event.target instanceof Element ? event.target : document.body;
  if (event.isComposing || event.defaultPrevented) return true;
  if (at.closest("dialog[open]")) return true;
  if (at.matches("textarea, select, [contenteditable]")) return true;
  return at.matches("input:not([type=checkbox], [type=radio], [type=submit], [type=button])");
}

/** @param {string} key @param {ParentNode} [within] */
function find(key, within = document) {
  const named = CSS.escape(key);
  for (const found of within.querySelectorAll(`[data-key="${named}"], [data-also="${named}"]`)) {
    const element = /** @type {HTMLElement} */ (found);
    // The bar of many rows is hidden while none is selected, but its keys work on the cursor.
    // What is suggested for another row is not meant.
    if (within === document && element.closest(".suggest-row")) continue;
    if (element.checkVisibility() || element.matches(".pick input, [data-bulk] *")) return element;
  }
  return null;
}

/** Presses what a key stands for. @param {string} key */
function press(key) {
  const row = current();
  const below = row?.nextElementSibling; // what is suggested for the row
  const target = (row && find(key, row)) || (below?.matches(".suggest-row") && find(key, below)) || find(key);
  if (!target) return false;
  if (target.closest("[data-bulk]") && !pickCurrent()) return false;
  if (target.closest("[data-bulk], .suggest-row")) acts();
  if (target.matches("input[type=search], input[type=text], textarea")) {
    target.focus();
    /** @type {HTMLInputElement} */ (target).select();
    return true;
  }
  target.click();
  const then = target.dataset.then;
  if (then) /** @type {HTMLElement|null} */ (document.querySelector(then))?.focus();
  return true;
}

// ---- rows

let cursor = ""; // the id of the row under the cursor
let anchor = ""; // where a range of selected rows began

const keptAs = "watchbill.row"; // so that who comes back to a list goes on where they were
const actedAs = "watchbill.acted"; // so that who acts on a row that then moves away goes on below

const aRow = "[data-rows] :is(tr:not(.suggest-row), li)[id]";

/** @returns {HTMLElement[]} */
const rows = () => [...document.querySelectorAll(aRow)].filter((r) => /** @type {HTMLElement} */ (r).checkVisibility());
const current = () => rows().find((r) => r.id === cursor) ?? null;

/** What this tab keeps; nothing where the browser keeps nothing. @param {string} name */
function kept(name) {
  try {
    return sessionStorage.getItem(name) ?? "";
  } catch {
    return "";
  }
}

/** @param {string} name @param {string} value */
function keep(name, value) {
  try {
    sessionStorage.setItem(name, value);
  } catch {
    // the keys work without
  }
}

/** What has the focus while the cursor is on a row. @param {HTMLElement} row */
const home = (row) => /** @type {HTMLElement|null} */ (row.querySelector(".c-title a") ?? row.querySelector("a, button"));

/** @param {HTMLElement|null} row @param {boolean} [focus] */
function place(row, focus = true) {
  for (const other of document.querySelectorAll("[data-cursor]")) if (other !== row) other.removeAttribute("data-cursor");
  cursor = row?.id ?? "";
  keep(keptAs, cursor);
  if (!row) return;
  row.setAttribute("data-cursor", "");
  if (!focus) return;
  home(row)?.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

/** @param {number} by */
function move(by) {
  const on = by > 0 ? goOn() : null; // a key may come between the new rows and the cursor among them
  keep(actedAs, "");
  if (on) {
    place(on);
    return true;
  }
  const all = rows();
  if (all.length === 0) return false;
  const at = all.findIndex((r) => r.id === cursor);
  place(at < 0 ? all[0] : all[Math.max(0, Math.min(all.length - 1, at + by))]);
  return true;
}

/** @param {HTMLElement} row */
const box = (row) => /** @type {HTMLInputElement|null} */ (row.querySelector("input[type=checkbox]"));

/** @param {HTMLElement|null} row @param {boolean} [on] */
function pick(row, on) {
  const check = row && box(row);
  if (!check) return false;
  check.checked = on ?? !check.checked;
  check.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
}

/** An act on many rows is an act on the row under the cursor when none is selected. */
function pickCurrent() {
  if (rows().some((r) => box(r)?.checked)) return true;
  const row = current();
  if (row) box(row)?.setAttribute("data-picked", ""); // taken back when nothing comes of it
  return pick(row, true);
}

function pickRange() {
  const all = rows();
  const from = all.findIndex((r) => r.id === anchor);
  const to = all.findIndex((r) => r.id === cursor);
  if (from < 0 || to < 0) return pick(current());
  for (const row of all.slice(Math.min(from, to), Math.max(from, to) + 1)) pick(row, true);
  return true;
}

function open() {
  const link = /** @type {HTMLElement|null} */ (current()?.querySelector(".c-title a") ?? null);
  link?.click();
  return link !== null;
}

document.addEventListener("focusin", (event) => {
  const row = event.target instanceof Element ? event.target.closest(aRow) : null;
  if (row) place(/** @type {HTMLElement} */ (row), false);
});
document.addEventListener("htmx:after:swap", () => {
  const row = goOn() ?? current();
  if (row) place(row, document.activeElement === document.body);
});

/** Keeps where the row under the cursor stands, before something is done with it. */
function acts() {
  const all = rows();
  const at = all.findIndex((r) => r.id === cursor);
  if (at < 0) return;
  keep(actedAs, JSON.stringify({ row: cursor, before: all[at - 1]?.id, below: all[at + 1]?.id }));
}

/** The row that stood below the one that was acted on, once that one stands elsewhere. */
function goOn() {
  const acted = JSON.parse(kept(actedAs) || "null");
  if (!acted) return null;
  const all = rows();
  const at = all.findIndex((r) => r.id === acted.row);
  if (at >= 0 && (all[at - 1]?.id === acted.before || all[at + 1]?.id === acted.below)) return null;
  keep(actedAs, "");
  return all.find((r) => r.id === acted.below) ?? null;
}

const left = goOn() ?? rows().find((r) => r.id === kept(keptAs));
if (left) {
  place(left, false);
  left.scrollIntoView({ block: "nearest" });
}

/**
 * Goes on to a row while the sheet shows something of another, and shows it of that one.
 * @param {number} by @param {string} key
 * @returns {HTMLElement|null} what has the focus after the sheet
 */
export function peek(by, key) {
  if (move(by)) press(key);
  const row = current();
  return row && home(row);
}

// ---- dialogs

function openKeys() {
  const dialog = /** @type {HTMLDialogElement|null} */ (document.getElementById("keys"));
  if (!dialog) return false;
  for (const line of /** @type {NodeListOf<HTMLElement>} */ (dialog.querySelectorAll("[data-for]"))) {
    line.hidden = !here(line.dataset.for ?? "");
  }
  dialog.showModal();
  return true;
}

/** Whether this page has something for a key. @param {string} keys */
function here(keys) {
  const onRows = ["j k", "x", "Enter"].includes(keys);
  if (onRows) return rows().length > 0;
  if (keys === "$mod+Enter") return document.querySelector("textarea") !== null;
  return find(keys) !== null || document.querySelector(`[data-key="${CSS.escape(keys)}"]`) !== null;
}

document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest('a[href="#keys"]') : null;
  if (link && openKeys()) event.preventDefault();
});

// ---- bindings

let leader = -Infinity; // when g was pressed

/** @param {KeyboardEvent} event */
function onSingle(event) {
  if (!single() || writing(event)) return;
  const key = event.key;
  const led = event.timeStamp - leader < 1000;
  leader = -Infinity;
  if (led ? press(`g ${key}`) : act(key)) event.preventDefault();
}

/** @param {string} key */
function act(key) {
  switch (key) {
    case "?":
      return openKeys();
    case "x":
      anchor = cursor;
      return pick(current());
    case "o":
      return press("o") || open();
    default:
      return press(key);
  }
}

/** @param {(event: KeyboardEvent) => boolean} does */
const outside = (does) => (/** @type {KeyboardEvent} */ event) => {
  if (single() && !writing(event) && does(event)) event.preventDefault();
};

/** @type {Record<string, (event: KeyboardEvent) => void>} */
const bindings = {
  j: outside(() => (leader = -Infinity, move(1))),
  k: outside(() => (leader = -Infinity, move(-1))),
  g: outside((event) => {
    leader = event.timeStamp;
    return false;
  }),
  "Shift+?": onSingle, // where ? needs Shift
  "Shift+/": onSingle, // where / needs Shift
  "Shift+X": outside(pickRange),
  Enter: outside(() => document.activeElement === document.body && open()),
  Escape: (event) => {
    if (writing(event) || document.querySelector(":popover-open")) return;
    const leave = /** @type {HTMLElement|null} */ (document.querySelector(".side:target .leave"));
    if (leave?.checkVisibility()) return leave.click(); // the sidebar covers the page, on a phone
    const bulk = /** @type {HTMLFormElement|null} */ (document.querySelector("[data-bulk]"));
    if (rows().some((r) => box(r)?.checked)) bulk?.reset();
    else place(null);
  },
  "$mod+k": (event) => {
    if (openPalette()) event.preventDefault();
  },
  "$mod+Enter": (event) => {
    const field = event.target instanceof HTMLTextAreaElement ? event.target : null;
    const main = field?.form?.querySelector(".btn.main");
    if (!field?.form || event.isComposing) return;
    event.preventDefault();
    field.form.requestSubmit(/** @type {HTMLElement|null} */ (main));
  },
};
for (const key of singles) bindings[key] ??= onSingle;
tinykeys(window, bindings);

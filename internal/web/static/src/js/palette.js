// The command palette: one types what to do or where to go. Its rows are what the page offers
// (links of the sidebar, keys, steps, also those that cannot be taken, with their reason), and
// what the search page answers.

/** @typedef {{text: string, note: string, key: string, no: boolean, run: () => void}} Item */

const dialog = /** @type {HTMLDialogElement|null} */ (document.getElementById("palette"));
const input = /** @type {HTMLInputElement|null} */ (dialog?.querySelector("input") ?? null);
const list = document.getElementById("palette-list");
const none = /** @type {HTMLElement|null} */ (dialog?.querySelector(".none") ?? null);
const most = 12;

/** @type {Item[]} */ let offered = [];
/** @type {Item[]} */ let found = [];
/** @type {Item[]} */ let shown = [];
let at = 0;

const plain = (/** @type {string} */ text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const words = (/** @type {Element|null} */ element) => (element?.textContent ?? "").replace(/\s+/g, " ").trim();

/** What an element says of itself. @param {HTMLElement} element */
function nameOf(element) {
  const said = ["b", ".t", ":scope > span"].map((part) => words(element.querySelector(part)));
  return element.getAttribute("aria-label") || said.find(Boolean) || words(element) || element.title;
}

/** @returns {Item[]} */
function offers() {
  /** @type {Item[]} */
  const items = [];
  const known = new Set();
  const add = (/** @type {HTMLElement} */ element, no = false, note = "") => {
    const text = nameOf(element);
    if (!text || known.has(text)) return;
    known.add(text);
    items.push({ text, note, no, key: element.dataset.key ?? "", run: () => element.click() });
  };
  for (const e of document.querySelectorAll("main .step, main [data-key], .side a:not(.leave), .bar .crumbs a")) {
    const element = /** @type {HTMLElement} */ (e);
    if (element.matches("input")) continue;
    const blocked = element.closest("[data-no]");
    if (blocked) add(/** @type {HTMLElement} */ (element.querySelector("s")), true, words(element.querySelector("small")));
    else add(element, false, words(element.querySelector("small")));
  }
  return items;
}

function render() {
  if (!input || !list || !none) return;
  const asked = plain(input.value).split(/\s+/).filter(Boolean);
  const fits = (/** @type {Item} */ item) => asked.every((word) => plain(`${item.text} ${item.note}`).includes(word));
  shown = [...offered.filter(fits), ...found].slice(0, most);
  at = Math.min(at, Math.max(0, shown.length - 1));
  list.replaceChildren(...shown.map(row));
  none.hidden = shown.length > 0;
  if (shown.length > 0) input.setAttribute("aria-activedescendant", `palette-${at}`);
  else input.removeAttribute("aria-activedescendant");
}

/** @param {Item} item @param {number} i */
function row(item, i) {
  const li = document.createElement("li");
  li.id = `palette-${i}`;
  li.role = "option";
  li.ariaSelected = String(i === at);
  if (item.no) li.setAttribute("aria-disabled", "true");
  const text = document.createElement("span");
  const name = document.createElement(item.no ? "s" : "b");
  name.textContent = item.text;
  text.append(name);
  if (item.note) {
    const note = document.createElement("small");
    note.textContent = item.note;
    text.append(note);
  }
  li.append(text);
  for (const part of item.key.split(" ").filter(Boolean)) {
    const cap = document.createElement("kbd");
    cap.className = "kbd";
    cap.textContent = part;
    li.append(cap);
  }
  li.addEventListener("click", () => choose(i));
  return li;
}

/** @param {number} i */
function choose(i) {
  const item = shown[i];
  if (!item || item.no) return;
  dialog?.close();
  item.run();
}

let waiting = 0;
/** @type {AbortController|undefined} */ let asking;

function search() {
  clearTimeout(waiting);
  asking?.abort();
  found = [];
  const q = input?.value.trim() ?? "";
  const address = dialog?.dataset.find;
  if (!address || q.length < 2) return;
  waiting = setTimeout(async () => {
    asking = new AbortController();
    try {
      const answer = await fetch(`${address}?hits=1&q=${encodeURIComponent(q)}`, { headers: { "HX-Request": "true" }, signal: asking.signal });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      found = [...page.querySelectorAll("[data-found] a[href]")].map((a) => ({
        text: words(a.querySelector("b")) || words(a),
        note: words(a.querySelector("small")),
        key: "",
        no: false,
        run: () => location.assign(a.getAttribute("href") ?? ""),
      }));
      render();
    } catch {
      // The next letter asks again; the rows of the page stay.
    }
  }, 120);
}

/** Opens the palette, where the page has one. */
export function openPalette() {
  if (!dialog || !input || dialog.open) return false;
  input.value = "";
  found = [];
  at = 0;
  offered = offers();
  dialog.showModal();
  input.focus();
  render();
  return true;
}

input?.addEventListener("input", () => {
  at = 0;
  search();
  render();
});
input?.addEventListener("keydown", (event) => {
  if (event.key === "Enter") {
    event.preventDefault();
    choose(at);
    return;
  }
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!by || shown.length === 0) return;
  event.preventDefault();
  at = (at + by + shown.length) % shown.length;
  render();
  list?.children[at]?.scrollIntoView({ block: "nearest" });
});
// A press beside the palette closes it.
dialog?.addEventListener("click", (event) => event.target === dialog && dialog.close());

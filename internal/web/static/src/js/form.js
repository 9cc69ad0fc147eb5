// Forms: nothing is sent twice, nothing typed is lost, what cannot be pressed does nothing.

const longest = 10_000; // after so long a form may be sent again, whatever came of it

/** @type {WeakMap<HTMLFormElement, number>} */
const sent = new WeakMap();

/** @param {HTMLFormElement} form */
function release(form) {
  sent.delete(form);
  for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
}

document.addEventListener(
  "submit",
  (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (form.method === "dialog" || form.matches("[data-theme-toggle]")) return;
    if (Date.now() - (sent.get(form) ?? -Infinity) < longest) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    sent.set(form, Date.now());
    const button = event.submitter;
    setTimeout(() => sent.has(form) && button?.setAttribute("aria-busy", "true"), 300);
    setTimeout(() => release(form), longest);
  },
  true,
);
document.addEventListener("htmx:finally:request", (event) => {
  const from = event.target instanceof Element ? event.target.closest("form") : null;
  if (from) release(from);
});
// A page that comes back from the memory of the browser may send again.
addEventListener("pageshow", (event) => {
  if (event.persisted) for (const form of document.forms) release(form);
});

document.addEventListener(
  "click",
  (event) => {
    const button = event.target instanceof Element ? event.target.closest('[aria-disabled="true"]') : null;
    if (!button) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  true,
);

// ---- drafts

const prefix = "draft:";

/** @param {HTMLFormElement} form */
function keep(form) {
  const text = form.querySelector("textarea")?.value ?? "";
  const to = new FormData(form).get("to");
  const key = prefix + form.dataset.draft;
  try {
    if (text.trim() === "") sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, JSON.stringify({ text, to }));
  } catch {
    return; // no storage: the text is in the field and nowhere else
  }
  const state = form.querySelector("[data-draft-state]");
  if (state) state.textContent = text.trim() === "" ? "" : (document.body.dataset.sayDraft ?? "");
}

/** @param {HTMLFormElement} form */
function restore(form) {
  const field = form.querySelector("textarea");
  if (!field || field.value !== "") return; // what the server kept is newer
  try {
    const draft = JSON.parse(sessionStorage.getItem(prefix + form.dataset.draft) ?? "null");
    if (!draft) return;
    field.value = draft.text;
    for (const radio of form.querySelectorAll("input[name=to]")) {
      const choice = /** @type {HTMLInputElement} */ (radio);
      choice.checked = choice.value === draft.to;
    }
    keep(form);
  } catch {
    // A draft that cannot be read is no draft.
  }
}

function drafts() {
  for (const mark of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-sent]"))) {
    sessionStorage.removeItem(prefix + mark.dataset.sent);
    mark.remove();
  }
  for (const form of document.querySelectorAll("form[data-draft]")) restore(/** @type {HTMLFormElement} */ (form));
}

document.addEventListener("input", (event) => {
  const form = event.target instanceof Element ? event.target.closest("form[data-draft]") : null;
  if (form) keep(/** @type {HTMLFormElement} */ (form));
});

// Who signs out leaves nothing behind, above all no draft. This tab forgets them by itself; where the site is
// reached by https the answer has the browser forget those of all tabs.
document.addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (form.getAttribute("action") !== "/sign-out") return;
  try {
    sessionStorage.clear();
  } catch {
    // no storage: no drafts
  }
});

// ---- files that go with a text

/** Says which files were chosen. @param {HTMLInputElement} input */
function chosen(input) {
  const names = input.closest("label")?.querySelector("[data-files]");
  if (!(names instanceof HTMLElement)) return;
  names.dataset.none ??= names.textContent ?? "";
  names.textContent = [...(input.files ?? [])].map((f) => f.name).join(", ") || names.dataset.none;
}

document.addEventListener("change", (event) => {
  if (event.target instanceof HTMLInputElement && event.target.type === "file") chosen(event.target);
});

/** Files that are pasted or dropped into a form go with it. @param {Event} event @param {FileList|undefined} files */
function take(event, files) {
  const form = event.target instanceof Element ? event.target.closest("form") : null;
  const input = /** @type {HTMLInputElement|null} */ (form?.querySelector("label input[type=file]") ?? null);
  if (!input || !files?.length) return;
  event.preventDefault();
  const all = new DataTransfer();
  for (const file of [...(input.files ?? []), ...files]) all.items.add(file);
  input.files = all.files;
  chosen(input);
}

document.addEventListener("paste", (event) => take(event, event.clipboardData?.files));
document.addEventListener("drop", (event) => take(event, event.dataTransfer?.files));

// ---- what was read

// Who follows a notice has read it.
document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest("[data-reads]") : null;
  const form = link?.closest("li")?.querySelector("form");
  if (form) fetch(form.action, { method: "POST", body: new URLSearchParams(/** @type {any} */ (new FormData(form))), keepalive: true, redirect: "manual" });
});

// ---- what is selected

function selected() {
  const bulk = document.querySelector("[data-bulk]");
  if (!bulk) return;
  const count = document.querySelectorAll("[data-rows] input[type=checkbox]:checked").length;
  bulk.toggleAttribute("data-none", count === 0);
  const figure = bulk.querySelector("[data-selected]");
  if (figure) figure.textContent = String(count);
}

document.addEventListener("change", selected);
document.addEventListener("reset", () => setTimeout(selected));

// ---- after a load and after an update

function settle() {
  try {
    drafts();
  } catch {
    // no storage
  }
  selected();
  const focus = /** @type {HTMLElement|null} */ (document.querySelector("[data-focus]"));
  focus?.removeAttribute("data-focus");
  focus?.focus();
}
settle();
document.addEventListener("htmx:after:swap", settle);

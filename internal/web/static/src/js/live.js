// Live updates: htmx with its stream of server-sent events, and the badge that says whether the
// stream stands. The server sends an event "beat" at least every 20 seconds.
import "./htmx.js";
import "../../vendor/hx-sse.js";
import { now } from "./tick.js";
import { hour } from "./zone.js";

const silence = 45_000; // without any event the stream is doubted
const given = 180_000; // after so long the page counts as not live

let seen = 0; // when the stream last spoke; 0 = never
let broken = false;
let shown = "";

function show() {
  const badge = /** @type {HTMLElement|null} */ (document.querySelector("[data-live]"));
  if (!badge || seen === 0) return;
  const quiet = now() - seen;
  let state = "ok";
  if (broken || quiet > silence) state = "stale";
  if (quiet > given) state = "off";
  const say = { ok: badge.dataset.sayOk, stale: badge.dataset.sayStale, off: badge.dataset.sayOff }[state] ?? "";
  const text = say.replace("#", hour(seen));
  if (badge.dataset.state === state && shown === text) return;
  badge.dataset.state = state;
  shown = text;
  const words = badge.querySelector("span");
  if (words) words.textContent = text;
}

function spoke() {
  seen = now();
  broken = false;
  show();
}

document.addEventListener("htmx:sse:after:connection", spoke);
document.addEventListener("htmx:sse:after:message", spoke);
document.addEventListener("htmx:sse:error", () => {
  broken = true;
  show();
});
setInterval(show, 5_000);

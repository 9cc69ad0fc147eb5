// Rings and times that count on by themselves: once a minute, once a second under two minutes.
// The clock of the server rules: what this browser's clock is wrong by is measured once.

import { day, hour } from "./zone.js";

const second = 1000;
const minute = 60 * second;

const rendered = Number(document.body.dataset.now);
const skew = rendered ? rendered - Date.now() : 0;

/** The instant on the server, in epoch milliseconds. */
export function now() {
  return Date.now() + skew;
}

/**
 * A span as the server writes it: "45 s", "18 min", "1 h 06".
 * @param {number} ms
 */
export function span(ms) {
  const s = Math.floor(Math.abs(ms) / second);
  const h = Math.floor(s / 3600);
  const m = Math.floor((s % 3600) / 60);
  if (h > 0) return m === 0 ? `${h}\u00a0h` : `${h}\u00a0h\u00a0${String(m).padStart(2, "0")}`;
  if (s >= 120) return `${m}\u00a0min`;
  return m > 0 ? `${m}\u00a0min` : `${s}\u00a0s`;
}

// The rule of the server: percent near, percent in danger, and what is always in danger.
const [near, danger, close] = (document.body.dataset.limits ?? "0 0 0").split(" ").map(Number);

/**
 * How a running clock looks with so much open time left, as ui.FaceOf says it.
 * @param {number} left @param {number} whole @param {boolean} kpi
 */
export function look(left, whole, kpi) {
  if (left < 0) return "over";
  if (kpi) return "calm";
  if (left < close || left * 100 < whole * danger) return "near";
  return left * 100 < whole * near ? "watch" : "calm";
}

const say = document.body.dataset;

/** @param {string|undefined} text @param {string} with_ */
const fill = (text, with_) => (text ?? "#").replace("#", with_);

/** @param {SVGElement} ring */
function draw(ring, face, share) {
  ring.dataset.look = face;
  if (face !== "over") {
    ring.querySelector(".arc")?.setAttribute("stroke-dasharray", `${(100 * share).toFixed(1)} 100`);
    return;
  }
  if (ring.querySelector(".disc")) return;
  const make = (name, attributes) => {
    const shape = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) shape.setAttribute(key, value);
    return shape;
  };
  ring.replaceChildren(
    make("circle", { class: "disc", cx: "10", cy: "10", r: "8.6" }),
    make("path", { class: "glyph", d: "M10 5.6v5.2M10 14v.1" }),
  );
}

/** @type {WeakMap<HTMLElement, {runs: string|undefined, at: number}>} */
const read = new WeakMap();

/** When the server read a clock: when its open time was first seen here. */
function readAt(clock, at) {
  const runs = clock.dataset.runs;
  if (read.get(clock)?.runs !== runs) read.set(clock, { runs, at });
  return read.get(clock)?.at ?? at;
}

/** @param {HTMLElement} clock @param {number} at */
function count(clock, at) {
  const [due, open, whole] = (clock.dataset.runs ?? "").split(" ").map(Number);
  // Open time is never more than the time until due; over is counted on from what it was.
  const left = open < 0 ? open - (at - readAt(clock, at)) : Math.min(open, due - at);
  const face = look(left, whole, clock.hasAttribute("data-kpi"));
  clock.dataset.look = face;
  const ring = /** @type {SVGElement|null} */ (clock.querySelector(".ring"));
  if (ring) draw(ring, face, whole > 0 ? Math.max(0, Math.min(1, left / whole)) : 0);
  const words = clock.querySelector(".left");
  const text = face === "over" ? fill(say.sayOver, span(left)) : span(left);
  if (words && words.textContent !== text) words.textContent = text;
  return left;
}

/** Counts all clocks. @returns {number} the least time that is left or over anywhere */
function countAll() {
  const at = now();
  let soonest = Infinity;
  for (const clock of document.querySelectorAll("[data-runs]")) {
    soonest = Math.min(soonest, Math.abs(count(/** @type {HTMLElement} */ (clock), at)));
  }
  for (const time of document.querySelectorAll("time[data-since]")) {
    const since = Number(/** @type {HTMLElement} */ (time).dataset.since);
    time.textContent = fill(say.sayAgo, span(Math.max(0, at - since)));
    soonest = Math.min(soonest, at - since);
  }
  for (const time of document.querySelectorAll("time[data-clock]")) {
    const zone = (time.textContent ?? "").split(" ").pop();
    time.textContent = `${day(at)} ${hour(at)} ${zone}`;
  }
  return soonest;
}

function tick() {
  const soonest = countAll();
  // At the next whole minute, or the next whole second where seconds are shown.
  const step = soonest < 2 * minute + second ? second : minute;
  setTimeout(tick, step - (now() % step) + 5);
}

if (rendered) {
  tick();
  // What a live update brings is counted at once, and what a sleeping tab missed.
  document.addEventListener("htmx:after:swap", countAll);
  document.addEventListener("visibilitychange", () => document.hidden || countAll());
}

// Times of day as the page says them: in the zone of the page, not of this machine.

const zone = document.body.dataset.zone;

/** @param {string} language @param {Intl.DateTimeFormatOptions} options */
function format(language, options) {
  try {
    return new Intl.DateTimeFormat(language, { ...options, timeZone: zone });
  } catch {
    return new Intl.DateTimeFormat(language, options); // a zone that this browser does not know
  }
}

const hours = format("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** "14:50" @param {number} at */
export function hour(at) {
  return hours.format(at);
}

const language = document.documentElement.lang === "nl" ? "nl" : "en-US";
const days = format(language, { weekday: "short", day: "numeric", month: "short", year: "numeric" });

/** "Thu 19 Nov 2026" @param {number} at */
export function day(at) {
  /** @type {Record<string, string>} */
  const part = {};
  for (const { type, value } of days.formatToParts(at)) part[type] = value.replace(".", "");
  return `${part.weekday} ${part.day} ${part.month} ${part.year}`;
}

// Numbers as people read them. A figure keeps its width: digits are tabular, units stand apart.

const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 });
const tenth = new Intl.NumberFormat("en-US", { maximumFractionDigits: 1 });

/** A count; a dash if there is none. */
export const count = (value) => (value === null || value === undefined ? "–" : whole.format(value));

/** A count in little room, as on an axis. */
export const short = (value) => compact.format(value).replace("K", "k");

/** A rate: a digit after the point below 100. */
export const rate = (value) => (value < 100 ? tenth : whole).format(value);

/** Bytes in the unit that leaves at most four digits. */
export function bytes(value) {
  const units = ["B", "kB", "MB", "GB", "TB", "PB"];
  let unit = 0;
  let left = value;
  while (left >= 1000 && unit < units.length - 1) {
    left /= 1000;
    unit++;
  }
  return `${unit === 0 || left >= 100 ? whole.format(left) : tenth.format(left)} ${units[unit]}`;
}

/** A time span from milliseconds, its two largest units. */
export function span(ms) {
  const seconds = ms / 1000;
  if (seconds < 1) {
    return `${Math.round(ms)} ms`;
  }
  if (seconds < 60) {
    return `${seconds < 10 && ms % 1000 !== 0 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  }
  const parts = [
    [Math.floor(seconds / 86400), "d"],
    [Math.floor(seconds / 3600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "min"],
    [Math.floor(seconds) % 60, "s"],
  ];
  const first = parts.findIndex(([value]) => value > 0);
  return parts
    .slice(first, first + 2)
    .filter(([value], i) => i === 0 || value > 0)
    .map(([value, unit]) => `${value} ${unit}`)
    .join(" ");
}

/** How long something is past, in whole seconds. */
export const since = (ms) => (ms < 1000 ? "less than 1 s" : span(Math.floor(ms / 1000) * 1000));

/** The time of day of an ISO time, in the reader's zone. */
export const clock = (iso) => new Date(iso).toLocaleTimeString("en-GB");

/** `1 session`, `2 sessions`. */
export const some = (value, word) => `${count(value)} ${word}${value === 1 ? "" : "s"}`;

/** A share as a percentage. */
export const percent = (part, of) => (of > 0 ? `${tenth.format((100 * part) / of)} %` : "–");

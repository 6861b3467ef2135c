import { byId, mark } from "./dom.js";
import { bytes, count, rate } from "./format.js";
import { table } from "./table.js";

/** Where clients come in. */
export class Listeners {
  #table = table(
    byId("listeners-table"),
    "Listeners",
    [
      { name: "Listener", kind: "name", text: (one) => one.name },
      { name: "Address here", kind: "code", text: (one) => one.bind.join(", ") || "–" },
      { name: "Pool", text: (one) => one.pool },
      { name: "Cur", group: "Sessions", kind: "number", text: (one) => count(one.sessions.current) },
      { name: "Max", group: "Sessions", kind: "number", text: (one) => count(one.sessions.max) },
      { name: "Limit", group: "Sessions", kind: "number", text: (one) => count(one.sessions.limit) },
      { name: "New", group: "A second", kind: "number", text: (one) => rate(one.rates.newPerSecond) },
      {
        name: "Refused",
        group: "A second",
        kind: "number",
        text: (one) => rate(one.rates.refusedPerSecond),
        fill: (cell, one) => mark(cell, "data-tone", one.rates.refusedPerSecond > 0 ? "warn" : null),
      },
      { name: "In", group: "A second", kind: "number", text: (one) => bytes(one.rates.bytesInPerSecond) },
      { name: "Out", group: "A second", kind: "number", text: (one) => bytes(one.rates.bytesOutPerSecond) },
    ],
    (one) => one.name,
  );

  update(view) {
    this.#table(view.listeners);
  }
}

/** What flows over all listeners. */
export function sums(view) {
  const all = {
    sessions: view.cluster.sessions.current,
    fresh: 0,
    refused: 0,
    bytesIn: 0,
    bytesOut: 0,
    reasons: {},
  };
  for (const { rates } of view.listeners) {
    all.fresh += rates.newPerSecond;
    all.refused += rates.refusedPerSecond;
    all.bytesIn += rates.bytesInPerSecond;
    all.bytesOut += rates.bytesOutPerSecond;
    for (const [reason, value] of Object.entries(rates.refusedByReason)) {
      all.reasons[reason] = (all.reasons[reason] ?? 0) + value;
    }
  }
  return all;
}

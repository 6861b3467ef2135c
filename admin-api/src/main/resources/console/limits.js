import { byId, el } from "./dom.js";
import { count } from "./format.js";
import { table } from "./table.js";

/** Permits of the scopes that hold many servers; those of a server stand in its pool. */
export class Limits {
  #table = table(
    byId("limits-table"),
    "Limits",
    [
      { name: "Scope", kind: "name", text: (one) => one.scope },
      { name: "Held", group: "Permits", kind: "number strong", text: (one) => count(one.held) },
      { name: "Granted", group: "Permits", kind: "number", text: (one) => count(one.granted) },
      { name: "Limit", group: "Permits", kind: "number", text: (one) => count(one.limit) },
      {
        name: "Left",
        kind: "number",
        text: (one) => (one.limit === null ? "–" : count(one.limit - one.held)),
      },
      {
        name: "Use",
        kind: "use",
        make: (cell) => cell.append(el("div", { class: "bar" }, el("div"))),
        fill: (cell, one) => use(cell.firstChild, one.held, one.limit),
      },
    ],
    (one) => one.scope,
  );

  update(view) {
    this.#table(view.cluster.scopes.filter((one) => !one.scope.startsWith("server/")).reverse());
  }
}

/** Fills a bar by what is used of a limit, or of `most` where there is none; warns near a limit. */
export function use(bar, used, limit, most = Infinity) {
  const share = Math.min(1, used / (limit ?? most));
  const width = `${(100 * share).toFixed(1)}%`;
  if (bar.firstChild.style.width !== width) {
    bar.firstChild.style.width = width;
  }
  bar.toggleAttribute("data-near", limit !== null && share >= 0.9);
}

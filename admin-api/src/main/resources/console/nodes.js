import { byId, el, facts, mark, pill, show, write } from "./dom.js";
import { count, since, span } from "./format.js";
import { drainNode, forgetNode, readyNode, rebalance } from "./orders.js";
import { table } from "./table.js";

const TONES = { READY: "good", JOINING: "info", DRAINING: "info", LEFT: "off", LOST: "bad" };

/** The nodes of the cluster, those that are lost too. */
export class Nodes {
  #view = null;
  #table = table(
    byId("nodes-table"),
    "Nodes",
    [
      { name: "Node", kind: "name", text: (node) => node.name },
      {
        name: "State",
        make: (cell) => cell.append(el("span")),
        fill: (cell, node) => pill(cell.firstChild, node.state, TONES[node.state]),
      },
      { name: "Cur", group: "Sessions", kind: "number", text: (node) => count(node.sessions.current) },
      { name: "Max", group: "Sessions", kind: "number", text: (node) => count(node.sessions.max) },
      { name: "Limit", group: "Sessions", kind: "number", text: (node) => count(node.sessions.limit) },
      { name: "Held", group: "Permits", kind: "number", text: (node) => count(permits(node, "held")) },
      { name: "Granted", group: "Permits", kind: "number", text: (node) => count(permits(node, "granted")) },
      {
        name: "Epoch",
        kind: "number",
        text: (node) => epoch(node),
        fill: (cell, node) => mark(cell, "data-tone", this.#behind(node) ? "warn" : null),
      },
      {
        name: "Health",
        text: (node) => this.#health(node),
        fill: (cell, node) =>
          mark(
            cell,
            "data-tone",
            node.state === "LOST" ? "bad" : this.#down(node).length > 0 ? "warn" : null,
          ),
      },
      {
        name: "Drift",
        text: (node) => (node.drift ? "yes" : "no"),
        fill: (cell, node) => mark(cell, "data-tone", node.drift ? "warn" : null),
      },
      {
        name: "Actions",
        kind: "acts operator",
        make: (cell, node) => this.#acts(cell, node.name),
        fill: (cell, node) => choose(cell, node.state),
      },
    ],
    (node) => node.name,
    (node) => TONES[node.state],
    (cell, node) => this.#details(cell, node),
  );

  constructor() {
    byId("rebalance-nodes").addEventListener("click", () => rebalance("nodes", []));
  }

  update(view) {
    this.#view = view;
    this.#table(view.nodes);
    write(byId("nodes-note"), view.cluster.leader ? `led by ${view.cluster.leader}` : "no leader");
  }

  #node(name) {
    return this.#view.nodes.find((node) => node.name === name);
  }

  #acts(cell, name) {
    const act = (word, label, order) =>
      el(
        "button",
        {
          type: "button",
          class: "small",
          "data-act": word,
          "aria-label": `${label} ${name}`,
          onclick: () => order(this.#node(name), this.#view),
        },
        `${label}…`,
      );
    cell.append(
      act("drain", "Drain", drainNode),
      act("ready", "Ready", readyNode),
      act("forget", "Forget", forgetNode),
    );
  }

  /** Servers that this node finds DOWN. */
  #down(node) {
    return this.#view.pools.flatMap((pool) =>
      pool.servers
        .filter((server) => server.check.failing.some((one) => one.node === node.name))
        .map((server) => server.name),
    );
  }

  #health(node) {
    if (node.state === "LOST" || node.state === "LEFT") {
      return `silent for ${since(node.silentMs)}`;
    }
    const down = this.#down(node);
    return down.length === 0
      ? "reaches all"
      : `finds DOWN: ${down.slice(0, 2).join(", ")}${down.length > 2 ? ` +${down.length - 2}` : ""}`;
  }

  #behind(node) {
    return (
      node.state === "READY" &&
      node.pools.some((own) => this.#view.pools.find((pool) => pool.name === own.pool)?.epoch !== own.epoch)
    );
  }

  #details(cell, node) {
    if (!cell.firstChild) {
      cell.append(el("dl", { class: "facts" }));
    }
    facts(cell.firstChild, [
      ["Version", node.version ?? "–"],
      ["Admin API", node.admin ?? "–"],
      ["Revision", count(node.revision)],
      ["Differs in", node.drift ? node.driftKeys.join(", ") : "nothing"],
      ["Heard", `${span(node.silentMs)} ago`],
      [
        "Epochs",
        node.pools
          .map((pool) => `${pool.pool} ${pool.epoch}${pool.settled ? "" : " (changes)"}`)
          .join(", ") || "–",
      ],
      ["Finds DOWN", this.#down(node).join(", ") || "no server"],
      [
        "Permits held / granted",
        node.permits.map((one) => `${one.scope} ${count(one.held)} / ${count(one.granted)}`).join(", ") ||
          "none",
      ],
    ]);
  }
}

/** Sessions that hold a permit of their listener; each session holds one. */
function permits(node, what) {
  const listeners = node.permits.filter((one) => one.scope.startsWith("listener/"));
  const counted = listeners.length > 0 ? listeners : node.permits.filter((one) => one.scope === "cluster");
  return counted.length === 0 ? null : counted.reduce((sum, one) => sum + one[what], 0);
}

function epoch(node) {
  return node.pools.length <= 2
    ? node.pools.map((pool) => pool.epoch).join(" · ") || "–"
    : `${node.pools.length} pools`;
}

function choose(cell, state) {
  const fitting = { READY: ["drain"], JOINING: ["drain"], DRAINING: ["ready"], LOST: ["forget"], LEFT: [] }[
    state
  ];
  for (const button of cell.children) {
    show(button, fitting.includes(button.dataset.act));
  }
}

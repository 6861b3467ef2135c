import { byId, el, facts, list, mark, pill, show, write } from "./dom.js";
import { clock, count, percent, some, span } from "./format.js";
import { use } from "./limits.js";
import { drainServer, maintainServer, readyServer, rebalance } from "./orders.js";
import { Slots } from "./slots.js";
import { table } from "./table.js";

const SLOTS = 65_536;
const PORTS_ALARM = 0.75; // as the log has it

/** The pools with their servers, as on HAProxy's page. */
export class Pools {
  #pools = new Map();

  update(view) {
    list(
      byId("pools"),
      view.pools,
      (pool) => pool.name,
      (pool) => {
        const one = new Pool(pool.name);
        this.#pools.set(pool.name, one);
        return one.section;
      },
      (section, pool) => this.#pools.get(pool.name).update(pool),
    );
  }
}

/** What colours a server, as HAProxy's page does. */
export function tone(server) {
  if (server.adminState === "MAINT") {
    return "maint";
  }
  if (server.health === "DOWN") {
    return "bad";
  }
  if (server.adminState === "DRAIN") {
    return "info";
  }
  return server.health === "UP" ? "good" : "off";
}

class Pool {
  #name;
  #pool = null;
  #note = el("p", { class: "note" });
  #alarm = el("span", { class: "pill", "data-tone": "bad", hidden: true }, "PANIC");
  #ports = el("span", { class: "pill", "data-tone": "warn", hidden: true });
  #slots;
  #table;

  constructor(name) {
    this.#name = name;
    const title = `pool-${name}`;
    const tableHost = el("div");
    const slotsHost = el("div", { class: "card-body" });
    this.section = el(
      "section",
      { class: "card pool", "aria-labelledby": title, "data-pool": name },
      el(
        "div",
        { class: "card-head" },
        el("h2", { id: title }, el("span", { class: "soft" }, "Pool "), name),
        this.#alarm,
        this.#ports,
        this.#note,
        el(
          "button",
          {
            type: "button",
            class: "operator",
            "aria-label": `Rebalance pool ${name}`,
            onclick: () => rebalance("servers", [this.#name]),
          },
          "Rebalance…",
        ),
      ),
      slotsHost,
      tableHost,
    );
    this.#slots = new Slots(slotsHost, name);
    this.#table = table(
      tableHost,
      `Servers of pool ${name}`,
      this.#columns(),
      (server) => server.name,
      tone,
      details,
    );
  }

  #columns() {
    return [
      { name: "Server", kind: "name", text: (server) => server.name },
      {
        name: "State",
        make: (cell) => cell.append(el("span")),
        fill: (cell, server) => pill(cell.firstChild, server.adminState, tone({ ...server, health: "UP" })),
      },
      {
        name: "Health",
        make: (cell) => cell.append(el("span"), el("span", { class: "votes" })),
        fill: (cell, server) => health(cell, server),
      },
      { name: "Weight", kind: "number", text: (server) => count(server.weight) },
      {
        name: "Slots",
        kind: "number",
        text: (server) => percent(server.slots, SLOTS),
        fill: (cell, server) => mark(cell, "title", `${count(server.slots)} of 65,536`),
      },
      {
        name: "Cur",
        group: "Sessions",
        kind: "number strong",
        text: (server) => count(server.sessions.current),
      },
      { name: "Max", group: "Sessions", kind: "number", text: (server) => count(server.sessions.max) },
      { name: "Limit", group: "Sessions", kind: "number", text: (server) => count(server.sessions.limit) },
      {
        name: "Use",
        group: "Sessions",
        kind: "use",
        make: (cell) => cell.append(el("div", { class: "bar" }, el("div"))),
        fill: (cell, server) => this.#use(cell.firstChild, server),
      },
      {
        name: "Last check here",
        text: (server) => check(server.check),
        fill: (cell, server) => mark(cell, "title", server.check.lastResult),
      },
      {
        name: "Actions",
        kind: "acts operator",
        make: (cell, server) => this.#acts(cell, server.name),
        fill: (cell, server) => choose(cell, server.adminState),
      },
    ];
  }

  update(pool) {
    this.#pool = pool;
    const facts = [
      `epoch ${count(pool.epoch)}${pool.settled ? "" : ", a change is under way"}`,
      some(pool.sessions.current, "session"),
      pool.sessions.limit === null ? null : `limit ${count(pool.sessions.limit)}`,
      some(pool.pins, "pin"),
      pool.queued > 0 ? `${count(pool.queued)} waiting` : null,
    ];
    write(this.#note, facts.filter((fact) => fact !== null).join(" · "));
    show(this.#alarm, pool.panic);
    const scarce = pool.servers.filter(
      ({ localPorts }) => localPorts && localPorts.used >= PORTS_ALARM * localPorts.limit,
    );
    show(this.#ports, scarce.length > 0);
    write(
      this.#ports,
      `local ports here: ${scarce.map((one) => `${one.name} ${percent(one.localPorts.used, one.localPorts.limit)}`).join(", ")}`,
    );
    this.#slots.update(pool);
    this.#table(pool.servers);
  }

  /** Full is its limit, or else the largest of the pool. */
  #use(bar, server) {
    const most = Math.max(1, ...this.#pool.servers.map((one) => one.sessions.current));
    use(bar, server.sessions.current, server.sessions.limit, most);
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
          onclick: () =>
            order(
              this.#pool,
              this.#pool.servers.find((server) => server.name === name),
            ),
        },
        `${label}…`,
      );
    cell.append(
      act("ready", "Ready", readyServer),
      act("drain", "Drain", drainServer),
      act("maint", "Maint", maintainServer),
    );
  }
}

function details(cell, server) {
  if (!cell.firstChild) {
    cell.append(el("dl", { class: "facts" }));
  }
  const { check: last, localPorts, votes } = server;
  facts(cell.firstChild, [
    ["Address", `${server.host}, ports ${server.ports.join(", ")}`],
    ["Slots", `${count(server.slots)} of 65,536`],
    [
      "Local ports used here",
      localPorts ? `${count(localPorts.used)} of ${count(localPorts.limit)}` : "not counted",
    ],
    [
      "Checked at",
      last.host || last.port
        ? `${last.host ?? server.host}:${last.port ?? server.ports[0]}`
        : "its first port",
    ],
    ["Last check here", last.at ? `${clock(last.at)}: ${last.lastResult}` : "none yet"],
    ["Nodes that find it", `UP ${votes.up}, DOWN ${votes.down}`],
    ["DOWN for", last.failing.map((one) => `${one.node}: ${one.reason}`).join("; ") || "no node"],
  ]);
}

function health(cell, server) {
  const state = server.health ?? "unknown";
  pill(cell.firstChild, state, { UP: "good", DOWN: "bad" }[state] ?? "off");
  const { up, down } = server.votes;
  write(cell.lastChild, down === 0 ? `${up}` : `${up}:${down}`);
  const failing = server.check.failing.map((one) => `${one.node}: ${one.reason}`).join("; ");
  mark(cell.lastChild, "title", `${up} nodes say UP, ${down} DOWN${failing ? `. ${failing}` : ""}`);
}

function check(last) {
  if (last.code === null) {
    return "–";
  }
  return `${last.code} in ${span(last.tookMs ?? 0)}`;
}

function choose(cell, state) {
  const fitting = { READY: ["drain", "maint"], DRAIN: ["ready", "maint"], MAINT: ["ready", "drain"] }[state];
  for (const button of cell.children) {
    show(button, fitting.includes(button.dataset.act));
  }
}

import { byId, el, mark, show, write } from "./dom.js";
import { bytes, clock, count, rate, since } from "./format.js";

const OLD_MS = 2600;
const OTHERS = 5;

/** The tiles: the cluster in one look. */
export class Head {
  #tiles = new Map();

  constructor() {
    for (const [key, name] of [
      ["sessions", "Sessions"],
      ["new", "New a second"],
      ["refused", "Refused a second"],
      ["bytes", "In / out a second"],
      ["nodes", "Nodes ready"],
      ["headroom", "Headroom"],
      ["leader", "Leader"],
      ["revision", "Revision"],
    ]) {
      const value = el("span", { class: "value" }, "–");
      const note = el("span", { class: "note" }, "\u00a0");
      byId("tiles").append(
        el("div", { class: "tile", id: `tile-${key}` }, el("dt", {}, name), el("dd", {}, value, note)),
      );
      this.#tiles.set(key, { value, note, tile: byId("tiles").lastElementChild });
    }
  }

  update(view, sums) {
    const { cluster, nodes } = view;
    write(byId("cluster"), cluster.name);
    document.title = `${cluster.name} – Holdfast`;
    const sessions = cluster.sessions;
    this.#tile(
      "sessions",
      count(sessions.current),
      `max ${count(sessions.max)} · limit ${count(sessions.limit)}`,
    );
    this.#tile("new", rate(sums.fresh), "clients that came");
    this.#tile("refused", rate(sums.refused), reasons(sums.reasons), sums.refused > 0 ? "warn" : null);
    this.#tile("bytes", `${bytes(sums.bytesIn)} / ${bytes(sums.bytesOut)}`, "from / to clients");
    const ready = nodes.filter((node) => node.state === "READY").length;
    const others = nodes.filter((node) => node.state !== "READY");
    this.#tile(
      "nodes",
      `${ready} of ${nodes.length}`,
      others.length === 0 ? "all" : others.map((node) => `${node.name} ${node.state}`).join(", "),
      others.some((node) => node.state === "LOST") ? "bad" : others.length > 0 ? "warn" : null,
    );
    this.#tile(
      "headroom",
      count(cluster.headroom),
      "sessions fit if the largest node is lost",
      cluster.headroom < 0 ? "bad" : null,
    );
    this.#tile(
      "leader",
      cluster.leader ?? "none",
      cluster.majority ? "majority in contact" : "no majority",
      cluster.majority ? null : "bad",
    );
    const drift = nodes.filter((node) => node.drift);
    this.#tile(
      "revision",
      count(cluster.revision),
      drift.length === 0 ? "no drift" : `drift: ${drift.map((node) => node.name).join(", ")}`,
      drift.length === 0 ? null : "warn",
    );
  }

  #tile(key, value, note, tone = null) {
    const tile = this.#tiles.get(key);
    write(tile.value, value);
    write(tile.note, note);
    mark(tile.tile, "data-tone", tone);
  }
}

function reasons(byReason) {
  const names = Object.entries(byReason).sort((a, b) => b[1] - a[1]);
  return names.length === 0 ? "none" : names.map(([name]) => name).join(", ");
}

/** How fresh the numbers are, and what is wrong with where they come from. */
export class Freshness {
  #state = "wait";
  #problem = null;
  #view = null;
  #at = 0;
  #began = performance.now();

  constructor() {
    setInterval(() => this.show(), 250);
  }

  seen(view) {
    this.#view = view;
    this.#at = performance.now();
    this.show();
  }

  state(state, problem) {
    this.#state = state;
    this.#problem = problem;
    this.show();
  }

  show() {
    const age = performance.now() - this.#at;
    const old = this.#view !== null && age > OLD_MS;
    const state = this.#state === "live" && old ? "old" : this.#state;
    const text = {
      wait: "connecting",
      live: `live · ${this.#view?.cluster.node ?? ""}`,
      old: `${since(age)} old`,
      lost: "not reachable",
      refused: "no access",
    }[state];
    mark(byId("live"), "data-state", state);
    write(byId("live-text"), text);
    document.body.classList.toggle("stale", this.#view !== null && state !== "live");
    this.#banner(state, age);
  }

  #banner(state, age) {
    const banner = byId("banner");
    const cluster = this.#view?.cluster;
    const late = performance.now() - this.#began > 3000;
    const old = cluster ? `Silent for ${since(age)}; the numbers are of ${clock(this.#view.at)}.` : "";
    if (state === "live" && cluster && !cluster.majority) {
      const text = `${cluster.node} sees no majority: nothing can be changed, and it may not know all.`;
      say(banner, "bad", text);
    } else if (state === "lost" && (cluster || late)) {
      const node = cluster?.node ?? "The node";
      const text = this.#problem ? `${node} says no: ${this.#problem.message}.` : `${node} does not answer.`;
      say(banner, "bad", text, old, this.#others());
    } else if (state === "old") {
      say(banner, "warn", `${cluster.node} tells no new numbers.`, old, this.#others());
    } else if (state === "refused") {
      say(banner, "warn", `No access: ${this.#problem?.message ?? ""}.`);
    } else {
      show(banner, false);
      write(banner.firstElementChild, "");
    }
  }

  /** Some other nodes, whose consoles show the same. */
  #others() {
    const fits = (node) => node.admin && node.name !== this.#view.cluster.node && node.state !== "LOST";
    return (this.#view?.nodes ?? []).filter(fits).slice(0, OTHERS);
  }
}

/** What is wrong is said once to who listens, how long it has been is only shown. */
function say(banner, tone, text, more = "", nodes = []) {
  const [alarm, age, links] = banner.children;
  mark(banner, "data-tone", tone);
  show(banner, true);
  write(alarm, text);
  write(age, more);
  const key = nodes.map((node) => `${node.name} ${node.admin}`).join("\n");
  if ((links.dataset.key ?? "") !== key) {
    links.dataset.key = key;
    links.replaceChildren(
      ...nodes.map((node) => el("a", { href: `${location.protocol}//${node.admin}/` }, node.name)),
    );
    if (nodes.length > 0) {
      links.prepend("The same console on ");
    }
  }
}

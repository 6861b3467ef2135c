import { get, path } from "./api.js";
import { el, list, mark, write } from "./dom.js";
import { count, percent } from "./format.js";

const SLOTS = 65_536;
const WIDTH = 1024;
const SHOWN_MS = 8000;

/**
 * The slot table of a pool: the share of each server as a strip, and all 65,536 slots as a map, one
 * dot each, read again when the epoch changed. Slots that moved stay bright while the others fade.
 */
export class Slots {
  #pool;
  #names = [];
  #strip = el("div", { class: "strip", "aria-hidden": "true" });
  #moved = el("p", { class: "moved", role: "status" });
  #canvas = el("canvas", { width: WIDTH, height: SLOTS / WIDTH, class: "map", role: "img" });
  #details;
  #epoch = null;
  #table = null;
  #asking = false;
  #calm = null;

  constructor(host, pool) {
    this.#pool = pool;
    this.#details = el("details", { class: "slots" }, el("summary", {}, "Slot map"), this.#canvas);
    host.append(this.#strip, this.#moved, this.#details);
    this.#details.addEventListener("toggle", () => this.#draw(null));
    addEventListener("theme", () => this.#draw(null));
  }

  update(pool) {
    const serving = pool.servers.filter((server) => server.slots > 0);
    const names = pool.servers.map((server) => server.name);
    list(
      this.#strip,
      serving,
      (server) => server.name,
      (server) => el("div", {}, el("span", {}, server.name)),
      (part, server) => {
        const grow = String(server.slots);
        if (part.style.flexGrow !== grow) {
          part.style.flexGrow = grow;
        }
        const colour = css(colourOf(names.indexOf(server.name)));
        if (part.dataset.colour !== colour) {
          part.dataset.colour = colour;
          part.style.backgroundColor = colour;
        }
        mark(part, "title", `${server.name}: ${count(server.slots)} slots, ${percent(server.slots, SLOTS)}`);
      },
    );
    this.#names = names;
    if (pool.epoch !== this.#epoch && !this.#asking) {
      this.#read(pool.epoch);
    }
  }

  async #read(epoch) {
    this.#asking = true;
    try {
      const answer = await get(`v1/pools/${path(this.#pool)}/slots`);
      const before = this.#table;
      this.#table = { servers: answer.servers, owners: decode(answer.slots) };
      this.#epoch = answer.epoch;
      this.#draw(before);
    } catch {
      this.#epoch = epoch; // the next epoch asks again
    } finally {
      this.#asking = false;
    }
  }

  /** Draws the map; with a table of before, what moved since stands out for a while. */
  #draw(before) {
    const moved = before ? movedSince(before, this.#table) : null;
    if (moved && moved.total > 0) {
      const ways = [...moved.ways].sort((a, b) => b[1] - a[1]).slice(0, 3);
      write(
        this.#moved,
        `epoch ${count(this.#epoch)}: ${count(moved.total)} slots moved (${ways.map(([way, slots]) => `${way} ${count(slots)}`).join(", ")}${moved.ways.size > 3 ? ", …" : ""})`,
      );
      clearTimeout(this.#calm);
      this.#calm = setTimeout(() => this.#draw(null), SHOWN_MS);
    }
    if (!this.#table || !this.#details.open) {
      return;
    }
    const { servers, owners } = this.#table;
    this.#canvas.setAttribute(
      "aria-label",
      `Slot map of ${this.#pool}: ${servers.length} servers share 65,536 slots`,
    );
    const colours = servers.map((name) => colourOf(this.#names.indexOf(name)));
    const context = this.#canvas.getContext("2d");
    const image = context.createImageData(WIDTH, SLOTS / WIDTH);
    for (let slot = 0; slot < SLOTS; slot++) {
      const colour = owners.length === 0 ? [128, 128, 128] : colours[owners[slot]];
      const faded = moved !== null && moved.total > 0 && !moved.slots[slot];
      image.data.set([...colour, faded ? 50 : 255], slot * 4);
    }
    context.putImageData(image, 0, 0);
  }
}

function movedSince(before, now) {
  const slots = new Uint8Array(SLOTS);
  const ways = new Map();
  let total = 0;
  for (let slot = 0; slot < SLOTS; slot++) {
    const from = before.servers[before.owners[slot]] ?? "nobody";
    const to = now.servers[now.owners[slot]] ?? "nobody";
    if (from !== to) {
      slots[slot] = 1;
      total++;
      const way = `${from} → ${to}`;
      ways.set(way, (ways.get(way) ?? 0) + 1);
    }
  }
  return { slots, ways, total };
}

function decode(base64) {
  const bytes = atob(base64);
  const owners = new Uint16Array(bytes.length / 2);
  for (let i = 0; i < owners.length; i++) {
    owners[i] = (bytes.charCodeAt(2 * i) << 8) | bytes.charCodeAt(2 * i + 1);
  }
  return owners;
}

/**
 * A colour for the place of a server in its pool; neighbours differ, and dark text can be read on all.
 * Red, green, blue.
 */
function colourOf(place) {
  const hue = (205 + place * 137.508) % 360;
  return fromHsl(hue, 0.46, 0.66 + 0.05 * (place % 3));
}

const css = ([red, green, blue]) => `rgb(${red}, ${green}, ${blue})`;

function fromHsl(hue, saturation, light) {
  const reach = saturation * Math.min(light, 1 - light);
  const part = (n) => {
    const k = (n + hue / 30) % 12;
    return Math.round(255 * (light - reach * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return [part(0), part(8), part(4)];
}

import { byId, el, list, mark, pill, show, write } from "./dom.js";
import { clock, count, span } from "./format.js";
import { tell } from "./orders.js";

const TONES = {
  planned: "off",
  running: "info",
  paused: "warn",
  done: "good",
  cancelled: "off",
  failed: "bad",
};
const SHOWN = 12;

/** Drains and rebalances, those that go on first. */
export class Operations {
  #list = byId("operations-list");
  #known = new Map();

  update(view) {
    const open = view.operations.filter(isOpen);
    const shown = [...open, ...view.operations.filter((one) => !isOpen(one))].slice(
      0,
      Math.max(SHOWN, open.length),
    );
    view.operations.forEach((one) => this.#known.set(one.id, one));
    list(
      this.#list,
      shown,
      (one) => one.id,
      (one) => this.#make(one.id),
      fill,
    );
    const note =
      open.length > 0
        ? `${open.length} under way`
        : view.operations.length === 0
          ? "none yet"
          : "none under way";
    write(byId("operations-note"), note);
  }

  #make(id) {
    const act = (word, label) =>
      el(
        "button",
        {
          type: "button",
          class: "small",
          "data-act": word,
          "aria-label": `${label} ${id}`,
          onclick: () => tell(this.#known.get(id), word),
        },
        `${label}…`,
      );
    return el(
      "li",
      { "data-id": id },
      el("p", { class: "what" }, el("b"), el("span", { class: "target" }), el("span")),
      el(
        "div",
        {
          class: "progress",
          role: "progressbar",
          "aria-label": `Progress of ${id}`,
          "aria-valuemin": 0,
          "aria-valuemax": 100,
        },
        el("div"),
      ),
      el("p", { class: "numbers" }),
      el("p", { class: "why" }),
      el(
        "div",
        { class: "acts operator" },
        act("pause", "Pause"),
        act("resume", "Resume"),
        act("cancel", "Cancel"),
      ),
    );
  }
}

const isOpen = (one) => ["planned", "running", "paused"].includes(one.state);

function fill(item, one) {
  const [what, bar, numbers, why, acts] = item.children;
  write(what.children[0], `${one.id} ${one.kind}`);
  write(what.children[1], one.target);
  pill(what.children[2], one.state, TONES[one.state]);
  const over = one.closed + one.ended;
  const share = one.total > 0 ? over / one.total : one.state === "done" ? 1 : 0;
  const width = `${(100 * share).toFixed(1)}%`;
  if (bar.firstChild.style.width !== width) {
    bar.firstChild.style.width = width;
  }
  mark(bar, "aria-valuenow", Math.round(100 * share));
  mark(bar, "data-tone", TONES[one.state]);
  const pace = one.perSecond === null ? "no pace" : `${count(one.perSecond)}/s`;
  const rest =
    one.state === "running" && one.perSecond !== null && one.remaining > 0
      ? ` · about ${span((1000 * one.remaining) / one.perSecond)} left`
      : "";
  write(
    numbers,
    `${count(over)} of ${count(one.total)} · ${count(one.closed)} closed, ${count(one.ended)} ended, ${count(one.remaining)} remain · ${pace}${rest}`,
  );
  const times =
    one.endedAt === null
      ? `since ${clock(one.orderedAt)}`
      : `${clock(one.orderedAt)} to ${clock(one.endedAt)}`;
  write(why, `${one.reason ? `${one.reason} · ` : ""}${times} by ${one.by}`);
  const fitting =
    { planned: ["cancel"], running: ["pause", "cancel"], paused: ["resume", "cancel"] }[one.state] ?? [];
  show(acts, fitting.length > 0);
  for (const button of acts.children) {
    show(button, fitting.includes(button.dataset.act));
  }
}

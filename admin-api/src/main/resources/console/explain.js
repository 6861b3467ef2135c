import { get, query } from "./api.js";
import { byId, el, facts, field, options, pill } from "./dom.js";
import { count } from "./format.js";

const TONES = { admit: "good", queue: "warn", refuse: "bad" };

/** Why a source goes where it goes, and what would happen to it now. */
export class Explain {
  #listener = el("select", { name: "listener" });
  #source = el("input", {
    type: "text",
    name: "source",
    required: true,
    autocomplete: "off",
    spellcheck: "false",
    placeholder: "127.0.0.9",
  });
  #answer = el("div", { class: "answer", role: "status" });

  constructor() {
    byId("explain-body").append(
      el(
        "form",
        {
          class: "line",
          onsubmit: (event) => {
            event.preventDefault();
            this.#ask();
          },
        },
        field("Listener", this.#listener),
        field("Source", this.#source),
        el("button", { type: "submit" }, "Explain"),
      ),
      this.#answer,
    );
  }

  update(view) {
    options(
      this.#listener,
      view.listeners.map((one) => one.name),
    );
  }

  async #ask() {
    try {
      this.#show(
        await get(
          `v1/explain${query({ listener: this.#listener.value, source: this.#source.value.trim() })}`,
        ),
      );
    } catch (problem) {
      this.#answer.replaceChildren(
        ...(problem.lines ?? [String(problem)]).map((line) => el("p", { class: "fault" }, line)),
      );
    }
  }

  #show(one) {
    const verdict = el(
      "p",
      { class: "verdict" },
      el("span"),
      el("b", {}, one.server ? `${one.pool}/${one.server}` : "no server"),
    );
    pill(verdict.firstChild, one.decision, TONES[one.decision]);
    if (one.reason) {
      verdict.append(el("span", { class: "soft" }, one.reason));
    }
    const list = el("dl", { class: "facts" });
    const standing = one.standing
      ? `${one.standing.adminState}, ${one.standing.health ?? "not checked yet"}`
      : "–";
    facts(list, [
      ["By", one.operatorPin ? "an operator's pin" : (one.by ?? "–")],
      ["Slot, epoch", `${count(one.slot)}, ${count(one.epoch)}${one.held ? " (held by a change)" : ""}`],
      ["Next", one.next.join(", ") || "–"],
      ["Server", standing],
      ["Last check here", one.check ?? "–"],
      ["Ports here", one.ports ? `${count(one.ports.used)} of ${count(one.ports.limit)}` : "–"],
      ["Waiting", count(one.queued)],
    ]);
    const permits = el(
      "table",
      {},
      el("caption", { class: "unseen" }, "Permits that the session would take"),
      el(
        "thead",
        {},
        el(
          "tr",
          {},
          ...["Permit", "Held / granted", "Here", "Limit"].map((name, i) =>
            el("th", { scope: "col", class: i > 0 ? "number" : null }, name),
          ),
        ),
      ),
      el(
        "tbody",
        {},
        ...one.permits.map((permit) =>
          el(
            "tr",
            {},
            el("th", { scope: "row" }, permit.scope),
            ...[
              `${count(permit.held)} / ${count(permit.granted)}`,
              `${count(permit.heldHere)} / ${count(permit.grantedHere)}`,
              count(permit.limit),
            ].map((text) => el("td", { class: "number" }, text)),
          ),
        ),
      ),
    );
    const changes = el(
      "ul",
      { class: "says" },
      ...one.changes.map((change) => el("li", {}, `If ${change.when}: ${change.server ?? "no server"}`)),
    );
    this.#answer.replaceChildren(
      verdict,
      list,
      ...(one.permits.length > 0
        ? [el("div", { class: "scroll", role: "region", "aria-label": "Permits", tabindex: 0 }, permits)]
        : []),
      ...(one.changes.length > 0 ? [changes] : []),
    );
  }
}

import { get, query } from "./api.js";
import { byId, el, facts, field, options, show, write } from "./dom.js";
import { bytes, count, some, span } from "./format.js";
import { closeSession, closeSessions } from "./orders.js";
import { table } from "./table.js";

const PAGE = 50;

/** Live sessions of the whole cluster, found by filters, a page at a time. */
export class Sessions {
  #filters = {
    node: el("select"),
    listener: el("select"),
    pool: el("select"),
    server: el("select"),
    source: el("input", { type: "text", autocomplete: "off", spellcheck: "false", placeholder: "all" }),
  };
  #sources = el("p", { class: "heavy" });
  #more = el("button", { type: "button", hidden: true, onclick: () => this.#page() }, "More");
  #closeAll = el(
    "button",
    { type: "button", class: "operator", hidden: true, onclick: () => this.#closeThese() },
    "Close these…",
  );
  #table;
  #found = [];
  #cursor = null;
  #asked = {};
  #finding = 0;

  constructor() {
    const names = { node: "Node", listener: "Listener", pool: "Pool", server: "Server", source: "Source" };
    const host = el("div", { hidden: true });
    byId("sessions-body").append(
      el(
        "form",
        {
          class: "line",
          onsubmit: (event) => {
            event.preventDefault();
            this.find();
          },
        },
        ...Object.entries(this.#filters).map(([name, control]) => field(names[name], control)),
        el("button", { type: "submit" }, "Find"),
        this.#closeAll,
      ),
      this.#sources,
      host,
      this.#more,
    );
    this.#table = table(
      host,
      "Sessions",
      [
        { name: "Client", kind: "name code", text: (one) => one.client },
        { name: "Source", kind: "code", text: (one) => one.source },
        { name: "Node", text: (one) => one.node },
        { name: "Listener", text: (one) => one.listener },
        { name: "Server", text: (one) => `${one.pool}/${one.server ?? "–"}` },
        { name: "State", text: (one) => one.state },
        { name: "Age", kind: "number", text: (one) => span(one.ageMs) },
        { name: "Idle", kind: "number", text: (one) => span(one.idleMs) },
        { name: "In", kind: "number", text: (one) => bytes(one.bytesIn) },
        { name: "Out", kind: "number", text: (one) => bytes(one.bytesOut) },
        {
          name: "Actions",
          kind: "acts operator",
          make: (cell, one) =>
            cell.append(
              el(
                "button",
                {
                  type: "button",
                  class: "small",
                  "aria-label": `Close the session of ${one.client}`,
                  onclick: () => closeSession(one, () => this.#later()),
                },
                "Close…",
              ),
            ),
        },
      ],
      (one) => one.id,
      undefined,
      details,
    );
    this.host = host;
  }

  update(view) {
    options(
      this.#filters.node,
      view.nodes.map((one) => one.name),
      "all",
    );
    options(
      this.#filters.listener,
      view.listeners.map((one) => one.name),
      "all",
    );
    options(
      this.#filters.pool,
      view.pools.map((one) => one.name),
      "all",
    );
    const servers = view.pools.flatMap((pool) => pool.servers.map((server) => server.name));
    options(this.#filters.server, [...new Set(servers)].sort(), "all");
  }

  /** The first page of what the filters name, and the heaviest sources of it. */
  async find() {
    this.#asked = {};
    for (const [name, control] of Object.entries(this.#filters)) {
      if (control.value.trim() !== "") {
        this.#asked[name] = control.value.trim();
      }
    }
    const finding = ++this.#finding;
    const { source, ...rest } = this.#asked;
    const heavy = source === undefined ? await this.#heaviest(rest) : [];
    if (finding === this.#finding) {
      this.#found = [];
      this.#cursor = null;
      await this.#page(heavy);
    }
  }

  /** Asks for a page more, and shows it at once with what stands above it. */
  async #page(heavy = null) {
    const finding = this.#finding;
    try {
      const page = await get(`v1/sessions${query({ ...this.#asked, limit: PAGE, cursor: this.#cursor })}`);
      if (finding !== this.#finding) {
        return; // something else is looked for by now
      }
      if (heavy) {
        this.#sources.replaceChildren(...heavy);
      }
      this.#found = [...this.#found, ...page.sessions];
      this.#cursor = page.cursor;
      const missing = page.missing.length > 0 ? ` · ${page.missing.join(", ")} did not answer` : "";
      this.host.hidden = false;
      this.#table(this.#found);
      show(this.#more, this.#cursor !== null);
      show(this.#closeAll, Object.keys(this.#asked).length > 0 && this.#found.length > 0);
      write(byId("sessions-note"), `${this.#number()} shown${missing}`);
    } catch (problem) {
      write(byId("sessions-note"), (problem.lines ?? [String(problem)]).join("; "));
    }
  }

  #number() {
    return this.#cursor === null
      ? some(this.#found.length, "session")
      : `the first ${count(this.#found.length)} sessions`;
  }

  /** Buttons that look for one of the heaviest sources. */
  async #heaviest(filter) {
    try {
      const { sources } = await get(`v1/sources${query({ ...filter, limit: 8 })}`);
      const buttons = sources.map((one) =>
        el(
          "button",
          {
            type: "button",
            class: "small",
            onclick: () => {
              this.#filters.source.value = one.source;
              this.find();
            },
          },
          `${one.source} (${count(one.sessions)})`,
        ),
      );
      return buttons.length > 0 ? ["Heaviest sources: ", ...buttons] : [];
    } catch {
      return []; // the list itself says what is wrong
    }
  }

  #closeThese() {
    closeSessions(
      this.#asked,
      this.#cursor === null ? count(this.#found.length) : `More than ${count(this.#found.length)}`,
      () => this.#later(),
    );
  }

  /** Looks again when what was ordered has begun to show. */
  #later() {
    setTimeout(() => this.find(), 800);
  }
}

function details(cell, one) {
  if (!cell.firstChild) {
    cell.append(el("dl", { class: "facts" }));
  }
  facts(cell.firstChild, [
    ["Node's end", one.local ?? "–"],
    ["Server's end", one.target ?? "–"],
    ["Through the proxy", one.proxy ?? "none"],
    ["Its id there", one.uniqueId ?? "–"],
    ["Asked for", one.authority ?? "–"],
    ["Id", one.id],
  ]);
}

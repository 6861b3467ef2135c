import { change } from "./api.js";
import { el, field, mark, show, toast, write } from "./dom.js";
import { count } from "./format.js";

const SETTLE_MS = 300;

/**
 * Asks before anything is changed: what is to happen, in sentences, with the plan of the node (its
 * dry run) where there is one, which follows each change of a field. Only then the button works.
 *
 * An order: `title`, `act` (what the button says), `method`, `path`, `fields`, `body(values)`,
 * `says(values, plan)`: sentences, `plans`: there is a dry run, `must`: a flag that has to be set,
 * `empty`: nothing to do if the plan has no sessions, `done(answer)`: what is said then.
 */
export function confirm(order) {
  new Confirmation(order).open();
}

class Confirmation {
  #order;
  #controls = new Map();
  #plan = null;
  #asked = 0;
  #timer = null;
  #says = el("ul", { class: "says" });
  #planHost = el("div", { class: "plan", "aria-live": "polite" });
  #fault = el("div", { class: "fault", role: "alert" });
  #button;
  #dialog;

  constructor(order) {
    this.#order = order;
    this.#button = el("button", { type: "submit", class: "main" }, order.act);
    const fields = (order.fields ?? []).map((one) => this.#field(one));
    this.#dialog = el(
      "dialog",
      { class: "order", "aria-labelledby": "order-title" },
      el(
        "form",
        {
          oninput: () => this.#edited(),
          onsubmit: (event) => {
            event.preventDefault();
            this.#send();
          },
        },
        el("h2", { id: "order-title" }, order.title),
        this.#says,
        fields.length > 0 ? el("div", { class: "fields" }, ...fields) : null,
        this.#planHost,
        this.#fault,
        el(
          "div",
          { class: "acts" },
          el("button", { type: "button", onclick: () => this.#dialog.close() }, "Not now"),
          this.#button,
        ),
      ),
    );
    show(this.#planHost, Boolean(order.plans));
    this.#dialog.addEventListener("close", () => {
      clearTimeout(this.#timer);
      this.#asked++;
      this.#dialog.remove();
    });
  }

  open() {
    document.body.append(this.#dialog);
    this.#dialog.showModal();
    this.#show();
    if (this.#order.plans) {
      this.#ask();
    }
  }

  #field(one) {
    let control;
    if (one.options) {
      control = el(
        "select",
        {},
        ...one.options.map(([value, name]) => el("option", { value }, name ?? value)),
      );
      control.value = one.value;
    } else if (one.flag) {
      control = el("input", { type: "checkbox" });
      this.#controls.set(one.name, control);
      return el("label", { class: "check" }, control, el("span", {}, one.label));
    } else {
      control = el("input", {
        type: one.number ? "number" : "text",
        value: one.value,
        placeholder: one.placeholder,
        min: one.min,
        step: one.step,
        autocomplete: "off",
        spellcheck: "false",
      });
    }
    this.#controls.set(one.name, control);
    return field(one.label, control, one.hint);
  }

  #values() {
    const values = {};
    for (const [name, control] of this.#controls) {
      values[name] = control.type === "checkbox" ? control.checked : control.value.trim();
    }
    return values;
  }

  #edited() {
    if (this.#order.plans) {
      this.#plan = null;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#ask(), SETTLE_MS);
    }
    this.#show();
  }

  async #ask() {
    const asked = ++this.#asked;
    write(this.#fault, "");
    try {
      const { plan } = await change(this.#order.method, this.#order.path, {
        ...this.#order.body(this.#values()),
        dryRun: true,
      });
      if (asked === this.#asked) {
        this.#plan = plan;
        this.#show();
      }
    } catch (problem) {
      if (asked === this.#asked) {
        this.#refused(problem);
        this.#show();
      }
    }
  }

  #show() {
    const { order, says, must, plans, empty } = { order: this.#order, ...this.#order };
    const values = this.#values();
    const sentences = says(values, this.#plan).filter(Boolean);
    this.#says.replaceChildren(...sentences.map((text) => el("li", {}, text)));
    const nothing = Boolean(empty && this.#plan && this.#plan.sessions === 0);
    this.#button.disabled = (plans && !this.#plan) || nothing || Boolean(must && !values[must]);
    if (plans && this.#plan) {
      mark(this.#planHost, "data-wait", null);
      this.#planHost.replaceChildren(planned(this.#plan, nothing ? empty : null));
    } else if (plans) {
      mark(this.#planHost, "data-wait", true);
      if (!this.#planHost.firstChild) {
        this.#planHost.append(el("p", { class: "note" }, "asking for the plan …"));
      }
    }
    mark(this.#button, "aria-label", `${order.act}: ${order.title}`);
  }

  async #send() {
    if (this.#button.disabled) {
      return;
    }
    this.#button.disabled = true;
    write(this.#fault, "");
    try {
      const answer = await change(this.#order.method, this.#order.path, this.#order.body(this.#values()));
      this.#dialog.close();
      toast(this.#order.done(answer));
    } catch (problem) {
      this.#refused(problem);
      this.#button.disabled = false;
    }
  }

  #refused(problem) {
    const lines = problem.lines ?? [String(problem)];
    this.#fault.replaceChildren(...lines.map((line) => el("p", {}, line)));
  }
}

/** A plan as a table: who loses, who gets. */
function planned(plan, nothing) {
  const places = [...new Set([...Object.keys(plan.from), ...Object.keys(plan.to)])].sort();
  const rows = places.map((place) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, place),
      el("td", { class: "number" }, plan.from[place] ? `−${count(plan.from[place])}` : ""),
      el("td", { class: "number" }, plan.to[place] ? `+${count(plan.to[place])}` : ""),
    ),
  );
  const [before, after] = plan.maxOverMean;
  return el(
    "div",
    {},
    el(
      "p",
      { class: "plan-sum" },
      nothing ??
        `${count(plan.sessions)} of the live sessions, ${count(plan.slots)} of 65,536 slots. Largest against mean: ${before} now, ${after} then.`,
    ),
    rows.length > 0
      ? el(
          "div",
          { class: "scroll", role: "region", "aria-label": "Plan", tabindex: 0 },
          el(
            "table",
            {},
            el("caption", { class: "unseen" }, "Sessions by the plan"),
            el(
              "thead",
              {},
              el(
                "tr",
                {},
                el("th", { scope: "col" }, "Plan"),
                el("th", { scope: "col", class: "number" }, "leave"),
                el("th", { scope: "col", class: "number" }, "come"),
              ),
            ),
            el("tbody", {}, ...rows),
          ),
        )
      : null,
  );
}

import { get } from "./api.js";
import { byId, el } from "./dom.js";
import { clock } from "./format.js";

const KEPT = 200;
const TONES = [
  [/\b(LOST|DOWN|failed|lost|panic|PANIC)\b/, "bad"],
  [/\b(READY|UP|done|back)\b/, "good"],
];

/** What happened, the newest first. */
export class Events {
  #list = byId("events-list");
  #seen = new Set();

  /** What happened before the page was opened. */
  async start() {
    try {
      const { happened } = await get("v1/history?limit=100");
      happened.forEach((one) => this.add(one));
    } catch {
      // the stream tells what comes; who has no access is told so elsewhere
    }
  }

  add(one) {
    const key = one.id ?? `${one.at} ${one.subject} ${one.text}`;
    if (this.#seen.has(key)) {
      return;
    }
    this.#seen.add(key);
    const tone =
      one.kind === "operation" ? "info" : (TONES.find(([words]) => words.test(one.text))?.[1] ?? "off");
    const item = el(
      "li",
      { "data-tone": tone, "data-at": one.at },
      el("time", { datetime: one.at, title: new Date(one.at).toLocaleString("en-GB") }, clock(one.at)),
      el("p", {}, one.text, one.by ? el("span", { class: "soft" }, ` by ${one.by}`) : null),
    );
    const after = [...this.#list.children].find((other) => other.dataset.at <= one.at);
    this.#list.insertBefore(item, after ?? null);
    while (this.#list.children.length > KEPT) {
      this.#list.lastElementChild.remove();
    }
  }
}

import { headers, Problem } from "./api.js";

/**
 * The stream of events of this node, over and over. `fetch` and not EventSource, which cannot send a
 * token. Calls back: `view(view)`, `happened(entry)`, `state(state, problem)` with state `wait`,
 * `live`, `lost` or `refused`.
 */
export class Live {
  #calls;
  #lastId = null;
  #stop = new AbortController();
  #pause = null;
  #renewed = false;

  constructor(calls) {
    this.#calls = calls;
  }

  /** Reads until the page is closed. */
  async run() {
    for (let failures = 0; ;) {
      let problem = null;
      try {
        await this.#read(() => (failures = 0));
      } catch (error) {
        problem = error instanceof Problem ? error : null;
      }
      if (this.#renewed) {
        this.#renewed = false;
        continue;
      }
      const refused = problem?.status === 401 || problem?.status === 403;
      this.#calls.state(refused ? "refused" : "lost", problem);
      failures++;
      await this.#wait(refused ? 3_600_000 : Math.min(500 * failures, 3000));
    }
  }

  /** Reads anew at once, as with another token. */
  again() {
    if (this.#pause) {
      this.#pause();
    } else {
      this.#renewed = true;
      this.#stop.abort();
    }
  }

  #wait(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#pause = () => {
        clearTimeout(timer);
        resolve();
      };
    }).finally(() => (this.#pause = null));
  }

  async #read(arrived) {
    this.#stop = new AbortController();
    const more = this.#lastId === null ? {} : { "Last-Event-ID": this.#lastId };
    const response = await fetch("v1/events", {
      headers: headers(more),
      cache: "no-store",
      signal: this.#stop.signal,
    });
    if (!response.ok) {
      throw new Problem(response.status, await response.json().catch(() => null));
    }
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    // a stream that says nothing is no stream: the node beats each second
    let quiet = 0;
    const watch = setInterval(() => {
      if (++quiet > 8) {
        this.#stop.abort();
      }
    }, 1000);
    try {
      let text = "";
      for (;;) {
        const { done, value } = await reader.read();
        if (done) {
          return;
        }
        quiet = 0;
        arrived();
        text += value;
        for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
          this.#event(text.slice(0, end));
          text = text.slice(end + 2);
        }
      }
    } finally {
      clearInterval(watch);
      this.#stop.abort();
    }
  }

  #event(block) {
    let name = "message";
    let data = "";
    for (const line of block.split("\n")) {
      const colon = line.indexOf(":");
      const value = line.slice(colon + 1).replace(/^ /, "");
      switch (line.slice(0, colon)) {
        case "event":
          name = value;
          break;
        case "data":
          data += value;
          break;
        case "id":
          this.#lastId = value;
          break;
        default: // comments, retry
      }
    }
    try {
      if (name === "view") {
        this.#calls.view(JSON.parse(data));
        this.#calls.state("live", null);
      } else if (name === "happened") {
        this.#calls.happened(JSON.parse(data));
      }
    } catch (fault) {
      reportError(fault); // a fault of the page says nothing about the node
    }
  }
}

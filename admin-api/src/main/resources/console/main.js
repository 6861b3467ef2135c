// The console: joins the stream of views of this node with what shows them. Start reading here.

import { Charts } from "./charts.js";
import { Events } from "./events.js";
import { Explain } from "./explain.js";
import { Freshness, Head } from "./head.js";
import { Limits } from "./limits.js";
import { Listeners, sums } from "./listeners.js";
import { Live } from "./live.js";
import { Nodes } from "./nodes.js";
import { Operations } from "./operations.js";
import { Pools } from "./pools.js";
import { Sessions } from "./sessions.js";
import { Access } from "./token.js";

const head = new Head();
const charts = new Charts();
const freshness = new Freshness();
const events = new Events();
const parts = [
  new Pools(),
  new Nodes(),
  new Listeners(),
  new Limits(),
  new Operations(),
  new Explain(),
  new Sessions(),
];

const access = new Access(() => {
  state = "wait";
  access.look();
  live.again();
});

let state = "wait";

const live = new Live({
  view(view) {
    const now = sums(view);
    freshness.seen(view);
    head.update(view, now);
    charts.update(now);
    parts.forEach((part) => part.update(view));
    document.body.dataset.view = view.at;
  },

  happened(one) {
    events.add(one);
  },

  state(next, problem) {
    if (next === "live" && state !== "live") {
      access.look();
      events.start();
    }
    if (next === "refused" && state !== "refused") {
      access.look();
      access.ask(problem.status === 401 ? tokenFault(problem) : problem.message);
    }
    state = next;
    freshness.state(next, problem);
  },
});

/** Nobody is to blame who was not asked for a token yet. */
function tokenFault(problem) {
  return sessionStorage.length === 0 ? "" : problem.message;
}

live.run();

// What an operator can order here, and what is said before.

import { path } from "./api.js";
import { confirm } from "./confirm.js";
import { count, since, some, span } from "./format.js";

const DEADLINES = [
  ["none", "none"],
  ["1m", "1 min"],
  ["10m", "10 min"],
  ["30m", "30 min"],
  ["1h", "1 h"],
  ["4h", "4 h"],
  ["24h", "24 h"],
];
const DEADLINE = { name: "deadline", label: "Deadline", value: "none", options: DEADLINES };
const PACE = {
  name: "pace",
  label: "Pace",
  value: "",
  placeholder: "none",
  hint: "sessions a second over the whole cluster, as 100/s",
};

const atTheDeadline = (close) => ({
  name: "onDeadline",
  label: "At the deadline",
  value: "leave",
  options: [
    ["leave", "leave them"],
    ["close", close],
  ],
});
const ofServer = (pool, server) => `v1/pools/${path(pool.name)}/servers/${path(server.name)}`;
const cancelsDrain = (server) =>
  server.adminState === "DRAIN" ? "A drain of it that is under way is cancelled." : null;
const orNone = (value) => (value === "" ? "none" : value);
const begun = (answer) => `${answer.id} has begun: ${answer.kind} ${answer.target}`;

function paced(values, sessions) {
  const perSecond = /^(\d+)\/s$/.exec(values.pace);
  if (!perSecond) {
    return values.onDeadline === "close" && values.deadline !== "none"
      ? `Its sessions (${count(sessions)} now) end by themselves until the deadline.`
      : `Its sessions (${count(sessions)} now) end by themselves; none is closed.`;
  }
  return `Its sessions (${count(sessions)} now) are closed at ${perSecond[1]} a second, idle ones first: about ${span((1000 * sessions) / Number(perSecond[1]))}.`;
}

function atDeadline(values) {
  if (values.deadline === "none") {
    return null;
  }
  return values.onDeadline === "close"
    ? `What is left after ${values.deadline} is closed.`
    : `What is left after ${values.deadline} stays, and the operation ends.`;
}

/** Lets a server run empty. */
export function drainServer(pool, server) {
  confirm({
    title: `Drain ${pool.name}/${server.name}`,
    act: "Drain",
    method: "POST",
    path: `${ofServer(pool, server)}/drain`,
    plans: true,
    fields: [
      PACE,
      DEADLINE,
      atTheDeadline("close them"),
      {
        name: "sticky",
        label: "Sources that come back",
        value: "move",
        options: [
          ["move", "go where the table says"],
          ["keep", "come back here until the end"],
        ],
      },
    ],
    body: (values) => ({ ...values, pace: orNone(values.pace) }),
    says: (values, plan) => [
      plan
        ? `New sources go to other servers at once: ${count(plan.slots)} slots move.`
        : "New sources go to other servers at once.",
      paced(values, server.sessions.current),
      atDeadline(values),
      "It can be paused, resumed and cancelled.",
    ],
    done: begun,
  });
}

/** Lets a server take new sources. */
export function readyServer(pool, server) {
  confirm({
    title: `Make ${pool.name}/${server.name} ready`,
    act: "Make ready",
    method: "POST",
    path: `${ofServer(pool, server)}/ready`,
    body: () => ({}),
    says: () => [
      "Its slots come home and new sources go there, once it is UP.",
      `Its sessions (${count(server.sessions.current)} now) go on, and so do all others.`,
      cancelsDrain(server),
    ],
    done: () => `${server.name} is READY`,
  });
}

/** Takes a server out of use. */
export function maintainServer(pool, server) {
  const others = pool.servers.filter(
    (one) => one.name !== server.name && one.adminState === "READY" && one.health !== "DOWN",
  );
  confirm({
    title: `Maintenance of ${pool.name}/${server.name}`,
    act: "Take out of use",
    method: "POST",
    path: `${ofServer(pool, server)}/maintenance`,
    body: () => ({}),
    says: () => [
      `Its ${count(server.slots)} slots go to ${others.length > 0 ? some(others.length, "other server") : "nobody: no other server is READY and UP, and its sources are refused"}.`,
      `Its sessions (${count(server.sessions.current)} now) go on until they end by themselves. It gets no new ones, and no checks.`,
      cancelsDrain(server),
    ],
    done: () => `${server.name} is in maintenance`,
  });
}

/** Lets a node run empty. */
export function drainNode(node) {
  confirm({
    title: `Drain node ${node.name}`,
    act: "Drain",
    method: "POST",
    path: `v1/nodes/${path(node.name)}/drain`,
    plans: true,
    fields: [
      { name: "grace", label: "Grace", value: "5s", hint: "it still listens so long after readiness failed" },
      PACE,
      DEADLINE,
      atTheDeadline("close them, evenly until then"),
      { name: "force", label: "Even if the other nodes have no room for its sessions", flag: true },
    ],
    body: (values) => ({ ...values, grace: orNone(values.grace), pace: orNone(values.pace) }),
    says: (values) => [
      `Readiness fails at once; after ${values.grace || "no grace"} it stops listening, without a reset for anybody who connected.`,
      paced(values, node.sessions.current),
      atDeadline(values),
      "It stays up and takes nobody until it is made ready.",
    ],
    done: begun,
  });
}

/** Lets a node take sessions again. */
export function readyNode(node) {
  confirm({
    title: `Make node ${node.name} ready`,
    act: "Make ready",
    method: "POST",
    path: `v1/nodes/${path(node.name)}/ready`,
    body: () => ({}),
    says: () => ["It listens and takes sessions again.", "A drain of it that is under way is cancelled."],
    done: () => `${node.name} is made ready`,
  });
}

/** The operator's word that a node is gone. */
export function forgetNode(node) {
  confirm({
    title: `Forget node ${node.name}`,
    act: "Forget it",
    method: "POST",
    path: `v1/nodes/${path(node.name)}/forget`,
    fields: [{ name: "ended", label: `I know that the process of ${node.name} has ended`, flag: true }],
    must: "ended",
    body: () => ({}),
    says: () => [
      `It is silent for ${since(node.silentMs)}; it held ${some(node.sessions.current, "session")}.`,
      "Its permits return to the others. If it still lives, limits may be exceeded by what it holds.",
    ],
    done: () => `${node.name} is forgotten`,
  });
}

/** Evens out sessions over the servers of one of these pools, or over the nodes. */
export function rebalance(over, pools) {
  const servers = over === "servers";
  confirm({
    title: servers ? `Rebalance pool ${pools[0]}` : "Rebalance nodes",
    act: "Rebalance",
    method: "POST",
    path: "v1/rebalances",
    plans: true,
    empty: "Nothing to do: the largest is below the threshold, or every session is where it should be.",
    fields: [
      {
        name: "threshold",
        label: "Threshold",
        value: "1.1",
        number: true,
        min: "1",
        step: "0.01",
        hint: "largest against mean from which it acts",
      },
      { name: "pace", label: "Pace", value: "50/s", hint: "sessions a second over the whole cluster" },
      {
        name: "budget",
        label: "Budget",
        value: "",
        number: true,
        min: "1",
        placeholder: "none",
        hint: "sessions closed at most",
      },
    ],
    body: (values) => ({
      over,
      ...(servers ? { pool: pools[0] } : {}),
      threshold: values.threshold === "" ? undefined : Number(values.threshold),
      pace: values.pace === "" ? undefined : values.pace,
      budget: values.budget === "" ? null : Number(values.budget),
    }),
    says: (values, plan) => [
      servers
        ? "Sessions whose server is not the one that the slot table says are closed; their clients come back to that one."
        : "Sessions of the nodes above the mean are closed, in rounds; where clients come back is up to DNS or anycast.",
      plan && /^\d+\/s$/.test(values.pace)
        ? `At ${values.pace} it takes about ${span((1000 * plan.sessions) / parseInt(values.pace, 10))}.`
        : null,
      "It can be paused, resumed and cancelled.",
    ],
    done: begun,
  });
}

const WORDS = {
  pause: ["Pause", "Nothing more is closed until it is resumed; its deadline waits.", "is paused"],
  resume: ["Resume", "It goes on from where it is.", "goes on"],
  cancel: [
    "Cancel",
    "It ends now, and what it ordered for its target is undone. What was closed stays closed.",
    "is cancelled",
  ],
};

/** A word to an operation. */
export function tell(operation, word) {
  const [act, meaning, done] = WORDS[word];
  confirm({
    title: `${act} ${operation.id}`,
    act: `${act} it`,
    method: "POST",
    path: `v1/operations/${path(operation.id)}/${word}`,
    body: () => ({}),
    says: () => [
      `${operation.kind} ${operation.target}: ${count(operation.closed + operation.ended)} of ${count(operation.total)} sessions are over, ${count(operation.remaining)} remain.`,
      meaning,
    ],
    done: () => `${operation.id} ${done}`,
  });
}

/** Ends one session. */
export function closeSession(session, after) {
  confirm({
    title: `Close the session of ${session.client}`,
    act: "Close it",
    method: "DELETE",
    path: `v1/sessions/${path(session.id)}`,
    body: () => ({}),
    says: () => [
      `It is ${span(session.ageMs)} old, on ${session.node} to ${session.pool}/${session.server ?? "nobody yet"}.`,
      "Both sides get the end of the stream, and a reset a second later if they go on.",
    ],
    done: () => {
      after();
      return `The session of ${session.client} was told to end`;
    },
  });
}

/** Ends all sessions that a filter names. */
export function closeSessions(filter, sessions, after) {
  const words = Object.entries(filter)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
  confirm({
    title: `Close the sessions of ${words}`,
    act: "Close them",
    method: "POST",
    path: "v1/sessions/close",
    fields: [PACE],
    body: (values) => ({ ...filter, pace: orNone(values.pace) }),
    says: (values) => [
      `${sessions} match now.`,
      values.pace === ""
        ? "All of them end at once, in order."
        : `They end at ${values.pace} over the whole cluster.`,
      "Their clients may connect again.",
    ],
    done: (answer) => {
      after();
      return `${some(answer.sessions, "session")} will end${answer.missing.length > 0 ? `; ${answer.missing.join(", ")} did not answer` : ""}`;
    },
  });
}

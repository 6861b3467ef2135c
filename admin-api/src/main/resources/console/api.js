// Calls of the API, as any client makes them.

const KEY = "holdfast.token";

/** The token of this tab; it ends with the tab and is never sent to another origin. */
export const token = {
  get: () => sessionStorage.getItem(KEY),
  set: (value) => (value ? sessionStorage.setItem(KEY, value) : sessionStorage.removeItem(KEY)),
};

/** A no of the API: its problem document. */
export class Problem extends Error {
  constructor(status, body) {
    super(body?.detail ?? `the node answered ${status}`);
    this.status = status;
    this.faults = body?.errors ?? [];
  }

  /** Sentences for a person. */
  get lines() {
    return [this.message, ...this.faults.map((one) => `${one.path} (expected: ${one.expected})`)];
  }
}

/** Headers of a call. */
export function headers(more = {}) {
  const bearer = token.get();
  return bearer ? { ...more, Authorization: `Bearer ${bearer}` } : more;
}

/** Reads; the path is relative, as `v1/cluster`. */
export const get = (path) => call("GET", path);

/** Changes. */
export const change = (method, path, body = {}) => call(method, path, body);

/** A path of names, each escaped. */
export const path = (...names) => names.map(encodeURIComponent).join("/");

/** A query of those values that are set. */
export function query(values) {
  const set = Object.entries(values).filter(
    ([, value]) => value !== "" && value !== null && value !== undefined,
  );
  return set.length === 0 ? "" : `?${new URLSearchParams(set)}`;
}

async function call(method, url, body) {
  const request = { method, headers: headers(), cache: "no-store" };
  if (body !== undefined) {
    request.headers["Content-Type"] = "application/json";
    request.body = JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(url, request);
  } catch {
    throw new Problem(0, { detail: "the node does not answer" });
  }
  const text = await response.text();
  let answer = null;
  try {
    answer = text === "" ? null : JSON.parse(text);
  } catch {
    // an answer that is no JSON says nothing beside its status
  }
  if (!response.ok) {
    throw new Problem(response.status, answer);
  }
  return answer;
}

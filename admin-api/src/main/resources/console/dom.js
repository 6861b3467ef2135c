// Elements and their upkeep. Text reaches the page by textContent alone, so nothing that the cluster
// says (a name, a reason) can become markup. What exists is changed in place: focus, selection and
// scroll position survive each view.

const TOASTS = 4;

/** An element: attributes by name, `onclick` and the like as listeners, children as nodes or text. */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) {
      continue;
    }
    if (name.startsWith("on")) {
      element.addEventListener(name.slice(2), value);
    } else {
      element.setAttribute(name, value === true ? "" : value);
    }
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** The element of an id that the page has. */
export const byId = (id) => document.getElementById(id);

/** Sets the text of an element if it differs. */
export function write(element, text) {
  const next = String(text);
  if (element.textContent !== next) {
    element.textContent = next;
  }
}

/** Sets or removes (null) an attribute if it differs. */
export function mark(element, name, value) {
  if (value === null || value === undefined || value === false) {
    if (element.hasAttribute(name)) {
      element.removeAttribute(name);
    }
  } else if (element.getAttribute(name) !== String(value)) {
    element.setAttribute(name, String(value));
  }
}

/** Shows or hides. */
export function show(element, visible) {
  if (element.hidden === visible) {
    element.hidden = !visible;
  }
}

const keyed = new WeakMap();

/**
 * Keeps the children of an element like a list: one child per item and key, made once, updated at
 * each call, in the order of the items.
 */
export function list(parent, items, keyOf, make, update) {
  let known = keyed.get(parent);
  if (!known) {
    known = new Map();
    keyed.set(parent, known);
  }
  // first those that go: a child that stays is not moved, and keeps the focus
  const keys = new Set(items.map(keyOf));
  for (const [key, child] of known) {
    if (!keys.has(key)) {
      child.remove();
      known.delete(key);
    }
  }
  let next = parent.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    let child = known.get(key);
    if (!child) {
      child = make(item);
      known.set(key, child);
    }
    if (child === next) {
      next = next.nextElementSibling;
    } else {
      parent.insertBefore(child, next);
    }
    update?.(child, item);
  }
}

/** A list of names and values; its length stays. */
export function facts(dl, pairs) {
  if (dl.children.length !== pairs.length) {
    dl.replaceChildren(...pairs.map(() => el("div", {}, el("dt"), el("dd"))));
  }
  pairs.forEach(([name, value], i) => {
    write(dl.children[i].firstChild, name);
    write(dl.children[i].lastChild, value);
  });
}

/** A pill that says a state; its colour comes from the state. */
export function pill(element, text, tone) {
  write(element, text);
  mark(element, "class", "pill");
  mark(element, "data-tone", tone);
}

/** Says something at the foot of the page for some seconds. */
export function toast(text, tone = "good") {
  const message = el("p", { "data-tone": tone }, text);
  byId("toasts").append(message);
  if (byId("toasts").children.length > TOASTS) {
    byId("toasts").firstElementChild.remove();
  }
  setTimeout(() => message.remove(), 8000);
}

/** A choice whose options follow a list of names; the choice is kept. */
export function options(select, names, first) {
  const wanted = first === undefined ? names : ["", ...names];
  if (select.dataset.names === wanted.join("\n")) {
    return;
  }
  const chosen = select.value;
  select.replaceChildren(...wanted.map((name) => el("option", { value: name }, name === "" ? first : name)));
  select.dataset.names = wanted.join("\n");
  if (wanted.includes(chosen)) {
    select.value = chosen;
  }
}

/** A labelled field. */
export function field(label, control, hint) {
  const id = `f-${(field.count = (field.count ?? 0) + 1)}`;
  control.id = id;
  const parts = [el("label", { for: id }, label), control];
  if (hint) {
    control.setAttribute("aria-describedby", `${id}-hint`);
    parts.push(el("span", { class: "hint", id: `${id}-hint` }, hint));
  }
  return el("div", { class: "field" }, ...parts);
}

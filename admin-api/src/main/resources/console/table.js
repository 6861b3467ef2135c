import { el, list, write, mark } from "./dom.js";

/**
 * A table that follows a list.
 *
 * A column: `name`, `group` (a heading over several columns), `kind` (`number`, `name`, `acts`),
 * `text(item)` or `make(cell, item)` once and `fill(cell, item)` at each view. With `more`, a row has
 * a button that opens a second row, which `more(cell, item)` fills.
 */
export function table(host, label, columns, keyOf, rowTone, more) {
  const body = el("tbody");
  const whole = el(
    "table",
    {},
    el("caption", { class: "unseen" }, label),
    el("thead", {}, ...heads(columns)),
    body,
  );
  const empty = el("p", { class: "empty", hidden: true }, "none");
  const frame = el("div", { class: "scroll", role: "region", "aria-label": label, tabindex: 0 }, whole);
  host.append(frame, empty);
  const opened = new Set();
  let last = [];

  const update = (items) => {
    last = items;
    const rows = [];
    for (const item of items) {
      rows.push({ key: keyOf(item), item });
      if (opened.has(keyOf(item))) {
        rows.push({ key: `${keyOf(item)} more`, item, second: true });
      }
    }
    list(
      body,
      rows,
      (row) => row.key,
      (row) => (row.second ? secondRow(columns.length) : firstRow(columns, row.item)),
      (tr, row) => {
        mark(tr, "data-tone", rowTone?.(row.item) ?? null);
        if (row.second) {
          more(tr.firstElementChild.firstElementChild, row.item);
          return;
        }
        columns.forEach((column, i) => fill(column, tr.children[i], row.item));
      },
    );
    empty.hidden = items.length > 0;
    frame.hidden = items.length === 0;
  };

  const firstRow = (all, item) => {
    const tr = el("tr");
    for (const column of all) {
      const cell = isName(column)
        ? el("th", { scope: "row", class: column.kind })
        : el("td", { class: column.kind });
      if (isName(column) && more) {
        cell.append(opener(keyOf(item)), el("span"));
      }
      column.make?.(isName(column) && more ? cell.lastChild : cell, item);
      tr.append(cell);
    }
    return tr;
  };

  const opener = (key) => {
    const button = el("button", {
      type: "button",
      class: "opener",
      "aria-expanded": "false",
      "aria-label": `Details of ${key}`,
      onclick: () => {
        const open = !opened.delete(key);
        if (open) {
          opened.add(key);
        }
        button.setAttribute("aria-expanded", String(open));
        update(last);
      },
    });
    return button;
  };

  const fill = (column, cell, item) => {
    const target = isName(column) && more ? cell.lastChild : cell;
    if (column.text) {
      write(target, column.text(item));
    }
    column.fill?.(target, item);
  };

  return update;
}

const isName = (column) => column.kind?.startsWith("name") ?? false;

function secondRow(columns) {
  return el("tr", { class: "more" }, el("td", { colspan: columns }, el("div")));
}

function heads(columns) {
  if (!columns.some((column) => column.group)) {
    return [el("tr", {}, ...columns.map((column) => head(column)))];
  }
  const above = [];
  const below = [];
  for (let i = 0; i < columns.length; i++) {
    const group = columns[i].group;
    if (!group) {
      above.push(head(columns[i], 2));
      continue;
    }
    let span = 1;
    below.push(head(columns[i]));
    while (columns[i + 1]?.group === group) {
      below.push(head(columns[++i]));
      span++;
    }
    above.push(el("th", { scope: "colgroup", colspan: span, class: "group" }, group));
  }
  return [el("tr", {}, ...above), el("tr", {}, ...below)];
}

function head(column, rows) {
  return el(
    "th",
    { scope: "col", class: column.kind, rowspan: rows },
    column.kind?.startsWith("acts") ? el("span", { class: "unseen" }, column.name) : column.name,
  );
}

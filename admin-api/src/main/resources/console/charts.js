import { byId, el, write } from "./dom.js";
import { bytes, count, rate, short } from "./format.js";

const SECONDS = 900;
const SHOWN = 300;
const SHOWN_FIRST = 60;
const HEIGHT = 116;
const LEAST = 4; // of the scale, so that its steps are whole

/** What the cluster did since the page was opened, at most 15 minutes, 5 of them shown. */
export class Charts {
  #times = [];
  #charts;

  constructor() {
    const refusals = new Map();
    this.#charts = [
      new Chart(
        "Sessions",
        [{ name: "sessions", tone: "blue", of: (now) => now.sessions, fill: true }],
        count,
      ),
      new Chart(
        "New sessions a second",
        [{ name: "new", tone: "green", of: (now) => now.fresh, fill: true }],
        rate,
      ),
      new Chart("Refusals a second", [], rate, refusals),
      new Chart(
        "Bytes a second",
        [
          { name: "in", tone: "blue", of: (now) => now.bytesIn },
          { name: "out", tone: "violet", of: (now) => now.bytesOut },
        ],
        bytes,
      ),
    ];
    addEventListener("theme", () => this.#charts.forEach((chart) => chart.renew(this.#times)));
  }

  /** A second more; `null` where nothing was heard. */
  update(sums) {
    const now = Math.round(Date.now() / 1000);
    const last = this.#times.at(-1);
    if (last !== undefined && now - last > 2) {
      this.#times.push(now - 1); // a gap is a gap
      this.#charts.forEach((chart) => chart.add(null));
    }
    this.#times.push(last !== undefined && now <= last ? last + 1 : now);
    this.#charts.forEach((chart) => chart.add(sums));
    while (this.#times.length > SECONDS) {
      this.#times.shift();
      this.#charts.forEach((chart) => chart.drop());
    }
    this.#charts.forEach((chart) => chart.draw(this.#times));
  }
}

class Chart {
  #lines;
  #format;
  #reasons;
  #values = [];
  #length = 0;
  #plot = null;
  #host = el("div", { class: "plot" });
  #legend = el("p", { class: "legend" });

  constructor(name, lines, format, reasons) {
    this.#lines = lines;
    this.#format = format;
    this.#reasons = reasons;
    this.#values = lines.map(() => []);
    byId("charts").append(
      el("figure", {}, el("figcaption", {}, el("span", { class: "title" }, name), this.#legend), this.#host),
    );
    new ResizeObserver(() => this.#plot?.setSize({ width: this.#host.clientWidth, height: HEIGHT })).observe(
      this.#host,
    );
  }

  add(sums) {
    if (this.#reasons && sums) {
      this.#newReasons(sums.reasons);
    }
    this.#lines.forEach((line, i) => this.#values[i].push(sums ? line.of(sums) : null));
    this.#length++;
    this.#say(this.#length - 1);
  }

  drop() {
    this.#values.forEach((line) => line.shift());
    this.#length--;
  }

  /** A reason that was not seen before is another line, zero until now. */
  #newReasons(reasons) {
    for (const reason of Object.keys(reasons)) {
      if (!this.#reasons.has(reason)) {
        this.#reasons.set(reason, true);
        const tones = ["red", "amber", "violet", "blue", "green"];
        this.#lines.push({
          name: reason,
          tone: tones[this.#lines.length % tones.length],
          of: (now) => now.reasons[reason] ?? 0,
        });
        this.#values.push(new Array(this.#length).fill(0));
        this.renew();
      }
    }
  }

  #say(at) {
    const parts = this.#lines.map((line, i) => {
      const value = this.#values[i][at];
      return { ...line, text: value === null || value === undefined ? "–" : this.#format(value) };
    });
    const key = parts.map((part) => part.name).join();
    if (this.#legend.dataset.key !== key) {
      this.#legend.dataset.key = key;
      this.#legend.replaceChildren(
        ...parts.map((part) =>
          el(
            "span",
            { "data-tone": part.tone },
            parts.length > 1 || this.#reasons ? `${part.name} ` : "",
            el("b"),
          ),
        ),
      );
    }
    if (parts.length === 0) {
      write(this.#legend, "none");
    }
    parts.forEach((part, i) => write(this.#legend.children[i].querySelector("b"), part.text));
  }

  /** Makes the chart again, in the colours of the page. */
  renew(times) {
    this.#plot?.destroy();
    this.#plot = null;
    if (times?.length) {
      this.draw(times);
    }
  }

  draw(times) {
    const data = [times, ...(this.#lines.length > 0 ? this.#values : [times.map(() => 0)])];
    const end = times.at(-1);
    if (!this.#plot) {
      this.#plot = new globalThis.uPlot(this.#options(), data, this.#host);
    } else {
      this.#plot.setData(data, false);
    }
    const shown = Math.min(SHOWN, Math.max(SHOWN_FIRST, end - times[0]));
    const most = Math.max(
      LEAST,
      ...data
        .slice(1)
        .flatMap((line) => line.slice(-shown))
        .filter((one) => one !== null),
    );
    this.#plot.batch(() => {
      this.#plot.setScale("x", { min: end - shown, max: end });
      this.#plot.setScale("y", { min: 0, max: most * 1.15 });
    });
  }

  #options() {
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(`--${name}`).trim();
    const axis = {
      stroke: colour("muted"),
      grid: { stroke: colour("line"), width: 1 },
      ticks: { show: false },
      font: "11px system-ui, sans-serif",
    };
    return {
      width: this.#host.clientWidth || 280,
      height: HEIGHT,
      legend: { show: false },
      padding: [6, 20, 0, 0],
      cursor: {
        y: false,
        drag: { x: false, y: false },
        points: { size: 5 },
        sync: { key: "charts" },
      },
      scales: { x: { time: true, auto: false }, y: { auto: false } },
      axes: [
        {
          ...axis,
          size: 22,
          space: 70,
          values: (plot, ticks) => ticks.map((tick) => timeOfDay(tick, ticks[1] - ticks[0] < 60)),
        },
        {
          ...axis,
          size: 46,
          space: 26,
          values: (plot, ticks) => ticks.map((tick) => (this.#format === bytes ? bytes : short)(tick)),
        },
      ],
      series: [
        {},
        ...(this.#lines.length > 0 ? this.#lines : [{ tone: "line" }]).map((line) => ({
          stroke: colour(line.tone),
          width: 1.5,
          fill: line.fill ? `color-mix(in srgb, ${colour(line.tone)} 14%, transparent)` : undefined,
          points: { show: false },
          spanGaps: false,
        })),
      ],
      hooks: {
        setCursor: [(plot) => this.#say(plot.cursor.idx ?? this.#length - 1)],
      },
    };
  }
}

function timeOfDay(seconds, fine) {
  const parts = { hour: "2-digit", minute: "2-digit", ...(fine ? { second: "2-digit" } : {}) };
  return new Date(seconds * 1000).toLocaleTimeString("en-GB", parts);
}

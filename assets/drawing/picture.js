// One picture on the page: drawn to its width, read by pointer and keys, zoomed by dragging.

import { svg } from "../player/geometry.js";
import { hoverLines } from "./format.js";
import { plotted } from "./plot.js";
import { offered } from "./saving.js";

const NEAR = 24, DRAG = 8; // pixels

/** @typedef {{ trace: Trace, row: import("./plot.js").PlotRow, unit: number, k: number }} Found */

export class Picture {
  /** @type {Drawing} */
  figure;
  /** @type {(() => [Drawing, string]) | null} */
  make = null;
  /** @type {import("./plot.js").Placed} */
  shown;
  /** @type {{ x?: number[], y?: number[] }} */
  zoomed = {};
  /** @type {Found | null} */
  at = null; // what is read
  /** @type {[number, number] | null} */
  from = null; // where a drag began
  width = 0;

  /** @param {HTMLElement} box @param {string} name of its files */
  constructor(box, name) {
    this.box = box;
    this.frame = document.createElement("div");
    this.frame.className = "plot";
    this.frame.tabIndex = 0;
    this.frame.setAttribute("role", "img");
    this.tip = document.createElement("div");
    this.tip.className = "tip";
    this.tip.setAttribute("role", "status");
    this.sentence = document.createElement("p");
    box.append(this.frame, this.sentence, offered(this, name));
    this.frame.addEventListener("pointermove", (event) => this.move(event));
    this.frame.addEventListener("pointerleave", () => this.read(null));
    this.frame.addEventListener("pointerdown", (event) => {
      if (event.pointerType === "mouse" && !event.button) this.from = this.place(event);
      if (this.from) this.frame.setPointerCapture(event.pointerId);
    });
    this.frame.addEventListener("pointerup", (event) => this.release(event));
    this.frame.addEventListener("dblclick", () => this.zoom({}));
    this.frame.addEventListener("keydown", (event) => this.key(event));
    this.frame.addEventListener("blur", () => this.read(null));
    new ResizeObserver(() => this.box.clientWidth !== this.width && this.draw()).observe(box);
  }

  // Drawn when it is finished; until then the last one stands.
  /** @param {() => [Drawing, string]} make figure and caption */
  expect(make) {
    this.make = make;
    this.box.setAttribute("aria-busy", "true");
  }

  finish() {
    if (this.make) this.show(...this.make());
  }

  /** @param {Drawing} figure @param {string} caption */
  show(figure, caption) {
    this.figure = figure;
    this.zoomed = {};
    this.make = null;
    this.box.removeAttribute("aria-busy");
    const parts = caption.split("**").map((text, at) => {
      if (at % 2 === 0) return text;
      const strong = document.createElement("strong");
      strong.textContent = text;
      return strong;
    });
    this.sentence.replaceChildren(...parts);
    this.draw();
  }

  draw() {
    if (!this.figure || !this.box.clientWidth) return;
    this.width = this.box.clientWidth;
    const { layout } = this.figure;
    this.shown = plotted(this.figure, this.width, this.zoomed);
    this.frame.replaceChildren(this.shown.root, this.tip);
    this.frame.setAttribute("aria-label", `${layout.title.text}. ${layout.meta.description}`);
    this.read(null);
  }

  /** @param {MouseEvent} event @returns {[number, number]} */
  place({ clientX, clientY }) {
    const { left, top } = this.frame.getBoundingClientRect();
    return [clientX - left, clientY - top];
  }

  /** @param {PointerEvent} event */
  move(event) {
    if (!this.shown) return;
    const [x, y] = this.place(event), { left, right, rows, shade } = this.shown;
    if (!this.from) {
      this.read(this.nearest(x, y));
      return;
    }
    const [x0, y0] = this.from, whole = rows.length > 1, top = whole ? rows[0].top : Math.min(y, y0);
    const height = whole ? rows[rows.length - 1].bottom - top : Math.abs(y - y0), { now } = this;
    const start = Math.max(left, Math.min(x, x0)), width = Math.max(0, Math.min(right, Math.max(x, x0)) - start);
    shade.replaceChildren(svg("rect", { x: start, y: top, width, height, fill: now, "fill-opacity": 0.12, stroke: now }));
  }

  get now() {
    return getComputedStyle(this.frame).getPropertyValue("--now");
  }

  /** @param {PointerEvent} event */
  release(event) {
    const began = this.from, [x, y] = this.place(event), { rows, left, right } = this.shown;
    this.from = null;
    this.shown.shade.replaceChildren();
    if (!began || Math.abs(x - began[0]) < DRAG) return;
    const [row] = rows, ends = [began[0], x].map((one) => row.x.value(Math.min(Math.max(one, left), right)));
    const heights = [began[1], y].map((one) => row.y.value(Math.min(Math.max(one, row.top), row.bottom)));
    const rise = rows.length === 1 && !row.y.names.length && Math.abs(y - began[1]) >= DRAG;
    const up = (/** @type {number[]} */ both) => both.sort((one, other) => one - other);
    const turned = row.y.low > row.y.high;
    this.zoom({ x: up(ends), y: rise ? (turned ? up(heights).reverse() : up(heights)) : this.zoomed.y });
  }

  /** @param {{ x?: number[], y?: number[] }} zoomed */
  zoom(zoomed) {
    this.zoomed = zoomed;
    this.draw();
  }

  // What lies nearest to a pixel: a heatmap's number, a point of a line, a bar.
  /** @param {number} x @param {number} y @returns {Found | null} */
  nearest(x, y) {
    const row = this.shown.rows.find(({ top, bottom }) => y >= top && y <= bottom);
    if (!row || x < this.shown.left || x > this.shown.right) return null;
    /** @type {Found | null} */
    let best = null;
    let close = NEAR ** 2;
    for (const trace of row.traces) {
      if (trace.hoverinfo === "skip") continue;
      if (trace.type === "heatmap") {
        const k = closest(trace.x, row.x.value(x)), unit = closest(trace.y, row.y.value(y));
        return { trace, row, unit, k };
      }
      if (trace.type === "bar") return { trace, row, unit: 0, k: Math.round(row.y.value(y)) };
      Array.from(trace.y, (value, k) => {
        const far = (row.x.pixel(trace.x[k]) - x) ** 2 + (row.y.pixel(value) - y) ** 2;
        if (far < close) [best, close] = [{ trace, row, unit: 0, k }, far];
      });
    }
    return best;
  }

  // Say what stands at a place, and mark it.
  /** @param {Found | null} found */
  read(found) {
    this.at = found;
    this.tip.hidden = !found;
    this.shown?.shade.replaceChildren();
    if (!found) return;
    const { trace, row, unit, k } = found, heat = trace.type === "heatmap";
    const point = { x: trace.x[k], y: trace.y[heat ? unit : k], z: heat && trace.z[unit][k],
      customdata: heat ? trace.customdata?.[unit][k] : trace.customdata?.[k] };
    this.tip.replaceChildren(...hoverLines(trace.hovertemplate, point).map((text) => {
      const line = document.createElement("div");
      line.textContent = text;
      return line;
    }));
    const x = row.x.pixel(point.x), y = row.y.pixel(point.y);
    const mark = svg("circle", { cx: x, cy: y, r: 6, fill: "none", stroke: this.now, "stroke-width": 2 });
    this.shown.shade.append(mark);
    const over = x > this.width - 190;
    Object.assign(this.tip.style, { left: over ? "" : `${x + 14}px`, right: over ? `${this.width - x + 14}px` : "", top: `${Math.max(0, y - 30)}px` });
  }

  // Arrows walk along steps, and from row to row or line to line.
  /** @param {KeyboardEvent} event */
  key(event) {
    if (!this.shown) return;
    const [along, up] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key] ?? [0, 0];
    if (event.key === "Escape") this.zoom({});
    if (!along && !up) return;
    event.preventDefault();
    event.stopPropagation();
    const places = this.shown.rows.flatMap((row) => row.traces.filter(({ hoverinfo }) => hoverinfo !== "skip")
      .flatMap((trace) => Array.from(trace.type === "heatmap" ? trace.y : [0], (_, unit) => ({ trace, row, unit }))));
    const { at } = this, now = at ? places.findIndex(({ trace, unit }) => trace === at.trace && unit === at.unit) : -1;
    const next = places[Math.min(Math.max(now + up, 0), places.length - 1)];
    const k = Math.min(Math.max((at?.k ?? (along > 0 ? -1 : 0)) + along, 0), next.trace.x.length - 1);
    this.read({ ...next, k });
  }
}

/** @param {number[]} places @param {number} value */
const closest = (places, value) =>
  places.reduce((best, one, k) => (Math.abs(one - value) < Math.abs(places[best] - value) ? k : best), 0);

// The cell as a figure at rest: its nodes at their places, and the wires between them.

import { entering, inside, path, svg, trimmed, tspan } from "./geometry.js";
import { marked } from "./ink.js";

const COLUMN = 61;
const ROW = 70;
// Half the width and half the height of a node, by its kind.
/** @type {Record<string, Point>} */
const SIZES = {
  gate: [25, 23],
  block: [25, 23],
  previous: [27, 23],
  state: [27, 23],
  input: [27, 23],
  output: [27, 23],
  join: [4.5, 4.5],
  tanh: [22, 14],
  relu: [22, 14],
  softmax: [32, 14],
  softplus: [32, 14],
  ...{ exp: [22, 14], log: [22, 14], sqrt: [22, 14], abs: [22, 14], sin: [22, 14], cos: [22, 14] },
  ...{ max: [22, 14], min: [22, 14] },
};
/** @type {Point} */
const OPERATION = [14, 14];
/** @type {Record<string, string>} */
const SYMBOLS = {
  product: "×",
  sum: "+",
  difference: "−",
  complement: "1 −",
  sigmoid: "σ",
  tanh: "tanh",
  relu: "relu",
  softmax: "softmax",
  quotient: "÷",
  negative: "−",
  ...{ exp: "exp", log: "log", sqrt: "√", abs: "abs", sin: "sin", cos: "cos", softplus: "softplus" },
  ...{ max: "max", min: "min" },
  join: "",
};
const NUMBERED = ["gate", "block", "previous", "state", "output"];
const MOST_SQUARES = 8; // of the numbers of an input

// A gate: a block's own, or one that is made of more (peepholes, exp).
/** @type {(node: CellNode) => boolean} */
export const isGate = (node) => node.kind === "gate" || Boolean(node.named);

// Whether a node shows its value below its symbol.
/** @type {(node: CellNode) => boolean} */
export const numbered = (node) => NUMBERED.includes(node.kind) || isGate(node);

/** @type {(node: CellNode) => Point} */
export function size(node) {
  if (node.kind === "parameter") return [Math.min(30, 7 + 3 * bare(node.symbol).length), 14];
  return isGate(node) ? SIZES.gate : (SIZES[node.kind] ?? OPERATION);
}

/** @type {(symbol: string) => string} */
const bare = (symbol) => symbol.replace(/[_{}]/g, "");

/** @type {(place: Point) => Point} */
const placed = ([x, y]) => [x * COLUMN, y * ROW];

export class Figure {
  /** @type {Run} */
  run;
  /** @type {Inks} */
  ink;
  key = ""; // of the nodes and wires that are built
  columns = 0; // of the cell's places
  /** @type {Record<string, ReturnType<Figure["node"]>>} */
  nodes = {};
  /** @type {ReturnType<Figure["wire"]>[]} */
  wires = [];
  /** @type {string | null} */
  drawn = null;
  /** @type {string | null} */
  held = null;

  /** @param {SVGElement} svgElement @param {(node: CellNode | null) => void} onLook
   * @param {(node: CellNode, place: Element) => void} onAsk what a node means */
  constructor(svgElement, onLook, onAsk) {
    this.svg = svgElement;
    this.onLook = onLook;
    this.onAsk = onAsk;
  }

  // Build nodes and wires anew where the cell is another one.
  /** @param {Run} run */
  show(run) {
    this.run = run;
    this.ink = run.ink;
    const key = JSON.stringify([run.nodes, run.wires, run.arrays.x.rows]);
    if (key !== this.key) this.build(run);
    this.key = key;
    this.drawn = this.held = null;
  }

  /** @param {Run} run */
  build(run) {
    const xs = run.nodes.map((n) => n.place[0]);
    const ys = run.nodes.map((n) => n.place[1]);
    this.columns = Math.max(...xs);
    const [width, height] = [this.columns * COLUMN + 62, Math.max(...ys) * ROW + 54];
    this.svg.setAttribute("viewBox", `-31 -27 ${width} ${height}`);
    const words = `Diagram of the ${run.title}, its wires coloured by this step's values`;
    this.svg.setAttribute("aria-label", words);
    this.nodes = Object.fromEntries(run.nodes.map((node) => [node.name, this.node(node)]));
    this.wires = run.wires.map((wire) => this.wire(wire));
    this.svg.replaceChildren(
      svg("g", {}, ...this.wires.map((w) => w.base)),
      svg("g", {}, ...this.wires.flatMap((w) => [w.past, w.flow, w.ahead, w.behind])),
      svg("g", {}, ...this.dots()),
      svg("g", {}, ...run.nodes.map((n) => this.nodes[n.name].group)),
    );
  }

  /** @param {CellNode} node */
  node(node) {
    const [x, y] = node.place;
    const [w, h] = size(node);
    const group = svg("g", { class: `node ${node.kind}${node.named ? " gate" : ""}`, "data-name": node.name });
    group.setAttribute("transform", `translate(${x * COLUMN} ${y * ROW})`);
    const round = node.kind === "block" || isGate(node) ? 6 : h;
    const shape = { x: -w, y: -h, width: 2 * w, height: 2 * h, rx: round };
    const box = svg("rect", { ...shape, class: "box" });
    const level = svg("rect", { ...shape, class: "level" });
    const two = numbered(node) || node.kind === "input";
    const sign = two ? "symbol" : "sign";
    const label = svg("text", { y: two ? -4 : 5.5, class: sign });
    label.append(...marked(node.named ? node.symbol : (SYMBOLS[node.kind] ?? node.symbol), tspan));
    const value = svg("text", { y: 15, class: "value" });
    const squares = node.kind === "input" ? this.squares() : [];
    group.append(box, level, label, value, ...squares);
    if (node.kind !== "join") {
      const given = { tabindex: 0, role: "button", "aria-label": node.title };
      for (const [name, word] of Object.entries(given)) group.setAttribute(name, `${word}`);
      const look = (/** @type {boolean} */ on) => () => this.onLook(on ? node : null);
      group.addEventListener("pointerenter", look(true));
      group.addEventListener("pointerleave", look(false));
      group.addEventListener("focus", look(true));
      group.addEventListener("blur", look(false));
      group.addEventListener("click", look(true));
      group.addEventListener("click", () => this.onAsk(node, group));
      group.addEventListener("keydown", (event) => event.key === "Enter" && this.onAsk(node, group));
    }
    return { group, box, level, value, label, squares, node };
  }

  // The first numbers of an input, to be coloured; of a single one the number itself stands there.
  squares() {
    const count = Math.min(MOST_SQUARES, this.run.arrays.x.rows);
    if (count === 1) return [];
    const width = Math.min(9, 40 / count);
    const at = (/** @type {number} */ i) => (i - count / 2) * width;
    return Array.from({ length: count }, (_, i) =>
      svg("rect", { x: at(i), y: 5, width, height: 9, class: "square" }));
  }

  /** @param {Wire} wire */
  wire(wire) {
    const [from, to] = [wire.source, wire.target].map((name) => size(this.run.byName[name]));
    const points = trimmed(wire.points.map(placed), from, to);
    const d = path(points);
    const base = svg("path", { d, class: "wire base" });
    const past = svg("path", { d, class: "wire past" });
    const flow = svg("path", { d, class: "wire flow", pathLength: 1 });
    const arrow = (/** @type {Point} */ tip, /** @type {Point} */ from) => {
      const angle = (Math.atan2(tip[1] - from[1], tip[0] - from[0]) * 180) / Math.PI;
      const transform = `translate(${tip}) rotate(${angle})`;
      return svg("path", { d: "M0 0L-9 -5.5L-9 5.5Z", transform, class: "arrow" });
    };
    const ahead = arrow(points[points.length - 1], entering(points));
    const behind = arrow(points[0], entering([...points].reverse()));
    return { base, past, flow, wire, points, ahead, behind };
  }

  // Where several wires of one node part.
  dots() {
    const corners = new Map();
    for (const one of this.wires) {
      for (const other of this.wires) {
        if (one === other || one.wire.source !== other.wire.source) continue;
        for (const corner of one.points.slice(1, -1)) {
          const onto = (/** @type {Point} */ end, /** @type {number} */ i) => inside(corner, other.points[i], end);
          if (other.points.slice(1).some(onto)) corners.set(`${corner}`, corner);
        }
      }
    }
    return [...corners.values()].map(([cx, cy]) => svg("circle", { cx, cy, r: 3.5, class: "dot" }));
  }
}

// The figure in motion: the colour and the width of every wire are this step's values. What the
// step has not reached yet is faint, without a number, in the colours of the step before.

import { at, gradientsAt, likeliest, valuesAt } from "./data.js";
import { Figure, isGate, numbered, size } from "./figure.js";
import { clamp, css, inkOn, pick, rgb, signedLog, strength } from "./ink.js";

export class Diagram extends Figure {
  k = 0;
  reach = Infinity; // how far the step has come, in columns
  depth = (/** @type {number} */ x) => x; // how far a column is from where the step begins
  /** @type {Quantities} */
  now;
  /** @type {Quantities | null} */
  past = null;

  // Draw step k; `front` in 0..1 is how far the step has come through the cell.
  /** @param {number} k @param {number} unit @param {boolean} backward @param {number} front
   * @param {CellNode | null} looked */
  draw(k, unit, backward, front, looked) {
    const state = `${k} ${unit} ${backward} ${front} ${looked?.name}`;
    if (this.drawn === state) return;
    this.drawn = state;
    this.k = k;
    const held = `${k} ${unit} ${backward}`;
    if (this.held !== held) {
      this.now = this.quantities(k, unit, backward);
      const before = k + (backward ? 1 : -1);
      const any = front < 1 && before >= 0 && before < this.run.count;
      this.past = any ? this.quantities(before, unit, backward) : null;
    }
    this.held = held;
    this.reach = front < 1 ? front * (this.columns + 1) : Infinity;
    this.depth = (x) => (backward ? this.columns - x : x);
    for (const part of Object.values(this.nodes)) this.paint(part, backward, looked);
    for (const part of this.wires) {
      const { points } = part.wire;
      const [from, to] = [points[0], points[points.length - 1]].map(([x]) => this.depth(x));
      const length = Math.max(1, Math.abs(to - from));
      this.stroke(part, clamp((this.reach - Math.min(from, to)) / length, 0, 1), backward, looked);
    }
  }

  // Whether the step that is drawn has come as far as a node.
  /** @param {CellNode} node */
  reaches(node) {
    return this.reach >= this.depth(node.place[0]);
  }

  /** @param {number} k @param {number} unit @param {boolean} backward @returns {Quantities} */
  quantities(k, unit, backward) {
    const values = valuesAt(this.run, k, unit);
    return backward ? { values, ...gradientsAt(this.run, k, unit, values) } : { values };
  }

  // What a wire carries at a step, as colour and width. Wires that run together for a while on the
  // way back show what they carry together; a join is no number, and its wire only a line.
  /** @param {Wire} wire @param {Quantities} quantities @param {boolean} backward */
  carriedOn(wire, { values, felt, carried }, backward) {
    const source = this.run.byName[wire.source];
    /** @type {number | undefined} */
    let number = values[source.name];
    if (backward && source.kind === "previous") number = felt?.[source.name];
    else if (backward) number = carried?.[`${wire.source}>${wire.target}`];
    const known = source.kind !== "join" && number !== undefined && !Number.isNaN(number);
    const { colour, weight } = backward ? this.lookBack(number) : this.look(source, number);
    return { number, known, tint: css(colour), width: known ? 2.5 + 5 * Math.min(1, weight) : 0 };
  }

  /** @param {CellNode} node @param {number | undefined} value */
  look(node, value) {
    if (value === undefined || Number.isNaN(value)) return { colour: rgb(this.ink.grid), weight: 0 };
    if (node.open) return { colour: pick(this.ink.gate, value), weight: value };
    const held = node.kind === "block" ? node.name : node.root ?? (isGate(node) ? "" : node.of);
    const share = value / (this.run.arrays[held]?.top ?? 1); // the scale of its own heatmap
    return { colour: pick(this.ink.signed, 0.5 + share / 2), weight: Math.abs(share) };
  }

  /** @param {number | undefined} value */
  lookBack(value) {
    const { top } = this.run.arrays[`d_${this.run.states[0]}`]; // one for all gradients of states
    if (value === undefined || Number.isNaN(value)) return { colour: rgb(this.ink.grid), weight: 0 };
    return { colour: pick(this.ink.signed, signedLog(value, top)), weight: strength(value, top) };
  }

  // A box is filled with the number that stands in it: a gate up to its value, all else by colour,
  // and on the way back everything by the colour of its gradient.
  /** @param {any} part @param {boolean} backward @param {CellNode | null} looked */
  paint(part, backward, looked) {
    const { node, box, level, label, value, group } = part;
    group.classList.toggle("looked", looked?.name === node.name);
    const reached = this.reaches(node);
    const held = reached ? this.now : this.past;
    const number = (backward ? held?.felt : held?.values)?.[node.name];
    const when = node.kind === "input" || node.kind === "output" ? this.held : "";
    const key = `${number} ${reached} ${backward} ${this.run.mode} ${when}`;
    if (part.key === key) return;
    part.key = key;
    group.classList.toggle("before", !reached);
    const coloured = ["previous", "state"].includes(node.kind) || (backward && node.kind !== "output");
    const shown = coloured && numbered(node) && held;
    const look = shown && (backward ? this.lookBack(number) : this.look(node, number));
    set(box, "fill", look ? css(look.colour) : "");
    for (const text of [label, value]) set(text, "fill", look ? inkOn(look.colour) : "");
    set(box, "stroke", this.ink.hues[node.of] ?? this.ink.quiet);
    if (isGate(node)) this.fillLevel(node, level, backward ? 0 : (number ?? 0));
    if (numbered(node)) value.textContent = reached ? short(number) : "";
    if (node.kind === "input") this.paintInput(part, reached && !backward);
    if (node.kind !== "output") return;
    const likely = `${likeliest(this.run, this.k) + 1}: ${short(number)}`;
    value.textContent = reached && !backward ? likely : "";
  }

  // What comes in at this step, on the scale of its row; nothing on the way back.
  /** @param {any} part @param {boolean} shown */
  paintInput({ squares, value }, shown) {
    const { x } = this.run.arrays;
    const number = (/** @type {number} */ i) => at(x, i, this.k);
    if (!squares.length) value.textContent = shown ? short(number(0)) : "";
    squares.forEach((/** @type {SVGElement} */ square, /** @type {number} */ i) =>
      set(square, "fill", shown ? css(pick(this.ink.signed, 0.5 + number(i) / x.top / 2)) : "none"));
  }

  /** @param {CellNode} node @param {SVGElement} level @param {number} v */
  fillLevel(node, level, v) {
    const [, h] = size(node);
    const share = node.open ? v : Math.abs(v) / 2;
    const top = node.open ? h - 2 * h * v : v > 0 ? -h * v : 0;
    level.setAttribute("y", `${top || 0}`);
    level.setAttribute("height", `${Math.max(0, 2 * h * share) || 0}`);
    set(level, "fill", this.ink.hues[node.of]);
  }

  // The new value travels along the wire, over the one of the step before.
  /** @param {any} part @param {number} done @param {boolean} backward
   * @param {CellNode | null} looked */
  stroke(part, done, backward, looked) {
    const { wire, base, past, flow, ahead, behind } = part;
    const now = this.carriedOn(wire, this.now, backward);
    const before = done < 1 && this.past ? this.carriedOn(wire, this.past, backward) : NOTHING;
    const lit = looked && (looked.name === wire.target || looked.name === wire.source);
    const key = `${now.number} ${before.number} ${done} ${backward} ${lit} ${this.run.mode}`;
    if (part.key === key) return;
    part.key = key;
    const edge = lit ? this.ink.now : this.ink.quiet;
    const widest = Math.max(now.width, before.width);
    set(base, "stroke", edge);
    set(base, "strokeWidth", now.known ? widest + (lit ? 4 : 1.6) : lit ? 4 : 2);
    set(past, "stroke", `color-mix(in srgb, ${before.tint} 40%, var(--ground))`);
    set(past, "strokeWidth", before.width);
    set(flow, "stroke", now.tint);
    set(flow, "strokeWidth", now.width);
    set(flow, "strokeDasharray", done < 1 ? "1 1" : "none");
    set(flow, "strokeDashoffset", backward ? done - 1 : 1 - done);
    for (const arrow of [ahead, behind]) set(arrow, "fill", edge);
    set(ahead, "display", backward ? "none" : "");
    set(behind, "display", backward ? "" : "none");
  }
}

const NOTHING = { number: undefined, tint: "transparent", width: 0 };

// Touch a style only where it changes: the browser's own work is most of a frame.
/** @param {any} element @param {string} property @param {string | number} value */
function set(element, property, value) {
  element.set ??= {};
  if (element.set[property] === value) return;
  element.set[property] = value;
  element.style[property] = value;
}

// A number that fits into a node.
/** @param {number | undefined} value */
function short(value) {
  if (value === undefined) return "";
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  const text = size >= 0.005 && size < 1000 ? value.toFixed(2) : value.toExponential(0);
  return value === 0 ? "0" : text.replace("+", "").replaceAll("-", "−");
}

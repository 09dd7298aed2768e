// The cell as a figure: nodes at their places, wires whose colour and width are this step's values.

const SVG = "http://www.w3.org/2000/svg";
const COLUMN = 61;
const ROW = 70;
const SIZES = { gate: [25, 23], block: [25, 23], previous: [27, 23], state: [27, 23], input: [22, 17], join: [4.5, 4.5], tanh: [22, 14], sigmoid: [14, 14], relu: [22, 14], softmax: [32, 14], other: [22, 14] };
const OPERATION = [14, 14];
const SYMBOLS = { product: "×", sum: "+", difference: "−", complement: "1 −", sigmoid: "σ", tanh: "tanh", relu: "relu", softmax: "softmax", other: "…" };

const size = (node) => SIZES[node.kind] ?? OPERATION;

function svg(name, attributes, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

class Diagram {
  constructor(svgElement, onLook) {
    this.svg = svgElement;
    this.onLook = onLook;
  }

  // Build nodes and wires anew where the cell is another one.
  show(run) {
    this.run = run;
    this.ink = run.ink;
    const key = JSON.stringify([run.nodes, run.wires]);
    if (key !== this.key) this.build(run);
    this.key = key;
    this.drawn = null;
  }

  build(run) {
    const xs = run.nodes.map((n) => n.place[0]);
    const ys = run.nodes.map((n) => n.place[1]);
    this.columns = Math.max(...xs);
    const [width, height] = [this.columns * COLUMN + 62, Math.max(...ys) * ROW + 54];
    this.svg.setAttribute("viewBox", `-31 -27 ${width} ${height}`);
    this.svg.setAttribute("aria-label", `Diagram of the ${run.title}, its wires coloured by this step's values`);
    this.nodes = Object.fromEntries(run.nodes.map((node) => [node.name, this.node(node)]));
    this.wires = run.wires.map((wire) => this.wire(wire));
    this.svg.replaceChildren(
      svg("g", {}, ...this.wires.map((w) => w.base)),
      svg("g", {}, ...this.wires.flatMap((w) => [w.flow, w.ahead, w.behind])),
      svg("g", {}, ...this.dots()),
      svg("g", {}, ...run.nodes.map((n) => this.nodes[n.name].group)),
    );
  }

  node(node) {
    const [x, y] = node.place;
    const [w, h] = size(node);
    const group = svg("g", { transform: `translate(${x * COLUMN} ${y * ROW})`, class: `node ${node.kind}`, "data-name": node.name });
    const round = ["gate", "block"].includes(node.kind) ? 6 : h;
    const box = svg("rect", { x: -w, y: -h, width: 2 * w, height: 2 * h, rx: round, class: "box" });
    const level = svg("rect", { x: -w, y: -h, width: 2 * w, height: 2 * h, rx: round, class: "level" });
    const two = ["gate", "block", "previous", "state"].includes(node.kind);
    const label = svg("text", { y: two ? -4 : 5.5, class: two || node.kind === "input" ? "symbol" : "sign" });
    label.append(...marked(SYMBOLS[node.kind] ?? (node.kind === "join" ? "" : node.symbol), tspan));
    const value = svg("text", { y: 15, class: "value" });
    group.append(box, level, label, value);
    if (node.kind !== "join") {
      for (const [name, given] of Object.entries({ tabindex: 0, role: "button", "aria-label": node.title })) group.setAttribute(name, given);
      const look = (on) => () => this.onLook(on ? node : null);
      group.addEventListener("pointerenter", look(true));
      group.addEventListener("pointerleave", look(false));
      group.addEventListener("focus", look(true));
      group.addEventListener("blur", look(false));
      group.addEventListener("click", look(true));
    }
    return { group, box, level, value, label, node };
  }

  wire(wire) {
    const points = trimmed(wire.points.map(([x, y]) => [x * COLUMN, y * ROW]), size(this.run.byName[wire.source]), size(this.run.byName[wire.target]));
    const d = path(points);
    const parts = Object.fromEntries(["base", "flow"].map((kind) => [kind, svg("path", { d, class: `wire ${kind}`, pathLength: 1 })]));
    const arrow = (tip, from) => {
      const angle = (Math.atan2(tip[1] - from[1], tip[0] - from[0]) * 180) / Math.PI;
      return svg("path", { d: "M0 0L-9 -5.5L-9 5.5Z", transform: `translate(${tip}) rotate(${angle})`, class: "arrow" });
    };
    const n = points.length;
    return { ...parts, wire, points, ahead: arrow(points[n - 1], entering(points)), behind: arrow(points[0], entering([...points].reverse())) };
  }

  // Where several wires of one node part.
  dots() {
    const found = new Map();
    for (const one of this.wires) {
      for (const other of this.wires) {
        if (one === other || one.wire.source !== other.wire.source) continue;
        for (const corner of one.points.slice(1, -1)) {
          if (other.points.slice(1).some((end, i) => inside(corner, other.points[i], end))) found.set(`${corner}`, [corner, one.wire.source]);
        }
      }
    }
    return [...found.values()].map(([[cx, cy]]) => svg("circle", { cx, cy, r: 3.5, class: "dot" }));
  }

  // Draw step k; `front` in 0..1 is how far the step has come through the cell.
  draw(k, unit, backward, front, looked) {
    const state = `${k} ${unit} ${backward} ${front} ${looked?.name}`;
    if (this.drawn === state) return;
    this.drawn = state;
    const held = `${k} ${unit} ${backward}`;
    if (this.held !== held || !this.now) {
      this.now = this.quantities(k, unit, backward);
      const before = clamp(k + (backward ? 1 : -1), 0, this.run.count - 1);
      this.past = front < 1 ? this.quantities(before, unit, backward) : this.now;
    }
    this.held = this.key && held;
    const reach = front * (this.columns + 1);
    const depth = (x) => (backward ? this.columns - x : x);
    for (const part of Object.values(this.nodes)) {
      const arrived = front >= 1 || reach >= depth(part.node.place[0]);
      this.paint(part, arrived ? this.now : this.past, backward, looked);
    }
    for (const part of this.wires) {
      const [from, to] = [part.wire.points[0][0], part.wire.points.at(-1)[0]].map(depth);
      const start = Math.min(from, to);
      const done = front >= 1 ? 1 : clamp((reach - start) / Math.max(1, Math.abs(to - from)), 0, 1);
      this.stroke(part, done, backward, looked);
    }
  }

  quantities(k, unit, backward) {
    const values = valuesAt(this.run, k, unit);
    return backward ? { values, ...gradientsAt(this.run, k, unit, values) } : { values };
  }

  // What a wire carries back; wires that run together for a while show what they carry together.
  backOn(wire, source) {
    if (source.kind === "join") return undefined;
    if (source.kind === "previous") return this.now.felt[source.name];
    return this.now.carried[`${wire.source}>${wire.target}`];
  }

  gradientTop() {
    return Math.max(...this.run.states.map((s) => this.run.arrays[`d_${s}`].top));
  }

  look(node, value) {
    if (value === undefined || Number.isNaN(value)) return { colour: rgb(this.ink.grid), weight: 0 };
    if (node.open) return { colour: pick(this.ink.gate, value), weight: value };
    const held = node.kind === "block" ? node.name : node.root ?? (node.kind === "gate" ? "" : node.of);
    const share = value / (this.run.arrays[held]?.top ?? 1); // the scale of its own heatmap
    return { colour: pick(this.ink.signed, 0.5 + share / 2), weight: Math.abs(share) };
  }

  lookBack(value) {
    const top = this.gradientTop();
    if (value === undefined || Number.isNaN(value)) return { colour: rgb(this.ink.grid), weight: 0 };
    return { colour: pick(this.ink.signed, signedLog(value, top)), weight: strength(value, top) };
  }

  paint(part, { values, felt }, backward, looked) {
    const { node, box, level, label, value, group } = part;
    group.classList.toggle("looked", looked === node);
    const number = backward ? felt[node.name] : values[node.name];
    const key = `${number} ${backward} ${this.run.mode}`;
    if (part.key === key) return;
    part.key = key;
    const [w, h] = size(node);
    if (node.kind === "previous" || node.kind === "state") {
      const { colour } = backward ? this.lookBack(number) : this.look(node, number);
      set(box, "fill", css(colour));
      for (const text of [label, value]) set(text, "fill", inkOn(colour));
    }
    set(box, "stroke", this.ink.hues[node.of] ?? this.ink.quiet);
    if (node.kind === "gate") {
      const v = values[node.name];
      const share = node.open ? v : Math.abs(v) / 2;
      const top = node.open ? h - 2 * h * v : v > 0 ? -h * v : 0;
      level.setAttribute("y", top);
      level.setAttribute("height", Math.max(0, 2 * h * share) || 0);
      set(level, "fill", this.ink.hues[node.of]);
    }
    if (["gate", "block", "previous", "state"].includes(node.kind)) value.textContent = short(number);
  }

  stroke(part, done, backward, looked) {
    const { wire, base, flow, ahead, behind } = part;
    const source = this.run.byName[wire.source];
    const number = backward ? this.backOn(wire, source) : this.now.values[wire.source];
    const { colour, weight } = backward ? this.lookBack(number) : this.look(source, number);
    const lit = looked && (looked.name === wire.target || looked.name === wire.source);
    const known = number !== undefined && !Number.isNaN(number);
    const key = `${number} ${done} ${backward} ${lit} ${this.run.mode}`;
    if (part.key === key) return;
    part.key = key;
    const width = known ? 2.5 + 5 * Math.min(1, weight) : 2;
    const tint = known ? css(colour) : this.ink.quiet;
    set(base, "stroke", lit ? this.ink.now : this.ink.quiet);
    set(base, "strokeWidth", known ? width + (lit ? 4 : 1.6) : lit ? 4 : 2);
    set(flow, "stroke", tint);
    set(flow, "strokeWidth", known ? width : 0);
    set(flow, "strokeDasharray", done < 1 ? "1 1" : "none");
    set(flow, "strokeDashoffset", backward ? done - 1 : 1 - done);
    for (const arrow of [ahead, behind]) set(arrow, "fill", lit ? this.ink.now : this.ink.quiet);
    set(ahead, "display", backward ? "none" : "");
    set(behind, "display", backward ? "" : "none");
  }
}

// Touch a style only where it changes: the browser's own work is most of a frame.
function set(element, property, value) {
  element.set ??= {};
  if (element.set[property] === value) return;
  element.set[property] = value;
  element.style[property] = value;
}

const short = (value) => (value === undefined ? "" : Math.abs(value) >= 0.005 && Math.abs(value) < 1000 ? value.toFixed(2).replace("-", "−") : value === 0 ? "0" : Number.isFinite(value) ? value.toExponential(0).replaceAll("-", "−").replace("+", "") : "–");

function tspan(kind, text) {
  return svg("tspan", { dy: kind === "sub" ? 4 : -5, class: "small" }, text);
}

const inside = ([x, y], [ax, ay], [bx, by]) =>
  (ay === by && y === ay && x > Math.min(ax, bx) && x < Math.max(ax, bx)) ||
  (ax === bx && x === ax && y > Math.min(ay, by) && y < Math.max(ay, by));

// Both ends cut back to the edge of their nodes.
function trimmed(points, from, to) {
  const cut = (end, next, [w, h]) => {
    const level = Math.abs(next[1] - end[1]) < 1;
    const upright = Math.abs(next[0] - end[0]) < 1;
    if (upright) return [end[0], end[1] + Math.sign(next[1] - end[1]) * h];
    if (level) return [end[0] + Math.sign(next[0] - end[0]) * w, end[1]];
    return [end[0] + Math.sign(next[0] - end[0]) * w, end[1]];
  };
  const result = [...points];
  result[0] = cut(points[0], points[1], from);
  result[points.length - 1] = cut(points.at(-1), points.at(-2), to);
  return result;
}

// The point from which the last stretch comes: a slanted one ends level.
function entering(points) {
  const [end, before] = [points.at(-1), points.at(-2)];
  const slanted = Math.abs(end[0] - before[0]) > 1 && Math.abs(end[1] - before[1]) > 1;
  return slanted ? [before[0], end[1]] : before;
}

// Straight stretches with round corners; slanted ones swing from level to level.
function path(points) {
  let d = `M${points[0]}`;
  for (let i = 1; i < points.length; i++) {
    const [[ax, ay], [bx, by]] = [points[i - 1], points[i]];
    const next = points[i + 1];
    const straight = Math.abs(ax - bx) < 1 || Math.abs(ay - by) < 1;
    if (!straight) {
      const middle = (ax + bx) / 2;
      d += `C${middle} ${ay} ${middle} ${by} ${bx} ${by}`;
    } else if (next && turns([ax, ay], [bx, by], next)) {
      const toward = (from, to, r) => {
        const far = Math.hypot(to[0] - from[0], to[1] - from[1]);
        return [from[0] + ((to[0] - from[0]) * r) / far, from[1] + ((to[1] - from[1]) * r) / far];
      };
      d += `L${toward([bx, by], [ax, ay], 10)}Q${bx} ${by} ${toward([bx, by], next, 10)}`;
    } else d += `L${bx} ${by}`;
  }
  return d;
}

const turns = ([ax, ay], [bx, by], [cx, cy]) =>
  (Math.abs(ax - bx) < 1 && Math.abs(by - cy) < 1) || (Math.abs(ay - by) < 1 && Math.abs(bx - cx) < 1);

// The figure in motion: the colour and the width of every wire are this step's values.

class Diagram extends Figure {
  // Draw step k; `front` in 0..1 is how far the step has come through the cell.
  draw(k, unit, backward, front, looked) {
    const state = `${k} ${unit} ${backward} ${front} ${looked?.name}`;
    if (this.drawn === state) return;
    this.drawn = state;
    const held = `${k} ${unit} ${backward}`;
    if (this.held !== held) {
      this.now = this.quantities(k, unit, backward);
      const before = clamp(k + (backward ? 1 : -1), 0, this.run.count - 1);
      this.past = front < 1 ? this.quantities(before, unit, backward) : this.now;
    }
    this.held = held;
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

  // What a wire carries at a step, as colour and width. Wires that run together for a while on the
  // way back show what they carry together; a join is no number, and its wire only a line.
  carriedOn(wire, { values, felt, carried }, backward) {
    const source = this.run.byName[wire.source];
    let number = values[source.name];
    if (backward && source.kind === "previous") number = felt[source.name];
    else if (backward) number = carried[`${wire.source}>${wire.target}`];
    const known = source.kind !== "join" && number !== undefined && !Number.isNaN(number);
    const { colour, weight } = backward ? this.lookBack(number) : this.look(source, number);
    return { number, known, tint: css(colour), width: known ? 2.5 + 5 * Math.min(1, weight) : 0 };
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
      const v = values[node.name] || 0; // what is not a number fills nothing
      const share = node.open ? v : Math.abs(v) / 2;
      const top = node.open ? h - 2 * h * v : v > 0 ? -h * v : 0;
      level.setAttribute("y", top);
      level.setAttribute("height", Math.max(0, 2 * h * share) || 0);
      set(level, "fill", this.ink.hues[node.of]);
    }
    if (NUMBERED.includes(node.kind)) value.textContent = short(number);
  }

  // The new value travels along the wire, over the one of the step before.
  stroke(part, done, backward, looked) {
    const { wire, base, past, flow, ahead, behind } = part;
    const now = this.carriedOn(wire, this.now, backward);
    const before = done < 1 ? this.carriedOn(wire, this.past, backward) : now;
    const lit = looked && (looked.name === wire.target || looked.name === wire.source);
    const key = `${now.number} ${before.number} ${done} ${backward} ${lit} ${this.run.mode}`;
    if (part.key === key) return;
    part.key = key;
    const edge = lit ? this.ink.now : this.ink.quiet;
    const widest = Math.max(now.width, before.width);
    set(base, "stroke", edge);
    set(base, "strokeWidth", now.known ? widest + (lit ? 4 : 1.6) : lit ? 4 : 2);
    set(past, "stroke", before.tint);
    set(past, "strokeWidth", done < 1 ? before.width : 0);
    set(flow, "stroke", now.tint);
    set(flow, "strokeWidth", now.width);
    set(flow, "strokeDasharray", done < 1 ? "1 1" : "none");
    set(flow, "strokeDashoffset", backward ? done - 1 : 1 - done);
    for (const arrow of [ahead, behind]) set(arrow, "fill", edge);
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

// A number that fits into a node.
function short(value) {
  if (value === undefined) return "";
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  const text = size >= 0.005 && size < 1000 ? value.toFixed(2) : value.toExponential(0);
  return value === 0 ? "0" : text.replace("+", "").replaceAll("-", "−");
}

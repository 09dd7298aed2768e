// The ways of wires, and elements of SVG.

const SVG = "http://www.w3.org/2000/svg";

function svg(name, attributes, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

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

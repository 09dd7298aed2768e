// The ways of wires, and elements of SVG.

const SVG = "http://www.w3.org/2000/svg";

/** @param {string} name @param {Record<string, any>} attributes @param {(Node | string)[]} children
 * @returns {SVGElement} */
export function svg(name, attributes, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** @param {string} kind @param {string} text */
export function tspan(kind, text) {
  return svg("tspan", { dy: kind === "sub" ? 4 : -5, class: "small" }, text);
}

/** @type {(corner: Point, from: Point, to: Point) => boolean} */
export const inside = ([x, y], [ax, ay], [bx, by]) =>
  (ay === by && y === ay && x > Math.min(ax, bx) && x < Math.max(ax, bx)) ||
  (ax === bx && x === ax && y > Math.min(ay, by) && y < Math.max(ay, by));

// Both ends cut back to the edge of their nodes.
/** @param {Point[]} points @param {Point} from @param {Point} to @returns {Point[]} */
export function trimmed(points, from, to) {
  /** @type {(end: Point, next: Point, half: Point) => Point} */
  const cut = (end, next, [w, h]) => {
    const level = Math.abs(next[1] - end[1]) < 1;
    const upright = Math.abs(next[0] - end[0]) < 1;
    if (upright) return [end[0], end[1] + Math.sign(next[1] - end[1]) * h];
    if (level) return [end[0] + Math.sign(next[0] - end[0]) * w, end[1]];
    return [end[0] + Math.sign(next[0] - end[0]) * w, end[1]];
  };
  const result = [...points];
  result[0] = cut(points[0], points[1], from);
  const [before, end] = points.slice(-2);
  result[points.length - 1] = cut(end, before, to);
  return result;
}

// The point from which the last stretch comes: a slanted one ends level.
/** @param {Point[]} points @returns {Point} */
export function entering(points) {
  const [before, end] = points.slice(-2);
  const slanted = Math.abs(end[0] - before[0]) > 1 && Math.abs(end[1] - before[1]) > 1;
  return slanted ? [before[0], end[1]] : before;
}

// Straight stretches with round corners; slanted ones swing from level to level.
/** @param {Point[]} points */
export function path(points) {
  let d = `M${points[0]}`;
  for (let i = 1; i < points.length; i++) {
    const [[ax, ay], [bx, by]] = [points[i - 1], points[i]];
    const next = points[i + 1];
    const straight = Math.abs(ax - bx) < 1 || Math.abs(ay - by) < 1;
    if (!straight) {
      const middle = (ax + bx) / 2;
      d += `C${middle} ${ay} ${middle} ${by} ${bx} ${by}`;
    } else if (next && turns([ax, ay], [bx, by], next)) {
      /** @type {(from: Point, to: Point, r: number) => Point} */
      const toward = (from, to, r) => {
        const far = Math.hypot(to[0] - from[0], to[1] - from[1]);
        return [from[0] + ((to[0] - from[0]) * r) / far, from[1] + ((to[1] - from[1]) * r) / far];
      };
      d += `L${toward([bx, by], [ax, ay], 10)}Q${bx} ${by} ${toward([bx, by], next, 10)}`;
    } else d += `L${bx} ${by}`;
  }
  return d;
}

/** @type {(before: Point, corner: Point, next: Point) => boolean} */
const turns = ([ax, ay], [bx, by], [cx, cy]) =>
  (Math.abs(ax - bx) < 1 && Math.abs(by - cy) < 1) || (Math.abs(ay - by) < 1 && Math.abs(bx - cx) < 1);

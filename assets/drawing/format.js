// Numbers as Plotly writes them: formats of d3, and the templates of what is said on hovering.

/** @param {number} value */
const minus = (value) => (value < 0 ? "−" : "");

// ".6g", ".1%", "," and "d" of d3-format.
/** @param {string} format @param {number} value */
export function formatted(format, value) {
  if (!Number.isFinite(value)) return `${value}`.replace("-", "−");
  const size = Math.abs(value), digits = Number(format.match(/\.(\d+)/)?.[1] ?? 6);
  if (format.endsWith("%")) return `${minus(value)}${(size * 100).toFixed(digits)}%`;
  if (format === ",") return `${minus(value)}${size.toLocaleString("en", { maximumFractionDigits: 20 })}`;
  if (format === "d") return `${minus(value)}${Math.round(size)}`;
  return `${minus(value)}${size.toPrecision(digits)}`.replace(/e-/, "e−");
}

// The lines of a template with the point's own numbers.
/** @param {string} template @param {Record<string, any>} point */
export function hoverLines(template, point) {
  const said = template.replace(/<extra>.*/, "").replace(/%\{(\w+)(?::([^}]+))?\}/g, (_, name, format) =>
    format ? formatted(format, point[name]) : `${point[name]}`);
  return said.split("<br>");
}

/** @type {Map<string, Colour>} */
const known = new Map(); // what "#rrggbb" are in numbers

/** @param {string} hex @returns {Colour} */
function numbersOf(hex) {
  const colour = known.get(hex) ?? /** @type {Colour} */ ([1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16)));
  known.set(hex, colour);
  return colour;
}

// A colour of a scale [[0, "#rrggbb"], ..] at a share of its length; its ends beyond them.
/** @param {Scale} scale @param {number} share @returns {Colour} */
export function colourAt(scale, share) {
  const at = Math.min(Math.max(share, 0), 1);
  let next = 1;
  while (at > scale[next][0]) next++;
  const [low, start] = scale[next - 1], [high, end] = scale[next], part = (at - low) / (high - low);
  const one = numbersOf(start), other = numbersOf(end);
  const mixed = (/** @type {number} */ i) => Math.round(one[i] + part * (other[i] - one[i]));
  return [mixed(0), mixed(1), mixed(2)];
}

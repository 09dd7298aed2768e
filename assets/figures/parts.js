// The pieces that several pictures share: rnnviz/figures/parts.py and the lines of theme.py.

import { noGradient, noStates, numeral } from "./words.js";

const WIDEST = Number.MAX_VALUE / 4, EXPLODED = 1e30;

// Colour and dash of a gate, state or cell.
/** @param {string} name @param {Mode} mode */
export const lineOf = (name, mode, width = 2) =>
  ({ color: SHOWN.shared.inks[mode].hues[name], dash: SHOWN.theme.dashes[name], width });

/** @param {number} count */
export const timesTo = (count) => Array.from({ length: count }, (_, k) => k + 1);

// One row a unit, of one sequence, over the first `end` steps.
/** @param {Pass} run @param {Float64Array[]} steps (n_a, m) at each step */
export function ofSequence({ e }, steps, sequence = 0) {
  const rows = timesTo(e.n_a).map(() => new Float64Array(steps.length));
  steps.forEach((one, t) => {
    for (let unit = 0; unit < e.n_a; unit++) rows[unit][t] = one[unit * e.m + sequence];
  });
  return rows;
}

/** @param {Pass} run @param {string} name of a state */
export const stateSteps = ({ done, drawn }, name) => done.values.slice(0, drawn).map((one) => one[name]);

// The least and the largest, as they are.
/** @param {ArrayLike<number>[]} arrays */
export function endsOf(...arrays) {
  let low = Infinity, high = -Infinity;
  for (const one of arrays) {
    for (let at = 0; at < one.length; at++) [low, high] = [Math.min(low, one[at]), Math.max(high, one[at])];
  }
  return [low, high];
}

/** @param {ArrayLike<number>[]} arrays */
export function largestOf(...arrays) {
  let top = 0;
  for (const one of arrays) {
    for (let at = 0; at < one.length; at++) if (Number.isFinite(one[at])) top = Math.max(top, Math.abs(one[at]));
  }
  return Math.min(top, WIDEST) || 1;
}

// An end for a scale that is not set by a few, and whether others lie beyond it.
/** @param {Float64Array[]} arrays @returns {[number, boolean]} */
export function usual(...arrays) {
  const top = largestOf(...arrays);
  const whole = new Float64Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let count = 0;
  for (const one of arrays) for (const value of one) if (Number.isFinite(value)) whole[count++] = Math.abs(value);
  const every = whole.subarray(0, count).sort(), place = 0.98 * (count - 1), below = Math.floor(place);
  const [low = 0, high = low] = count ? every.subarray(below, below + 2) : [];
  const most = low + (high - low) * (place - below);
  return most > 0 && most < 0.8 * top && 0.8 * top < EXPLODED ? [most, true] : [top, false];
}

/** @typedef {[number, number]} Limits */

/** @param {Ink} ink @param {Limits} limits */
const scaleFor = (ink, limits) => (limits[0] < 0 ? ink.diverging : ink.sequential);

// Units x time; diverging where the limits lie on both sides of zero.
/** @param {Float64Array[]} values @param {Ink} ink @param {Limits} limits @param {string} name
 * @returns {Trace} */
export const heatmapOf = (values, ink, limits, name) => ({
  type: "heatmap", z: values, x: timesTo(values[0].length), y: timesTo(values.length),
  zmin: limits[0], zmax: limits[1], colorscale: scaleFor(ink, limits), showscale: false, name,
  hovertemplate: `${name}<br>unit %{y}, t = %{x}<br>%{z:.6g}<extra></extra>`,
});

// An empty trace that carries one colour bar; where numbers lie beyond the limits, its ends say so.
/** @param {Ink} ink @param {Limits} limits @param {number[]} place @param {string} title
 * @returns {Trace} */
export function barOf(ink, limits, place, title, beyond = false) {
  const [low, high] = limits.map((end) => numeral(end, 2));
  const ends = { tickvals: [limits[0], 0, limits[1]], ticktext: [`≤ ${low}`, "0", `≥ ${high}`] };
  const colorbar = {
    title: { text: title, side: "top", font: { size: 13 } }, y: place[0], yanchor: "middle", len: place[1],
    thickness: 10, outlinewidth: 0, tickfont: { size: 13 }, nticks: 5, ...(beyond ? ends : {}),
  };
  const marker = {
    color: [limits[0]], cmin: limits[0], cmax: limits[1], colorscale: scaleFor(ink, limits), showscale: true, colorbar,
  };
  return { type: "scatter", x: [null], y: [null], mode: "markers", marker, showlegend: false, hoverinfo: "skip" };
}

// A line, drawn as a point where there is one step.
/** @param {ArrayLike<number>} x @param {ArrayLike<number>} y @param {string} name @param {object} style
 * @param {string} hover @returns {Trace} */
export const curveOf = (x, y, name, style, hover) => ({
  type: "scatter", x, y, mode: x.length === 1 ? "lines+markers" : "lines", name, line: style,
  hovertemplate: `${hover}%{x}<br>%{y:.6g}<extra></extra>`,
});

// Ticks for units 1 .. n, first one on top.
/** @param {number} n */
export function unitAxis(n, most = 8) {
  const step = n <= most ? 1 : Math.ceil(n / Math.min(most, 5));
  return { autorange: "reversed", tickvals: timesTo(n).filter((unit) => (unit - 1) % step === 0) };
}

// Say on the picture where the states, or what is `felt` of a loss, left the finite numbers.
/** @param {import("./builder.js").FigureBuilder} builder @param {Pass[]} runs */
export function noteBroken(builder, runs, felt = false, above = 0) {
  const clauses = new Map(runs.map((run) => [run.cell.own.title, (felt ? noGradient : noStates)(run)]));
  const lines = [...clauses].filter(([, clause]) => clause);
  builder.remark(lines.map(([title, clause]) => (runs.length > 1 ? `${title}: ${clause}` : clause)), above);
}

// Values as a log axis can take them: what is not above zero, or not finite, is left out.
/** @param {ArrayLike<number>} values */
export const positive = (values) =>
  Float64Array.from(values, (one) => (Number.isFinite(one) && one > 0 ? one : NaN));

// A log axis of whole decades around the values, two at least.
/** @param {ArrayLike<number>[]} values */
export function logAxis(...values) {
  const every = values.flatMap((one) => [...positive(one)]).filter((one) => !Number.isNaN(one));
  const least = every.length ? every.reduce((one, other) => Math.min(one, other)) : 0.1;
  const most = every.length ? every.reduce((one, other) => Math.max(one, other)) : 1;
  const high = Math.ceil(Math.log10(most) + 0.05);
  let low = Math.floor(Math.log10(least) - 0.05);
  if (high - low < 2) low = high - 2;
  const dtick = Math.max(1, Math.ceil((high - low) / 6));
  return { type: "log", range: [low, high], dtick, exponentformat: "power", showexponent: "all", tickfont: { size: 14 / 1.25 } };
}

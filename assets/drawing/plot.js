// A figure's description (Plotly's traces and layout) drawn as one SVG: plots in rows with one time
// axis, titles, legend, colour bars, notes. It knows nothing of what is drawn.

import { svg } from "../player/geometry.js";
import { Axis, evenly, written10 } from "./axis.js";
import { dashes, drawn } from "./traces.js";

const TICK = 5, LINE = 18, BAR_GAP = 12, UNDER_TITLE = 40; // pixels

/** @typedef {{ x: Axis, y: Axis, traces: Trace[], top: number, bottom: number }} PlotRow */

/** @typedef {{ root: SVGElement, rows: PlotRow[], left: number, right: number, shade: SVGElement }} Placed */

/** @param {Drawing} figure @param {number} width @param {{ x?: number[], y?: number[] }} zoomed
 * @returns {Placed} */
export function plotted(figure, width, zoomed) {
  const { data, layout } = figure, { height, margin } = layout;
  const names = Object.keys(layout).filter((name) => name.startsWith("yaxis"));
  const rows = names.map((name) => {
    const row = `y${name.slice(5)}`, traces = data.filter((one) => one.yaxis === row);
    const all = name === names[names.length - 1] || names.length > 1 ? data : traces;
    const shown = traces.filter((one) => one.x[0] !== null), every = all.filter((one) => one.x[0] !== null);
    const x = new Axis(layout[`xaxis${name.slice(5)}`], every, "x", zoomed.x);
    const y = new Axis(layout[name], shown, "y", names.length > 1 ? undefined : zoomed.y);
    return { x, y, traces: shown, top: 0, bottom: 0, domain: layout[name].domain };
  });
  const root = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, "font-family": layout.font.family,
    "font-size": layout.font.size, color: layout.font.color, fill: "currentColor" });
  const measure = measured(layout.font);
  const below = layout.legend.yanchor === "top", entries = data.filter((one) => one.name && one.type === "scatter" && one.showlegend !== false);
  const wide = Math.max(...rows.map(({ y, domain }) => {
    const most = Math.max(3, ((domain[1] - domain[0]) * (height - margin.t - 60)) / 36);
    return Math.max(0, ...y.ticks(most).map(({ text, raised = "" }) => measure(text) + 0.7 * measure(raised)));
  }));
  const titled = Math.max(...rows.map(({ y }) => (y.given.title ? y.given.title.text.split("<br>").length : 0)));
  const left = margin.l + wide + TICK + 4 + (titled ? 8 + LINE * titled : 0), bars = data.map(barGiven).filter((one) => one !== null);
  const right = width - margin.r - (bars.length ? 62 : 4);
  const legend = entries.length > 1 ? legendRows(entries, (below ? width : right) - left, layout.legend.font.size, measure) : [];
  const last = rows[rows.length - 1], slanted = last.x.given.tickangle ? Math.max(...last.x.given.ticktext.map(measure)) * 0.87 : 0;
  const foot = 26 + slanted + (last.x.given.title ? 24 : 0);
  const crowded = below ? 0 : UNDER_TITLE + 20 * legend.length; // on a phone a legend may need more rows
  const top = Math.max(margin.t, crowded), bottom = height - margin.b - foot - (below ? 24 * legend.length : 0);
  for (const row of rows) {
    row.top = bottom - row.domain[1] * (bottom - top);
    row.bottom = bottom - row.domain[0] * (bottom - top);
    [row.x.from, row.x.to, row.y.from, row.y.to] = [left, right, row.bottom, row.top];
    root.append(...framed(row, row === last, left, right, foot));
  }
  const defs = svg("defs", {});
  rows.forEach((row, at) => {
    const id = `clip-${clips++}`;
    defs.append(svg("clipPath", { id }, svg("rect", { x: left - 1, y: row.top - 1, width: right - left + 2, height: row.bottom - row.top + 2 })));
    const clip = svg("g", { "clip-path": `url(#${id})` });
    if (at === 0) clip.append(...levels(layout.shapes.filter((/** @type {Shape} */ one) => one.layer === "below"), row, left, right, top, bottom));
    clip.append(...row.traces.map((one) => drawn(one, row)));
    root.append(clip);
  });
  root.prepend(defs);
  root.append(...levels(layout.shapes.filter((/** @type {Shape} */ one) => one.layer !== "below"), rows[0], left, right, top, bottom));
  for (const { given, ends, scale } of bars) root.append(colourBar(given, ends, scale, right + BAR_GAP, top, bottom));
  root.append(...legendDrawn(legend, left, below ? bottom + foot + 14 : top - 10 - 20 * (legend.length - 1), layout.legend.font.size));
  root.append(...layout.annotations.map((/** @type {any} */ note) => noted(note, rows[0], { left, right, top, bottom })));
  const { font, text } = layout.title, size = font.size * Math.min(1, (width - 12) / measured(font)(text));
  root.append(svg("text", { x: 2, y: 0.02 * height + size * 0.9, "font-size": size, "font-family": font.family, fill: font.color }, text));
  const shade = svg("g", { "pointer-events": "none" });
  root.append(shade);
  return { root, rows, left, right, shade };
}

let clips = 0;

/** @param {{ size: number, family: string }} font @returns {(text: string) => number} */
function measured({ size, family }) {
  const pen = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
  pen.font = `${size}px ${family}`;
  return (text) => pen.measureText(text.replace(/<[^>]*>/g, "")).width;
}

// A plot's grid, ticks and names.
/** @param {PlotRow} row @param {boolean} last @param {number} left @param {number} right @param {number} foot */
function framed({ x, y, top, bottom }, last, left, right, foot) {
  /** @type {SVGElement[]} */
  const parts = [];
  const line = (/** @type {any} */ place, /** @type {string} */ stroke) => parts.push(svg("line", { ...place, stroke }));
  for (const { at, text, raised } of y.ticks(Math.max(3, (bottom - top) / 36))) {
    const height = y.pixel(y.names.length ? text : at);
    line({ x1: left, x2: right, y1: height, y2: height }, y.given.gridcolor);
    line({ x1: left - TICK, x2: left, y1: height, y2: height }, y.given.tickcolor);
    parts.push(phrase(`${text}${raised ? `<sup>${raised}</sup>` : ""}`, { x: left - TICK - 4, y: height, dy: "0.35em", "text-anchor": "end" }));
  }
  for (const { at, text } of x.ticks(Math.max(2, (right - left) / 80))) {
    const place = x.pixel(at);
    line({ x1: place, x2: place, y1: top, y2: bottom }, x.given.gridcolor);
    if (!last) continue;
    line({ x1: place, x2: place, y1: bottom, y2: bottom + TICK }, x.given.tickcolor);
    const turn = x.given.tickangle ? { transform: `rotate(${x.given.tickangle},${place},${bottom + 10})`, "text-anchor": "end" } : { "text-anchor": "middle" };
    parts.push(phrase(text, { x: place, y: bottom + TICK + 15, ...turn }));
  }
  if (last && x.given.title) {
    const { text, font } = x.given.title;
    parts.push(phrase(text, { x: (left + right) / 2, y: bottom + foot - 6, "text-anchor": "middle", "font-size": font.size, fill: font.color }));
  }
  if (y.given.title) {
    const { text, font } = y.given.title, middle = (top + bottom) / 2, from = 16;
    parts.push(phrase(text, { x: from, y: middle, transform: `rotate(-90,${from},${middle})`, "text-anchor": "middle", "font-size": font.size, fill: font.color }));
  }
  return parts;
}

// Words with "<br>" and "<sup>".
/** @param {string} text @param {Record<string, any>} look */
export function phrase(text, look) {
  const lines = text.split("<br>"), element = svg("text", look);
  lines.forEach((line, at) => line.split(/(<sup>.*?<\/sup>)/).forEach((part, place) => {
    const small = part.startsWith("<sup>"), start = at && !place ? { x: look.x, dy: LINE } : {};
    const raise = small ? { dy: "-0.4em", "font-size": "0.75em" } : place && part ? { dy: "0.3em" } : {};
    if (part) element.append(svg("tspan", { ...start, ...raise }, part.replace(/<[^>]*>/g, "")));
  }));
  return element;
}

// Lines across the picture, in numbers of the axes or shares of the paper.
/** @param {Shape[]} shapes @param {PlotRow} row @param {number} left @param {number} right
 * @param {number} top @param {number} bottom */
function levels(shapes, { x, y }, left, right, top, bottom) {
  return shapes.map(({ x0, x1, y0, y1, xref, yref, line }) => {
    const along = (/** @type {number} */ one) => (xref === "paper" ? left + one * (right - left) : x.pixel(one));
    const up = (/** @type {number} */ one) => (yref === "paper" ? bottom - one * (bottom - top) : y.pixel(one));
    const look = { stroke: line.color, "stroke-width": line.width, "stroke-dasharray": dashes(line) };
    return svg("line", { x1: along(x0), x2: along(x1), y1: up(y0), y2: up(y1), ...look });
  });
}

/** @param {any} note @param {PlotRow} row @param {{ left: number, right: number, top: number, bottom: number }} paper */
function noted(note, { x, y }, { left, right, top, bottom }) {
  const place = note.xref === "paper" ? left + note.x * (right - left) : x.pixel(note.x);
  const exponent = y.log ? 10 ** note.y : note.y; // an annotation's y is the exponent
  const height = note.yref === "paper" ? bottom - note.y * (bottom - top) - (note.yshift ?? 0) : y.pixel(exponent);
  const anchor = { left: "start", right: "end" }[/** @type {string} */ (note.xanchor)] ?? "middle", lines = note.text.split("<br>").length;
  const rise = note.yanchor === "bottom" ? -6 - LINE * (lines - 1) : note.yanchor === "top" ? 16 : 5;
  const look = { fill: note.font.color, "font-size": note.font.size };
  if (!note.showarrow) return phrase(note.text, { x: place, y: height + rise, "text-anchor": anchor, ...look });
  const end = height + note.ay;
  return svg("g", {}, svg("line", { x1: place, x2: place, y1: height, y2: end, stroke: note.arrowcolor }),
    phrase(note.text, { x: place, y: end + (note.ay < 0 ? -5 : 15), "text-anchor": "middle", ...look }));
}

// A trace's colour bar, with its ends; null where it has none.
/** @param {Trace} trace @returns {{ given: any, ends: number[], scale: Scale } | null} */
function barGiven(trace) {
  const { marker = {} } = trace;
  if (trace.showscale) return { given: trace.colorbar, ends: [trace.zmin, trace.zmax], scale: trace.colorscale };
  if (!marker.showscale) return null;
  const { color, cmin = Math.min(...color), cmax = Math.max(...color) } = marker;
  return { given: marker.colorbar, ends: [cmin, cmax], scale: marker.colorscale };
}

/** @param {any} given @param {number[]} ends @param {Scale} scale @param {number} left @param {number} top
 * @param {number} bottom */
function colourBar(given, [low, high], scale, left, top, bottom) {
  const whole = (given.len ?? 1) * (bottom - top), middle = bottom - (given.y ?? 0.5) * (bottom - top);
  const from = middle - whole / 2 + 22, height = Math.max(20, whole - 26), id = `scale-${clips++}`;
  const stops = scale.map(([stop, colour]) => svg("stop", { offset: stop, "stop-color": colour }));
  const { size } = given.tickfont ?? { size: 13 }, width = given.thickness;
  const group = svg("g", { "font-size": size },
    svg("linearGradient", { id, x1: 0, x2: 0, y1: 1, y2: 0 }, ...stops),
    svg("rect", { x: left, y: from, width, height, fill: `url(#${id})` }),
    svg("text", { x: left, y: from - 11, "font-size": given.title.font?.size ?? 14 }, given.title.text));
  const most = Math.min(given.nticks ?? 6, Math.max(4, height / 24));
  const places = given.tickvals ?? evenly(low, high, most);
  places.forEach((/** @type {number} */ at, /** @type {number} */ k) => {
    const text = given.ticktext?.[k] ?? written10(at, undefined, high - low, most);
    group.append(svg("text", { x: left + width + 4, y: from + height * (1 - (at - low) / (high - low)), dy: "0.35em" }, text));
  });
  return group;
}

// A legend's entries, as many in a row as fit.
/** @param {Trace[]} entries @param {number} width @param {number} size @param {(text: string) => number} measure */
function legendRows(entries, width, size, measure) {
  /** @type {{ trace: Trace, at: number }[][]} */
  const rows = [[]];
  let at = 0;
  for (const trace of entries) {
    const wide = 58 + (measure(trace.name) * size) / 14;
    if (at && at + wide > width) {
      rows.push([]);
      at = 0;
    }
    rows[rows.length - 1].push({ trace, at });
    at += wide;
  }
  return rows;
}

/** @param {{ trace: Trace, at: number }[][]} rows @param {number} left @param {number} top @param {number} size */
function legendDrawn(rows, left, top, size) {
  return rows.flatMap((row, line) => row.map(({ trace, at }) => {
    const x = left + at, y = top + 20 * line, axis = (/** @type {number} */ one) => ({ log: false, pixel: (/** @type {number} */ k) => one + 30 * k });
    const sample = { ...trace, x: trace.mode === "markers" ? [0.5] : [0, 1], y: trace.mode === "markers" ? [0] : [0, 0], mode: trace.mode === "markers" ? "markers" : "lines" };
    const both = /** @type {any} */ ({ x: axis(x), y: axis(y) });
    return svg("g", {}, drawn(sample, both), phrase(trace.name, { x: x + 37, y, dy: "0.35em", "font-size": size }));
  }));
}

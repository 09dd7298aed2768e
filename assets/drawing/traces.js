// What a picture draws: heatmaps, lines, points, bars and areas, as SVG.

import { svg } from "../player/geometry.js";
import { inkOn, rgb } from "../player/ink.js";
import { DASHES } from "../player/strip.js";
import { colourAt } from "./format.js";

/** @typedef {{ x: import("./axis.js").Axis, y: import("./axis.js").Axis }} Axes */

const POINTS = {
  circle: "M-1,0a1,1 0 1,0 2,0a1,1 0 1,0 -2,0Z", square: "M-0.9,-0.9H0.9V0.9H-0.9Z",
  diamond: "M-1.3,0L0,-1.3L1.3,0L0,1.3Z", cross: "M-1.2,-0.4H-0.4V-1.2H0.4V-0.4H1.2V0.4H0.4V1.2H-0.4V0.4H-1.2Z",
};

// A line's dashes, for its width.
/** @param {{ dash?: string, width?: number }} line */
export const dashes = ({ dash = "solid" }) => DASHES[/** @type {keyof typeof DASHES} */ (dash)].join(" ");

/** @param {Trace} trace @param {Axes} axes */
export function drawn(trace, axes) {
  if (trace.type === "heatmap") return heat(trace, axes);
  if (trace.type === "bar") return bars(trace, axes);
  const group = svg("g", {}), { line, marker, mode, fill } = trace;
  if (fill) group.append(svg("path", { d: trail(trace, axes), fill: trace.fillcolor, stroke: "none" }));
  else if (mode.includes("lines")) {
    const look = { stroke: line.color, "stroke-width": line.width, "stroke-dasharray": dashes(line) };
    group.append(svg("path", { d: trail(trace, axes), fill: "none", "stroke-linejoin": "round", ...look }));
  }
  if (mode.includes("markers")) group.append(...points(trace, axes, marker ?? { color: line.color, size: 6 }));
  return group;
}

// Every number as a pixel, rows from the axis' own first.
/** @param {Trace} trace @returns {HTMLCanvasElement} */
export function tiles({ z, zmin, zmax, colorscale }) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [z[0].length, z.length];
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const image = pen.createImageData(canvas.width, canvas.height);
  z.forEach((/** @type {Float64Array} */ row, /** @type {number} */ unit) => row.forEach((value, k) => {
    if (!Number.isFinite(value)) return;
    const place = 4 * (unit * canvas.width + k);
    image.data.set(colourAt(colorscale, (value - zmin) / (zmax - zmin)), place);
    image.data[place + 3] = 255;
  }));
  pen.putImageData(image, 0, 0);
  return canvas;
}

/** @param {Trace} trace @param {Axes} axes */
function heat(trace, { x, y }) {
  const { x: steps, y: rows } = trace, count = steps.length - 1, last = rows.length - 1;
  const half = count ? (steps[count] - steps[0]) / count / 2 : 0.5, gap = last ? (rows[last] - rows[0]) / last / 2 : 0.5;
  const [left, right] = [x.pixel(steps[0] - half), x.pixel(steps[count] + half)];
  const [first, end] = [y.pixel(rows[0] - gap), y.pixel(rows[last] + gap)];
  const place = { x: left, y: 0, width: right - left, height: Math.abs(end - first) };
  const turn = first < end ? `translate(0,${first})` : `translate(0,${first}) scale(1,-1)`;
  const look = { preserveAspectRatio: "none", "image-rendering": "pixelated", href: tiles(trace).toDataURL() };
  return svg("image", { ...place, ...look, transform: turn });
}

/** @param {Trace} trace @param {Axes} axes */
function trail({ x, y, line, fill }, axes) {
  let d = "", before = false, height = 0;
  Array.from(y, (value, k) => {
    const there = Number.isFinite(value) && (!axes.y.log || value > 0);
    if (there) {
      const [left, top] = [axes.x.pixel(x[k]), axes.y.pixel(value)].map((one) => Math.round(one * 100) / 100);
      d += !before ? `M${left},${top}` : line.shape === "hv" ? `L${left},${height}L${left},${top}` : `L${left},${top}`;
      height = top;
    }
    before = there || (fill && before);
  });
  return d;
}

/** @param {Trace} trace @param {Axes} axes @param {any} marker */
function points({ x, y }, axes, marker) {
  const many = Array.isArray(marker.color), shape = POINTS[/** @type {keyof typeof POINTS} */ (marker.symbol ?? "circle")];
  const low = many ? Math.min(...marker.color) : 0, high = many ? Math.max(...marker.color) : 0;
  return Array.from(y, (value, k) => {
    if (!Number.isFinite(value) || !Number.isFinite(x[k])) return "";
    const fill = many ? `rgb(${colourAt(marker.colorscale, (marker.color[k] - low) / (high - low || 1))})` : marker.color;
    const place = `translate(${axes.x.pixel(x[k])},${axes.y.pixel(value)}) scale(${marker.size / 2})`;
    return svg("path", { d: shape, fill, "fill-opacity": marker.opacity ?? 1, transform: place });
  });
}

/** @param {Trace} trace @param {Axes} axes */
function bars({ x, y, marker, text, textfont }, axes) {
  const group = svg("g", {}), half = Math.abs(axes.y.pixel(y[0]) - axes.y.pixel(axes.y.names.length)) / (2.5 * axes.y.names.length);
  y.forEach((/** @type {string} */ name, /** @type {number} */ k) => {
    const [left, right, middle] = [axes.x.pixel(0), axes.x.pixel(x[k]), axes.y.pixel(name)];
    group.append(svg("rect", { x: left, y: middle - half, width: right - left, height: 2 * half, fill: marker.color[k] }));
    const inside = right - left > 60, look = { "font-size": textfont.size, "text-anchor": inside ? "end" : "start" };
    const ink = inside ? { fill: inkOn(rgb(marker.color[k])) } : { fill: "currentColor" };
    group.append(svg("text", { x: right + (inside ? -6 : 6), y: middle, dy: "0.35em", ...look, ...ink }, text[k]));
  });
  return group;
}

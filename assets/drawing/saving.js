// A picture as a file: SVG, PNG, or its numbers as CSV.

import { svg } from "../player/geometry.js";

export const DENSE = 2; // pixels of a PNG for one of the screen

/** @param {import("./picture.js").Picture} picture @param {string} name of the files */
export function offered(picture, name) {
  const row = document.createElement("div");
  row.className = "saves";
  const kinds = { SVG: svgOf, PNG: pngOf, CSV: async (/** @type {any} */ { figure }) => new Blob([csvOf(figure)], { type: "text/csv" }) };
  for (const [kind, make] of Object.entries(kinds)) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", textContent: kind });
    button.setAttribute("aria-label", `Save ${name} as ${kind}`);
    button.addEventListener("click", async () => {
      picture.finish();
      handed(await make(picture), `${name}.${kind.toLowerCase()}`);
    });
    row.append(button);
  }
  return row;
}

/** @param {Blob} blob @param {string} name */
export function handed(blob, name) {
  const link = document.createElement("a");
  Object.assign(link, { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

// As it stands, on a ground of its own.
/** @param {import("./picture.js").Picture} picture */
function textOf({ shown, frame, width, figure }) {
  const copy = /** @type {SVGElement} */ (shown.root.cloneNode(true)), { height } = figure.layout;
  const fill = getComputedStyle(frame).getPropertyValue("--ground");
  copy.prepend(svg("rect", { width, height, fill }));
  copy.setAttribute("fill", figure.layout.font.color);
  return new XMLSerializer().serializeToString(copy);
}

/** @param {import("./picture.js").Picture} picture */
const svgOf = async (picture) => new Blob([textOf(picture)], { type: "image/svg+xml" });

/** @param {import("./picture.js").Picture} picture */
const pngOf = (picture) => pixelsOf(textOf(picture), picture.width, picture.figure.layout.height);

// An SVG as a PNG.
/** @param {string} text @param {number} width @param {number} height @returns {Promise<Blob>} */
export async function pixelsOf(text, width, height) {
  const image = new Image(), canvas = document.createElement("canvas");
  image.src = `data:image/svg+xml,${encodeURIComponent(text)}`;
  await image.decode();
  [canvas.width, canvas.height] = [DENSE * width, DENSE * height];
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return pngFrom(canvas);
}

/** @param {HTMLCanvasElement} canvas @returns {Promise<Blob>} */
export const pngFrom = (canvas) => new Promise((resolve, reject) =>
  canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no PNG could be made")))));

// What a figure draws, by axis and line, as rnnviz/figures/columns.py has it; columns may differ in
// length.
/** @param {Drawing} figure @returns {Map<string, ArrayLike<any>>} */
export function columnsOf({ data, layout }) {
  const traces = data.filter(({ x, hoverinfo }) => x && hoverinfo !== "skip"), table = new Map();
  const [first] = traces, shared = traces.every(({ x }) => `${x}` === `${first.x}`);
  const below = Object.keys(layout).filter((name) => name.startsWith("xaxis")).map((name) => layout[name].title?.text);
  const titleOf = (/** @type {string} */ axis) => layout[`${axis[0]}axis${axis.slice(1)}`].title?.text
    || (axis[0] === "x" ? below.find(Boolean) ?? "x" : "y");
  for (const trace of traces) {
    const label = trace.name ? `${trace.name}: ` : "", x = titleOf(trace.xaxis), y = titleOf(trace.yaxis);
    table.set(shared ? x : `${label}${x}`, trace.x);
    if (trace.type !== "heatmap") table.set(`${label}${y}`, trace.y);
    else trace.z.forEach((/** @type {any} */ row, /** @type {number} */ at) =>
      table.set(`${trace.name || y} ${trace.y[at]}`, (trace.customdata ?? trace.z)[at]));
  }
  return table;
}

/** @param {Drawing} figure */
export function csvOf(figure) {
  const table = columnsOf(figure), count = Math.max(...[...table.values()].map(({ length }) => length));
  const quoted = (/** @type {unknown} */ one) => (/[",\n]/.test(`${one}`) ? `"${`${one}`.replaceAll('"', '""')}"` : `${one}`);
  const rows = Array.from({ length: count }, (_, k) => [...table.values()].map((one) => one[k] ?? ""));
  return [[...table.keys()], ...rows].map((row) => `${row.map(quoted).join(",")}\r\n`).join("");
}

// The words and frames of the tape, which do not move.

import { clamp } from "./ink.js";

/** @typedef {import("./strip.js").Strip} Strip */

// Everything that does not move: words, frames, and the faint pictures of what is to come.
/** @param {CanvasRenderingContext2D} pen @param {Strip} strip */
export function ground(pen, strip) {
  const { ink, size: [, , scale] } = strip;
  pen.textBaseline = "middle";
  for (const panel of strip.panels) {
    pen.fillStyle = ink.text;
    pen.textAlign = "right";
    label(pen, panel, strip);
    pen.strokeStyle = ink.grid;
    pen.lineWidth = 1;
    pen.strokeRect(strip.left - 0.5, panel.y - 0.5, strip.right - strip.left + 1, panel.height + 1);
    if (panel.heading) {
      pen.font = font(strip, 12.5);
      pen.textAlign = "left";
      pen.fillStyle = ink.quiet;
      pen.fillText(panel.heading, strip.left, panel.y - 9 * scale, strip.right - strip.left);
    }
  }
  pen.fillStyle = ink.quiet;
  pen.font = font(strip, 12.5);
  times(strip).forEach((k) => {
    pen.textAlign = "center";
    const word = strip.run.words[k] ?? `${strip.run.steps[k]}`;
    const half = pen.measureText(word).width / 2;
    const x = clamp(strip.x(k + 0.5), strip.left + half, strip.size[0] - half);
    pen.fillText(word, x, strip.bottom + 13 * scale);
  });
  pen.textAlign = "right";
  pen.fillText("time t", strip.left - 8 * scale, strip.bottom + 13 * scale);
}

/** @param {CanvasRenderingContext2D} pen @param {PlacedPanel} panel @param {Strip} strip */
function label(pen, panel, strip) {
  const [, , scale] = strip.size;
  const middle = panel.y + panel.height / 2;
  if (panel.kind === "norms") {
    pen.font = font(strip, 12.5);
    pen.fillStyle = strip.ink.quiet;
    const room = panel.height < 26 * scale ? panel.decades.slice(-1) : panel.decades;
    for (const power of room) {
      const y = clamp(panel.y10(10 ** power), panel.y + 6 * scale, panel.y + panel.height - 6 * scale);
      pen.fillText(`10${superscript(power)}`, strip.left - 8 * scale, y);
    }
    pen.fillStyle = strip.ink.text;
    const beside = panel.height < 48 * scale ? pen.measureText("10⁻⁹⁹ ").width : 0;
    pen.fillText("norm", strip.left - 8 * scale - beside, middle);
    return;
  }
  pen.font = font(strip, 13, panel.kind === "gradient" ? "" : "italic");
  pen.fillStyle = strip.ink.hues[panel.of] ?? strip.ink.text;
  pen.fillText(panel.symbol, strip.left - 8 * scale, middle);
  const width = pen.measureText(panel.symbol).width;
  pen.font = font(strip, 13);
  pen.fillStyle = (panel.tint && strip.ink.hues[panel.tint]) || strip.ink.text;
  pen.fillText(`${panel.word} `, strip.left - 8 * scale - width, middle);
}

// How many pixels the words before the rows take.
/** @param {Strip} strip */
export function wordsWidth(strip) {
  strip.pen.font = font(strip, 13);
  const wide = strip.run.panels.flat().map((panel) =>
    panel.kind === "norms" ? 0 : strip.pen.measureText(`${panel.word} ${panel.symbol}`).width);
  return Math.max(...wide) + 20 * strip.size[2];
}

/** @param {Strip} strip @param {number} size */
function font(strip, size, style = "") {
  return `${style} ${size * strip.size[2]}px ${strip.run.font}`;
}

// The kept steps whose time is written.
/** @param {Strip} strip */
function times(strip) {
  const room = Math.max(1, Math.floor((strip.right - strip.left) / (70 * strip.size[2])));
  const every = Math.max(1, Math.ceil(strip.run.count / room));
  const kept = [];
  for (let k = 0; k < strip.run.count - every / 2; k += every) kept.push(k);
  if (strip.run.count > 1) kept.push(strip.run.count - 1);
  return kept;
}

/** @type {(power: number) => string} */
const superscript = (power) =>
  `${power}`.replace(/./g, (c) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)]);

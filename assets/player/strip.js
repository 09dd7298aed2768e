// States, gates and gradients over time, at rest: each heatmap is coloured once, when data come.

import { columnOf } from "./data.js";
import { pixels, place, rgb, signedLog } from "./ink.js";
import { ground, wordsWidth } from "./labels.js";

const LABELS = 92; // pixels left of the panels, before `scale`, or as many as the words take
/** @type {Record<string, number>} */
const SHARES = { norms: 2, input: 0.7, output: 0.7 };
const CLICKED = 3; // the input's, where it has many rows that may be clicked
/** @type {Record<string, number[]>} */
export const DASHES = {
  ...{ solid: [], dash: [7, 4], dot: [2, 3], longdash: [12, 5] },
  ...{ dashdot: [7, 3, 2, 3], longdashdot: [12, 4, 2, 4] },
};

export class Strip {
  /** @type {Run[]} */
  runs;
  /** @type {Run} */
  run; // the first: what all share
  /** @type {Inks} */
  ink;
  /** @type {PlacedPanel[]} */
  panels = [];
  size = [0, 0, 1]; // width, height, scale
  left = 0;
  right = 0;
  bottom = 0;
  ratio = 1;
  bright = document.createElement("canvas"); // all of it
  faint = document.createElement("canvas"); // what does not move
  small = document.createElement("canvas"); // a heatmap, a pixel a number
  /** @type {string | null} */
  drawn = null;

  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    this.pen = penOf(canvas);
  }

  /** @param {Run[]} runs @param {number} width @param {number} height @param {number} scale */
  show(runs, width, height, scale) {
    [this.run] = this.runs = runs;
    this.ink = this.run.ink;
    this.size = [width, height, scale];
    this.left = Math.max(LABELS * scale, Math.min(0.3 * width, wordsWidth(this)));
    this.right = width - 10;
    this.panels = this.layout(height, scale);
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    for (const canvas of [this.canvas, this.bright, this.faint]) {
      sized(canvas, Math.round(width * ratio), Math.round(height * ratio));
    }
    Object.assign(this.canvas.style, { width: `${width}px`, height: `${height}px` });
    this.ratio = ratio;
    this.layer(this.bright, (pen) => this.panels.forEach((panel) => this.picture(pen, panel)));
    this.layer(this.faint, (pen) => ground(pen, this));
    this.drawn = null;
  }

  // Heights: a heatmap 1, what goes in and comes out less, the norms 2; groups stand a little apart.
  /** @param {number} height @param {number} scale @returns {PlacedPanel[]} */
  layout(height, scale) {
    const groups = this.run.panels;
    const gap = 5 * scale;
    const apart = 18 * scale;
    const foot = 24 * scale;
    const share = (/** @type {Panel} */ { kind }) =>
      kind === "input" && this.run.edits.length > 4 ? CLICKED : (SHARES[kind] ?? 1);
    const parts = groups.flat().reduce((sum, panel) => sum + share(panel), 0);
    const gaps = groups.reduce((sum, group) => sum + (group.length - 1) * gap + apart, 0);
    const unit = (height - foot - gaps) / parts;
    let y = 0;
    const placed = [];
    for (const group of groups) {
      y += apart;
      for (const panel of group) {
        const own = unit * share(panel);
        placed.push({ ...panel, y, height: own });
        y += own + gap;
      }
      y -= gap;
    }
    this.bottom = y;
    return placed;
  }

  /** @param {HTMLCanvasElement} canvas @param {(pen: CanvasRenderingContext2D) => void} draw */
  layer(canvas, draw) {
    const pen = penOf(canvas);
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.save();
    pen.scale(this.ratio, this.ratio);
    draw(pen);
    pen.restore();
  }

  /** @param {CanvasRenderingContext2D} pen @param {PlacedPanel} panel */
  picture(pen, panel) {
    if (panel.kind === "norms") return this.norms(pen, panel);
    const { run, ink } = this, { count } = run;
    const array = this.runs[panel.run].arrays[panel.name], { values, columns, rows } = array;
    const image = new ImageData(count, rows), painted = new Uint32Array(image.data.buffer);
    const gradient = panel.kind === "gradient", { open } = panel;
    const top = panel.top ?? array.top, palette = open ? ink.pixels.gate : ink.pixels.signed;
    const [none] = pixels([rgb(ink.grid)]); // of what is no number
    for (let k = 0; k < count; k++) {
      const column = columnOf(run, panel, k);
      for (let unit = 0; unit < rows; unit++) {
        const value = values[unit * columns + column];
        const share = open ? value : gradient ? signedLog(value, top) : 0.5 + value / top / 2;
        painted[unit * count + k] = Number.isNaN(value) ? none : palette[place(share)];
      }
    }
    const { small } = this;
    sized(small, count, rows);
    penOf(small).putImageData(image, 0, 0);
    pen.imageSmoothingEnabled = array.rows > panel.height * this.ratio;
    pen.drawImage(small, this.left, panel.y, this.right - this.left, panel.height);
  }

  /** @param {CanvasRenderingContext2D} pen @param {Norms & PlacedPanel} panel */
  norms(pen, panel) {
    const { run, ink } = this;
    const curves = panel.curves.map((one) => this.runs[one.run].arrays[`norm_${one.name}`].values);
    const every = curves.flatMap((curve) => [...curve]).filter((v) => v > 0 && v < Infinity);
    const high = Math.ceil(Math.log10(every.length ? Math.max(...every) : 1) + 0.05);
    const low = Math.min(high - 2, Math.floor(Math.log10(every.length ? Math.min(...every) : 0.1) - 0.05));
    const y = (/** @type {number} */ value) =>
      panel.y + (panel.height * (high - Math.log10(value))) / (high - low);
    panel.decades = [low, high];
    panel.curves.forEach(({ hue, dash }, index) => {
      pen.strokeStyle = ink.hues[hue];
      pen.lineWidth = 2.2 * this.size[2];
      pen.setLineDash(DASHES[dash]);
      pen.beginPath();
      const seen = (/** @type {number} */ value) => value > 0 && value < Infinity;
      curves[index].forEach((value, k) => seen(value) && pen.lineTo(this.x(k + 0.5), y(value)));
      if (run.count === 1 && seen(curves[index][0])) pen.arc(this.x(0.5), y(curves[index][0]), 3, 0, 7);
      pen.stroke();
    });
    pen.setLineDash([]);
    panel.y10 = y;
  }

  /** @param {number} column */
  x(column) {
    return this.left + ((this.right - this.left) * column) / this.run.count;
  }
}

// Of that size; one that has it keeps its memory.
/** @param {HTMLCanvasElement} canvas @param {number} width @param {number} height */
function sized(canvas, width, height) {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
}

/** @param {HTMLCanvasElement} canvas */
function penOf(canvas) {
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("this browser draws on no canvas");
  return pen;
}

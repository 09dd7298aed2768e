// The strip in motion: a frame only copies what is reached, and draws the cursor at now.

import { clamp } from "./ink.js";
import { Strip } from "./strip.js";

const FADED = 0.22; // how much of what is still to come shines through

export class Tape extends Strip {
  /** @param {number} k @param {number} unit @param {boolean} backward @param {number} front */
  draw(k, unit, backward, front) {
    const state = `${k} ${unit} ${backward} ${front}`;
    if (this.drawn === state) return;
    this.drawn = state;
    const { pen, ratio, canvas } = this;
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(this.faint, 0, 0);
    const reached = this.x(backward ? k + 1 - front : k + front);
    for (const panel of this.panels) {
      const late = panel.kind === "gradient" || panel.kind === "norms";
      if (late && !backward) this.waiting(panel, this.left, this.right);
      else if (late) {
        this.waiting(panel, this.left, reached);
        this.copy(panel, reached, this.right);
      } else if (backward) this.copy(panel, this.left, this.right);
      else {
        this.waiting(panel, reached, this.right);
        this.copy(panel, this.left, reached);
      }
    }
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.marks(k, unit, backward, front);
  }

  /** @param {PlacedPanel} panel @param {number} from @param {number} to */
  waiting(panel, from, to) {
    this.pen.globalAlpha = FADED * (panel.kind === "norms" || panel.kind === "gradient" ? 0.6 : 1);
    this.copy(panel, from, to);
    this.pen.globalAlpha = 1;
  }

  /** @param {PlacedPanel} panel @param {number} from @param {number} to */
  copy(panel, from, to) {
    const [x, y, w, h] = [from, panel.y, to - from, panel.height].map((v) => Math.round(v * this.ratio));
    if (w > 0) this.pen.drawImage(this.bright, x, y, w, h, x, y, w, h);
  }

  // The cursor at now, and the row of the chosen unit.
  /** @param {number} k @param {number} unit @param {boolean} backward @param {number} front */
  marks(k, unit, backward, front) {
    const { pen, ink, size: [, , scale] } = this;
    const x = this.x((backward ? k + 1 - front : k - 1 + front) + 0.5);
    for (const panel of this.panels) {
      if (panel.kind === "norms" || panel.counted !== "unit") continue;
      const row = panel.height / this.rows(panel);
      const middle = panel.y + (unit + 0.5) * row;
      pen.fillStyle = ink.now;
      pen.beginPath();
      pen.moveTo(this.left - 6 * scale, middle - 4 * scale);
      pen.lineTo(this.left - 1, middle);
      pen.lineTo(this.left - 6 * scale, middle + 4 * scale);
      pen.fill();
      if (row < 4) continue;
      pen.strokeStyle = ink.now;
      pen.lineWidth = 1;
      pen.strokeRect(this.left - 0.5, panel.y + unit * row - 0.5, this.right - this.left + 1, row + 1);
    }
    pen.strokeStyle = ink.now;
    pen.lineWidth = 2 * scale;
    pen.beginPath();
    for (const panel of this.panels) {
      pen.moveTo(clamp(x, this.left, this.right), panel.y - 3);
      pen.lineTo(clamp(x, this.left, this.right), panel.y + panel.height + 3);
    }
    pen.stroke();
  }

  // The panel, its row, the kept step and, where rows are units, the unit under a point; else null.
  /** @param {number} x @param {number} y */
  find(x, y) {
    if (x < this.left || x > this.right) return null;
    const panel = this.panels.find((p) => y >= p.y && y <= p.y + p.height);
    if (!panel) return null;
    const nth = (/** @type {number} */ share, /** @type {number} */ count) => clamp(Math.floor(share * count), 0, count - 1);
    const k = nth((x - this.left) / (this.right - this.left), this.run.count);
    if (panel.kind === "norms") return { panel, k, row: 0, unit: null };
    const row = nth((y - panel.y) / panel.height, this.rows(panel));
    return { panel, k, row, unit: panel.counted === "unit" ? row : null };
  }

  // The row whose words are under a point.
  /** @param {number} x @param {number} y */
  labelled(x, y) {
    return x < this.left ? this.panels.find((p) => y >= p.y && y <= p.y + p.height) : undefined;
  }

  /** @param {Heatmap} panel */
  rows(panel) {
    return this.runs[panel.run].arrays[panel.name].rows;
  }
}

// What stands under the pointer on the tape: the quantity, the unit, the step and the value.

import { at, columnOf, wordAt } from "./data.js";
import { clamp, digits, write } from "./ink.js";

const AWAY = 14; // pixels from the pointer

export class Hover {
  /** @param {HTMLElement} box @param {import("./tape.js").Tape} tape */
  constructor(box, tape) {
    this.box = box;
    this.tape = tape;
    tape.canvas.addEventListener("pointermove", (event) => this.follow(event));
    tape.canvas.addEventListener("pointerdown", (event) => this.follow(event));
    tape.canvas.addEventListener("pointerleave", () => (box.hidden = true));
  }

  /** @param {PointerEvent} event */
  follow(event) {
    const { box, tape } = this;
    const frame = tape.canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - frame.left, event.clientY - frame.top];
    const place = tape.find(x, y);
    box.hidden = !place;
    if (!place) return;
    write(box, this.words(place));
    const { offsetWidth: width, offsetHeight: height } = box;
    const [most, low] = [frame.width - width, frame.height - height];
    box.style.left = `${clamp(x + AWAY + width > frame.width ? x - AWAY - width : x + AWAY, 0, most)}px`;
    box.style.top = `${clamp(y - AWAY - height, 0, low)}px`;
  }

  /** @param {{ panel: PlacedPanel, k: number, row: number }} place */
  words({ panel, k, row }) {
    const { runs } = this.tape;
    const when = `t = ${runs[0].steps[k]}`;
    if (panel.kind === "norms") {
      const norm = (/** @type {Curve} */ { run, name, title }) =>
        `${title}‖dL/d${name}‖ ${digits(runs[run].arrays[`norm_${name}`].values[k])}`;
      const whose = `sequence ${runs[0].sequence + 1}`;
      return `${panel.curves.map(norm).join(", ")}, ${whose}, ${when}`;
    }
    const run = runs[panel.run];
    const value = at(run.arrays[panel.name], row, columnOf(run, panel, k));
    const more = panel.kind === "input" && run.edits.length ? `; a click changes it ${run.edits[row] && `to “${run.edits[row]}”`}` : "";
    const word = panel.word && `${panel.word} `;
    return `${word}${panel.symbol}, ${panel.counted} ${row + 1}, ${when}${wordAt(run, k)}: ${digits(value)}${more}`;
  }
}

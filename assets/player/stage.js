// What stands on the player's stage: one cell or several side by side, one tape, one row of
// controls, and the words about the step.

import { Card } from "./card.js";
import { Cell } from "./cell.js";
import { Clock } from "./clock.js";
import { Controls } from "./controls.js";
import { at, wordAt } from "./data.js";
import { equationOf, formulaOf } from "./equation.js";
import { Hover } from "./hover.js";
import { clamp, digits, inks, shades, spoken, write } from "./ink.js";
import { Tape } from "./tape.js";
import { toldOf } from "./telling.js";

export const SETTLED = 300; // ms without a move, then Python hears what was chosen
const QUIET = 3000; // ms between two sentences while it plays

// The line of the paper alone, without the name before it.
/** @type {(run: Run, node: CellNode) => string} */
const lettersOf = (run, node) => formulaOf(run, node, false).letters.replace(/^[^:=]*: /, "");

export class Stage {
  clock = new Clock();
  /** @type {Run[]} */
  runs = [];
  /** @type {Cell[]} */
  cells = [];
  unit = 0;
  sequence = 0;
  seen = false;
  waiting = false; // whether Python is yet to hear what was chosen
  begun = false;
  /** @type {(chosen: Chosen) => void} */
  tellPython;
  /** @type {(what: string) => void} */
  ask; // Python for another cell or seed
  /** @type {string | null} */
  said = null; // by Python
  /** @type {string | null} */
  reported = null; // to Python
  /** @type {string | null} */
  announced = null;
  spokeAt = -Infinity;
  saying = 0; // a timer

  /** @param {HTMLElement} root */
  constructor(root) {
    const part = (/** @type {string} */ name) => /** @type {any} */ (root.querySelector(`.${name}`));
    this.root = root;
    this.place = part("cells");
    this.blank = part("cell").cloneNode(true);
    this.tape = new Tape(part("tape"));
    this.hover = new Hover(part("hover"), this.tape);
    this.controls = new Controls(part("bar"), this);
    this.live = part("live");
    this.note = part("note");
    this.keys = part("keys");
    this.told = part("told");
    this.card = new Card(root);
    this.calm = window.matchMedia("(prefers-reduced-motion: reduce)");
    this.live.addEventListener("transitionend", () => this.wear()); // the page's mode has changed
    this.watch = new ResizeObserver(() => this.run && this.fit());
    this.screen = part("screen");
    this.watch.observe(this.screen);
  }

  // The first run: steps, words, colours and rows are those of all.
  get run() {
    return this.runs[0];
  }

  // What Python says counts where it differs from what it said before and from what it was told.
  /** @param {Run[]} runs @param {(chosen: Chosen) => void} tell
   * @param {(what: string) => void} ask */
  show(runs, tell, ask) {
    this.tellPython = tell;
    this.ask = ask;
    this.announced = null;
    this.runs = runs;
    const { run } = this;
    const said = { t: run.t, sequence: run.sequence, unit: run.unit, direction: run.direction };
    const key = JSON.stringify(said);
    const adopt = key !== this.said && key !== this.reported;
    this.said = key;
    if (!this.waiting) this.sequence = run.sequence;
    if (adopt) {
      this.unit = run.unit;
      this.sequence = run.sequence;
      this.clock.show(run);
      this.clock.turn(run.direction === "backward");
      this.clock.go(run.k);
      this.reported = key;
    } else this.clock.show(run);
    this.unit = clamp(this.unit, 0, run.n_a - 1);
    this.cast();
    this.root.classList.toggle("large", run.large);
    this.root.classList.toggle("several", runs.length > 1);
    this.note.textContent = run.note;
    this.controls.show(run);
    if (!this.clock.playing) this.passed(false);
    this.wear();
    this.root.dataset.shown = `${Number(this.root.dataset.shown ?? 0) + 1}`;
  }

  // As many cells as there are runs.
  cast() {
    for (const { root } of this.cells.splice(this.runs.length)) root.remove();
    if (!this.cells.length) this.place.replaceChildren();
    while (this.cells.length < this.runs.length) {
      const root = this.place.appendChild(this.blank.cloneNode(true));
      const ask = this.explain.bind(this);
      this.cells.push(new Cell(root, () => this.draw(), ask));
    }
  }

  // What a node means, in its cell's own letters.
  /** @param {Run} run @param {CellNode} node @param {Element} place */
  explain(run, node, place) {
    const { left, bottom, width } = place.getBoundingClientRect();
    const title = node.kind === "product" || node.kind === "sum" ? node.symbol : `${node.symbol}, ${node.title}`;
    this.card.show({ ...run.terms[node.term], title, formula: lettersOf(run, node) }, left + width / 2, bottom);
  }

  // What a row of the tape means.
  /** @param {PlacedPanel} panel @param {number} x @param {number} y */
  explainRow(panel, x, y) {
    const term = this.run.terms[panel.term];
    const node = "name" in panel && this.runs[panel.run].byName[panel.name];
    const own = node && node.kind !== "input" ? { formula: lettersOf(this.runs[panel.run], node) } : {};
    this.card.show({ ...term, title: panel.spoken, ...own }, x, y);
  }

  // What everything on the stage means.
  /** @param {Element} place */
  symbols(place) {
    const { left, top } = place.getBoundingClientRect();
    this.card.list(Object.values(this.run.terms), left, top);
  }

  // Put on the colours of the page's mode.
  wear() {
    const { run, root } = this;
    if (!run) return;
    const mode = getComputedStyle(root).colorScheme.includes("dark") ? "dark" : "light";
    const ink = inks(run.inks[mode]);
    for (const one of this.runs) Object.assign(one, { mode, ink });
    for (const name of /** @type {const} */ (["now", "quiet", "grid", "text", "ground"]))
      root.style.setProperty(`--${name}`, run.ink[name]);
    root.style.setProperty("--signed", shades(run.ink.diverging));
    root.style.setProperty("--open", shades(run.ink.sequential));
    this.cells.forEach((cell, i) => cell.show(this.runs[i]));
    this.fit();
  }

  // Whether what the page says below of one step is of a step that has passed.
  /** @param {boolean} passed */
  passed(passed) {
    document.body.classList.toggle("step-passed", passed);
  }

  fit() {
    const box = this.screen;
    const scale = this.run.large ? 1.4 : 1;
    this.seen = box.clientWidth > 0; // the tape, unless the diagram stands alone
    if (!this.seen) return this.draw();
    this.tape.show(this.runs, box.clientWidth, box.clientHeight, scale);
    const rows = this.run.panels.flat().map((panel) => panel.spoken);
    const words = `${rows.join(", ")} over ${this.run.T_x} steps; a click chooses unit and step`;
    this.tape.canvas.setAttribute("aria-label", words);
    this.draw();
  }

  draw() {
    const { clock } = this;
    const front = this.calm.matches ? 1 : clock.wave;
    const alone = this.runs.length === 1;
    for (const cell of this.cells) cell.draw(clock, this.unit, front, alone);
    if (this.seen) this.tape.draw(clock.k, this.unit, clock.backward, front);
    this.controls.draw(clock, this.unit, this.sequence, () => this.sentence());
    this.tellStep();
    this.root.dataset.k = `${clock.k}`;
    this.announce();
  }

  // What the step does in plain words, where the keys of a demonstration are shown.
  tellStep() {
    const { told, clock } = this;
    if (told.hidden) return;
    const words = toldOf(this.cells, clock.k, this.unit, clock.backward);
    if (told.dataset.words !== words) write(told, words);
    told.dataset.words = words;
  }

  sentence() {
    const { runs, run, clock } = this;
    const name = (/** @type {string} */ s) => (clock.backward ? `gradient of ${s}` : s);
    const prefix = clock.backward ? "d_" : "";
    const column = run.after[clock.k];
    const value = (/** @type {Run} */ one, /** @type {string} */ s) =>
      `${name(s)} ${digits(at(one.arrays[prefix + s], this.unit, column))}`;
    const parts = (/** @type {Run} */ one) => one.states.map((s) => value(one, s)).join(", ");
    const told = runs.map((one) => (runs.length > 1 ? `${one.title}: ` : "") + parts(one));
    const when = `step ${run.steps[clock.k]} of ${run.T_x}${wordAt(run, clock.k)}`;
    return spoken(`${when}, unit ${this.unit + 1}: ${told.join("; ")}`);
  }

  announce() {
    const key = `${this.clock.k} ${this.unit} ${this.clock.backward} ${this.sequence}`;
    if (key === this.announced) return;
    this.announced = key;
    clearTimeout(this.saying);
    const since = performance.now() - this.spokeAt;
    const wait = this.clock.playing ? Math.max(0, QUIET - since) : SETTLED;
    this.saying = setTimeout(() => {
      this.spokeAt = performance.now();
      this.live.textContent = `${this.sentence()}${this.equation()}`;
    }, wait);
  }

  // Of one cell, its state's equation, to be heard.
  equation() {
    if (this.runs.length > 1) return "";
    const { run, clock } = this;
    const { numbers } = equationOf(run, run.byName[run.states[0]], clock.k, this.unit, clock.backward);
    return `; ${spoken(numbers)}`;
  }
}

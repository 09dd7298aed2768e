// What stands on the player's stage: diagram, tape, controls, and the words about the step.

import { Clock } from "./clock.js";
import { Controls } from "./controls.js";
import { at, wordAt } from "./data.js";
import { Diagram } from "./diagram.js";
import { equationOf, formulaOf } from "./equation.js";
import { Hover } from "./hover.js";
import { clamp, digits, inks, shades, spoken, write } from "./ink.js";
import { Tape } from "./tape.js";

export const SETTLED = 300; // ms without a move, then Python hears what was chosen
const QUIET = 3000; // ms between two sentences while it plays

export class Stage {
  clock = new Clock();
  /** @type {Run} */
  run;
  unit = 0;
  sequence = 0;
  /** @type {CellNode | null} */
  node = null; // under the eye
  waiting = false; // whether Python is yet to hear what was chosen
  begun = false;
  /** @type {(chosen: Chosen) => void} */
  tellPython;
  /** @type {string | null} */
  said = null; // by Python
  /** @type {string | null} */
  told = null; // to Python
  /** @type {string | null} */
  written = null;
  /** @type {string | null} */
  announced = null;
  spokeAt = -Infinity;
  saying = 0; // a timer

  /** @param {HTMLElement} root */
  constructor(root) {
    const part = (/** @type {string} */ name) => /** @type {any} */ (root.querySelector(`.${name}`));
    this.root = root;
    this.diagram = new Diagram(part("diagram"), (node) => this.look(node));
    this.tape = new Tape(part("tape"));
    this.hover = new Hover(part("hover"), this.tape);
    this.controls = new Controls(part("bar"), this);
    this.letters = part("letters");
    this.numbers = part("numbers");
    this.live = part("live");
    this.note = part("note");
    this.calm = window.matchMedia("(prefers-reduced-motion: reduce)");
    this.live.addEventListener("transitionend", () => this.wear()); // the page's mode has changed
    this.watch = new ResizeObserver(() => this.run && this.fit());
    this.screen = part("screen");
    this.watch.observe(this.screen);
  }

  // What Python says counts where it differs from what it said before and from what it was told.
  /** @param {Run} run @param {(chosen: Chosen) => void} tell */
  show(run, tell) {
    this.tellPython = tell;
    this.written = this.announced = null;
    this.run = run;
    const said = { t: run.t, sequence: run.sequence, unit: run.unit, direction: run.direction };
    const key = JSON.stringify(said);
    const adopt = key !== this.said && key !== this.told;
    this.said = key;
    if (!this.waiting) this.sequence = run.sequence;
    if (adopt) {
      this.unit = run.unit;
      this.sequence = run.sequence;
      this.clock.show(run);
      this.clock.turn(run.direction === "backward");
      this.clock.go(run.k);
      this.told = key;
    } else this.clock.show(run);
    this.unit = clamp(this.unit, 0, run.n_a - 1);
    this.node = (this.node && run.byName[this.node.name]) ?? null;
    this.root.classList.toggle("large", run.large);
    this.note.textContent = run.note;
    this.controls.show(run);
    if (!this.clock.playing) this.passed(false);
    this.wear();
    this.root.dataset.shown = `${Number(this.root.dataset.shown ?? 0) + 1}`;
  }

  // Put on the colours of the page's mode.
  wear() {
    const { run, root } = this;
    if (!run) return;
    run.mode = getComputedStyle(root).colorScheme.includes("dark") ? "dark" : "light";
    run.ink = inks(run.inks[run.mode]);
    for (const name of /** @type {const} */ (["now", "quiet", "grid", "text", "ground"]))
      root.style.setProperty(`--${name}`, run.ink[name]);
    root.style.setProperty("--signed", shades(run.ink.diverging));
    root.style.setProperty("--open", shades(run.ink.sequential));
    this.diagram.show(run);
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
    if (!box.clientWidth) return;
    this.tape.show(this.run, box.clientWidth, box.clientHeight, scale);
    const rows = this.run.panels.flat().map((panel) => panel.spoken);
    const words = `${rows.join(", ")} over ${this.run.T_x} steps; a click chooses unit and step`;
    this.tape.canvas.setAttribute("aria-label", words);
    this.draw();
  }

  draw() {
    const { clock, run } = this;
    const front = this.calm.matches ? 1 : clock.wave;
    this.diagram.draw(clock.k, this.unit, clock.backward, front, this.node);
    this.tape.draw(clock.k, this.unit, clock.backward, front);
    this.controls.draw(clock, this.unit, this.sequence, () => this.sentence());
    const nodes = this.node ? [this.node] : run.states.map((name) => run.byName[name]);
    const reached = nodes.map((node) => this.diagram.reaches(node));
    const key = `${clock.k} ${this.unit} ${clock.backward} ${this.node?.name} ${reached}`;
    if (key !== this.written) this.explain(nodes);
    this.written = key;
    this.root.dataset.k = `${clock.k}`;
    this.announce();
  }

  /** @param {CellNode | null} node */
  look(node) {
    this.node = node;
    this.draw();
  }

  // The numbers of an equation stand from the moment at which the wave reaches its node.
  /** @param {CellNode[]} nodes */
  explain([last, ...others]) {
    const { run, clock } = this;
    const lines = (/** @type {CellNode} */ node) =>
      this.diagram.reaches(node)
        ? equationOf(run, node, clock.k, this.unit, clock.backward)
        : formulaOf(run, node, clock.backward);
    const { letters, numbers } = lines(last);
    const both = others.length > 0; // of two states each gets a line of numbers
    const line = (/** @type {CellNode} */ node) => lines(node).line ?? lines(node).numbers;
    write(this.letters, both ? line(others[0]) : letters);
    write(this.numbers, both ? line(last) : numbers);
    this.letters.classList.toggle("numbers", both);
  }

  sentence() {
    const { run, clock } = this;
    const name = (/** @type {string} */ s) => (clock.backward ? `gradient of ${s}` : s);
    const prefix = clock.backward ? "d_" : "";
    const value = (/** @type {string} */ s) => digits(at(run.arrays[prefix + s], this.unit, run.after[clock.k]));
    const parts = run.states.map((s) => `${name(s)} ${value(s)}`).join(", ");
    return spoken(`step ${run.steps[clock.k]} of ${run.T_x}${wordAt(run, clock.k)}, unit ${this.unit + 1}: ${parts}`);
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
      const node = this.run.byName[this.run.states[0]];
      const { numbers } = equationOf(this.run, node, this.clock.k, this.unit, this.clock.backward);
      this.live.textContent = `${this.sentence()}; ${spoken(numbers)}`;
    }, wait);
  }
}

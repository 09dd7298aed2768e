// One cell on the stage: its diagram, and below it an equation with this step's numbers; beside
// others its name, and in short what it holds or feels.

import { Diagram } from "./diagram.js";
import { equationOf, formulaOf, shortOf } from "./equation.js";
import { write } from "./ink.js";

export class Cell {
  /** @type {Run} */
  run;
  /** @type {CellNode | null} */
  node = null; // under the eye
  /** @type {string | null} */
  written = null;

  /** @param {HTMLElement} root @param {() => void} onLook
   * @param {(run: Run, node: CellNode, place: Element) => void} onAsk what a node means */
  constructor(root, onLook, onAsk) {
    const part = (/** @type {string} */ name) => /** @type {any} */ (root.querySelector(`.${name}`));
    this.root = root;
    this.diagram = new Diagram(part("diagram"), (node) => {
      this.node = node;
      onLook();
    }, (node, place) => onAsk(this.run, node, place));
    this.title = part("title");
    this.letters = part("letters");
    this.numbers = part("numbers");
  }

  /** @param {Run} run */
  show(run) {
    this.run = run;
    this.written = null;
    this.node = (this.node && run.byName[this.node.name]) ?? null;
    this.title.textContent = run.title;
    this.title.style.color = run.ink.hues[run.hue];
    this.diagram.show(run);
  }

  /** @param {import("./clock.js").Clock} clock @param {number} unit @param {number} front
   * @param {boolean} alone */
  draw(clock, unit, front, alone) {
    const { run, node, diagram } = this;
    diagram.draw(clock.k, unit, clock.backward, front, node);
    const nodes = node ? [node] : run.states.map((name) => run.byName[name]);
    const reached = nodes.map((one) => diagram.reaches(one));
    const key = `${clock.k} ${unit} ${clock.backward} ${node?.name} ${reached}`;
    if (key === this.written) return;
    this.written = key;
    if (alone || node) this.explain(nodes, clock, unit);
    else this.tell(clock, unit);
  }

  // The numbers of an equation stand from the moment at which the wave reaches its node.
  /** @param {CellNode[]} nodes @param {import("./clock.js").Clock} clock @param {number} unit */
  explain([last, ...others], clock, unit) {
    const lines = (/** @type {CellNode} */ node) =>
      this.diagram.reaches(node)
        ? equationOf(this.run, node, clock.k, unit, clock.backward)
        : formulaOf(this.run, node, clock.backward);
    const { letters, numbers } = lines(last);
    const both = others.length > 0; // of two states each gets a line of numbers
    const line = (/** @type {CellNode} */ node) => lines(node).line ?? lines(node).numbers;
    write(this.letters, both ? line(others[0]) : letters);
    write(this.numbers, both ? line(last) : numbers);
    this.letters.classList.toggle("numbers", both);
  }

  // What the cell remembers by, in short.
  /** @param {import("./clock.js").Clock} clock @param {number} unit */
  tell(clock, unit) {
    const node = this.run.byName[this.run.remembered];
    const reached = this.diagram.reaches(node);
    write(this.letters, "");
    write(this.numbers, shortOf(this.run, node, clock.k, unit, clock.backward, reached));
  }
}

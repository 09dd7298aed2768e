// The pictures of a page beside the player: of one run, drawn anew whenever anything of it changes;
// the first at once, the others as they come into view, when the page has nothing else to do.

import { Picture } from "../drawing/picture.js";
import { passOf } from "../figures/pass.js";
import { VIEWS } from "../figures/views.js";
import { kindOf, labels } from "./inputs.js";
import { Later } from "./later.js";

const KEPT = 8, ROOM = 1e6; // runs, and hidden states that all of them may hold: about 200 MB
const AROUND = "300px"; // from what one sees
const LARGER = 1.4; // for the last row, as in the dashboard
const GROWING = new Set(["size", "width", "height", "thickness", "t", "arrowwidth"]); // pixels

/** @typedef {import("../figures/views.js").Shown} Shown */

export class Gallery {
  /** @type {Map<string, Picture>} */
  pictures = new Map();
  /** @type {Map<string, Pass>} */
  runs = new Map(); // the last ones, by their experiment
  /** @type {Set<Element>} */
  near = new Set(); // boxes in view

  /** @param {HTMLElement} section */
  constructor(section) {
    this.section = section;
    this.note = document.createElement("p");
    this.later = new Later((busy) => section.setAttribute("aria-busy", `${busy}`));
    this.watch = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) this.near[isIntersecting ? "add" : "delete"](target);
      this.later.wake();
    }, { rootMargin: AROUND });
    addEventListener("beforeprint", () => this.pictures.forEach((one) => one.box.isConnected && one.finish()));
  }

  // Nothing of it is shown.
  rest() {
    this.later.begin([]);
  }

  /** @param {Pass["e"]} e */
  run(e) {
    const key = JSON.stringify(e), known = this.runs.get(key);
    if (known) return known;
    const held = [...this.runs.values()].reduce((sum, run) => sum + sizeOf(run.e), sizeOf(e));
    if (this.runs.size >= KEPT || held > ROOM) this.runs.clear();
    const made = passOf(e, kindOf(e), labels(e).words);
    this.runs.set(key, made);
    return made;
  }

  /** @param {string} view @param {Pass["e"]} e @param {Picked & { cells: string[] }} picked
   * @param {boolean} large @param {string} only the picture of this name, or ""
   * @param {boolean} below whether something else comes first */
  show(view, e, picked, large, only, below) {
    const subject = view === "Compare" ? picked.cells.map((cell) => this.run({ ...e, cell })) : this.run(e);
    const fitting = VIEWS[view].filter(({ fits, name }) => (!fits || fits(subject)) && (!only || only === name)), none = !fitting.length;
    const own = none ? VIEWS.States.slice(0, 1) : fitting, { colorScheme } = getComputedStyle(document.documentElement);
    this.note.textContent = none ? `The ${SHOWN.cells[kindOf(e)].own.title} has no gates: it writes its whole state anew at every step.` : "";
    const mode = colorScheme === "dark" ? "dark" : "light";
    const boxes = [this.note, ...own.map(({ name, beside }) => this.picture(name, beside).box)];
    if (boxes.some((box, at) => box !== this.section.children[at]) || boxes.length !== this.section.children.length) {
      this.section.replaceChildren(...boxes);
    }
    const every = own.map((shown) => ({ shown, picture: this.picture(shown.name) }));
    for (const { shown: { figure, caption }, picture } of every) {
      picture.expect(() => {
        const drawing = figure(subject, picked, mode);
        return [large ? enlarged(drawing, LARGER) : drawing, caption?.(subject, picked) ?? ""];
      });
    }
    if (!below) every[0].picture.finish();
    this.later.begin(every.slice(below ? 0 : 1).map(({ shown, picture }) => ({
      due: () => this.near.has(picture.box),
      *work() {
        const pieces = shown.works?.(subject, picked);
        while (pieces && !pieces.next().done) yield;
        if (pieces) yield;
        picture.finish();
      },
    })));
  }

  /** @param {string} name @param {boolean} [beside] */
  picture(name, beside) {
    const known = this.pictures.get(name);
    if (known) return known;
    const box = document.createElement("figure");
    box.className = beside ? "beside" : "";
    const made = new Picture(box, name);
    this.pictures.set(name, made);
    this.watch.observe(box);
    return made;
  }
}

const sizeOf = (/** @type {Pass["e"]} */ { n_a, m, T_x }) => n_a * m * T_x;

// The same picture with type, lines, points and height grown together: `enlarged` in
// rnnviz/figures/figure_builder.py.
/** @template Part @param {Part} part @param {number} by @returns {Part} */
function enlarged(part, by) {
  if (Array.isArray(part)) return /** @type {any} */ (part.map((one) => enlarged(one, by)));
  if (!part || typeof part !== "object" || ArrayBuffer.isView(part)) return part;
  const grown = Object.entries(part).map(([key, value]) =>
    [key, GROWING.has(key) && typeof value === "number" ? value * by : enlarged(value, by)]);
  return Object.fromEntries(grown);
}

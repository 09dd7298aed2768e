// A step in plain words, following while it plays: the clauses come from Python with places for the
// step's numbers, and each stands from the moment at which the wave reaches what it tells of.

import { at, likeliest, valuesAt } from "./data.js";
import { normAt } from "./equation.js";
import { clamp, digits } from "./ink.js";

/** @param {import("./cell.js").Cell[]} cells @param {number} k @param {number} unit
 * @param {boolean} backward */
export function toldOf(cells, k, unit, backward) {
  const which = backward ? "back" : cells.length > 1 ? "brief" : "there";
  const each = cells.map((cell) => [cell.run.title, clausesOf(cell, k, unit, which).join("; ")]);
  const told = each.filter(([, words]) => words);
  const words = told.map(([title, one]) => (cells.length > 1 ? `${title}: ${one}` : one));
  return told.length ? `At t = ${cells[0].run.steps[k]}, unit ${unit + 1}: ${words.join(". ")}.` : "";
}

/** @param {import("./cell.js").Cell} cell @param {number} k @param {number} unit
 * @param {"there" | "brief" | "back"} which */
function clausesOf({ run, diagram }, k, unit, which) {
  return run.tells[which].filter(({ node }) => diagram.reaches(run.byName[node])).map(({ text }) =>
    filled(text, run, k, unit));
}

// A text with the step's numbers in its places.
/** @param {string} text @param {Run} run @param {number} k @param {number} unit */
export function filled(text, run, k, unit) {
  const values = valuesAt(run, k, unit);
  const share = (/** @type {number} */ value) =>
    run.shares.find(([most]) => clamp(value, 0, 1) <= most)?.[1] ?? "";
  const norm = (/** @type {string} */ state, /** @type {number} */ column) =>
    normAt(run.arrays[`d_${state}`], column);
  const [now, before] = [run.after[k], run.before[k]];
  /** @type {Record<string, (name: string) => string>} */
  const places = {
    value: (name) => digits(values[name], 2),
    share: (name) => share(values[name]),
    class: () => `${likeliest(run, k) + 1}`,
    percent: () => `${(100 * at(run.arrays.y, likeliest(run, k), k)).toFixed(0)} %`,
    felt: (name) => digits(norm(name, now), 2),
    left: (name) => digits(norm(name, before) / norm(name, now), 2),
    unit: () => `${unit + 1}`,
  };
  return text.replace(/\{(\w+):([^}]*)\}/g, (_, what, name) => places[what](name));
}

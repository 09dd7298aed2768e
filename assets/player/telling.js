// A step in plain words, following while it plays: the clauses come from Python with places for the
// step's numbers, and each stands from the moment at which the wave reaches what it tells of.

import { at, likeliest, valuesAt } from "./data.js";
import { normAt } from "./equation.js";
import { clamp, digits } from "./ink.js";

/** @param {Run} run @param {number} k @param {number} unit @param {boolean} backward
 * @param {(node: CellNode) => boolean} reaches */
export function toldOf(run, k, unit, backward, reaches) {
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
  };
  const clauses = run.tells[backward ? "back" : "there"];
  const told = clauses.filter(({ node }) => reaches(run.byName[node])).map(({ text }) =>
    text.replace(/\{(\w+):([^}]*)\}/g, (_, what, name) => places[what](name)));
  return told.length ? `At t = ${run.steps[k]}, unit ${unit + 1}: ${told.join("; ")}.` : "";
}

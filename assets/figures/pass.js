// A run of the engine as the figures read it, and what each page of them shows.

import { simulate } from "../engine/run.js";

// How many steps, in this order, are finite in all arrays.
/** @param {number} T_x @param {(k: number) => Float64Array[]} of */
export function finite(T_x, of) {
  for (let k = 0; k < T_x; k++) if (!of(k).every(allFinite)) return k;
  return T_x;
}

/** @param {Float64Array} values */
function allFinite(values) {
  for (const one of values) if (!Number.isFinite(one)) return false;
  return true;
}

// What is felt of the loss is computed for the first picture that asks for it.
/** @param {Pass["e"]} e @param {string} kind of cell, as CELLS has it @param {string[]} words of its steps
 * @returns {Pass} */
export function passOf(e, kind, words) {
  const cell = SHOWN.cells[kind], done = simulate(CELLS[kind], e), { T_x } = e, { states } = cell.own;
  const forward = finite(T_x, (k) => [...states.map((s) => done.values[k][s]), done.outputs[k]]);
  /** @type {number | undefined} */
  let back;
  return {
    e, kind, cell, words, done, T_x, finite: forward, drawn: Math.max(1, forward),
    get back() {
      const { felt } = done;
      return (back ??= finite(T_x, (k) => states.map((s) => felt[T_x - 1 - k][s])));
    },
  };
}

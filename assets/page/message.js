// A run of the engine as the bytes that the player reads: what rnnviz/export/player/message.py does
// for the dashboard. What a cell is to the player was written in by Python (`SHOWN`).

import { simulate } from "../engine/run.js";
import { finite } from "../figures/pass.js";
import { kindOf, labels } from "./inputs.js";

/** @typedef {{ values: Float64Array, rows: number, columns: number }} Block */

// Column by column: `of(k)` is (rows, m), of which one sequence is taken.
/** @param {number} columns @param {number} rows @param {number} m @param {number} sequence
 * @param {(k: number) => Float64Array} of @returns {Block} */
function block(columns, rows, m, sequence, of) {
  const values = new Float64Array(rows * columns);
  for (let k = 0; k < columns; k++) {
    const all = of(k);
    for (let row = 0; row < rows; row++) values[row * columns + k] = all[row * m + sequence];
  }
  return { values, rows, columns };
}

/** @param {ShownCell} cell @param {EngineSettings} e @param {Simulated} done @param {number} count
 * @param {number} sequence */
function arrays(cell, e, done, count, sequence) {
  /** @type {Record<string, Block>} */
  const found = {};
  const take = (/** @type {string} */ name, /** @type {number} */ rows, /** @type {(k: number) => Float64Array} */ of, columns = count) => {
    found[name] = block(columns, rows, e.m, sequence, of);
  };
  take("x", e.n_x, (k) => done.inputs[k]);
  take("y", e.n_y, (k) => done.outputs[k]);
  for (const name of cell.own.states) {
    take(name, e.n_a, (k) => (k ? done.values[k - 1][name] : done.initial[name]), count + 1);
    take(`d_${name}`, e.n_a, (k) => (k ? done.felt[k - 1][name] : done.feltFirst[name]), count + 1);
    const { values } = found[`d_${name}`];
    const column = new Float64Array(e.n_a), norms = new Float64Array(count);
    for (let k = 0; k < count; k++) {
      for (let unit = 0; unit < e.n_a; unit++) column[unit] = values[unit * (count + 1) + k + 1];
      norms[k] = Math.hypot(...column); // which neither overflows nor underflows
    }
    found[`norm_${name}`] = { values: norms, rows: 1, columns: count };
  }
  for (const [name, letter] of cell.gates) take(name, e.n_a, (k) => done.values[k][letter]);
  cell.blocks.forEach((name, at) => take(`z_${name}`, e.n_a, (k) => done.raw[k][at]));
  cell.blocks.forEach((name, at) => take(`d_z_${name}`, e.n_a, (k) => done.dRaw[k][at]));
  if (cell.late) take("d_operand", e.n_a, (k) => done.felt[k].late);
  for (const [name, values] of Object.entries(done.held)) {
    found[name] = { values, rows: e.n_a, columns: 1 };
  }
  return found;
}

/** @param {number} forward @param {number} back @param {number} T_x */
function note(forward, back, T_x) {
  const { nothing, stops, back: way } = SHOWN.notes;
  const said = forward === 0 ? [nothing, 1] : forward < T_x ? [stops, forward + 1]
    : back < T_x ? [way, T_x - back + 1] : ["", 0];
  return `${said[0]}`.replace("{of}", "").replace("{t}", `${said[1]}`);
}

/** @param {EngineSettings & { cell: string }} e @param {Chosen} chosen @returns {Uint8Array} */
export function message(e, chosen) {
  const kind = kindOf(e), cell = SHOWN.cells[kind], done = simulate(CELLS[kind], e);
  const { states } = cell.own;
  const forward = finite(e.T_x, (k) => [...states.map((s) => done.values[k][s]), done.outputs[k]]);
  const back = finite(e.T_x, (k) => states.map((s) => done.felt[e.T_x - 1 - k][s]));
  const count = Math.max(1, forward);
  const sequence = Math.min(chosen.sequence, e.m - 1);
  const blocks = arrays(cell, e, done, count, sequence);
  const { words, edits } = labels(e);
  const place = (/** @type {number} */ by) => Array.from({ length: count }, (_, k) => k + by);
  const panels = structuredClone(cell.panels);
  panels[1][0].heading = SHOWN.felt.replace("{}", `${sequence + 1}`);
  const head = {
    ...SHOWN.shared, edits, words: words.slice(0, count), n_a: e.n_a, m: e.m, T_x: e.T_x, steps: place(1), before: place(0), after: place(1),
    back_to: forward < e.T_x ? count : e.T_x - back, ...chosen, sequence,
    k: Math.min(chosen.t, count - 1), note: note(forward, back, e.T_x), panels,
    terms: Object.fromEntries(cell.terms.map((key) => [key, SHOWN.terms[key]])),
    runs: [{ ...cell.own, arrays: Object.entries(blocks).map(([name, { rows, columns }]) => [name, rows, columns]) }],
  };
  const text = new TextEncoder().encode(JSON.stringify(head));
  const parts = Object.values(blocks).map(({ values }) => new Uint8Array(values.buffer));
  const bytes = new Uint8Array(parts.reduce((sum, one) => sum + one.length, 4 + text.length));
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  let from = 4;
  for (const part of [text, ...parts]) {
    bytes.set(part, from);
    from += part.length;
  }
  return bytes;
}

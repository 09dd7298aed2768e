// Runs of the engine as the bytes that the player reads: what rnnviz/export/player/message.py does
// for the dashboard. What a cell is to the player was written in by Python (`SHOWN`).

import { listed } from "../figures/words.js";
import { labels } from "./inputs.js";

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

/** @param {Pass} run @param {number} count @param {number} sequence */
function arrays({ cell, e, done }, count, sequence) {
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

// What the reader must know of numbers that overflow, and whose they are.
/** @param {Pass[]} runs */
function note(runs) {
  const { nothing, stops, back: way } = SHOWN.notes, [{ T_x }] = runs;
  const said = (/** @type {string} */ words, /** @type {number} */ t, /** @type {(run: Pass) => boolean} */ there) => {
    const titles = runs.filter(there).map(({ cell }) => cell.own.title);
    return words.replace("{of}", runs.length > 1 ? ` of the ${listed(titles)}` : "").replace("{t}", `${t}`);
  };
  const forward = Math.min(...runs.map((run) => run.finite)), back = Math.min(...runs.map((run) => run.back));
  if (forward < T_x) return said(forward ? stops : nothing, forward + 1, (run) => run.finite === forward);
  return back < T_x ? said(way, T_x - back + 1, (run) => run.back === back) : "";
}

// The tape's rows; of several cells those of what each remembers by.
/** @param {Pass[]} runs @param {number} sequence */
function panelsOf(runs, sequence) {
  const several = runs.length > 1, panels = /** @type {any[][]} */ (structuredClone(runs[0].cell.panels));
  if (several) {
    const [input, norms] = structuredClone(SHOWN.together);
    const [held, felt, curves] = [0, 1, 2].map((at) => runs.map(({ cell }, run) => ({ ...cell.rows[at], run })));
    panels.splice(0, 2, [input, ...held], [...felt, { ...norms, curves }]);
  }
  panels[1][0].heading = SHOWN.felt[Number(several)].replace("{}", `${sequence + 1}`);
  return panels;
}

// Of one run or of several, which are of the same input; the first that overflows ends them all.
/** @param {Pass[]} runs @param {Chosen} chosen @returns {Uint8Array} */
export function message(runs, chosen) {
  const [{ e, T_x }] = runs, count = Math.max(1, Math.min(...runs.map((run) => run.finite)));
  const sequence = Math.min(chosen.sequence, e.m - 1);
  const blocks = runs.map((run) => arrays(run, count, sequence));
  const { words, edits } = labels(e);
  const place = (/** @type {number} */ by) => Array.from({ length: count }, (_, k) => k + by);
  const first = runs.map((run) => (run.finite < T_x ? count : Math.min(count, T_x - run.back)));
  const head = {
    ...SHOWN.shared, edits, words: words.slice(0, count), n_a: e.n_a, m: e.m, T_x, steps: place(1), before: place(0), after: place(1),
    back_to: Math.max(...first), ...chosen, sequence,
    k: Math.min(chosen.t, count - 1), note: note(runs), panels: panelsOf(runs, sequence),
    terms: Object.fromEntries(runs.flatMap(({ cell }) => cell.terms.map((key) => [key, SHOWN.terms[key]]))),
    runs: runs.map(({ cell }, at) => ({ ...cell.own, arrays: Object.entries(blocks[at]).map(([name, { rows, columns }]) => [name, rows, columns]) })),
  };
  const text = new TextEncoder().encode(JSON.stringify(head));
  const parts = blocks.flatMap((block) => Object.values(block)).map(({ values }) => new Uint8Array(values.buffer));
  const bytes = new Uint8Array(parts.reduce((sum, one) => sum + one.length, 4 + text.length));
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  let from = 4;
  for (const part of [text, ...parts]) {
    bytes.set(part, from);
    from += part.length;
  }
  return bytes;
}

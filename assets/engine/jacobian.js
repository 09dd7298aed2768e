// d s_t / d s_{t-1}, s the joint state, of every step of a run; as rnnviz/core/dynamics/jacobian.py.

import { carrier } from "./run.js";

/** @typedef {ReturnType<typeof import("./run.js").simulate>} Done */
/** @typedef {{ squares: (t: number) => Float64Array, rows: (t: number, sequence: number) => Float64Array[] }} Jacobians
 * the sum of a Jacobian's squares, by sequence; a sequence's Jacobian, by rows */

/** @param {WrittenCell} cell @param {EngineSettings} e @param {Done} done @returns {Jacobians} */
export const jacobians = (cell, e, done) => (cell.sees ? ofLocal(cell, e, done) : ofRows(cell, e, done));

// Where products see the states before the step as they are, block b of unit i sees W_b[i], and all
// else stays within a unit: J[s i, p j] = sum_b within_b[s i] W_b[i, p j] + (i = j) beside_p[s i].
// A loss that sees every unit of s alike has all of `within` and `beside` at once.
/** @param {WrittenCell} cell @param {EngineSettings} e @param {Done} done @returns {Jacobians} */
function ofLocal(cell, e, { seen: { fixed, values } }) {
  const { states } = cell, { n_a, m } = e, none = new Float64Array(n_a * m), ones = none.map(() => 1);
  const thrown = Object.fromEntries(Object.entries(fixed).map(([name, one]) => [name, new Float64Array(one.length)]));
  const blocks = blocksOf(cell, e, fixed), alike = overlaps(blocks, n_a);
  return { squares, rows };

  /** @param {number} t */
  function local(t) {
    return states.map((state) => {
      /** @type {Float64Array[][]} */
      const within = [];
      const next = Object.fromEntries(states.map((name) => [name, name === state ? ones : none]));
      const d = cell.back(values[t], next, none, (stage, dz) => {
        within[stage] = dz;
        return /** @type {string[][]} */ (cell.sees)[stage].map(() => none);
      }, fixed, thrown, m);
      return { within: within.flat(), beside: states.map((name) => d[`${name}_prev`]) };
    });
  }

  /** @param {number} t */
  function squares(t) {
    const sums = new Float64Array(m);
    for (const { within, beside } of local(t)) {
      for (let at = 0; at < none.length; at++) {
        const i = Math.floor(at / m);
        let sum = 0;
        for (let b = 0; b < blocks.length; b++) {
          let other = 0;
          for (let c = 0; c < blocks.length; c++) other += within[c][at] * alike[b][c][i];
          for (let p = 0; p < states.length; p++) other += 2 * beside[p][at] * blocks[b][p][i * n_a + i];
          sum += within[b][at] * other;
        }
        for (let p = 0; p < states.length; p++) sum += beside[p][at] ** 2;
        sums[at % m] += sum;
      }
    }
    return sums.map((one) => Math.max(0, one));
  }

  /** @param {number} t @param {number} sequence */
  function rows(t, sequence) {
    return local(t).flatMap(({ within, beside }) => Array.from({ length: n_a }, (_, i) => {
      const row = new Float64Array(states.length * n_a), at = i * m + sequence;
      for (let p = 0; p < states.length; p++) {
        for (let b = 0; b < blocks.length; b++) {
          const weight = within[b][at], W = blocks[b][p];
          for (let j = 0; j < n_a; j++) row[p * n_a + j] += weight * W[i * n_a + j];
        }
        row[p * n_a + i] += beside[p][at];
      }
      return row;
    }));
  }
}

// What each block's matrices make of each state before the step, (n_a, n_a).
/** @param {WrittenCell} cell @param {EngineSettings} e @param {Arrays} fixed */
function blocksOf({ states, stages, sees }, { n_x, n_a }, fixed) {
  return stages.flatMap((each, stage) => each.map(({ matrices }) => {
    const parts = states.map(() => new Float64Array(n_a * n_a));
    for (const [name, places] of matrices) {
      const width = fixed[name].length / n_a;
      let first = 0;
      for (const place of places) {
        const part = place < 0 ? null : parts[states.indexOf(/** @type {string[][]} */ (sees)[stage][place])];
        for (let at = 0; part && at < part.length; at++) part[at] += fixed[name][Math.floor(at / n_a) * width + first + (at % n_a)];
        first += place < 0 ? n_x : n_a;
      }
    }
    return parts;
  }));
}

// Of each two blocks, the products of their rows: sum_pj W_b[i, p j] W_c[i, p j].
/** @param {Float64Array[][]} blocks @param {number} n_a */
function overlaps(blocks, n_a) {
  return blocks.map((one) => blocks.map((other) => {
    const sums = new Float64Array(n_a);
    one.forEach((part, p) => {
      for (let at = 0; at < part.length; at++) sums[Math.floor(at / n_a)] += part[at] * other[p][at];
    });
    return sums;
  }));
}

// Of any cell: row by row, what each number after a step feels of those before it.
/** @param {WrittenCell} cell @param {EngineSettings} e @param {Done} done @returns {Jacobians} */
function ofRows(cell, e, done) {
  const { states } = cell, { n_a, m } = e, back = carrier(cell, e, done);
  return {
    squares(t) {
      const sums = new Float64Array(m);
      for (const row of all(t)) {
        for (const part of row) for (let at = 0; at < part.length; at++) sums[at % m] += part[at] ** 2;
      }
      return sums;
    },
    rows: (t, sequence) => all(t).map((row) => Float64Array.from(row.flatMap((part) =>
      Array.from({ length: n_a }, (_, j) => part[j * m + sequence])))),
  };

  /** @param {number} t */
  function all(t) {
    return states.flatMap((state) => Array.from({ length: n_a }, (_, unit) => {
      const next = Object.fromEntries(states.map((name) => [name, new Float64Array(n_a * m)]));
      next[state].fill(1, unit * m, unit * m + m);
      const before = back(t, next);
      return states.map((name) => before[name]);
    }));
  }
}

// d s_t / d s_{t-1}, s the joint state, of the steps of a run; as rnnviz/core/dynamics/jacobian.py.

import { carrier } from "./run.js";

/** @typedef {ReturnType<typeof import("./run.js").simulate>} Done */

// One sequence's Jacobian at a step, by rows: a loss for each number after it, all carried back at once
// as sequences of their own.
/** @param {WrittenCell} cell @param {EngineSettings} e @param {Done} done @param {number} t
 * @param {number} sequence */
export function jacobianRows(cell, e, { seen: { fixed, values, looked } }, t, sequence) {
  const { states } = cell, { n_a, m } = e, N = states.length * n_a;
  const wide = (/** @type {Float64Array} */ one) => {
    const each = new Float64Array((one.length / m) * N);
    for (let i = 0; i * m < one.length; i++) each.fill(one[i * m + sequence], i * N, (i + 1) * N);
    return each;
  };
  const here = Object.fromEntries(Object.entries(values[t]).map(([name, one]) => [name, wide(one)]));
  const inputs = [new Float64Array(e.n_x * N)];
  const back = carrier(cell, { ...e, m: N }, { seen: { fixed, inputs, values: [here], looked: [looked[t]] } });
  const before = back(0, Object.fromEntries(states.map((name, at) => {
    const own = new Float64Array(n_a * N);
    for (let i = 0; i < n_a; i++) own[i * N + at * n_a + i] = 1;
    return [name, own];
  })));
  return Array.from({ length: N }, (_, row) => {
    const feels = new Float64Array(N);
    for (let j = 0; j < N; j++) feels[j] = before[states[Math.floor(j / n_a)]][(j % n_a) * N + row];
    return feels;
  });
}

// The sums of the Jacobians' squares at a step, of so many sequences.
/** @param {WrittenCell} cell @param {EngineSettings} e @param {Done} done
 * @returns {(t: number, count: number) => Float64Array} */
export function jacobianSquares(cell, e, done) {
  if (cell.sees) return locally(cell, e, done);
  return (t, count) => Float64Array.from({ length: count }, (_, sequence) => jacobianRows(cell, e, done, t, sequence)
    .reduce((sum, row) => row.reduce((all, one) => all + one * one, sum), 0));
}

// Where products see the states before the step as they are, block b of unit i sees W_b[i], and all
// else stays within a unit: J[s i, p j] = sum_b within_b[s i] W_b[i, p j] + (i = j) beside_p[s i].
// A loss that sees every unit of s alike has all of `within` and `beside` at once.
/** @param {WrittenCell} cell @param {EngineSettings} e @param {Done} done */
function locally(cell, e, { seen: { fixed, values } }) {
  const { states } = cell, { n_a, m } = e, none = new Float64Array(n_a * m), ones = none.map(() => 1);
  const thrown = Object.fromEntries(Object.entries(fixed).map(([name, one]) => [name, new Float64Array(one.length)]));
  const blocks = blocksOf(cell, e, fixed), alike = overlaps(blocks, n_a);
  return squares;

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

  /** @param {number} t @param {number} count */
  function squares(t, count) {
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
    return sums.subarray(0, count).map((one) => Math.max(0, one));
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

// The products of a cell's stages, forward and backward, each over all that one matrix sees at once.

import { kernel } from "./kernel.js";

const padded = (/** @type {number} */ n) => Math.ceil(n / 4) * 4;

/** @typedef {{ places: number[], size: number, rows: number, B: number, dB: number, Bt: number }} Operand */
/** @typedef {{ operand: Operand, W: number, Wt: number, dW: number, name: string }} Factor */

// Where everything lies in the kernel's one array: by stage what its matrices see (`places` among the
// looks, -1 for x) and the matrices of each block.
/** @param {WrittenCell} cell @param {EngineSettings} e @param {Arrays} fixed */
export function stagesOf(cell, { n_x, n_a, m }, fixed) {
  const columns = padded(m), high = padded(n_a);
  let size = 0;
  const room = (/** @type {number} */ count) => (size += count) - count;
  const Z = room(high * columns);
  const stages = cell.stages.map((blocks) => {
    /** @type {Map<string, Operand>} */
    const operands = new Map();
    const factors = blocks.map(({ matrices }) => matrices.map(([name, places]) => {
      const rows = places.reduce((sum, place) => sum + (place < 0 ? n_x : n_a), 0), wide = padded(rows);
      const key = `${places}`;
      if (!operands.has(key)) {
        const [B, dB, Bt] = [rows * columns, wide * columns, m * wide].map(room);
        operands.set(key, { places, size: rows, rows: wide, B, dB, Bt });
      }
      const operand = /** @type {Operand} */ (operands.get(key));
      return { name, operand, W: room(high * rows), Wt: room(wide * n_a), dW: room(high * wide) };
    }));
    return { blocks, operands: [...operands.values()], factors };
  });
  const { all, multiply } = kernel(size);
  for (const { W, Wt, name, operand } of stages.flatMap(({ factors }) => factors.flat())) {
    const matrix = fixed[name];
    all.set(matrix, W);
    for (let i = 0; i < n_a; i++) {
      for (let k = 0; k < operand.size; k++) all[Wt + k * n_a + i] = matrix[i * operand.size + k];
    }
  }
  return { forward, back, carried, finish };

  // The pre-activations of a stage's blocks, biases left out.
  /** @param {number} stage @param {Float64Array[]} looks @param {Float64Array} x */
  function forward(stage, looks, x) {
    const { operands, factors } = stages[stage];
    for (const operand of operands) lay(operand, looks, x);
    return factors.map((each) => {
      all.fill(0, Z, Z + high * columns);
      for (const { W, operand } of each) multiply(Z, W, operand.B, high, operand.size, columns, operand.size);
      return taken(Z, n_a);
    });
  }

  // dL/d(what a stage saw) into `dLooks` and `dx`, and dL/d(its matrices), summed until `finish`.
  /** @param {number} stage @param {Float64Array[]} looks @param {Float64Array} x @param {Float64Array[]} dz
   * @param {Float64Array[]} dLooks @param {Float64Array} dx */
  function back(stage, looks, x, dz, dLooks, dx) {
    const { operands, factors } = stages[stage];
    for (const operand of operands) {
      lay(operand, looks, x);
      for (let k = 0; k < operand.size; k++) {
        for (let s = 0; s < m; s++) all[operand.Bt + s * operand.rows + k] = all[operand.B + k * columns + s];
      }
    }
    factors.forEach((each, at) => {
      put(dz[at], Z);
      for (const { dW, operand } of each) multiply(dW, Z, operand.Bt, high, m, operand.rows, columns);
    });
    carried(stage, dz, dLooks, dx);
  }

  // dL/d(what a stage saw) alone.
  /** @param {number} stage @param {Float64Array[]} dz @param {Float64Array[]} dLooks @param {Float64Array} dx */
  function carried(stage, dz, dLooks, dx) {
    const { operands, factors } = stages[stage];
    for (const { dB, rows } of operands) all.fill(0, dB, dB + rows * columns);
    factors.forEach((each, at) => {
      put(dz[at], Z);
      for (const { Wt, operand } of each) multiply(operand.dB, Wt, Z, operand.rows, n_a, columns, n_a);
    });
    for (const { places, dB } of operands) {
      let first = dB;
      for (const place of places) {
        const to = place < 0 ? dx : dLooks[place], rows = to.length / m;
        for (let k = 0; k < rows; k++) {
          for (let s = 0; s < m; s++) to[k * m + s] += all[first + k * columns + s];
        }
        first += rows * columns;
      }
    }
  }

  /** @param {Arrays} dFixed */
  function finish(dFixed) {
    for (const { dW, name, operand } of stages.flatMap(({ factors }) => factors.flat())) {
      for (let i = 0; i < n_a; i++) {
        const row = all.subarray(dW + i * operand.rows, dW + i * operand.rows + operand.size);
        dFixed[name].set(row, i * operand.size);
      }
    }
  }

  /** @param {Operand} operand @param {Float64Array[]} looks @param {Float64Array} x */
  function lay({ places, B }, looks, x) {
    let first = B;
    for (const place of places) {
      const values = place < 0 ? x : looks[place];
      put(values, first);
      first += (values.length / m) * columns;
    }
  }

  // Values (n, m) row by row, each row to its padded place; what is behind it stays 0.
  /** @param {Float64Array} values @param {number} first */
  function put(values, first) {
    for (let from = 0, to = first; from < values.length; from += m, to += columns) {
      for (let s = 0; s < m; s++) all[to + s] = values[from + s];
    }
  }

  /** @param {number} first @param {number} rows */
  function taken(first, rows) {
    const values = new Float64Array(rows * m);
    for (let k = 0; k < rows; k++) {
      for (let s = 0; s < m; s++) values[k * m + s] = all[first + k * columns + s];
    }
    return values;
  }
}

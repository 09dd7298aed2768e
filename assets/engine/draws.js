// What a seed decides, in the notebook's order: x, a0, the weights, then the loss's target; as
// rnnviz/core/run.py, initialisers.py and signals.py.

import { orthogonal } from "./qr.js";
import { RandomState } from "./random.js";

/** @type {Record<string, (random: RandomState, n: number) => Float64Array>} */
const RECURRENT = {
  orthogonal: (random, n) => orthogonal(random.gaussians(n * n), n),
  identity: (_, n) => banded(n, 1, 0),
  chain: (_, n) => banded(n, 0.5, 1),
};

/** @param {number} n @param {number} diagonal @param {number} above */
function banded(n, diagonal, above) {
  const place = (/** @type {number} */ at) => (at % n) - Math.floor(at / n);
  const value = (/** @type {number} */ off) => (off === 0 ? diagonal : off === 1 ? above : 0);
  return Float64Array.from({ length: n * n }, (_, at) => value(place(at)));
}

// Of inputs that are the same for every sequence: at input i of n_x and step t.
/** @type {Record<string, (i: number, t: number, n_x: number, T_x: number) => number>} */
const SIGNALS = {
  impulse: (i, t, n_x, T_x) => Number(t === Math.floor(T_x / 10)),
  step: (i, t, n_x, T_x) => Number(t >= Math.floor(T_x / 2)),
  sine: (i, t, n_x) => Math.sin(2 * Math.PI * (t / 25 + i / n_x)),
};

/** @param {WrittenCell} cell @param {EngineSettings} e */
export function draw(cell, e) {
  const random = new RandomState(e.seed);
  let x = random.gaussians(e.n_x * e.m * e.T_x); // drawn under every signal: the weights stay
  const a0 = random.gaussians(e.n_a * e.m);
  const { origin } = cell;
  const drawn = weights(origin ?? cell, e, random);
  const given = e.loss.startsWith("upstream");
  const target = given
    ? random.gaussians(e.n_a * e.m * e.T_x)
    : random.integers(e.n_y, e.m * e.T_x);
  const params = origin ? shared(cell, origin, drawn, e, random) : drawn;
  adjust(cell, params, e);
  const { rows } = e;
  if (rows || e.signal !== "gaussian") {
    const at = rows ? (/** @type {number} */ i, /** @type {number} */ t) => rows[t][i] : SIGNALS[e.signal];
    const each = e.m * e.T_x;
    x = x.map((_, place) => at(Math.floor(place / each), place % e.T_x, e.n_x, e.T_x));
  }
  return { x, a0, params, target };
}

/** @param {Parameter} one @param {EngineSettings} e @returns {[number, number]} */
function shape({ kind, seen }, { n_x, n_a, n_y }) {
  if (kind === "readout") return [n_y, n_a];
  if (kind === "readout bias") return [n_y, 1];
  return [n_a, kind === "matrix" ? seen.reduce((sum, isX) => sum + (isX ? n_x : n_a), 0) : 1];
}

/** @param {Drawn} drawn @param {EngineSettings} e @param {RandomState} random */
function weights({ parameters, starts }, e, random) {
  /** @type {Arrays} */
  const params = {};
  for (const one of parameters) {
    const [rows, width] = shape(one, e);
    params[one.name] = random.gaussians(rows * width);
  }
  for (const one of e.init === "notebook" ? [] : parameters) {
    const [rows, width] = shape(one, e);
    if (one.kind.endsWith("bias")) {
      params[one.name].fill(0);
      continue;
    }
    const limit = Math.sqrt(6 / (rows + width));
    params[one.name] = random.uniform(-limit, limit, rows * width);
    const first = firstRecurrent(one, e);
    if (first === null || !RECURRENT[e.init]) continue;
    const block = RECURRENT[e.init](random, e.n_a);
    for (let row = 0; row < e.n_a; row++) {
      params[one.name].set(block.subarray(row * e.n_a, (row + 1) * e.n_a), row * width + first);
    }
  }
  for (const name of starts) {
    const { start } = /** @type {Parameter} */ (parameters.find((one) => one.name === name));
    if (start && "of" in start) params[name] = params[name].map((_, at) => start.of * at);
    else if (start) params[name] = random.uniform(start.low, start.high, e.n_a);
  }
  return params;
}

// Of a cell that was made from another: what has its name and shape is the other's; a matrix that
// sees less or more shares the columns on x, and those on other things in their order; the rest is new.
/** @param {WrittenCell} cell @param {Drawn} origin @param {Arrays} given @param {EngineSettings} e
 * @param {RandomState} random */
function shared(cell, origin, given, e, random) {
  const before = (/** @type {Parameter} */ one) => origin.parameters.find(({ name }) => name === one.name);
  const same = (/** @type {Parameter} */ one) => {
    const other = before(one);
    return other && `${shape(one, e)}` === `${shape(other, e)}`;
  };
  const parameters = cell.parameters.filter((one) => !same(one));
  const params = { ...given, ...weights({ parameters, starts: [] }, e, random) };
  for (const one of parameters) {
    const other = before(one);
    for (const kind of other ? [true, false] : []) {
      const mine = parts(one, kind, e), theirs = parts(/** @type {Parameter} */ (other), kind, e);
      for (let at = 0; at < Math.min(mine.length, theirs.length); at++) {
        const [to, from] = [mine[at], theirs[at]];
        for (let row = 0; row < e.n_a; row++) {
          const values = given[one.name].subarray(row * from.width + from.first, row * from.width + from.last);
          params[one.name].set(values, row * to.width + to.first);
        }
      }
    }
  }
  return Object.fromEntries(cell.parameters.map(({ name }) => [name, params[name]]));
}

// The columns of a matrix on x, or those on all else.
/** @param {Parameter} one @param {boolean} kind @param {EngineSettings} e */
function parts(one, kind, e) {
  const width = shape(one, e)[1];
  let last = 0;
  return one.seen.map((isX) => {
    const first = last;
    last += isX ? e.n_x : e.n_a;
    return { isX, width, first, last };
  }).filter(({ isX }) => isX === kind);
}

// The first column that acts on a state; null where a parameter has none.
/** @param {Parameter} one @param {EngineSettings} e */
function firstRecurrent({ kind, seen }, { n_x }) {
  if (kind !== "matrix") return null;
  return !seen[0] ? 0 : seen.length > 1 ? n_x : null;
}

// Recurrent blocks and vectors by the gain; the bias of the gate that keeps the memory moved.
/** @param {WrittenCell} cell @param {Arrays} params @param {EngineSettings} e */
function adjust(cell, params, e) {
  for (const name of cell.scaled) {
    const one = /** @type {Parameter} */ (cell.parameters.find((other) => other.name === name));
    const [rows, width] = shape(one, e);
    const first = one.kind === "matrix" ? firstRecurrent(one, e) ?? width : 0;
    const last = Math.min(width, first + e.n_a);
    const values = params[name];
    for (let row = 0; row < rows; row++) {
      for (let at = row * width + first; at < row * width + last; at++) values[at] *= e.gain;
    }
  }
  if (cell.memory) {
    const [bias, sign] = cell.memory;
    params[bias] = params[bias].map((one) => one + sign * e.forget_bias);
  }
}

// What steps make of directions, and gradients loss by loss: rnnviz/core/dynamics.

import { jacobianRows, jacobianSquares } from "../engine/jacobian.js";
import { carrier } from "../engine/run.js";
import { meanOf, normOf } from "./measures.js";
import { inPieces } from "./pieces.js";
import { singularEnds } from "./singular.js";

const AFFORDED = 100_000_000; // numbers to the third power, over all Jacobians
const MOST_STEPS = 200, MOST_LOSSES = 100;
const PRODUCTS = 4e9; // multiplications that a picture may take, some seconds of a page's spare time

// The root mean square of a Jacobian's singular values, ||J|| / sqrt(N), its geometric mean over
// sequences and steps from the second on; NaN where there is no second step.
/** @param {Pass} run */
export function meanStretch(run) {
  const { states } = run.cell.own, { n_a, m } = run.e, N = n_a * states.length, later = run.T_x - 1;
  if (!later) return NaN;
  const count = Math.max(1, Math.floor(AFFORDED / N ** 3)), every = Math.ceil(later / Math.min(count, MOST_STEPS));
  const steps = Array.from({ length: Math.ceil(later / every) }, (_, k) => 1 + k * every);
  const sequences = Math.min(m, Math.max(1, Math.floor(count / steps.length)));
  const squares = jacobianSquares(CELLS[run.kind], run.e, run.done);
  const logs = steps.map((t) => meanOf(squares(t, sequences).map((sum) => Math.log(Math.sqrt(sum / N)))));
  return Math.exp(meanOf(logs));
}

/** @param {Pass} run @returns {Arrays} */
const nothingOf = (run) =>
  Object.fromEntries(run.cell.own.states.map((name) => [name, new Float64Array(run.e.n_a * run.e.m)]));

// Even steps whose Jacobians can be afforded.
/** @param {Pass} run */
function jacobianSteps({ cell, e, T_x }) {
  const N = e.n_a * cell.own.states.length, most = Math.max(1, Math.min(MOST_STEPS, Math.floor((4 * AFFORDED) / N ** 3)));
  const every = Math.ceil(T_x / most);
  return Array.from({ length: Math.ceil(T_x / every) }, (_, k) => k * every);
}

// Whether a picture of its own can have them; the multiplications of a step on the way back, times the
// steps that the losses go.
/** @param {Pass} run */
export function itemsFit(run) {
  const { kind, e } = run, blocks = CELLS[kind].stages.reduce((sum, each) => sum + each.length, 0);
  return lossSteps(run).reduce((sum, t) => sum + t + 1, 0) * e.n_a * (e.n_a + e.n_x) * e.m * blocks < PRODUCTS;
}

// The largest, the median and the smallest singular value of one sequence's Jacobians, and their steps.
export const stepSingularValues = inPieces(function* (/** @type {Pass} */ run, /** @type {number} */ sequence) {
  const steps = jacobianSteps(run), values = [];
  for (const t of steps) {
    values.push(singularEnds(jacobianRows(CELLS[run.kind], run.e, run.done, t, sequence)));
    yield;
  }
  return { steps, values };
});

// The loss's steps worth keeping apart: those that add loss, evenly chosen, the last among them.
/** @param {Pass} run */
export function lossSteps({ done }) {
  const counted = [...done.upstream.keys()].filter((t) => done.upstream[t].some((one) => one !== 0)).reverse();
  const every = Math.ceil(counted.length / MOST_LOSSES) || 1;
  return counted.filter((_, at) => at % every === 0).reverse();
}

// ||dL_t/da_k||, a row a step t of the loss; NaN for k > t, 0 where it is carried back no further.
export const itemisedNorms = inPieces(function* (/** @type {Pass} */ run, /** @type {number} */ lag) {
  const steps = lossSteps(run), norms = [];
  for (const t of steps) {
    const back = carrier(CELLS[run.kind], run.e, run.done), row = new Float64Array(run.T_x).fill(NaN).fill(0, 0, t + 1);
    row[t] = normOf(run.done.upstream[t]);
    let next = back(t, nothingOf(run), run.done.upstream[t]);
    for (let k = t - 1; k >= Math.max(0, t - lag); k--) {
      row[k] = normOf(next.a);
      next = back(k, next);
    }
    norms.push(row);
    yield;
  }
  return { steps, norms };
});

// What steps make of directions, and gradients loss by loss: rnnviz/core/dynamics.

import { jacobians } from "../engine/jacobian.js";
import { carrier } from "../engine/run.js";
import { meanOf, normOf, singularValues } from "./measures.js";

const AFFORDED = 100_000_000; // numbers to the third power, over all Jacobians
const MOST_STEPS = 200, MOST_LOSSES = 100;
const PRODUCTS = 4e8; // multiplications that a picture may take, about a second

// The root mean square of a Jacobian's singular values, ||J|| / sqrt(N), its geometric mean over
// sequences and steps from the second on; NaN where there is no second step.
/** @param {Pass} run */
export function meanStretch(run) {
  const { states } = run.cell.own, { n_a, m } = run.e, N = n_a * states.length, later = run.T_x - 1;
  if (!later) return NaN;
  const count = Math.max(1, Math.floor(AFFORDED / N ** 3)), every = Math.ceil(later / Math.min(count, MOST_STEPS));
  const steps = Array.from({ length: Math.ceil(later / every) }, (_, k) => 1 + k * every);
  const sequences = Math.min(m, Math.max(1, Math.floor(count / steps.length)));
  const { squares } = jacobians(CELLS[run.kind], run.e, run.done);
  const logs = steps.map((t) => meanOf(squares(t).subarray(0, sequences).map((sum) => Math.log(Math.sqrt(sum / N)))));
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

/** @param {Pass} run one step's multiplications on the way back */
const stepCost = ({ kind, e }) =>
  e.n_a * (e.n_a + e.n_x) * e.m * 2 * CELLS[kind].stages.reduce((sum, blocks) => sum + blocks.length, 0);

// Whether they can be drawn at once.
/** @param {Pass} run */
export const jacobiansFit = (run) =>
  jacobianSteps(run).length * run.e.n_a * run.cell.own.states.length * stepCost(run) < PRODUCTS;

/** @param {Pass} run */
export const itemsFit = (run) => (lossSteps(run).reduce((sum, t) => sum + t + 1, 0) * stepCost(run) < PRODUCTS);

// Singular values of one sequence's Jacobians, descending, and their steps.
/** @param {Pass} run @param {number} sequence */
export function stepSingularValues(run, sequence) {
  const { rows } = jacobians(CELLS[run.kind], run.e, run.done), steps = jacobianSteps(run);
  const values = steps.map((t) => {
    const J = rows(t, sequence);
    // Its columns, lest what no later step sees, a column of zeros, is drowned by rounding.
    const columns = J.map((_, at) => Float64Array.from(J, (row) => row[at]));
    return J.every((row) => row.every(Number.isFinite)) ? singularValues(columns) : J.map(() => NaN);
  });
  return { steps, values };
}

// The loss's steps worth keeping apart: those that add loss, evenly chosen, the last among them.
/** @param {Pass} run */
export function lossSteps({ done }) {
  const counted = [...done.upstream.keys()].filter((t) => done.upstream[t].some((one) => one !== 0)).reverse();
  const every = Math.ceil(counted.length / MOST_LOSSES) || 1;
  return counted.filter((_, at) => at % every === 0).reverse();
}

// ||dL_t/da_k||, a row a step t of the loss; NaN for k > t, 0 where it is carried back no further.
/** @param {Pass} run @param {number} lag */
export function itemisedNorms(run, lag) {
  const back = carrier(CELLS[run.kind], run.e, run.done), steps = lossSteps(run);
  const norms = steps.map((t) => {
    const row = new Float64Array(run.T_x).fill(NaN).fill(0, 0, t + 1);
    row[t] = normOf(run.done.upstream[t]);
    let next = back(t, nothingOf(run), run.done.upstream[t]);
    for (let k = t - 1; k >= Math.max(0, t - lag); k--) {
      row[k] = normOf(next.a);
      next = back(k, next);
    }
    return row;
  });
  return { steps, norms };
}

// What a step makes of a direction: mean_stretch in rnnviz/core/dynamics.

import { carrier } from "../engine/run.js";
import { meanOf } from "./measures.js";

const AFFORDED = 100_000_000; // numbers to the third power, over all Jacobians
const MOST_STEPS = 200;

// The root mean square of a Jacobian's singular values, ||J|| / sqrt(N), its geometric mean over
// sequences and steps from the second on; NaN where there is no second step.
/** @param {Pass} run */
export function meanStretch(run) {
  const { states } = run.cell.own, { n_a, m } = run.e, N = n_a * states.length, later = run.T_x - 1;
  if (!later) return NaN;
  const count = Math.max(1, Math.floor(AFFORDED / N ** 3)), every = Math.ceil(later / Math.min(count, MOST_STEPS));
  const steps = Array.from({ length: Math.ceil(later / every) }, (_, k) => 1 + k * every);
  const sequences = Math.min(m, Math.max(1, Math.floor(count / steps.length)));
  const back = carrier(CELLS[run.kind], run.e, run.done);
  const logs = steps.map((t) => {
    const sums = new Float64Array(sequences);
    for (const state of states) {
      for (let unit = 0; unit < n_a; unit++) {
        const next = Object.fromEntries(states.map((name) => [name, new Float64Array(n_a * m)]));
        next[state].fill(1, unit * m, unit * m + m);
        for (const row of Object.values(back(t, next))) {
          row.forEach((value, at) => at % m < sequences && (sums[at % m] += value * value));
        }
      }
    }
    return meanOf(sums.map((sum) => Math.log(Math.sqrt(sum / N))));
  });
  return Math.exp(meanOf(logs));
}

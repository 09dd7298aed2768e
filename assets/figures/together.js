// What to see while a few cells play at once: rnnviz/exhibits/together.py in JavaScript.

import { noGradient, ratio } from "./words.js";

// Where each cell's gradient leaves the scale of colours, and how much of it comes to t = 1.
/** @param {Pass[]} runs @param {number} sequence */
export function togetherCaption(runs, sequence) {
  const last = runs[0].T_x;
  if (last === 1) return "One step has no way back: give it more.";
  const sizes = runs.flatMap((run) => run.cell.own.states.flatMap((name) => sizesOf(run, name, sequence)));
  const top = Math.max(0, ...sizes);
  return `Watch the gradients walk back from t = ${last}: ${runs.map((run) => howFar(run, sequence, top)).join("; ")}.`;
}

// The largest gradient over the units at each step, and of the initial state.
/** @param {Pass} run @param {string} name @param {number} sequence */
function sizesOf({ done, e }, name, sequence) {
  const every = [done.feltFirst, ...done.felt].map((felt) => column(felt[name], e, sequence));
  return every.map((felt) => felt.reduce((most, one) => (Number.isFinite(one) ? Math.max(most, Math.abs(one)) : most), 0));
}

/** @param {Float64Array} values (n_a, m) @param {EngineSettings} e @param {number} sequence */
const column = (values, { n_a, m }, sequence) => Array.from({ length: n_a }, (_, unit) => values[unit * m + sequence]);

/** @param {Pass} run @param {number} sequence @param {number} top */
function howFar(run, sequence, top) {
  const { title, remembered: name } = run.cell.own, reason = noGradient(run);
  if (reason) return `in the ${title} ${reason}`;
  const ends = [run.done.felt[0], run.done.felt[run.T_x - 1]];
  const [first, last] = ends.map((felt) => Math.hypot(...column(felt[name], run.e, sequence)));
  const of = `the ${title}'s ${name}`;
  if (!(last > 0)) return `${of} feels nothing at the last step`;
  const [, ...sizes] = sizesOf(run, name, sequence), pale = sizes.findLastIndex((size) => size < top / 10 ** SHOWN.theme.decades);
  const left = `${ratio(first, last)} ${first <= last ? "of" : "times"} it at t = 1`;
  return pale >= 0 ? `${of} **fades out at t = ${pale + 1}** (${left})` : `${of} **stays lit to t = 1** (${left})`;
}

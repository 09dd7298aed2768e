// Gradients loss by loss, and what each step does to them; rnnviz/figures/gradients.py.

import { FigureBuilder } from "./builder.js";
import { itemisedNorms, lossSteps, stepSingularValues } from "./jacobians.js";
import { curveOf, heatmapOf, largestOf, logAxis, noteBroken, positive } from "./parts.js";
import { pointed, told } from "./words.js";

const LOSS_ROW = 24; // pixels that a loss's row takes
const FEW = 6; // losses whose rows are lower than the axis is named in one line

// ||dL_t/da_k||, one row a step t whose loss is felt, one column a step k that feels it.
/** @param {Pass} run @param {Picked} picked @param {Mode} mode */
export function gradientItems(run, { lag }, mode) {
  const builder = new FigureBuilder(mode), { steps, norms } = itemisedNorms.all(run, lag);
  const values = norms.map((row) => positive(row).map(Math.log10)), felt = values.flatMap((row) => [...row.filter((one) => !Number.isNaN(one))]);
  const high = felt.reduce((one, other) => Math.max(one, other), -300);
  const low = Math.max(felt.reduce((one, other) => Math.min(one, other), high), high - 16), few = steps.length < FEW;
  builder.add({
    ...heatmapOf(values, builder.ink, [low, Math.max(high, low + 1)], ""), colorscale: builder.ink.sequential, showscale: true,
    colorbar: { title: { text: "log₁₀", side: "top" }, thickness: 10, outlinewidth: 0, nticks: few ? 3 : 5 },
    y: steps.map((t) => t + 1), customdata: norms,
    hovertemplate: "loss at t = %{y}<br>state at k = %{x}<br>norm %{customdata:.6g}<extra></extra>",
  });
  builder.time("state's time step k", run.words, undefined, { range: [0.5, run.T_x + 0.5] });
  builder.y(few ? "loss's<br>time step t" : "loss's time step t", 1, { tickformat: "d", ...(steps.length === 1 ? { tickvals: [steps[0] + 1] } : {}) });
  noteBroken(builder, [run], true);
  const largest = felt.length ? `the largest is 10^${pointed(high, 2)}` : "none is finite";
  const description = `Norms of the gradients of ${steps.length} ${steps.length === 1 ? "loss" : "losses"}; ${largest}.`;
  return builder.finish("Which loss reaches which step", Math.min(440, 174 + LOSS_ROW * steps.length), description);
}

/** @param {Pass} run */
export function itemsCaption(run) {
  const row = lossSteps(run).length === 1
    ? "Only the last step adds to this loss; under a loss at every step each one has a row here."
    : "A row is a step's loss, a column the state that feels it, of all sequences together.";
  return `${row}${run.cell.onlyShown ? " No later step sees a: the loss of its own step alone feels it." : ""}`;
}

// Largest, median and smallest singular value of every step's Jacobian.
/** @param {Pass} run @param {Picked} picked @param {Mode} mode */
export function gradientSingularValues(run, { sequence }, mode) {
  const builder = new FigureBuilder(mode), { steps, values } = stepSingularValues.all(run, sequence);
  const at = steps.map((t) => t + 1), inks = SHOWN.theme.lines[mode];
  const curves = [0, 1, 2].map((at) => values.map((ends) => ends[at]));
  [["largest", "red", "solid"], ["median", "grey", "dash"], ["smallest", "blue", "dot"]].forEach(([name, hue, dash], k) =>
    builder.add(curveOf(at, positive(curves[k]), name, { color: inks[hue], dash, width: 2 }, `${name}<br>step `)));
  builder.across(1, { color: builder.ink.now, width: 1 });
  const top = largestOf(...curves), lifted = curves.map((one) => one.map((value) => Math.max(value, top * 1e-12)));
  builder.time("time step t", run.words.length ? steps.map((t) => run.words[t]) : [], at);
  builder.y("singular value (1 keeps its size)", 1, logAxis(...lifted, [1]));
  noteBroken(builder, [run], false, builder.legend());
  const fine = curves[0].filter((one) => !Number.isNaN(one));
  const description = fine.length
    ? `The largest singular value lies between ${told(Math.min(...fine))} and ${told(Math.max(...fine))}.`
    : "No step has a finite Jacobian.";
  return builder.finish("What one step does to a gradient", 440, description);
}

/** @param {Pass} run @param {Picked} picked */
export function singularCaption(run, { sequence }) {
  const whose = `Of sequence ${sequence + 1}, and of the joint state where the cell has several.`;
  return run.cell.steady ? `${whose} The Jacobian is of parameters alone: every step of every sequence has the same.` : whose;
}

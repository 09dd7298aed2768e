// States: what the network holds, and the path that it takes; rnnviz/figures/states.py.

import { FigureBuilder } from "./builder.js";
import { meanOf, principalComponents } from "./measures.js";
import { barOf, curveOf, endsOf, heatmapOf, largestOf, lineOf, noteBroken, ofSequence, stateSteps, timesTo, unitAxis } from "./parts.js";
import { noStates, numeral, percent, told } from "./words.js";

// Every state of one sequence as units x time, and the chosen units of `a` as lines below.
/** @param {Pass} run @param {Picked} picked @param {Mode} mode */
export function statesOverview(run, { sequence, units }, mode) {
  const names = run.cell.own.states, { n_a } = run.e, rows = names.length + 1, time = timesTo(run.drawn);
  const builder = new FigureBuilder(mode, rows, 0.06);
  names.forEach((name, at) => {
    const values = ofSequence(run, stateSteps(run, name), sequence), top = largestOf(...values);
    builder.add(heatmapOf(values, builder.ink, [-top, top], name), at + 1);
    builder.add(barOf(builder.ink, [-top, top], builder.domain(at + 1), name), at + 1);
    builder.y(`unit of ${name}`, at + 1, unitAxis(n_a), lineOf(name, mode).color);
  });
  const a = ofSequence(run, stateSteps(run, "a"), sequence), { tones } = SHOWN.theme;
  units.forEach((unit, at) => {
    const style = tones[mode][at % tones[mode].length];
    builder.add(curveOf(time, a[unit], `unit ${unit + 1}`, style, `a, unit ${unit + 1}<br>t = `), rows);
  });
  builder.y("a", rows);
  builder.time("time step t", run.words.slice(0, run.drawn));
  noteBroken(builder, [run]);
  const [low, high] = endsOf(...a).map(told);
  const between = run.finite ? `; the hidden state lies between ${low} and ${high}` : "";
  const description = `Heatmap of ${n_a} units over ${run.drawn} steps of sequence ${sequence + 1}${between}.`;
  const height = Math.max(470, 110 * rows + 90);
  const below = { y: -56 / (height - 150), yanchor: "top" };
  return builder.finish(`${run.cell.own.title}: what each unit holds over time`, height, description, below);
}

// How large the states are and how many units are stuck.
/** @param {Pass} run @param {Picked} picked */
export function statesCaption(run, { sequence }) {
  const broke = noStates(run);
  if (!run.finite) return `There is no state to tell of: ${broke}.`;
  const a = ofSequence(run, stateSteps(run, "a"), sequence);
  const at = { unit: 0, t: 0, top: 0 };
  for (const [unit, row] of a.entries()) {
    for (let t = 0; t < row.length; t++) {
      if (Math.abs(row[t]) > Math.abs(at.top)) Object.assign(at, { unit, t, top: row[t] });
    }
  }
  const share = percent(meanOf(timesTo(run.drawn).map((_, t) => stuck(a.map((row) => row[t])))), 1);
  const largest = at.top
    ? `Unit ${at.unit + 1} reaches the largest hidden state, ${numeral(at.top, 4)} at t = ${at.t + 1}`
    : "Every hidden state is 0";
  const sentence = `${largest}; **${share}** of the time a unit is beyond ±0.95`;
  return broke ? `${sentence}; ${broke}.` : `${sentence}.`;
}

/** @param {ArrayLike<number>} values */
function stuck(values) {
  let count = 0;
  for (let at = 0; at < values.length; at++) count += Number(Math.abs(values[at]) > 0.95);
  return count / values.length;
}

// The hidden state's path in its first two principal components, coloured by time.
/** @param {Pass} run @param {Picked} picked @param {Mode} mode */
export function statesTrajectory(run, { sequence }, mode) {
  const builder = new FigureBuilder(mode), end = run.drawn, time = timesTo(end), { ink } = builder;
  const { places: [first, second], shares } = principalComponents(ofSequence(run, stateSteps(run, "a"), sequence));
  const marker = {
    color: time, size: 9, showscale: end > 1, colorscale: [[0, ink.sequential[1][1]], [1, ink.sequential[4][1]]],
    colorbar: { title: { text: "t", side: "top" }, thickness: 10, outlinewidth: 0, tickfont: { size: 13 } },
  };
  builder.add({
    ...curveOf(first, second, "", { color: ink.grid, width: 1.5 }, ""), marker, mode: "lines+markers", customdata: time,
    hovertemplate: "t = %{customdata}<br>%{x:.6g}, %{y:.6g}<extra></extra>", showlegend: false,
  });
  const arrow = { showarrow: true, arrowcolor: ink.now, arrowwidth: 1, arrowhead: 0 };
  if (Number.isFinite(first[0]) && Number.isFinite(first[end - 1])) {
    builder.note("start", { x: first[0], y: second[0], ax: 0, ay: -28, ...arrow });
    builder.note("end", { x: first[end - 1], y: second[end - 1], ax: 0, ay: 28, ...arrow });
  }
  builder.x(`component 1 (${percent(shares[0])} of the variance)`);
  builder.y(`component 2 (${percent(shares[1])})`);
  noteBroken(builder, [run]);
  const both = percent(shares[0] + shares[1]);
  return builder.finish("The path of the hidden state", 420,
    `Path of the hidden state over ${end} steps; two components hold ${both} of its variance.`);
}

// Share of units whose |a| is above 0.95, over all sequences, at each step.
/** @param {Pass} run @param {Picked} _ @param {Mode} mode */
export function statesSaturation(run, _, mode) {
  const builder = new FigureBuilder(mode);
  const shares = stateSteps(run, "a").map((one) => (run.finite ? stuck(one) : NaN));
  builder.add({
    ...curveOf(timesTo(run.drawn), shares, "", { ...lineOf("a", mode), shape: "hv" }, "t = "), showlegend: false,
    hovertemplate: "t = %{x}<br>%{y:.1%} of units<extra></extra>",
  });
  builder.time("time step t", run.words.slice(0, run.drawn));
  builder.y("share with |a| > 0.95", 1, { range: [-0.02, 1.02], tickformat: ".0%" });
  noteBroken(builder, [run]);
  return builder.finish("How many units are saturated", 420,
    run.finite ? `On average ${percent(meanOf(shares), 1)} of the units are saturated.` : "No step has a share.");
}

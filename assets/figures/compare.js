// Compare: the same input through several cells, on shared scales; rnnviz/figures/compare.py.

import { FigureBuilder } from "./builder.js";
import { retention } from "./gates.js";
import { feltNorms } from "./gradients.js";
import { meanStretch } from "./jacobians.js";
import { meanOf } from "./measures.js";
import { barOf, curveOf, endsOf, heatmapOf, lineOf, logAxis, noteBroken, ofSequence, positive, stateSteps, timesTo, unitAxis, usual } from "./parts.js";
import { listed, noGradient, numeral, powerOf, ratio, told } from "./words.js";

const EXPLAINED = 3; // cells; of more, those that keep most and least

/** @param {Pass} run */
const titleOf = (run) => run.cell.own.title;

// The words of the steps, where all of the runs that have any have the same.
/** @param {Pass[]} runs */
const commonWords = (runs) => runs[0].words.slice(0, Math.min(...runs.map(({ drawn }) => drawn)));

// Hidden states of one sequence, one row a cell, one colour scale for all.
/** @param {Pass[]} runs @param {Picked} picked @param {Mode} mode */
export function compareStates(runs, { sequence }, mode) {
  const builder = new FigureBuilder(mode, runs.length);
  const every = runs.map((run) => ofSequence(run, stateSteps(run, "a"), sequence));
  const [top, beyond] = usual(...every.flat());
  const words = runs.map((run, at) => {
    const values = every[at];
    builder.add(heatmapOf(values, builder.ink, [-top, top], titleOf(run)), at + 1);
    builder.y(titleOf(run), at + 1, unitAxis(run.e.n_a), lineOf(run.cell.own.hue, mode).color);
    return `${titleOf(run)} ${told(Math.max(...endsOf(...values).map(Math.abs)))}`;
  });
  builder.add(barOf(builder.ink, [-top, top], [0.5, 1], "a", beyond));
  builder.time("time step t", commonWords(runs));
  noteBroken(builder, runs);
  const description = `Largest hidden state of sequence ${sequence + 1}: ${words.join(", ")}.`;
  return builder.finish("The same input, each cell's hidden state", (runs.length <= 4 ? 170 : 120) * runs.length + 70, description);
}

// ||dL/da|| at each step, one line a cell.
/** @param {Pass[]} runs @param {Picked} _ @param {Mode} mode */
export function compareNorms(runs, _, mode) {
  const builder = new FigureBuilder(mode), curves = runs.map((run) => feltNorms(run, "a"));
  const words = runs.map((run, at) => {
    const label = titleOf(run), style = lineOf(run.cell.own.hue, mode, 2.5);
    builder.add(curveOf(timesTo(run.T_x), positive(curves[at]), label, style, `${label}<br>k = `));
    return `${label} ${told(curves[at][0])}`;
  });
  builder.time("time step k", commonWords(runs));
  builder.y("norm of dL/da, all sequences", 1, logAxis(...curves));
  noteBroken(builder, runs, true, builder.legend(runs.length));
  return builder.finish("How far back each cell's gradient reaches", 400, `Gradient norm at the first step: ${words.join(", ")}.`);
}

// How many numbers each cell learns, its readout left out.
/** @param {Pass[]} runs @param {Picked} _ @param {Mode} mode */
export function compareParameters(runs, _, mode) {
  const builder = new FigureBuilder(mode), titles = runs.map(titleOf);
  const counts = runs.map(({ kind, done }) => Object.entries(done.params)
    .filter(([name]) => !CELLS[kind].readout.includes(name)).reduce((sum, [, { length }]) => sum + length, 0));
  const text = counts.map((count) => count.toLocaleString("en-US"));
  builder.add({
    type: "bar", orientation: "h", x: counts, y: titles, text, textposition: "auto", textfont: { size: 14 },
    marker: { color: runs.map((run) => lineOf(run.cell.own.hue, mode).color) },
    hovertemplate: "%{y}: %{x:,} parameters<extra></extra>",
  });
  builder.x("parameters", { rangemode: "tozero", nticks: 6 });
  builder.y("", 1, { autorange: "reversed" });
  const words = titles.map((title, at) => `${title} ${text[at]}`).join(", ");
  return builder.finish("How many numbers each cell learns", 110 + 42 * runs.length, `Parameters: ${words}.`);
}

// Whose gradient reaches furthest back, and why.
/** @param {Pass[]} runs */
export const compareCaption = (runs) => [reach(runs), whyItFades(runs)].filter(Boolean).join("\n\n");

/** @param {Pass[]} runs */
function reach(runs) {
  /** @type {[string, number][]} */
  const kept = [];
  const words = runs.map((run) => {
    const norms = feltNorms(run, "a"), first = norms[0], last = norms[run.T_x - 1], reason = noGradient(run);
    if (reason) return `${titleOf(run)} none (${reason})`;
    if (![first, last].every(Number.isFinite)) return `${titleOf(run)} none (its norm is beyond float64)`;
    kept.push([titleOf(run), last > 0 ? first / last : 0]);
    return `${titleOf(run)} ${last > 0 ? ratio(first, last) : 0}`;
  });
  const sentence = `Gradient at the first step against the last: ${words.join(", ")}`;
  const top = Math.max(...kept.map(([, share]) => share));
  const most = kept.filter(([, share]) => share === top).map(([title]) => `**${title}**`);
  if (!kept.length || words.length === 1) return `${sentence}.`;
  if (most.length > 1 && most.length === kept.length) return `${sentence}; all keep the same share of it.`;
  return `${sentence}; the ${listed(most)} ${most.length === 1 ? "keeps" : "keep"} the most of it.`;
}

// One sentence on why each cell keeps what it keeps: rnnviz/exhibits/reasons.py.
/** @param {Pass[]} runs */
function whyItFades(runs) {
  let kept = runs.map((run) => /** @type {[Pass, number]} */ ([run, keptShare(run)])).filter(([, share]) => share);
  if (kept.length > EXPLAINED) {
    const by = (/** @type {(one: number, other: number) => boolean} */ better) =>
      kept.reduce((best, one) => (better(one[1], best[1]) ? one : best));
    kept = [...new Set([by((one, best) => one > best), by((one, best) => one < best)])];
  }
  const clauses = kept.map(([run, share]) => clause(run, share)).filter(Boolean);
  return clauses.length ? `Why, on average: ${clauses.join("; ")}.` : "";
}

/** @param {Pass} run */
function keptShare(run) {
  const norms = feltNorms(run, "a"), last = norms[run.T_x - 1];
  const share = run.T_x > 1 && last > 0 && !noGradient(run) ? norms[0] / last : 0;
  return Number.isFinite(share) ? share : 0;
}

/** @param {Pass} run @param {number} share */
function clause(run, share) {
  const steps = run.T_x - 1, title = titleOf(run);
  const beside = (/** @type {number} */ base) =>
    (share > 1.01 * base ** steps ? "more" : share < 0.99 * base ** steps ? "less" : "as much");
  if (run.cell.memory) {
    const mean = meanOf(retention(run).slice(1).map(meanOf));
    return `the ${title}'s ${run.cell.memory[0]} gate keeps ${numeral(mean)} of the memory a step, `
      + `${powerOf(mean, steps)} along it alone, ${beside(mean)} along all paths`;
  }
  const stretch = meanStretch(run);
  if (!(stretch > 0 && stretch < Infinity)) return "";
  return `the ${title}'s step ${stretch > 1 ? "stretches" : "shrinks"} a direction to ${numeral(stretch)}, `
    + `${powerOf(stretch, steps)}, ${beside(stretch)} along the gradient's own`;
}

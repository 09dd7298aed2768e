// Gates: when they open, which ones are stuck, how long memory lasts; rnnviz/figures/gates.py.

import { FigureBuilder } from "./builder.js";
import { meanOf, medianOf } from "./measures.js";
import { barOf, curveOf, heatmapOf, lineOf, logAxis, noteBroken, ofSequence, positive, timesTo, unitAxis } from "./parts.js";
import { noStates, numeral, percent, pointed } from "./words.js";

const BAR = 0.34; // of the figure's height: a colour bar with room for its title and numbers
const SHAPES_OF_POINTS = ["circle", "square", "diamond", "cross"];

/** @param {Pass} run @param {string} letter of a gate */
const gateSteps = ({ done, drawn }, letter) => done.values.slice(0, drawn).map((one) => one[letter]);

// The steps of the gate by that name.
/** @param {Pass} run @param {string} name */
function gateNamed(run, name) {
  const [, letter] = /** @type {[string, string]} */ (run.cell.gates.find(([one]) => one === name)?.slice(0, 2));
  return gateSteps(run, letter);
}

/** @param {Pass} run */
const sigmoidGates = (run) => run.cell.gates.filter(([, , , squash]) => squash === "sigmoid");

/** @param {Float64Array[]} steps */
const meanAll = (steps) => meanOf(steps.map(meanOf));

/** @param {Pass} run */
export const hasGates = (run) => run.cell.gates.length > 0;

/** @param {Pass} run */
export const anyOpens = (run) => sigmoidGates(run).length > 0;

/** @param {Pass} run */
export const hasMemory = (run) => run.cell.memory !== null;

// Every gate of one sequence as units x time, and the chosen unit's gates as lines below.
/** @param {Pass} run @param {Picked} picked @param {Mode} mode */
export function gatesOverview(run, { sequence, unit }, mode) {
  const { gates } = run.cell, rows = gates.length + 1, time = timesTo(run.drawn), shown = new Set();
  const builder = new FigureBuilder(mode, rows, 0.035);
  const means = gates.map(([name, letter, range], at) => {
    const values = ofSequence(run, gateSteps(run, letter), sequence), row = at + 1, scale = `${range}`;
    builder.add(heatmapOf(values, builder.ink, range, name), row);
    if (!shown.has(scale)) {
      const [middle, height] = builder.domain(row);
      builder.add(barOf(builder.ink, range, [middle, Math.max(height, BAR)], range[0] === 0 ? "gate" : name), row);
    }
    shown.add(scale);
    const style = lineOf(name, mode);
    builder.y(name, row, unitAxis(run.e.n_a, 3), style.color);
    builder.add(curveOf(time, values[unit], name, style, `${name}, unit ${unit + 1}<br>t = `), rows);
    const mean = meanAll(values);
    return `${name} ${Number.isFinite(mean) ? pointed(mean, 2) : "not finite"}`;
  });
  const low = Math.min(...gates.map(([, , range]) => range[0]));
  builder.y(`unit ${unit + 1}`, rows, { range: [low * 1.05 - 0.03, 1.05] });
  builder.time("time step t", run.words.slice(0, run.drawn));
  noteBroken(builder, [run], false, builder.legend(gates.length));
  const description = `Gates over ${run.drawn} steps of sequence ${sequence + 1}, means: ${means.join(", ")}.`;
  return builder.finish(`${run.cell.own.title}: when each gate opens`, Math.max(470, 72 * rows + 110), description);
}

// How open each gate is, and how long memory lasts behind the one that keeps it.
/** @param {Pass} run */
export function gatesCaption(run) {
  const broke = noStates(run);
  if (!run.finite) return `The gates have no average: ${broke}.`;
  const means = sigmoidGates(run).map(([name, letter]) => `${name} ${pointed(meanAll(gateSteps(run, letter)), 2)}`);
  let sentence = `On average over units, sequences and time the gates stand at ${means.join(", ")}`;
  if (hasMemory(run)) {
    const half = medianOf(halfLives(run));
    sentence += Number.isFinite(half)
      ? `; half of the median unit's memory is gone after **${numeral(half)} steps**`
      : "; the median unit's memory **does not fade**";
  }
  return broke ? `${sentence}; ${broke}.` : `${sentence}.`;
}

// Share of the old state that the memory gate keeps, by step (n_a, m).
/** @param {Pass} run */
export function retention(run) {
  const [name, sign] = /** @type {[string, number]} */ (run.cell.memory);
  return gateNamed(run, name).map((one) => (sign > 0 ? one : one.map((value) => 1 - value)));
}

// Steps until half of each unit's memory is gone, from the geometric mean of what is kept.
/** @param {Pass} run */
function halfLives(run) {
  const kept = retention(run), { m, n_a } = run.e;
  return timesTo(n_a).map((_, unit) => {
    let decay = 0;
    for (const one of kept) for (let at = unit * m; at < (unit + 1) * m; at++) decay += Math.log(one[at]);
    return Math.log(2) / Math.abs(decay / (m * kept.length));
  });
}

// Each unit of each gate a point: share of time below 0.1 against share of time above 0.9.
/** @param {Pass} run @param {Picked} _ @param {Mode} mode */
export function gatesSaturation(run, _, mode) {
  const builder = new FigureBuilder(mode), { m, n_a } = run.e, unit = timesTo(n_a);
  const words = sigmoidGates(run).map(([name, letter], at) => {
    const steps = gateSteps(run, letter);
    const shut = unit.map(() => (run.finite ? 0 : NaN)), wide = [...shut];
    for (const one of steps) {
      for (let at = 0; at < one.length; at++) {
        if (one[at] < 0.1) shut[Math.floor(at / m)] += 1;
        else if (one[at] > 0.9) wide[Math.floor(at / m)] += 1;
      }
    }
    for (const row of [shut, wide]) row.forEach((count, at) => (row[at] = count / (m * run.drawn)));
    const marker = { color: lineOf(name, mode).color, symbol: SHAPES_OF_POINTS[at % SHAPES_OF_POINTS.length], size: 11, opacity: 0.85 };
    builder.add({
      type: "scatter", x: shut, y: wide, mode: "markers", marker, customdata: unit, name,
      hovertemplate: `${name}, unit %{customdata}<br>shut %{x:.1%}, open %{y:.1%}<extra></extra>`,
    });
    return `${name} ${run.finite ? `${percent(meanOf(shut))} shut, ${percent(meanOf(wide))} open` : "unknown"}`;
  });
  const edge = { color: builder.ink.quiet, width: 1, dash: "dot" };
  builder.shapes.push({ type: "line", x0: 0, y0: 1, x1: 1, y1: 0, layer: "below", line: edge });
  const ends = { range: [-0.03, 1.03], tickformat: ".0%" };
  builder.x("share of time below 0.1 (shut)", ends);
  builder.y("share of time above 0.9 (open)", 1, ends);
  noteBroken(builder, [run], false, builder.legend());
  return builder.finish("Which gates are stuck", 420, `${words.join("; ")}.`);
}

// Half-life of each unit's memory, in steps, from the gate that keeps it.
/** @param {Pass} run @param {Picked} _ @param {Mode} mode */
export function gatesMemory(run, _, mode) {
  const builder = new FigureBuilder(mode), steps = halfLives(run), units = timesTo(run.e.n_a);
  const marker = { color: lineOf(/** @type {[string, number]} */ (run.cell.memory)[0], mode).color, size: 11 };
  builder.add({
    type: "scatter", x: units, y: positive(steps), mode: "markers", marker,
    hovertemplate: "unit %{x}<br>half gone after %{y:.4g} steps<extra></extra>",
  });
  builder.x("unit", { tickvals: unitAxis(run.e.n_a).tickvals });
  builder.y("half-life (steps)", 1, logAxis(steps));
  noteBroken(builder, [run]);
  const [low, high] = [Math.min(...steps), Math.max(...steps)].map((one) => numeral(one));
  return builder.finish("How long each unit's memory lasts", 420, `Half-lives from ${low} to ${high} steps.`);
}

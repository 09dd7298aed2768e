// Compare: how far back the gradient reaches over many seeds, as a band; rnnviz/exhibits/band.py.

import { simulate } from "../engine/run.js";
import { rgb } from "../player/ink.js";
import { FigureBuilder } from "./builder.js";
import { feltNorms } from "./gradients.js";
import { medianOf, normOf } from "./measures.js";
import { curveOf, lineOf, logAxis, timesTo } from "./parts.js";
import { inPieces } from "./pieces.js";
import { told } from "./words.js";

const SEEDS = 20, LARGEST_SEED = 2 ** 32 - 1;
const SPARED = 2e10; // multiplications that the band may take, many seconds of a page's spare time

/** @param {Pass} run a run's multiplications, forward, back and of its weights */
const costOf = ({ kind, e }) =>
  3 * e.T_x * e.n_a * (e.n_a + e.n_x) * e.m * CELLS[kind].stages.reduce((sum, blocks) => sum + blocks.length, 0);

/** @param {Pass[]} runs */
const seedsOf = (runs) => Math.min(SEEDS, Math.floor(SPARED / runs.reduce((sum, run) => sum + costOf(run), 0)));

/** @param {Pass[]} runs */
export const bandFits = (runs) => seedsOf(runs) > 1;

/** @param {Pass[]} runs */
const kindsOf = (runs) => runs.map(({ kind }) => kind);

// ||dL/da|| by step of every cell and seed, from the experiment's seed on.
const seedNorms = inPieces(function* (/** @type {Pass[]} */ runs, /** @type {string[]} */ _) {
  const count = seedsOf(runs), each = [];
  for (const run of runs) {
    const first = Math.min(run.e.seed, LARGEST_SEED + 1 - count), seeds = [];
    for (let seed = first; seed < first + count; seed++) {
      if (seed === run.e.seed) seeds.push(feltNorms(run, "a"));
      else seeds.push(Float64Array.from(simulate(CELLS[run.kind], { ...run.e, seed }).felt, ({ a }) => normOf(a)));
      yield;
    }
    each.push(seeds);
  }
  return each;
}, ([first]) => first);

/** @param {Pass[]} runs */
export const bandPieces = (runs) => seedNorms.some(runs, kindsOf(runs));

// The median over seeds, and from the 10th to the 90th percentile.
/** @param {Pass[]} runs @param {Picked} _ @param {Mode} mode */
export function compareBand(runs, _, mode) {
  const builder = new FigureBuilder(mode), every = seedNorms.all(runs, kindsOf(runs)), count = every[0].length;
  /** @type {ArrayLike<number>[]} */
  const edges = [];
  const remarks = runs.flatMap((run, at) => unseen(run, every[at]));
  const words = runs.map((run, at) => {
    const { title, hue } = run.cell.own, time = timesTo(run.T_x), style = lineOf(hue, mode, 2.5);
    const [low, middle, high] = percentiles(every[at]);
    builder.add({
      type: "scatter", x: [...time, ...[...time].reverse()], y: [...high, ...[...low].reverse()], fill: "toself",
      fillcolor: `rgba(${rgb(style.color).join(", ")}, 0.18)`, mode: "lines", line: { width: 0 }, hoverinfo: "skip", showlegend: false,
    });
    builder.add(curveOf(time, middle, title, style, `${title}<br>k = `));
    edges.push(low, high);
    const first = every[at].map((seed) => seed[0]);
    return `${title} ${told(first.some(Number.isNaN) ? NaN : medianOf(first))}`;
  });
  builder.x("time step k");
  builder.y("norm of dL/da, all sequences", 1, logAxis(...edges));
  builder.remark(remarks, builder.legend(runs.length));
  return builder.finish(`Over ${count} seeds: median, and 10 to 90 % as a band`, 400, `Median norm at the first step: ${words.join(", ")}.`);
}

// Why the band is of fewer seeds, if it is.
/** @param {Pass[]} runs */
export function bandCaption(runs) {
  const count = seedsOf(runs);
  return count < SEEDS ? `The band is drawn over ${count} of ${SEEDS} seeds: more would take this page too long.` : "";
}

// The 10th, 50th and 90th of the seeds at each step that are not exactly 0, which a log axis cannot
// show; none where one is not finite.
/** @param {Float64Array[]} seeds */
function percentiles(seeds) {
  const steps = [...seeds[0].keys()].map((t) => {
    const here = seeds.map((seed) => seed[t]);
    return here.every(Number.isFinite) ? here.filter((one) => one > 0).sort((one, other) => one - other) : [];
  });
  return [0.1, 0.5, 0.9].map((share) => Float64Array.from(steps, (felt) => {
    const place = share * (felt.length - 1), below = Math.floor(place);
    return felt.length ? felt[below] + ((felt[below + 1] ?? felt[below]) - felt[below]) * (place - below) : NaN;
  }));
}

// What a cell's band leaves out: gradients that are not finite, or exactly 0.
/** @param {Pass} run @param {Float64Array[]} seeds */
function unseen({ cell }, seeds) {
  const kinds = /** @type {[(one: number) => boolean, string, string][]} */ ([
    [(one) => !Number.isFinite(one), "no finite gradient", ""],
    [(one) => one === 0, "a gradient of exactly 0", ", and no part in its band"],
  ]);
  return kinds.flatMap(([is, gradient, end]) => {
    const some = seeds.filter((seed) => seed.some(is)).length;
    if (!some) return [];
    const last = Math.max(...seeds.map((seed) => seed.findLastIndex(is))) + 1;
    return [`${cell.own.title}: ${some} of ${seeds.length} ${seeds.length === 1 ? "seed has" : "seeds have"} ${gradient} from t = ${last} back${end}`];
  });
}

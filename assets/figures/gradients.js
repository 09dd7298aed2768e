// Gradients: how far back the loss is felt; rnnviz/figures/gradients.py.

import { FigureBuilder } from "./builder.js";
import { normOf } from "./measures.js";
import { curveOf, largestOf, lineOf, logAxis, noteBroken, positive, timesTo } from "./parts.js";
import { general, noGradient, numeral, ratio, told } from "./words.js";

/** @type {WeakMap<Simulated, Record<string, Float64Array>>} */
const feltKnown = new WeakMap(); // that are known, by state

// ||dL/d(a state)|| at each step, of all sequences together.
/** @param {Pass} run @param {string} name */
export function feltNorms({ done }, name) {
  const known = feltKnown.get(done) ?? {};
  feltKnown.set(done, known);
  return (known[name] ??= Float64Array.from(done.felt, (one) => normOf(one[name])));
}

// The norm of all parameters' gradients together, which is what clipping looks at.
/** @param {Pass} run */
const paramNorm = ({ done }) => normOf(...Object.values(done.dParams));

// g^(T - k), where such a line is exact: expected_decay in rnnviz/core/measures.py.
/** @param {Pass} run */
function expectedDecay({ e, T_x }) {
  const exact = e.cell === "rnn" && e.activation === "linear" && ["orthogonal", "identity"].includes(e.init);
  return exact && !e.loss.endsWith("every") ? timesTo(T_x).map((k) => e.gain ** (T_x - k)) : null;
}

// The norms of every state's gradient, with theory, clipping and the floor of rounding.
/** @param {Pass} run @param {Picked} picked @param {Mode} mode */
export function gradientNorms(run, { clip }, mode) {
  const builder = new FigureBuilder(mode), { ink } = builder, time = timesTo(run.T_x);
  const curves = run.cell.own.states.map((name) => feltNorms(run, name)), every = [...curves];
  const draw = (/** @type {ArrayLike<number>} */ values, /** @type {string} */ label, /** @type {object} */ style) =>
    builder.add(curveOf(time, positive(values), label, style, `${label}<br>step `));
  const words = run.cell.own.states.map((name, at) => {
    const label = SHOWN.theme.titles[name], values = curves[at];
    draw(values, label, lineOf(name, mode, 2.5));
    return `${label} ${told(values[0])} at the first step, ${told(values[run.T_x - 1])} at the last`;
  });
  const decay = expectedDecay(run);
  if (decay) {
    const last = curves[run.cell.own.states.indexOf("a")][run.T_x - 1];
    every.push(Float64Array.from(decay, (one) => one * last));
    draw(every[every.length - 1], `theory: ${general(run.e.gain)}<sup>T - k</sup>`, { color: ink.now, dash: "dot", width: 1.5 });
  }
  const before = paramNorm(run);
  if (Number.isFinite(before)) {
    const levels = [["all parameters", before, "solid"], [`clipped at ${general(clip)}`, Math.min(before, clip), "dashdot"]];
    for (const [label, level, dash] of /** @type {[string, number, string][]} */ (levels)) {
      every.push(new Float64Array(run.T_x).fill(level));
      draw(every[every.length - 1], label, { color: ink.quiet, dash, width: 1.5 });
    }
  }
  const top = Math.max(...every.map((one) => largestOf(one))), floor = top * 2 ** -52;
  const least = every.flatMap((one) => [...positive(one)]).reduce((low, one) => (one < low ? one : low), top);
  if (least < floor * 1e3) {
    builder.across(floor, { color: ink.quiet, width: 1, dash: "dot" });
    builder.note("float64 rounding", { xref: "paper", x: 0, y: Math.log10(floor), xanchor: "left", yanchor: "top" });
  }
  builder.time("time step k", run.words);
  builder.y("norm of dL/d(state), all sequences", 1, logAxis(...every));
  noteBroken(builder, [run], true, builder.legend(builder.traces.length));
  return builder.finish(`${run.cell.own.title}: how strongly each step is felt by the loss`, 440, `${words.join("; ")}.`);
}

// How much of the gradient is left at the first step, and what clipping does to it.
/** @param {Pass} run @param {Picked} picked */
export const gradientsCaption = (run, { clip }) => `${leftOver(run)}\n\n${clipped(run, clip)}`;

/** @param {Pass} run */
function leftOver(run) {
  const norms = feltNorms(run, "a"), wrong = norms.findLastIndex((one) => !Number.isFinite(one));
  const back = Math.min(run.T_x - 1 - wrong, run.back), start = run.T_x - back;
  let reason = noGradient(run);
  if (start > run.T_x - run.back) {
    reason = `its norm is beyond float64 from t = ${start} back${reason && `, and ${reason}`}`;
  }
  if (!back) return `There is no gradient to tell of: ${reason}.`;
  const first = norms[start], last = norms[run.T_x - 1];
  if (run.T_x === 1) return `The loss feels the hidden state of the one step with norm **${numeral(last)}**.`;
  const times = last > 0 ? (first > 0 ? `, ${ratio(first, last)} times as much` : ": nothing is left of it") : "";
  const sentence = `The loss feels the hidden state with norm ${numeral(last)} at the last step and with `
    + `**${numeral(first)}** at ${start ? `t = ${start + 1}` : "the first"}${times}`;
  return start ? `${sentence}; ${reason}.` : `${sentence}.`;
}

/** @param {Pass} run @param {number} threshold */
function clipped(run, threshold) {
  const before = paramNorm(run);
  if (!Number.isFinite(before)) {
    const reason = noGradient(run) || "a sum over the steps is beyond all numbers";
    return `The parameters' gradient is not finite, and no clipping mends that: ${reason}.`;
  }
  const verb = before > threshold ? "is cut to" : "stays at";
  return `The parameters' gradient has norm ${numeral(before, 4)} and ${verb} **${numeral(Math.min(before, threshold), 4)}**.`;
}

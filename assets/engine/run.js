// A run without a server: drawn from the seed, forward, loss, backward; as rnnviz/core/run.py. The
// loss and the way back are made when something of them is asked for.

import { draw } from "./draws.js";
import { sigmoid, softmax } from "./functions.js";
import { evaluate, logits } from "./loss.js";
import { addBias, addBiasBack } from "./products.js";
import { stagesOf } from "./stages.js";

// By step: `values` of every letter (n_a, m), `outputs` (n_y, m), `upstream`; `initial` are the
// states before the first; `felt` dL/d(each state and x) by step, `feltFirst` dL/d(initial states);
// `raw` pre-activations and `dRaw` dL/d(them) by step, in the order of the blocks; `dParams`
// dL/d(parameters).
/** @param {WrittenCell} cell @param {EngineSettings} e */
export function simulate(cell, e) {
  const { x, a0, params, target } = draw(cell, e);
  const inputs = steps(x, e), fixed = { ...params, ...cell.once(params) };
  /** @type {Arrays} */
  const initial = Object.fromEntries(cell.states.map((name) => [name, new Float64Array(a0.length)]));
  initial.a = a0;
  const { values, looked, raw } = forward(cell, e, { fixed, products: stagesOf(cell, e, fixed), inputs, initial });
  const [W, b] = cell.readout, a = values.map((one) => one.a);
  const outputs = a.map((one) => softmax(logits(params[W], params[b], one, e.n_y, e.m), e.m));
  const held = cell.held(params, e.n_a), seen = { fixed, inputs, values, looked };
  /** @type {ReturnType<typeof wayBack> | undefined} */
  let known;
  const back = () => (known ??= wayBack(cell, e, seen, params, a, target));
  return {
    params, held, inputs, initial, values, raw, outputs, seen,
    get losses() { return back().losses; },
    get upstream() { return back().upstream; },
    get felt() { return back().felt; },
    get feltFirst() { return back().feltFirst; },
    get dRaw() { return back().dRaw; },
    get dParams() { return back().dParams; },
  };
}

/** @param {WrittenCell} cell @param {EngineSettings} e @param {Way} seen @param {Arrays} params
 * @param {Float64Array[]} a by step @param {ArrayLike<number>} target */
function wayBack(cell, e, seen, params, a, target) {
  const dFixed = zerosLike(seen.fixed), { losses, upstream } = evaluate(cell, e, params, a, target, dFixed);
  const products = stagesOf(cell, e, seen.fixed);
  const { felt, feltFirst, dRaw } = backward(cell, e, { ...seen, dFixed, products, upstream });
  cell.onceBack(seen.fixed, dFixed);
  const dParams = Object.fromEntries(cell.parameters.map(({ name }) => [name, dFixed[name]]));
  return { losses, upstream, felt, feltFirst, dRaw, dParams };
}

/** @param {Arrays} every @returns {Arrays} */
const zerosLike = (every) => Object.fromEntries(Object.entries(every).map(([name, one]) => [name, new Float64Array(one.length)]));

// From (n_x, m, T_x) to (n_x, m) of each step.
/** @param {Float64Array} x @param {EngineSettings} e */
function steps(x, { n_x, m, T_x }) {
  return Array.from({ length: T_x }, (_, t) => {
    const here = new Float64Array(n_x * m);
    for (let place = 0; place < here.length; place++) here[place] = x[place * T_x + t];
    return here;
  });
}

/** @typedef {ReturnType<typeof stagesOf>} Products */
/** @typedef {{ fixed: Arrays, products: Products, inputs: Float64Array[], initial: Arrays }} Given */

/** @param {WrittenCell} cell @param {EngineSettings} e @param {Given} given */
function forward(cell, e, { fixed, products, inputs, initial }) {
  /** @type {Arrays[]} */
  const values = [];
  /** @type {Float64Array[][][]} what each stage's product saw, by step */
  const looked = [];
  /** @type {Float64Array[][]} */
  const raw = [];
  let before = initial;
  for (const x of inputs) {
    /** @type {Float64Array[][]} */
    const here = [];
    raw.push([]);
    before = cell.step(before, (stage, looks) => {
      here[stage] = looks;
      const weighted = products.forward(stage, looks, x);
      return cell.stages[stage].map((block, at) => activated(block, weighted[at]));
    }, fixed, e.m);
    values.push(before);
    looked.push(here);
  }
  return { values, looked, raw };

  /** @param {WrittenBlock} block @param {Float64Array} z */
  function activated({ bias, squash }, z) {
    if (bias) addBias(z, fixed[bias], e.m);
    raw[raw.length - 1].push(z);
    if (!squash) return z;
    const value = new Float64Array(z.length);
    if (squash === "sigmoid") for (let at = 0; at < z.length; at++) value[at] = sigmoid(z[at]);
    else for (let at = 0; at < z.length; at++) value[at] = Math.tanh(z[at]);
    return value;
  }
}

/** @typedef {{ fixed: Arrays, inputs: Float64Array[], values: Arrays[], looked: Float64Array[][][] }} Way */
/** @typedef {Way & { dFixed: Arrays, products: { back: Products["back"] } }} Seen */

/** @param {WrittenCell} cell @param {EngineSettings} e
 * @param {Seen & { products: Products, upstream: Float64Array[] }} seen */
function backward(cell, e, { upstream, ...seen }) {
  const back = stepBack(cell, e, seen);
  /** @type {Arrays[]} */
  const felt = [];
  /** @type {Float64Array[][]} */
  const dRaw = [];
  /** @type {Arrays} */
  let next = Object.fromEntries(cell.states.map((name) => [name, new Float64Array(e.n_a * e.m)]));
  for (let t = e.T_x - 1; t >= 0; t--) {
    const dx = new Float64Array(seen.inputs[t].length);
    const { before, here, dz } = back(t, next, upstream[t], dx);
    next = before;
    felt[t] = { ...here, x: dx };
    dRaw[t] = dz;
  }
  seen.products.finish(seen.dFixed);
  return { felt, feltFirst: next, dRaw };
}

// The way back through a step: from dL/d(the states after it) as later steps feel them, `next`, and
// what its own loss feels of a; dL/dx is added to `dx`.
/** @param {WrittenCell} cell @param {EngineSettings} e @param {Seen} seen */
function stepBack(cell, e, { fixed, dFixed, products, inputs, values, looked }) {
  return (/** @type {number} */ t, /** @type {Arrays} */ next, /** @type {Float64Array} */ upstream, /** @type {Float64Array} */ dx) => {
    /** @type {Float64Array[][]} */
    const byStage = [];
    const d = cell.back(values[t], next, upstream, (stage, dz) => {
      const looks = looked[t][stage], dLooks = looks.map(() => new Float64Array(e.n_a * e.m));
      byStage[stage] = dz;
      products.back(stage, looks, inputs[t], dz, dLooks, dx);
      cell.stages[stage].forEach(({ bias }, at) => {
        if (bias) addBiasBack(dz[at], dFixed[bias], e.m);
      });
      return dLooks;
    }, fixed, dFixed, e.m);
    const named = (/** @type {string} */ end) =>
      Object.fromEntries(cell.states.map((name) => [name, d[`${name}${end}`]]));
    /** @type {Arrays} */
    const late = cell.late ? { late: d[cell.late] } : {};
    return { before: named("_prev"), here: { ...named(""), ...late }, dz: byStage.flat() };
  };
}

// One step back, as often as one likes, from any dL/d(the states after it) and any loss of its own:
// what rows of Jacobians are made of, and gradients loss by loss. The next run takes its room back.
/** @param {WrittenCell} cell @param {EngineSettings} e @param {{ seen: Way }} done */
export function carrier(cell, e, { seen }) {
  const dFixed = zerosLike(seen.fixed), { carried } = stagesOf(cell, e, seen.fixed);
  /** @type {Products["back"]} the matrices' own gradients are left out */
  const through = (stage, looks, x, dz, dLooks, dx) => carried(stage, dz, dLooks, dx);
  const back = stepBack(cell, e, { ...seen, dFixed, products: { back: through } });
  const nothing = new Float64Array(e.n_a * e.m), dx = new Float64Array(e.n_x * e.m);
  return (/** @type {number} */ t, /** @type {Arrays} */ next, upstream = nothing) => back(t, next, upstream, dx).before;
}

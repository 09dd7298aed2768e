// What a run minimises, as rnnviz/core/losses: each step's loss, and what its a_t feels of it.

import { softmax } from "./functions.js";
import { addBias, addBiasBack, addProduct, addProductBack } from "./products.js";

/** @param {WrittenCell} cell @param {EngineSettings} e @param {Arrays} params @param {Float64Array[]} a
 * by step, (n_a, m) @param {ArrayLike<number>} target @param {Arrays} felt dL/d(parameters) */
export function evaluate(cell, e, params, a, target, felt) {
  const losses = new Float64Array(e.T_x);
  const given = e.loss.startsWith("upstream"), every = e.loss.endsWith("every");
  const upstream = a.map((state, t) => {
    if (!every && t < e.T_x - 1) return new Float64Array(state.length);
    if (given) {
      const G = state.map((_, at) => target[at * e.T_x + t]);
      losses[t] = state.reduce((sum, one, at) => sum + one * G[at], 0);
      return G;
    }
    return crossEntropy(t, state);
  });
  return { losses, upstream };

  /** @param {number} t @param {Float64Array} state */
  function crossEntropy(t, state) {
    const [W, b] = cell.readout, { m, n_y, n_a } = e;
    const z = logits(params[W], params[b], state, n_y, m);
    const d = softmax(z, m).map((one) => one / m);
    let sum = 0;
    for (let s = 0; s < m; s++) {
      const label = target[s * e.T_x + t], column = z.filter((_, at) => at % m === s);
      const top = Math.max(...column);
      sum += top + Math.log(column.reduce((all, one) => all + Math.exp(one - top), 0));
      sum -= column[label];
      // y - 1 before the division, as the engine has it
      d[label * m + s] = (d[label * m + s] * m - 1) / m;
    }
    losses[t] = sum / m;
    const da = new Float64Array(state.length);
    addProductBack(d, params[W], felt[W], n_a, 0, state, da, m);
    addBiasBack(d, felt[b], m);
    return da;
  }
}

// W a + b, (n_y, m).
/** @param {Float64Array} W @param {Float64Array} b @param {Float64Array} a @param {number} n_y
 * @param {number} m */
export function logits(W, b, a, n_y, m) {
  const z = new Float64Array(n_y * m);
  addProduct(z, W, a.length / m, 0, a, m);
  addBias(z, b, m);
  return z;
}

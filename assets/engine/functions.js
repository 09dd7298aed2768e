// Functions that JavaScript lacks, as rnnviz/core/activations.py has them.

/** @param {number} z */
export const sigmoid = (z) => 0.5 + 0.5 * Math.tanh(0.5 * z);
/** @param {number} z */
export const softplus = (z) => Math.log1p(Math.exp(-Math.abs(z))) + Math.max(0, z);
/** @param {number} u @param {number} v */
export const greater = (u, v) => Number(u > v);
/** @param {number} u @param {number} v */
export const notLess = (u, v) => Number(u >= v);

// Over the rows of an array (n, m), shifted by the largest so that nothing overflows.
/** @param {Float64Array} z @param {number} m */
export function softmax(z, m) {
  const y = new Float64Array(z.length);
  for (let s = 0; s < m; s++) {
    let top = -Infinity, total = 0;
    for (let at = s; at < z.length; at += m) top = Math.max(top, z[at]);
    for (let at = s; at < z.length; at += m) total += y[at] = Math.exp(z[at] - top);
    for (let at = s; at < z.length; at += m) y[at] /= total;
  }
  return y;
}

// d s - s (sum of d s over the rows): its Jacobian is diag(s) - s s^T.
/** @param {Float64Array} d @param {Float64Array} s @param {number} m */
export function softmaxBack(d, s, m) {
  const felt = d.map((one, at) => one * s[at]);
  for (let column = 0; column < m; column++) {
    let sum = 0;
    for (let at = column; at < s.length; at += m) sum += d[at] * s[at];
    for (let at = column; at < s.length; at += m) felt[at] -= s[at] * sum;
  }
  return felt;
}

// A random orthogonal matrix as rnnviz/core/initialisers.py draws it.

/** @typedef {{ v: Float64Array, first: number, square: number }} Mirror v is 0 before `first` */

// Q of Householder's QR of a matrix (n, n), its signs such that R has a positive diagonal: so it is
// the one that any other QR gives, too.
/** @param {Float64Array} matrix row by row @param {number} n */
export function orthogonal(matrix, n) {
  const R = matrix.slice();
  /** @type {Mirror[]} */
  const mirrors = [];
  const signs = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    const v = new Float64Array(n);
    for (let i = k; i < n; i++) v[i] = R[i * n + k];
    const norm = Math.hypot(...v);
    const diagonal = v[k] > 0 ? -norm : norm; // away from v, so that nothing cancels
    signs[k] = (k < n - 1 ? diagonal : v[k]) < 0 ? -1 : 1;
    // The last column is left as it is: a mirror of one number would only change its sign.
    if (k < n - 1) v[k] -= diagonal;
    else v.fill(0);
    const mirror = { v, first: k, square: v.reduce((sum, one) => sum + one * one, 0) };
    reflect(R, mirror, n);
    mirrors.push(mirror);
  }
  const Q = new Float64Array(n * n);
  for (let i = 0; i < n; i++) Q[i * n + i] = 1;
  for (const mirror of mirrors.reverse()) reflect(Q, mirror, n);
  return Q.map((one, at) => one * signs[at % n]);
}

// matrix - 2 v (v^T matrix) / (v^T v), in place, row after row as they lie.
/** @param {Float64Array} matrix @param {Mirror} mirror @param {number} n */
function reflect(matrix, { v, first, square }, n) {
  if (square === 0) return;
  const dots = new Float64Array(n);
  for (let i = first; i < n; i++) {
    for (let j = 0; j < n; j++) dots[j] += v[i] * matrix[i * n + j];
  }
  for (let j = 0; j < n; j++) dots[j] = (2 * dots[j]) / square;
  for (let i = first; i < n; i++) {
    for (let j = 0; j < n; j++) matrix[i * n + j] -= dots[j] * v[i];
  }
}

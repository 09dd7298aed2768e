// Products of matrices, row by row.

// z += W[:, first : first + n] v, of W (rows, width), v (n, m) and z (rows, m).
/** @param {Float64Array} z @param {Float64Array} W @param {number} width @param {number} first
 * @param {Float64Array} v @param {number} m */
export function addProduct(z, W, width, first, v, m) {
  const rows = z.length / m, n = v.length / m;
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < n; k++) {
      const w = W[i * width + first + k];
      for (let s = 0; s < m; s++) z[i * m + s] += w * v[k * m + s];
    }
  }
}

// dv += W^T dz and dW += dz v^T, of the same columns.
/** @param {Float64Array} dz @param {Float64Array} W @param {Float64Array} dW
 * @param {number} width @param {number} first @param {Float64Array} v @param {Float64Array} dv
 * @param {number} m */
export function addProductBack(dz, W, dW, width, first, v, dv, m) {
  const rows = dz.length / m, n = v.length / m;
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < n; k++) {
      const place = i * width + first + k, w = W[place];
      let sum = 0;
      for (let s = 0; s < m; s++) {
        dv[k * m + s] += w * dz[i * m + s];
        sum += dz[i * m + s] * v[k * m + s];
      }
      dW[place] += sum;
    }
  }
}

// z[i, s] += b[i].
/** @param {Float64Array} z @param {Float64Array} b @param {number} m */
export function addBias(z, b, m) {
  for (let i = 0, at = 0; at < z.length; i++) {
    for (const end = at + m; at < end; at++) z[at] += b[i];
  }
}

// db[i] += the sum of dz[i, s] over s.
/** @param {Float64Array} dz @param {Float64Array} db @param {number} m */
export function addBiasBack(dz, db, m) {
  for (let i = 0, at = 0; at < dz.length; i++) {
    for (const end = at + m; at < end; at++) db[i] += dz[at];
  }
}

// The largest, the median and the smallest singular value of a matrix: by mirrors to two diagonals
// (Golub & Kahan 1965), of which one counts how many values lie below a number.

import { normOf } from "./measures.js";

const HALVINGS = 110; // of the ends between which a value lies: to its last digit, however small

// Of a square matrix by its rows, which are used up; NaN where it is not finite.
/** @param {Float64Array[]} matrix */
export function singularEnds(matrix) {
  const n = matrix.length, whole = normOf(...matrix);
  if (!Number.isFinite(whole)) return [NaN, NaN, NaN];
  const some = matrix.filter((row) => row.some((one) => one !== 0)); // rows of zeros are not rounded
  const used = [...matrix.keys()].filter((j) => some.some((row) => row[j] !== 0));
  const packed = some.map((row) => Float64Array.from(used, (j) => row[j] / whole));
  const tall = packed.length < used.length ? used.map((_, j) => Float64Array.from(packed, (row) => row[j])) : packed;
  const none = n - (tall[0]?.length ?? 0), diagonals = none < n ? twoDiagonals(tall) : new Float64Array(0);
  // The place-th from below, of which the first are the zeros.
  const value = (/** @type {number} */ place) => (place < none ? 0 : whole * valueAt(diagonals, place - none));
  const half = n >> 1;
  return [value(n - 1), n % 2 ? value(half) : (value(half - 1) + value(half)) / 2, value(0)];
}

// The numbers d1, f1, d2, f2, .. of the matrix that mirrors from both sides leave of this one, its rows
// at least as many as its columns.
/** @param {Float64Array[]} rows */
function twoDiagonals(rows) {
  const width = rows[0].length, numbers = new Float64Array(2 * width - 1);
  for (let k = 0; k < width; k++) {
    const column = Float64Array.from(rows.slice(k), (row) => row[k]);
    numbers[2 * k] = mirror(column);
    const weights = new Float64Array(width);
    for (let i = k; i < rows.length; i++) add(weights, rows[i], column[i - k], k + 1);
    for (let i = k; i < rows.length; i++) add(rows[i], weights, -column[i - k], k + 1);
    if (k + 1 === width) break;
    const along = rows[k].slice(k + 1);
    numbers[2 * k + 1] = mirror(along);
    for (let i = k + 1; i < rows.length; i++) {
      const row = rows[i];
      let dot = 0;
      for (let j = 0; j < along.length; j++) dot += along[j] * row[k + 1 + j];
      for (let j = 0; j < along.length; j++) row[k + 1 + j] -= dot * along[j];
    }
  }
  return numbers;
}

// v of the mirror 1 - v v^T that turns a vector on its first number, in its place; that number.
/** @param {Float64Array} v */
function mirror(v) {
  const norm = normOf(v);
  if (!norm) return 0;
  const first = v[0] > 0 ? -norm : norm, scale = 1 / Math.sqrt(norm * (norm + Math.abs(v[0])));
  v[0] -= first; // away from it, so that nothing cancels
  for (let at = 0; at < v.length; at++) v[at] *= scale;
  return first;
}

/** @param {Float64Array} to @param {Float64Array} from @param {number} times @param {number} first */
function add(to, from, times, first) {
  for (let j = first; j < to.length; j++) to[j] += times * from[j];
}

// The place-th singular value from below: between ends that are halved until they meet.
/** @param {Float64Array} numbers @param {number} place */
function valueAt(numbers, place) {
  let low = 0, high = 2 * normOf(numbers); // all are below the whole's norm
  for (let turn = 0; turn < HALVINGS; turn++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (below(numbers, middle) > place) high = middle;
    else low = middle;
  }
  return low;
}

// How many singular values are below a positive number: the negative pivots of the symmetric matrix
// with the numbers beside a diagonal of zeros, whose eigenvalues they are with both signs.
/** @param {Float64Array} numbers @param {number} value */
function below(numbers, value) {
  let count = 0, pivot = -value;
  for (let at = 0; ; at++) {
    if (pivot < 0) count++;
    if (at === numbers.length) return count - (numbers.length + 1) / 2;
    pivot = -value - numbers[at] ** 2 / (pivot || Number.MIN_VALUE);
  }
}

// What a picture's sentence counts: rnnviz/core/measures.py.

/** @param {number[] | Float64Array} values */
export function meanOf(values) {
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += values[at];
  return sum / values.length;
}

/** @param {number[]} values */
export function medianOf(values) {
  const ordered = [...values].sort((one, other) => one - other), half = values.length >> 1;
  return values.length % 2 ? ordered[half] : (ordered[half - 1] + ordered[half]) / 2;
}

const MOST_SWEEPS = 40; // a handful is enough

// Euclidean, at a scale that does not overflow.
/** @param {Float64Array[]} arrays */
export function normOf(...arrays) {
  let top = 0, sum = 0;
  for (const one of arrays) for (const value of one) top = Math.max(top, Math.abs(value));
  if (!top || !Number.isFinite(top)) return top;
  for (const one of arrays) for (const value of one) sum += (value / top) ** 2;
  return top * Math.sqrt(sum);
}

// Coordinates of states (rows of units) on their two first components, and their shares of the
// variance: rows are turned against one another until all are orthogonal (Hestenes 1958).
/** @param {Float64Array[]} states @returns {{ places: Float64Array[], shares: number[] }} */
export function principalComponents(states) {
  const T_x = states[0].length, none = () => new Float64Array(T_x);
  if (!states.every((row) => row.every(Number.isFinite))) {
    return { places: [none().fill(NaN), none().fill(NaN)], shares: [0, 0] };
  }
  const scale = Math.max(...states.map((row) => row.reduce((top, one) => Math.max(top, Math.abs(one)), 0))) || 1;
  const rows = states.map((row) => {
    const scaled = row.map((one) => one / scale), mean = meanOf(scaled);
    return scaled.map((one) => one - mean);
  });
  const loadings = states.map((_, at) => Float64Array.from(states, (_, place) => Number(at === place)));
  for (let sweep = 0; sweep < MOST_SWEEPS && turned(rows, loadings); sweep++);
  const sizes = rows.map((row) => dot(row, row));
  const total = sizes.reduce((sum, one) => sum + one, 0);
  const order = sizes.map((_, at) => at).sort((one, other) => sizes[other] - sizes[one]).slice(0, 2);
  const places = order.map((at) => {
    const most = loadings[at].reduce((best, one) => (Math.abs(one) > Math.abs(best) ? one : best), 0);
    return rows[at].map((one) => (most < 0 ? -one : one) * scale);
  });
  const shares = order.map((at) => (total > 0 ? sizes[at] / total : 0));
  return places.length < 2 ? { places: [...places, none()], shares: [...shares, 0] } : { places, shares };
}

/** @param {Float64Array} one @param {Float64Array} other */
function dot(one, other) {
  let sum = 0;
  for (let at = 0; at < one.length; at++) sum += one[at] * other[at];
  return sum;
}

// One sweep over all pairs; whether any was turned.
/** @param {Float64Array[]} rows @param {Float64Array[]} loadings */
function turned(rows, loadings) {
  const rounding = 2 ** -52 * (1 + rows[0].length);
  let any = false;
  for (let p = 0; p < rows.length; p++) {
    for (let q = p + 1; q < rows.length; q++) {
      const one = dot(rows[p], rows[p]), other = dot(rows[q], rows[q]), both = dot(rows[p], rows[q]);
      if (Math.abs(both) <= rounding * Math.sqrt(one * other)) continue;
      any = true;
      const way = (other - one) / (2 * both);
      const tan = (way < 0 ? -1 : 1) / (Math.abs(way) + Math.hypot(1, way));
      const cos = 1 / Math.hypot(1, tan), sin = cos * tan;
      for (const [first, second] of [[rows[p], rows[q]], [loadings[p], loadings[q]]]) {
        for (let k = 0; k < first.length; k++) {
          const was = first[k];
          first[k] = cos * was - sin * second[k];
          second[k] = sin * was + cos * second[k];
        }
      }
    }
  }
  return any;
}

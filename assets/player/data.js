// The message from Python: 4 bytes with the header's length, the header as JSON, then one block of
// float64 for each array that the header names. Numbers are the engine's own.

/** @param {Uint8Array} bytes @returns {Run[]} */
export function read(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  const numbers = new Float64Array(bytes.slice(4 + length).buffer); // a copy, because aligned
  const { runs: several, ...shared } = head;
  let from = 0;
  const runs = several.map((/** @type {any} */ own) => {
    /** @type {Record<string, Table>} */
    const arrays = {};
    for (const [name, rows, columns] of own.arrays) {
      const values = numbers.subarray(from, from + rows * columns);
      arrays[name] = { values, rows, columns, top: largest(values) };
      from += rows * columns;
    }
    return { ...shared, ...own, arrays, count: shared.steps.length, byName: byName(own.nodes) };
  });
  share(runs);
  return runs;
}

// One scale for the same thing in all cells, so that lit and dark may be compared: one for each
// quantity, or for all states where there are several cells, and one for all gradients of states.
/** @param {Run[]} runs */
function share(runs) {
  /** @type {Record<string, number>} */
  const tops = {};
  const scaleOf = (/** @type {Run} */ run, /** @type {string} */ name) => {
    if (run.states.some((state) => name === `d_${state}`)) return "felt";
    return runs.length > 1 && run.states.includes(name) ? "held" : `own ${name}`;
  };
  const every = runs.flatMap((run) =>
    Object.entries(run.arrays).map(([name, array]) => ({ array, scale: scaleOf(run, name) })));
  for (const { array, scale } of every) tops[scale] = Math.max(tops[scale] ?? 0, array.top);
  for (const { array, scale } of every) array.top = tops[scale] || 1;
}

/** @param {CellNode[]} list */
function byName(list) {
  return Object.fromEntries(list.map((item) => [item.name, item]));
}

/** @param {Float64Array} values */
function largest(values) {
  let top = 0;
  for (const value of values) if (Math.abs(value) > top && Math.abs(value) < Infinity) top = Math.abs(value);
  return top;
}

/** @type {(array: Table, unit: number, column: number) => number} */
export const at = (array, unit, column) => array.values[unit * array.columns + column];

// Where a row of the tape has the k-th kept step: states have one moment more, the initial one.
/** @type {(run: Run, panel: Heatmap, k: number) => number} */
export const columnOf = (run, panel, k) =>
  panel.kind === "state" || panel.kind === "gradient" ? run.after[k] : k;

// The class that the output thinks likeliest at the k-th kept step, from 0.
/** @param {Run} run @param {number} k */
export function likeliest(run, k) {
  const { y } = run.arrays;
  let best = 0;
  for (let row = 1; row < y.rows; row++) if (at(y, row, k) > at(y, best, k)) best = row;
  return best;
}

// The word of the k-th kept step, in quotes behind its number; nothing where the input has none.
/** @type {(run: Run, k: number) => string} */
export const wordAt = (run, k) => (run.words[k] ? ` “${run.words[k]}”` : "");

// What every node of the diagram holds at the k-th kept step, for one unit. The new states are the
// engine's, and so are gates and pre-activations; only what lies between is computed here.
/** @param {Run} run @param {number} k @param {number} unit */
export function valuesAt(run, k, unit) {
  /** @type {Numbers} */
  const values = {};
  for (const node of run.nodes) {
    const inputs = node.inputs.map((name) => values[name]);
    const { kind, name } = node;
    if (node.root) values[name] = at(run.arrays[node.root], unit, run.after[k]);
    else if (kind === "parameter") values[name] = at(run.arrays[name], unit, 0);
    else if (node.named) values[name] = at(run.arrays[node.named], unit, k);
    else if (kind === "previous") values[name] = at(run.arrays[node.of], unit, run.before[k]);
    else if (kind === "gate" || kind === "block") values[name] = at(run.arrays[name], unit, k);
    else if (kind === "state") values[name] = at(run.arrays[name], unit, run.after[k]);
    else if (kind === "output") values[name] = at(run.arrays.y, likeliest(run, k), k);
    else if (OPERATIONS[kind]) values[name] = OPERATIONS[kind](inputs);
  }
  return values;
}

/** @type {Record<string, (inputs: number[]) => number>} */
const OPERATIONS = {
  product: (inputs) => inputs.reduce((a, b) => a * b),
  sum: (inputs) => inputs.reduce((a, b) => a + b),
  difference: ([a, b]) => a - b,
  quotient: ([a, b]) => a / b,
  negative: ([a]) => -a,
  max: ([a, b]) => Math.max(a, b),
  min: ([a, b]) => Math.min(a, b),
  complement: ([a]) => 1 - a,
  sigmoid: ([a]) => 1 / (1 + Math.exp(-a)),
  tanh: ([a]) => Math.tanh(a),
  relu: ([a]) => Math.max(0, a),
  exp: ([a]) => Math.exp(a),
  log: ([a]) => Math.log(a),
  sqrt: ([a]) => Math.sqrt(a),
  abs: ([a]) => Math.abs(a),
  sin: ([a]) => Math.sin(a),
  cos: ([a]) => Math.cos(a),
  softplus: ([a]) => Math.log1p(Math.exp(-Math.abs(a))) + Math.max(0, a),
};

// The local derivative of an operation's value by its j-th input.
/** @type {Record<string, (inputs: number[], j: number, value: number) => number>} */
const SLOPES = {
  product: (inputs, j) => inputs.reduce((all, v, i) => (i === j ? all : all * v), 1),
  sum: () => 1,
  difference: (inputs, j) => (j ? -1 : 1),
  quotient: ([, b], j, v) => (j ? -v / b : 1 / b),
  negative: () => -1,
  max: ([a, b], j) => ((j ? b > a : a >= b) ? 1 : 0),
  min: ([a, b], j) => ((j ? a > b : b >= a) ? 1 : 0),
  complement: () => -1,
  sigmoid: (inputs, j, v) => v * (1 - v),
  tanh: (inputs, j, v) => 1 - v * v,
  relu: (inputs, j, v) => (v > 0 ? 1 : 0),
  exp: (inputs, j, v) => v,
  log: ([a]) => 1 / a,
  sqrt: (inputs, j, v) => 0.5 / v,
  abs: ([a]) => Math.sign(a),
  sin: ([a]) => Math.cos(a),
  cos: ([a]) => -Math.sin(a),
  softplus: ([a]) => 1 / (1 + Math.exp(-a)),
};

// How the loss feels every node at the k-th kept step, and what each wire carries back. States,
// pre-activations and the late gates' operand are the engine's; between them the chain rule runs.
/** @param {Run} run @param {number} k @param {number} unit @param {Numbers} values */
export function gradientsAt(run, k, unit, values) {
  /** @type {Numbers} */
  const felt = {};
  /** @type {Numbers} */
  const carried = {};
  const fixed = (/** @type {string} */ name) =>
    run.arrays[name] ? at(run.arrays[name], unit, k) : NaN;
  for (const node of run.nodes) {
    if (node.root) felt[node.name] = at(run.arrays[`d_${node.root}`], unit, run.after[k]);
    if (node.kind === "state") felt[node.name] = at(run.arrays[`d_${node.name}`], unit, run.after[k]);
  }
  for (const node of [...run.nodes].reverse()) {
    const inputs = node.inputs.map((name) => values[name]);
    node.inputs.forEach((source, j) => {
      let share = SLOPES[node.kind]?.(inputs, j, values[node.name]) * felt[node.name];
      if (node.kind === "state" || node.kind === "output") return;
      if (run.byName[source].kind === "block") share = fixed(`d_z_${run.byName[source].of}`);
      if (node.kind === "gate" || node.kind === "block") share = fixed(`d_z_${node.of}`);
      if (node.kind === "join") share = source === "x" ? NaN : joined(run, k, unit, node, source);
      const wire = `${source}>${node.name}`;
      carried[wire] = (carried[wire] ?? 0) + share;
      if (!run.byName[source].root) felt[source] = (felt[source] ?? 0) + share;
    });
  }
  for (const node of run.nodes) {
    if (node.kind === "previous") felt[node.name] = at(run.arrays[`d_${node.of}`], unit, run.before[k]);
    if (node.kind !== "state") continue;
    const [root] = node.inputs; // what comes from the steps after: the whole, less what went elsewhere
    const elsewhere = run.wires.filter((w) => w.source === root && w.target !== node.name);
    const rest = elsewhere.reduce((sum, w) => sum + carried[`${root}>${w.target}`], 0);
    carried[`${root}>${node.name}`] = felt[node.name] - (run.byName[root].root ? rest : 0);
  }
  return { felt, carried };
}

/** @param {Run} run @param {number} k @param {number} unit @param {CellNode} join @param {string} source */
function joined(run, k, unit, join, source) {
  if (run.byName[source].kind !== "previous") return at(run.arrays.d_operand, unit, k);
  return at(run.arrays[`d_${run.byName[source].of}`], unit, run.before[k]);
}

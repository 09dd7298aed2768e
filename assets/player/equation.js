// One line of the paper with this step's numbers, for the node under the eye.

import { at, gradientsAt, valuesAt } from "./data.js";
import { bracketed, digits } from "./ink.js";

/** @type {Record<string, string>} */
const SIGNS = { product: " · ", sum: " + ", difference: " − ", quotient: " / " };
/** @type {Record<string, string>} */
const CALLS = {
  ...{ sigmoid: "σ", tanh: "tanh", relu: "max(0, ·)", softmax: "softmax", exp: "exp", log: "log" },
  ...{ sqrt: "sqrt", abs: "abs", sin: "sin", cos: "cos", softplus: "softplus" },
};

// A state's equation is that of the operation which gives it.
/** @type {(run: Run, node: CellNode) => CellNode} */
const shownFor = (run, node) => (node.kind === "state" ? run.byName[node.inputs[0]] : node);

/** @param {Run} run @param {CellNode} node @param {number} k @param {number} unit
 * @param {boolean} backward @returns {{ letters: string, numbers: string, line?: string }} */
export function equationOf(run, node, k, unit, backward) {
  const values = valuesAt(run, k, unit);
  const shown = shownFor(run, node);
  if (backward) return gradientLines(run, node, shown, k, unit, values);
  return { letters: shown.letters, numbers: numberLine(run, shown, k, unit, values) };
}

// The same before the step has reached the node: letters alone.
/** @param {Run} run @param {CellNode} node @param {boolean} backward */
export function formulaOf(run, node, backward) {
  const shown = shownFor(run, node);
  const letters = backward && node.kind !== "input" ? `${lossBy(node, shown)} = …` : shown.letters;
  return { letters, numbers: "", line: letters };
}

// What a unit of a state is at a step, or how much the loss feels all of its units.
/** @param {Run} run @param {CellNode} node @param {number} k @param {number} unit
 * @param {boolean} backward @param {boolean} reached whether the step has come as far */
export function shortOf(run, node, k, unit, backward, reached) {
  const column = run.after[k];
  const value = backward
    ? normAt(run.arrays[`d_${node.name}`], column)
    : at(run.arrays[node.name], unit, column);
  return `${backward ? `‖dL/d${node.symbol}‖` : node.symbol} = ${reached ? digits(value) : "…"}`;
}

/** @param {CellNode} node @param {CellNode} shown */
function lossBy(node, shown) {
  const name = node.kind === "state" || !shown.root ? node.symbol : shown.rootSymbol;
  return `dL/d${/[ ·+−(]/.test(name) ? `(${name})` : name}`;
}

/** @param {Run} run @param {CellNode} node @param {number} k @param {number} unit
 * @param {Numbers} values */
function numberLine(run, node, k, unit, values) {
  const value = digits(values[node.name]);
  const inputs = node.inputs.map((name) => bracketed(values[name]));
  const left = node.root ? node.rootSymbol : node.symbol;
  if (node.kind === "gate") {
    const z = digits(at(run.arrays[`z_${node.of}`], unit, k));
    return `${left} = ${CALLS[node.squash]}(${z}) = ${value}`;
  }
  if (["previous", "block", "parameter"].includes(node.kind)) return `${left} = ${value}`;
  if (node.kind === "input" || node.kind === "output") {
    const array = run.arrays[node.kind === "input" ? "x" : "y"];
    const some = { length: Math.min(4, array.rows) };
    const first = Array.from(some, (_, i) => digits(at(array, i, k)));
    return `${left} = [${first.join(", ")}${array.rows > 4 ? ", …" : ""}]`;
  }
  if (node.kind === "join") {
    const widths = node.inputs.map((name) => run.arrays[name === "x" ? name : run.states[0]].rows);
    return `${widths.join(" + ")} numbers`;
  }
  const start = node.root || node.named ? `${left} = ` : "";
  if (node.kind === "complement") return `${start}1 − ${inputs[0]} = ${value}`;
  if (node.kind === "negative") return `${start}−${inputs[0]} = ${value}`;
  if (node.kind === "max" || node.kind === "min") {
    const both = node.inputs.map((name) => digits(values[name])).join(", ");
    return `${start}${node.kind}(${both}) = ${value}`;
  }
  if (node.kind === "relu") return `${start}max(0, ${digits(values[node.inputs[0]])}) = ${value}`;
  if (CALLS[node.kind]) {
    const more = node.kind === "softmax" ? ", …" : "";
    return `${start}${CALLS[node.kind]}(${digits(values[node.inputs[0]])}${more}) = ${value}`;
  }
  return `${start}${inputs.join(SIGNS[node.kind])} = ${value}`;
}

/** @param {Run} run @param {CellNode} node @param {CellNode} shown @param {number} k
 * @param {number} unit @param {Numbers} values */
function gradientLines(run, node, shown, k, unit, values) {
  const { felt, carried } = gradientsAt(run, k, unit, values);
  const d = lossBy(node, shown);
  if (node.kind === "output") return { letters: node.letters, numbers: "" };
  if (node.kind === "input")
    return { letters: node.letters, numbers: "its gradient is a product with the weights" };
  const value = digits(felt[node.name]);
  if (node.kind === "gate") {
    const v = values[node.name];
    const open = `${digits(v)} · (1 − ${digits(v)})`;
    const slope = node.squash === "sigmoid" ? open : `(1 − ${bracketed(v)}²)`;
    const dz = digits(at(run.arrays[`d_z_${node.of}`], unit, k));
    const numbers = `dL/dz_{${node.plain}} = ${bracketed(felt[node.name])} · ${slope} = ${dz}`;
    return { letters: `${d} = ${value}`, numbers };
  }
  const state = node.kind === "state" ? node.name : shown.root ?? (node.kind === "previous" ? node.of : "");
  const column = node.kind === "previous" ? run.before[k] : run.after[k];
  const letters = `${d} = ${value}`;
  if (!state) {
    const to = (/** @type {string} */ source) => `to ${run.byName[source].symbol} ${digits(carried[`${source}>${node.name}`])}`;
    return { letters, numbers: node.kind === "block" ? `felt by unit ${unit + 1}` : node.inputs.map(to).join(", ") };
  }
  const norm = digits(normAt(run.arrays[`d_${state}`], column));
  return { letters, numbers: `norm over all units ${norm}`, line: `${letters}, norm ${norm}` };
}

/** @param {Table} array @param {number} column */
export function normAt(array, column) {
  const felt = Array.from({ length: array.rows }, (_, unit) => at(array, unit, column));
  return Math.hypot(...felt);
}

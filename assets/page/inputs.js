// Inputs with a meaning, as rnnviz/core/symbols.py has them, and tables of one's own; the cell that
// an experiment names. Whatever is wrong throws one sentence.

import { cut } from "./words.js";

const SPACE = "\u2423"; // how a space is written under a step
/** @type {Map<string, number[][]>} */
const tables = new Map(); // by their word in a link

/** @param {string} word @param {unknown} rows what somebody packed, (T_x, n_x); whether they are numbers */
export function keep(word, rows) {
  const numbers = Array.isArray(rows) && rows.length && rows.every((row) =>
    Array.isArray(row) && row.length && row.length === rows[0].length && row.every(Number.isFinite));
  if (numbers) tables.set(word, rows);
  return Boolean(numbers);
}

// The key of its cell in CELLS: one with an activation to choose is there once for each.
/** @param {any} e */
export const kindOf = (e) => (Object.hasOwn(CELLS, `${e.cell} ${e.activation}`) ? `${e.cell} ${e.activation}` : e.cell);

// The experiment with what its text or its table decides: sizes, and the input's rows by step.
/** @param {any} e */
export function settled(e) {
  if (e.signal === "csv") {
    const rows = tables.get(e.series);
    if (!rows) throw new Error("signal csv needs the series of a CSV as the dashboard packs it");
    for (const [name, size] of [["T_x", rows.length], ["n_x", rows[0].length]]) {
      const { high } = /** @type {Control} */ (SHOWN.controls.find((one) => one.name === name));
      if (Number(size) > high) throw new Error(`${name} must be at most ${high} in this file, got a series with ${size}`);
    }
    return { ...e, rows, n_x: rows[0].length, T_x: rows.length };
  }
  const own = SHOWN.symbols[e.signal];
  if (!own) return { ...e, rows: undefined };
  const { codes } = own, symbols = symbolsOf(e);
  const rows = symbols.map((one) => codes[one]);
  return { ...e, text: symbols.join(own.between), rows, n_x: rows[0].length, T_x: rows.length };
}

/** @param {any} e @returns {string[]} */
function symbolsOf({ signal, text }) {
  const { codes, between, text: usual } = SHOWN.symbols[signal];
  const whole = `${text || usual}`.toLowerCase();
  /** @type {string[]} */
  const symbols = between ? whole.split(/\s+/).filter(Boolean) : [...whole];
  const unknown = symbols.find((one) => !Object.hasOwn(codes, one));
  if (unknown !== undefined) {
    throw new Error(`text must be made of ${Object.keys(codes).map(seen).join(", ")}, got ${cut(unknown)}`);
  }
  if (!symbols.length || symbols.length > SHOWN.most) {
    throw new Error(`text must have 1 to ${SHOWN.most} symbols, a step each, got ${symbols.length}`);
  }
  return symbols;
}

const seen = (/** @type {string} */ one) => (one === " " ? SPACE : one);

// What its steps are called, and the symbol that a click on each row makes ("": the next in turn).
/** @param {any} e */
export function labels(e) {
  const own = SHOWN.symbols[e.signal];
  if (!own) return { words: [], edits: [] };
  const every = Object.keys(own.codes).map(seen), n_x = own.codes[Object.keys(own.codes)[0]].length;
  const edits = n_x === every.length ? every : Array.from({ length: n_x }, () => "");
  return { words: own.named ? symbolsOf(e).map(seen) : [], edits };
}

// The text after a click on one number of the input.
/** @param {any} e @param {{ t: number, row: number }} place */
export function edited(e, { t, row }) {
  const { codes, between } = SHOWN.symbols[e.signal], symbols = symbolsOf(e), every = Object.keys(codes);
  const one = codes[symbols[t]].length === every.length && every[row] !== symbols[t];
  symbols[t] = one ? every[row] : every[(every.indexOf(symbols[t]) + 1) % every.length];
  return symbols.join(between);
}

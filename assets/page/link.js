// What stands after "#": a page and the dashboard's words, "Gates?v=2&cell=gru". None is trusted.

import { VIEWS } from "../figures/views.js";
import { picksOf } from "./picks.js";

import { settled } from "./inputs.js";
import { cut } from "./words.js";

const PLACES = ["t", "sequence", "unit"];

/** @typedef {import("./picks.js").Picks} Picks */
/** @typedef {{ e: any, chosen: Chosen, view: string, picks: Picks, problems: string[] }} Asked */

// The settings, where the player stands, and a sentence for each word that was not taken.
/** @param {string} hash @returns {Asked} */
export function fromLink(hash) {
  const [, page = "Step", rest] = /** @type {string[]} */ (hash.match(/^#?\/?(?:([A-Z]\w*)(?:\?|$))?([^]*)$/));
  const words = new URLSearchParams(rest), view = page in VIEWS ? page : "Step";
  const { own } = SHOWN;
  if (own.equations && words.get("equations") === own.equations && words.get("cell") === own.cell) {
    words.set("cell", "own");
    words.delete("equations");
  }
  const named = Object.values(SHOWN.letters).some((name) => words.has(name));
  const v = words.get("v") ?? (named ? SHOWN.unsaid : SHOWN.version);
  /** @type {string[]} */
  const problems = page === view ? [] : [`The page ${cut(page)} is not in this file: Step is shown`];
  if (!Object.hasOwn(SHOWN.versions, v)) problems.push(`v=${cut(v)} is unknown: read as version ${SHOWN.version}`);
  /** @type {any} */
  let e = { text: "", series: "", ...(Object.hasOwn(SHOWN.versions, v) ? SHOWN.versions[v] : SHOWN.versions[SHOWN.version]) };
  for (const control of SHOWN.controls) {
    const word = words.get(control.name);
    if (word === null) continue;
    const value = judged(control, word);
    if (value === null) problems.push(`${control.name} must be ${wanted(control)}, got ${cut(word)}; ${e[control.name]} is used`);
    else e[control.name] = value;
  }
  for (const [name, word] of Object.entries(SHOWN.only)) {
    const given = words.get(name);
    if (given !== null && given !== word) problems.push(`${name}=${cut(given)} is not in this file: ${word || "nothing"} is used`);
  }
  if (words.has("x")) problems.push("x must be a short link as the dashboard makes it; it is left out");
  try {
    e = settled({ ...e, text: words.get("text") ?? "", series: words.get("series") ?? "" });
  } catch (error) {
    problems.push(`${/** @type {Error} */ (error).message}; the signal gaussian is used`);
    e = settled({ ...e, signal: "gaussian" });
  }
  const ends = [e.T_x, e.m, e.n_a].map(Number);
  const [t, sequence, unit] = PLACES.map((name, at) => {
    const number = Math.trunc(Number(words.get(name)) || 1);
    return Math.min(Math.max(number, 1), ends[at]) - 1;
  });
  const direction = words.get("direction") === "backward" ? "backward" : "forward";
  return { e, chosen: { t, sequence, unit, direction }, view, picks: picksOf(words, e, problems), problems };
}

// The value of a word; null where it is none that the control takes.
/** @param {Control} control @param {string} word */
export function judged({ low, high, whole, choices }, word) {
  if (choices.length) return choices.some(([name]) => name === word) ? word : null;
  const number = word.trim() ? Number(word) : NaN;
  return number >= low && number <= high && (!whole || Number.isInteger(number)) ? number : null;
}

/** @param {Control} control */
export const wanted = ({ low, high, whole, choices }) =>
  choices.length ? `one of ${choices.map(([name]) => name).join(", ")}`
    : `a ${whole ? "whole " : ""}number from ${low} to ${high}`;

/** @param {any} e @param {Chosen} chosen @param {string} view
 * @param {Picks} picks */
export function toLink(e, chosen, view, { units, clip, lag, cells }) {
  const words = new URLSearchParams({ v: SHOWN.version });
  for (const { name } of SHOWN.controls) words.set(name, `${e[name]}`);
  if (SHOWN.symbols[e.signal]) words.set("text", `${e.text}`);
  if (e.signal === "csv") words.set("series", `${e.series}`);
  if (e.cell === "own") for (const [name, word] of Object.entries(SHOWN.own)) words.set(name, word);
  for (const name of PLACES) words.set(name, `${Number(chosen[/** @type {"t"} */ (name)]) + 1}`);
  words.set("direction", chosen.direction);
  words.set("units", units.map((unit) => unit + 1).join("-"));
  words.set("lag", `${lag}`);
  words.set("clip", `${clip}`);
  words.set("cells", cells.join("-"));
  return `#${view}?${words}`;
}

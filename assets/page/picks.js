// What a page of pictures lets one choose beside the experiment: words of the link, as in the
// dashboard.

/** @typedef {{ units: number[], clip: number, lag: number, cells: string[] }} Picks units from 0, the clip as a power of
 * ten, the cells to compare */

import { cut } from "./words.js";

const CLIP = 4; // powers of ten to either side
const LINES = 8; // at most

/** @param {URLSearchParams} words @param {any} e @param {string[]} problems @returns {Picks} */
export function picksOf(words, e, problems) {
  const clip = Number(words.get("clip") ?? 0), cells = (words.get("cells") ?? "").split("-").filter(Boolean);
  const wrong = cells.find((one) => !Object.hasOwn(SHOWN.cells, one) || one.includes(" "));
  if (wrong) problems.push(`cells must be one of ${SHOWN.beside.usual.join(", ")}, ..., got ${cut(wrong)}; it is left out`);
  return {
    units: unitsOf(words.get("units") ?? "", e.n_a), clip: clip >= -CLIP && clip <= CLIP ? clip : 0,
    cells: cellsOf(cells, e), lag: Math.min(Math.max(Math.trunc(Number(words.get("lag")) || e.T_x), 1), e.T_x),
  };
}

// The cells to compare, in the menu's order, the experiment's own always among them; the notebook's
// three where no other is named.
/** @param {string[]} named @param {any} e */
export function cellsOf(named, e) {
  const every = Object.keys(SHOWN.cells).filter((one) => !one.includes(" ")), own = [e.cell];
  if (e.cell === "own") own.push(`${SHOWN.own.cell}`); // what it was made from
  const right = [...new Set([...own, ...named.filter((one) => every.includes(one))])];
  const chosen = right.length > own.length ? right : [...new Set([...own, ...SHOWN.beside.usual])];
  return every.filter((one) => chosen.slice(0, SHOWN.beside.most).includes(one));
}

// Units of a word, "1-2-3"; the first three where it names none.
/** @param {string} word @param {number} n_a */
export function unitsOf(word, n_a) {
  const named = [...new Set(word.match(/\d+/g)?.map(Number))].filter((one) => one >= 1 && one <= n_a);
  const units = named.length ? named.slice(0, LINES) : [1, 2, 3].filter((one) => one <= n_a);
  return units.map((one) => one - 1);
}

// What a page's fields are: name, label, what stands in it, its ends.
/** @type {Record<string, string[]>} */
const FIELDS = { States: ["sequence", "units"], Gates: ["sequence", "unit"], Gradients: ["sequence", "lag", "clip"], Of: ["sequence"] };
/** @type {Record<string, string>} */
const NAMED = {
  sequence: "Sequence", unit: "Unit", units: "Units drawn as lines", lag: "Carry each loss back (steps)", clip: "Clip at a norm of 10ⁿ, n =",
};

// The fields of a page, with what stands in them.
/** @param {string} view @param {EngineSettings} e @param {Chosen} chosen @param {Picks} picks
 * @returns {HTMLElement[]} */
export function pickers(view, e, chosen, picks) {
  if (view === "Compare") return [...pickers("Of", e, chosen, picks), cellPicker(picks.cells)];
  return (FIELDS[view] ?? []).map((name) => {
    const label = document.createElement("label"), input = document.createElement("input");
    const ends = { sequence: [1, e.m], unit: [1, e.n_a], lag: [1, e.T_x], clip: [-CLIP, CLIP] }[name];
    const value = { sequence: chosen.sequence + 1, unit: chosen.unit + 1, lag: picks.lag, clip: picks.clip }[name];
    input.name = name;
    if (ends) Object.assign(input, { type: "number", min: `${ends[0]}`, max: `${ends[1]}`, step: name === "clip" ? "0.5" : "1" });
    input.value = value === undefined ? picks.units.map((unit) => unit + 1).join("-") : `${value}`;
    label.append(NAMED[name], input);
    return label;
  });
}

/** @param {string[]} chosen */
function cellPicker(chosen) {
  const group = document.createElement("fieldset"), legend = document.createElement("legend");
  legend.textContent = "Cells";
  const boxes = Object.entries(SHOWN.cells).filter(([name]) => !name.includes(" ")).map(([name, { own }]) => {
    const label = document.createElement("label"), input = document.createElement("input");
    Object.assign(input, { type: "checkbox", name: "cells", value: name, checked: chosen.includes(name) });
    label.append(input, own.title);
    return label;
  });
  group.append(legend, ...boxes);
  return group;
}

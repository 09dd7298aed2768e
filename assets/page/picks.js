// What a page of pictures lets one choose beside the experiment: words of the link, as in the
// dashboard.

/** @typedef {{ units: number[], clip: number }} Picks units from 0, the clip as a power of ten */

const CLIP = 4; // powers of ten to either side
const LINES = 8; // at most

/** @param {URLSearchParams} words @param {number} n_a @returns {Picks} */
export function picksOf(words, n_a) {
  const clip = Number(words.get("clip") ?? 0);
  return { units: unitsOf(words.get("units") ?? "", n_a), clip: clip >= -CLIP && clip <= CLIP ? clip : 0 };
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
const FIELDS = { States: ["sequence", "units"], Gates: ["sequence", "unit"], Gradients: ["clip"], Compare: ["sequence"] };
/** @type {Record<string, string>} */
const NAMED = {
  sequence: "Sequence", unit: "Unit", units: "Units drawn as lines", clip: "Clip at a norm of 10ⁿ, n =",
};

// The fields of a page, with what stands in them.
/** @param {string} view @param {EngineSettings} e @param {Chosen} chosen @param {Picks} picks */
export function pickers(view, e, chosen, picks) {
  return (FIELDS[view] ?? []).map((name) => {
    const label = document.createElement("label"), input = document.createElement("input");
    const ends = { sequence: [1, e.m], unit: [1, e.n_a], clip: [-CLIP, CLIP] }[name];
    const value = { sequence: chosen.sequence + 1, unit: chosen.unit + 1, clip: picks.clip }[name];
    input.name = name;
    if (ends) Object.assign(input, { type: "number", min: `${ends[0]}`, max: `${ends[1]}`, step: name === "clip" ? "0.5" : "1" });
    input.value = value === undefined ? picks.units.map((unit) => unit + 1).join("-") : `${value}`;
    label.append(NAMED[name], input);
    return label;
  });
}

// A file that somebody opens: rows of numbers as an input, or settings as a capsule holds them. None
// is trusted; what is wrong with one throws one sentence.

import { keep } from "./inputs.js";
import { packed } from "./token.js";
import { cut } from "./words.js";

const LARGEST = 4 << 20;
const DECIMAL = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;
let kept = 0; // tables that are too long for a link

// Its words as they would stand in a link.
/** @param {Blob} file */
export async function wordsOf(file) {
  if (file.size > LARGEST) throw new Error(`the file must have at most ${LARGEST >> 20} MB, got ${Math.ceil(file.size / 2 ** 20)}`);
  const text = await file.arrayBuffer().then((bytes) => new TextDecoder("utf-8", { fatal: true }).decode(bytes))
    .catch(() => { throw new Error("the file must be text: rows of numbers, or the settings.json of a capsule"); });
  if (text.trimStart().startsWith("{")) return settingsOf(text);
  return new URLSearchParams({ signal: "csv", series: await wordOf(rowsOf(text)) });
}

// Rows of numbers, a name above each column or none, with commas, semicolons, tabs or blanks between.
/** @param {string} text */
function rowsOf(text) {
  const lines = text.split(/\r?\n/).map((line) => line.trim()).filter(Boolean), [first = ""] = lines;
  const between = [";", "\t", ","].find((one) => first.includes(one)) ?? /\s+/;
  const cells = lines.map((line) => line.split(between).map((cell) => cell.trim()));
  const named = cells.length > 1 && cells[0].every((cell) => !DECIMAL.test(cell)) ? 1 : 0;
  return cells.slice(named).map((row, at) => {
    const wrong = row.find((cell) => !DECIMAL.test(cell) || !Number.isFinite(Number(cell)));
    if (wrong !== undefined) throw new Error(`line ${at + named + 1} of the file must hold numbers with a decimal point, got ${cut(wrong) || "nothing"}`);
    if (row.length !== cells[0].length) throw new Error(`line ${at + named + 1} of the file must hold ${cells[0].length} numbers, got ${row.length}`);
    return row.map(Number);
  });
}

// A table's word in a link; of one that is too long, a name by which this page knows it until it is closed.
/** @param {unknown} rows */
async function wordOf(rows) {
  const word = (await packed(JSON.stringify(rows))) ?? `of-this-page-${++kept}`;
  if (!keep(word, rows)) throw new Error("the file must hold rows of as many numbers each");
  return word;
}

/** @param {string} word */
export const stays = (word) => word.startsWith("of-this-page-");

/** @param {string} text */
async function settingsOf(text) {
  let given;
  try {
    given = JSON.parse(text);
  } catch {
    // told below
  }
  const fields = given?.experiment;
  if (!fields || typeof fields !== "object") throw new Error("the file must hold settings as a capsule's settings.json does");
  const words = new URLSearchParams({ v: `${given.rnnviz}` });
  for (const [name, value] of Object.entries(fields)) {
    if (["string", "number"].includes(typeof value) && value !== "") words.set(name, `${value}`);
  }
  if (Array.isArray(fields.series) && fields.series.length) words.set("series", await wordOf(fields.series));
  return words;
}

// What was predicted, read and held against what came: rnnviz/lessons/predictions.py in JavaScript.

import { general, raised } from "../figures/words.js";
import { cut } from "./words.js";

const OF_TEN = /^(?:([-+]?[\d.]+)[x×*·])?10\^([-+]?\d+)$/, LONGEST = 40; // characters
const WRITTEN = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;
const FLAT = "⁻⁰¹²³⁴⁵⁶⁷⁸⁹";

// A number as a sentence has it.
/** @param {number} value */
function inWords(value) {
  const [mantissa, exponent] = general(value + 0, 4).replace("-", "−").replace("e−", "e-").split("e");
  if (!exponent) return mantissa;
  const power = `10${raised(Number(exponent))}`;
  return mantissa === "1" ? power : `${mantissa}\u202f×\u202f${power}`;
}

// What was typed, as a number or the option that it is; throws one sentence.
/** @param {Prediction} prediction @param {string} word */
export function understood({ options }, word) {
  if (options) {
    if (!options.includes(word)) throw new Error(`a prediction must be one of the options, got ${cut(word)}`);
    return word;
  }
  const digits = (/** @type {string} */ some) => `^${[...some].map((one) => "-0123456789"[FLAT.indexOf(one)]).join("")}`;
  const text = word.replace(/\s+/g, "").replaceAll("−", "-").replace(/[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+/g, digits);
  const power = text.match(OF_TEN), plain = power ? `${power[1] ?? 1}e${power[2]}` : text;
  const value = WRITTEN.test(plain) && text.length <= LONGEST ? Number(plain) : NaN;
  if (!Number.isFinite(value)) throw new Error(`a prediction must be a number, got ${cut(word) || "nothing"}`);
  return value;
}

/** @param {Prediction} prediction @param {any} said @param {any} answer */
export function isRight({ options, tolerance, factor }, said, answer) {
  if (options) return said === answer;
  if (!factor) return Math.abs(said - answer) <= tolerance;
  return said * answer > 0 && Math.abs(Math.log(said / answer)) <= Math.log(tolerance);
}

// An answer with its unit.
/** @param {Prediction} prediction @param {any} value @returns {string} */
export const answerOf = ({ options, unit }, value) => (options ? value : `${inWords(value)} ${unit}`.trimEnd());

// What was said and what came, in one sentence.
/** @param {Prediction} prediction @param {any} said @param {any} answer */
export function difference(prediction, said, answer) {
  const { options, tolerance, factor } = prediction, right = isRight(prediction, said, answer);
  if (options) return right ? `You chose “${said}”. That is right.` : `You chose “${said}”; it is **“${answer}”**.`;
  const there = `You said ${answerOf(prediction, said)}; it is **${answerOf(prediction, answer)}**`;
  const high = factor ? Math.abs(said / answer) > 1 : said > answer;
  if (right) return `${there}. That is right${factor ? `, within a factor of ${general(tolerance)}` : ""}.`;
  if (factor && said * answer <= 0) return `${there}, so that no factor lies between the two.`;
  const ratio = Math.abs(said / answer), times = inWords(Math.max(ratio, 1 / ratio));
  return `${there}: too ${high ? "high" : "low"} by ${factor ? `a factor of ${times}` : answerOf(prediction, Math.abs(said - answer))}.`;
}

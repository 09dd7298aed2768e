// Numbers as they stand in a sentence: what rnnviz/core/phrases.py says, and Python's own formats.

const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

// Python rounds what lies exactly between two numbers to the even one, JavaScript away from zero.
/** @param {string} short as JavaScript rounds @param {string} long all of its digits */
function halfToEven(short, long) {
  const kept = long.slice(0, short.length);
  const between = /^\.?50*$/.test(long.slice(short.length));
  return between && "02468".includes(/** @type {string} */ (kept.at(-1))) ? kept : short;
}

// With so many digits after the point: Python's f"{value:.2f}".
/** @param {number} value @param {number} digits */
export const pointed = (value, digits) => halfToEven(value.toFixed(digits), value.toFixed(100));

/** @param {number} value @param {number} [digits] */
export const percent = (value, digits = 0) => `${pointed(value * 100, digits)}%`;

// With so many significant digits: Python's f"{value:.3g}".
/** @param {number} value @param {number} [digits] */
export function general(value, digits = 6) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  const [near, power] = value.toExponential(digits - 1).split("e");
  const [long, exact] = value.toExponential(100).split("e");
  const mantissa = power === exact ? halfToEven(near, long) : near, exponent = Number(power);
  const trimmed = (/** @type {string} */ text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
  if (exponent < -4 || exponent >= digits) {
    return `${trimmed(mantissa)}e${exponent < 0 ? "-" : "+"}${`${Math.abs(exponent)}`.padStart(2, "0")}`;
  }
  return trimmed(Number(`${mantissa}e${exponent}`).toFixed(Math.max(0, digits - 1 - exponent)));
}

/** @param {number} exponent */
export const raised = (exponent) =>
  `${exponent}`.replace("-", "⁻").replace(/\d/g, (digit) => RAISED[Number(digit)]);

// 0.0123, −4.56, 3.26 × 10⁻¹³.
/** @param {number} value @param {number} [digits] */
export function numeral(value, digits = 3) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "undefined" : value > 0 ? "∞" : "−∞";
  const [mantissa, exponent] = general(value + 0, digits).split("e");
  return `${mantissa}${exponent ? ` × 10${raised(Number(exponent))}` : ""}`.replace("-", "−");
}

// A number in a text alternative.
/** @param {number} value */
export const told = (value) => (Number.isFinite(value) ? general(value + 0, 3) : "not finite");

// One, one and another, or several with commas.
/** @param {string[]} every */
export function listed(every) {
  const front = every.slice(0, -1), last = every[every.length - 1];
  return front.length ? `${front.join(", ")} and ${last}` : last;
}

// How many times as much, where even that may be beyond a float, or below all of them.
/** @param {number} first @param {number} last */
export function ratio(first, last) {
  const times = first / last;
  if (first > 0 && times === 0) return "less than 10⁻³²³";
  return Number.isFinite(times) ? numeral(times) : "more than 10³⁰⁸";
}

// A number of three digits and what comes of its power, which a reader can calculate again.
/** @param {number} base @param {number} exponent */
export function powerOf(base, exponent) {
  const whole = Number(general(base, 3));
  return `${numeral(base)}${raised(exponent)} = ${numeral(whole ** exponent, 2)}`;
}

/** @param {Pass} run */
export function noStates({ done, finite, T_x, cell }) {
  if (finite === T_x) return "";
  const here = done.values[finite];
  const sound = cell.own.states.every((name) => here[name].every(Number.isFinite));
  return `the ${sound ? "outputs" : "states"} are not finite from t = ${finite + 1} on`;
}

/** @param {Pass} run */
export function noGradient(run) {
  const left = run.T_x - run.back;
  if (!left) return "";
  return noStates(run) || `the gradient is not finite from t = ${left} back`;
}

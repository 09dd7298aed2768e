// One axis of a picture: its range, where a number lies on it, and its ticks.

import { formatted } from "./format.js";

/** @typedef {{ at: number, text: string, raised?: string }} Tick */

export class Axis {
  low = 0;
  high = 1; // the numbers at both ends, exponents on a log axis
  /** @param {any} given what the layout says of it @param {Trace[]} traces on it @param {"x" | "y"} way
   * @param {number[] | undefined} zoomed */
  constructor(given, traces, way, zoomed) {
    this.given = given;
    this.log = given.type === "log";
    const named = traces.find((one) => typeof one[way]?.[0] === "string");
    /** @type {string[]} */
    this.names = named ? [...named[way]] : [];
    const [low, high] = zoomed ?? given.range ?? this.own(traces, way);
    const turned = given.autorange === "reversed" && !zoomed;
    [this.low, this.high] = turned ? [high, low] : [low, high];
    this.from = 0;
    this.to = 1; // pixels of both ends
  }

  // What its traces need: heatmaps and bars their halves, lines nothing along x, points their size.
  /** @param {Trace[]} traces @param {"x" | "y"} way */
  own(traces, way) {
    if (this.names.length) return [-0.5, this.names.length - 0.5];
    let low = Infinity, high = -Infinity, spread = way === "y" ? 0.055 : 0;
    for (const { type, mode, [way]: places, orientation } of traces) {
      const half = type === "heatmap" ? 0.5 : 0;
      if (half) spread = 0;
      else if (mode?.includes("markers")) spread = 0.07;
      if (orientation === "h") [low, spread] = [0, 0.05];
      for (const one of places) {
        if (!Number.isFinite(one)) continue;
        low = Math.min(low, one - half);
        high = Math.max(high, one + half);
      }
    }
    if (low > high) return [-1, 1];
    const more = (high - low) * spread || (high === low ? 1 : 0);
    return [this.given.rangemode === "tozero" ? low : low - more, high + more];
  }

  // Where a number of the axis lies, in pixels; of words, the place of theirs.
  /** @param {number | string} value */
  pixel(value) {
    const place = typeof value === "string" ? this.names.indexOf(value) : this.log ? Math.log10(value) : value;
    return this.from + ((place - this.low) / (this.high - this.low)) * (this.to - this.from);
  }

  // The number at a pixel, an exponent on a log axis.
  /** @param {number} pixel */
  value(pixel) {
    return this.low + ((pixel - this.from) / (this.to - this.from)) * (this.high - this.low);
  }

  /** @param {number} most @returns {Tick[]} */
  ticks(most) {
    const { given } = this, [low, high] = [this.low, this.high].sort((one, other) => one - other);
    const inside = (/** @type {number} */ one) => one >= low - 1e-9 * (high - low) && one <= high + 1e-9 * (high - low);
    if (this.names.length) return this.names.map((text, at) => ({ at, text }));
    if (given.tickvals) {
      const texts = given.ticktext ?? given.tickvals.map(String);
      return [...given.tickvals].map((at, k) => ({ at, text: texts[k] })).filter(({ at }) => inside(at));
    }
    if (this.log) {
      const step = Math.max(given.dtick ?? 1, Math.ceil((high - low) / most)), first = Math.ceil(low / step) * step;
      const count = Math.max(0, Math.floor((high - first) / step + 1e-9) + 1);
      return Array.from({ length: count }, (_, k) => first + k * step)
        .map((at) => ({ at: 10 ** at, text: "10", raised: `${at}`.replace("-", "−") }));
    }
    return evenly(low, high, most).map((at) => ({ at, text: written10(at, given.tickformat, high - low, most) }));
  }
}

/** @param {number} low @param {number} high @param {number} most */
function stepOf(low, high, most) {
  const rough = (high - low) / most, decade = 10 ** Math.floor(Math.log10(rough));
  return decade * (/** @type {number} */ ([1, 2, 5, 10].find((one) => one * decade >= rough * (1 - 1e-9))));
}

// At most so many numbers that end in 1, 2 or 5.
/** @param {number} low @param {number} high @param {number} most */
export function evenly(low, high, most) {
  const step = stepOf(low, high, most), first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  return Number.isFinite(count) ? Array.from({ length: count }, (_, k) => (first + k) * step) : [];
}

// A tick as it is written, with the digits that tell it from the next.
/** @param {number} at @param {string | undefined} format @param {number} whole @param {number} most */
export function written10(at, format, whole, most) {
  if (format) return formatted(format, at);
  const step = stepOf(0, whole, most), digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  if (digits > 4 || Math.abs(at) >= 1e6) return at ? at.toExponential(1).replace(/e\+?/, "e").replaceAll("-", "−") : "0";
  return at.toFixed(digits).replace(/^-(?=.*[1-9])/, "−").replace(/^-/, "");
}

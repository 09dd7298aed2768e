// Colours and numbers. Every colour comes from Python (rnnviz/figures/theme.py) with the message.

/** @type {(hex: string) => Colour} */
export const rgb = (hex) =>
  /** @type {Colour} */ ([1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16)));
/** @type {(colour: Colour) => string} */
export const css = ([r, g, b]) => `rgb(${r},${g},${b})`;

// Colours as the pixels of an ImageData, in this machine's order of bytes.
/** @param {Colour[]} colours */
export const pixels = (colours) =>
  new Uint32Array(Uint8ClampedArray.from(colours.flatMap((one) => [...one, 255])).buffer);

/** @type {Map<string, Colour[]>} */
const ramps = new Map(); // by scale: each mode has its own two

// A scale [[0, "#rrggbb"], ..] as 256 colours.
/** @param {Scale} scale @returns {Colour[]} */
function ramp(scale) {
  const key = JSON.stringify(scale), known = ramps.get(key) ?? mixed(scale);
  ramps.set(key, known);
  return known;
}

/** @param {Scale} scale @returns {Colour[]} */
function mixed(scale) {
  return Array.from({ length: 256 }, (_, i) => {
    const share = i / 255;
    const next = Math.max(1, scale.findIndex(([stop]) => stop >= share));
    const [[low, from], [high, to]] = [scale[next - 1], scale[next]];
    const part = (share - low) / (high - low);
    const [a, b] = [rgb(from), rgb(to)];
    return /** @type {Colour} */ (a.map((c, j) => Math.round(c + part * (b[j] - c))));
  });
}

// The same as a background for CSS.
/** @type {(scale: Scale) => string} */
export const shades = (scale) =>
  `linear-gradient(to right, ${scale.map(([stop, hex]) => `${hex} ${100 * stop}%`).join(", ")})`;

/** @param {Ink} ink @returns {Inks} */
export function inks(ink) {
  const signed = ramp(ink.diverging), gate = ramp(ink.sequential);
  return { ...ink, signed, gate, pixels: { signed: pixels(signed), gate: pixels(gate) } };
}

/** @type {(value: number, low: number, high: number) => number} */
export const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
/** @type {(colours: Colour[], share: number) => Colour} */
export const pick = (colours, share) => colours[place(share)];
/** @type {(share: number) => number} */
export const place = (share) => Math.round(clamp(share, 0, 1) * 255) || 0;

// Gradients span many powers of ten: the share of a scale grows with the exponent, over six of them.
const DECADES = 6;
/** @type {(value: number, top: number) => number} */
export const strength = (value, top) =>
  value ? clamp(1 + Math.log10(Math.abs(value) / top) / DECADES, 0, 1) : 0;
/** @type {(value: number, top: number) => number} */
export const signedLog = (value, top) => 0.5 + 0.5 * Math.sign(value) * strength(value, top);

// Black or white, whichever reads better on a colour (WCAG's luminance).
/** @param {Colour} colour */
export function inkOn(colour) {
  const part = (/** @type {number} */ c) => (c <= 10 ? c / 3294 : ((c / 255 + 0.055) / 1.055) ** 2.4);
  const [r, g, b] = colour.map(part);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? "#000000" : "#ffffff";
}

// Four significant digits, as Python's ".4g".
/** @param {number | undefined} value */
export function digits(value, n = 4) {
  if (value === undefined || Number.isNaN(value)) return "not a number";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const [mantissa, exponent] = value.toExponential(n - 1).split("e");
  const power = Number(exponent);
  const far = value && (power < -4 || power >= n);
  const text = far ? `${Number(mantissa)} × 10^{${power}}` : `${Number(value.toPrecision(n))}`;
  return text.replaceAll("-", "−");
}

/** @type {(value: number) => string} */
export const bracketed = (value) => (value < 0 ? `(${digits(value)})` : digits(value));

// "c_{t−1}" or "10^{3}" as text and elements; `make(kind, text)` builds "sub" and "sup".
/** @param {string} text @param {(kind: string, text: string) => Element} make */
export function marked(text, make) {
  return text.split(/([_^]\{[^}]*\})/).filter(Boolean).map((part) => {
    const kind = { _: "sub", "^": "sup" }[part[0]];
    return kind && part[1] === "{" ? make(kind, part.slice(2, -1)) : document.createTextNode(part);
  });
}

/** @param {Element} element @param {string} text */
export function write(element, text) {
  element.replaceChildren(
    ...marked(text, (kind, inside) => {
      const part = document.createElement(kind);
      part.textContent = inside;
      return part;
    }),
  );
}

// The same for a screen reader, which reads no position.
/** @type {(text: string) => string} */
export const spoken = (text) =>
  text.replace(/([_^])\{([^}]*)\}/g, (all, kind, word) => (kind === "^" ? ` to the ${word}` : ` ${word}`));

// C += A B, the one product that the engine makes: in WebAssembly, two numbers at a time, where the
// browser has that and the page's policy lets it; else in plain JavaScript.
//
// A is (rows, inner), its rows `stride` apart, B (inner, columns) and C (rows, columns), row by row;
// rows and columns are multiples of 4. All lie in one array, and are named by their first place.

/** @typedef {(c: number, a: number, b: number, rows: number, inner: number, columns: number, stride: number) => void} Multiply */
/** @typedef {{ all: Float64Array, multiply: Multiply }} Kernel */

// Room for that many numbers, all 0, and the product over it; the next call takes the room back.
/** @param {number} size @returns {Kernel} */
export function kernel(size) {
  return (globalThis.WebAssembly && assembled(size)) || plain(new Float64Array(size));
}

/** @param {Float64Array} all @returns {Kernel} */
function plain(all) {
  return { all, multiply };

  /** @type {Multiply} */
  function multiply(c, a, b, rows, inner, columns, stride) {
    for (let i = 0; i < rows; i += 2) {
      const first = a + i * stride, second = first + stride;
      for (let j = 0; j < columns; j += 4) {
        const up = c + i * columns + j, low = up + columns;
        let c0 = all[up], c1 = all[up + 1], c2 = all[up + 2], c3 = all[up + 3];
        let d0 = all[low], d1 = all[low + 1], d2 = all[low + 2], d3 = all[low + 3];
        for (let k = 0, at = b + j; k < inner; k++, at += columns) {
          const u = all[first + k], v = all[second + k];
          const b0 = all[at], b1 = all[at + 1], b2 = all[at + 2], b3 = all[at + 3];
          c0 += u * b0;
          c1 += u * b1;
          c2 += u * b2;
          c3 += u * b3;
          d0 += v * b0;
          d1 += v * b1;
          d2 += v * b2;
          d3 += v * b3;
        }
        [all[up], all[up + 1], all[up + 2], all[up + 3]] = [c0, c1, c2, c3];
        [all[low], all[low + 1], all[low + 2], all[low + 3]] = [d0, d1, d2, d3];
      }
    }
  }
}

const PAGE = 65536, NUMBER = 8; // bytes
/** @type {{ memory: WebAssembly.Memory, product: Multiply } | null | undefined} */
let assembly; // null where it is not to be had

/** @param {number} size @returns {Kernel | null} */
function assembled(size) {
  if (assembly === undefined) {
    try {
      const module = new WebAssembly.Module(Uint8Array.from(program()));
      assembly = /** @type {any} */ (new WebAssembly.Instance(module).exports);
    } catch {
      assembly = null; // no SIMD, or a policy against it
    }
  }
  if (!assembly) return null;
  const { memory, product } = assembly;
  const missing = size * NUMBER - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
  const all = new Float64Array(memory.buffer, 0, size).fill(0);
  return {
    all,
    multiply: (c, a, b, rows, inner, columns, stride) =>
      product(c * NUMBER, a * NUMBER, b * NUMBER, rows, inner, columns * NUMBER, stride * NUMBER),
  };
}

// The program as bytes: four rows of A and four columns of C at a time stay in eight pairs.
// What it takes comes first among its variables, addresses and distances in bytes.
function program() {
  const names = ["c", "a", "b", "rows", "inner", "columns", "stride", "column", "to", "from", "k"];
  const takes = 7, rows = [0, 1, 2, 3], sides = [0, 1];
  names.push(...rows.map((r) => `row${r}`)); // addresses in A
  const whole = names.length;
  names.push(...sides.map((p) => `b${p}`), "w", ...rows.flatMap((r) => sides.map((p) => `c${r}${p}`)));
  const get = (/** @type {string} */ name) => [0x20, names.indexOf(name)];
  const set = (/** @type {string} */ name) => [0x21, names.indexOf(name)];
  const number = (/** @type {number} */ value) => [0x41, value]; // below 64
  const [add, subtract, less] = [[0x6a], [0x6b], [0x49]]; // of whole numbers
  const [times, plus] = [[0xfd, 0xf2, 0x01], [0xfd, 0xf0, 0x01]]; // of pairs
  const load = (/** @type {number} */ offset) => [0xfd, 0x00, 3, offset];
  const twice = [0xfd, 0x0a, 3, 0]; // one number in both places of a pair
  const store = (/** @type {number} */ offset) => [0xfd, 0x0b, 3, offset];
  const moved = (/** @type {string} */ name, /** @type {number[]} */ by) => [...get(name), ...by, ...add, ...set(name)];
  const loop = (/** @type {number[]} */ body, /** @type {number[]} */ again) => [0x03, 0x40, ...body, ...again, 0x0d, 0, 0x0b];
  const fewer = (/** @type {string} */ name, /** @type {number} */ by) => [...get(name), ...number(by), ...subtract, ...set(name), ...get(name)];
  // Every row of C from the address "to" on, one after another.
  const each = (/** @type {(r: number) => number[]} */ what) =>
    rows.flatMap((r) => [...what(r), ...(r < 3 ? moved("to", get("columns")) : [])]);
  const place = [...get("c"), ...get("column"), ...add, ...set("to")];
  const inmost = [
    ...sides.flatMap((p) => [...get("from"), ...load(16 * p), ...set(`b${p}`)]),
    ...rows.flatMap((r) => [
      ...get(`row${r}`), ...twice, ...set("w"),
      ...sides.flatMap((p) => [...get(`c${r}${p}`), ...get("w"), ...get(`b${p}`), ...times, ...plus, ...set(`c${r}${p}`)]),
      ...moved(`row${r}`, number(NUMBER)),
    ]),
    ...moved("from", get("columns")),
  ];
  const tile = [
    ...place,
    ...each((r) => sides.flatMap((p) => [...get("to"), ...load(16 * p), ...set(`c${r}${p}`)])),
    ...get("a"), ...set("row0"),
    ...[1, 2, 3].flatMap((r) => [...get(`row${r - 1}`), ...get("stride"), ...add, ...set(`row${r}`)]),
    ...get("b"), ...get("column"), ...add, ...set("from"),
    ...get("inner"), ...set("k"),
    ...loop(inmost, fewer("k", 1)),
    ...place,
    ...each((r) => sides.flatMap((p) => [...get("to"), ...get(`c${r}${p}`), ...store(16 * p)])),
    ...moved("column", number(32)),
  ];
  const band = [
    ...number(0), ...set("column"),
    ...loop(tile, [...get("column"), ...get("columns"), ...less]),
    ...rows.flatMap(() => [...moved("a", get("stride")), ...moved("c", get("columns"))]),
  ];
  const body = [
    2, whole - takes, 0x7f, names.length - whole, 0x7b, // whole numbers, then pairs
    ...loop(band, fewer("rows", 4)), 0x0b,
  ];
  const section = (/** @type {number} */ id, /** @type {number[]} */ bytes) => [id, ...length(bytes), ...bytes];
  const length = (/** @type {number[]} */ { length: n }) => (n < 128 ? [n] : [(n & 127) | 128, n >> 7]);
  const text = (/** @type {string} */ word) => [word.length, ...new TextEncoder().encode(word)];
  return [
    0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, // WebAssembly, version 1
    ...section(1, [1, 0x60, takes, ...Array(takes).fill(0x7f), 0]), // a function of whole numbers
    ...section(3, [1, 0]),
    ...section(5, [1, 0, 1]), // memory, a page at first
    ...section(7, [2, ...text("memory"), 2, 0, ...text("product"), 0, 0]),
    ...section(10, [1, ...length(body), ...body]),
  ];
}

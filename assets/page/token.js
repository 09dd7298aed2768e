// The dashboard's short links, and what links pack: texts and tables, inflated within bounds.

import { keep } from "./inputs.js";

const MOST = 6000; // characters of a packed word, as in the dashboard
const BYTES = 1 << 20;

// What stands after "#" with `x` as the words that it stands for, and its table kept; a token that is
// none stays as it is.
/** @param {string} hash */
export async function expanded(hash) {
  const [, page, rest] = /** @type {string[]} */ (hash.match(/^(#?\/?(?:[A-Z]\w*\?)?)([^]*)$/));
  const words = new URLSearchParams(rest), token = words.get("x");
  if (token !== null && token.length <= 2 * MOST) {
    const fields = await fieldsOf(token);
    if (fields) {
      words.delete("x");
      for (const [name, word] of fields) if (!words.has(name)) words.set(name, word);
    }
  }
  const series = words.get("series");
  if (series !== null) keep(series, await table(series));
  return `${page}${words}`;
}

// "2~cgru~s7~t80" as names and words; null where it is none.
/** @param {string} token */
async function fieldsOf(token) {
  const [version, ...parts] = token.split("~");
  const fields = new Map([["v", version]]);
  for (const part of parts) {
    const name = SHOWN.letters[part[0]];
    if (!Object.hasOwn(SHOWN.letters, part[0] ?? "") || fields.has(name)) return null;
    fields.set(name, part.slice(1));
  }
  if (!Object.hasOwn(SHOWN.versions, version)) return null;
  const text = fields.get("text");
  if (text === undefined) return fields;
  const plain = await inflated(text);
  return plain === null ? null : fields.set("text", plain);
}

// A text as links pack it; null where it is too long for one.
/** @param {string} text */
export async function packed(text) {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  if (bytes.length > MOST) return null;
  const word = btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_");
  return word.length > MOST ? null : word;
}

/** @param {string} word */
async function table(word) {
  try {
    return JSON.parse((await inflated(word)) ?? "");
  } catch {
    return null; // not as the dashboard packs it
  }
}

// A text that this file packs itself, for which no bounds are needed.
/** @param {string} word */
export function opened(word) {
  return new Response(streamOf(word)).text();
}

/** @param {string} word */
function streamOf(word) {
  const bytes = Uint8Array.from(atob(word), (letter) => letter.charCodeAt(0));
  return new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
}

// The text that was packed; null where it is none, or too long.
/** @param {string} word */
async function inflated(word) {
  if (word.length > MOST) return null;
  try {
    const reader = streamOf(word.replace(/-/g, "+").replace(/_/g, "/").replace(/=+$/, "")).getReader();
    const decoder = new TextDecoder("utf-8", { fatal: true });
    let text = "";
    for (let size = 0; size <= BYTES; ) {
      const { done, value } = await reader.read();
      if (done) return text + decoder.decode();
      size += value.length;
      text += decoder.decode(value, { stream: true });
    }
    await reader.cancel();
  } catch {
    // not as the dashboard packs it
  }
  return null;
}

// Saving a picture: the server sends the figure dressed for its place, the browser makes the file.

/**
 * The server's answer (rnnviz/ui/saving.py).
 * @typedef {{ id: string, name: string, format: string, mm?: number, pixels: number, figure: any,
 *   content?: string }} Order
 */

// The page's own fonts as data: a picture that is drawn may load nothing.
/** @param {string[]} families */
async function faces(families) {
  const first = families.map((family) => family?.split(",")[0].replaceAll(/["']/g, "").trim());
  const rules = [...document.styleSheets].flatMap((sheet) => {
    try {
      return [...sheet.cssRules];
    } catch {
      return []; // another origin's
    }
  });
  const own = rules.filter(
    (rule) =>
      rule instanceof CSSFontFaceRule &&
      first.includes(rule.style.fontFamily.replaceAll(/["']/g, "")) &&
      rule.style.fontStyle !== "italic",
  );
  return Promise.all(own.map((rule) => face(/** @type {CSSFontFaceRule} */ (rule))));
}

/** @param {CSSFontFaceRule} rule */
async function face(rule) {
  const [, url] = rule.style.getPropertyValue("src").match(/url\(["']?([^"')]+)/) ?? [];
  const base = rule.parentStyleSheet?.href ?? document.baseURI;
  const blob = await (await fetch(new URL(url, base))).blob();
  const data = await new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.readAsDataURL(blob);
  });
  return rule.cssText.replace(/src:[^;]+;/, `src: url(${data});`);
}

/** @param {Order} order @returns {Promise<string>} */
async function vector({ figure }) {
  const { width, height } = figure.layout;
  const url = await window.Plotly.toImage(figure, { format: "svg", width, height });
  return decodeURIComponent(url.slice(url.indexOf(",") + 1));
}

/** @param {string} svg @param {Order} order @returns {Promise<Blob>} */
async function raster(svg, { figure, format, pixels }) {
  const { width, height, font, title } = figure.layout;
  const style = `<style>${(await faces([font.family, title.font.family])).join("")}</style>`;
  const dressed = svg.replace(/<svg[^>]*>/, (start) => start + style);
  const image = new Image();
  image.src = URL.createObjectURL(new Blob([dressed], { type: "image/svg+xml" }));
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * pixels);
  canvas.height = Math.round(height * pixels);
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(image.src);
  return new Promise((resolve, reject) => {
    const done = (/** @type {Blob | null} */ blob) =>
      blob ? resolve(blob) : reject(new Error("it is too large for this browser"));
    canvas.toBlob(done, `image/${format}`, 0.95);
  });
}

// Its width on paper, for what knows of such: the millimetres of an SVG, the density of a PNG.
/** @param {string} svg @param {Order} order */
function measured(svg, { mm, figure }) {
  if (!mm) return svg;
  const high = ((mm * figure.layout.height) / figure.layout.width).toFixed(2);
  return svg.replace(/width="[\d.]+" height="[\d.]+"/, `width="${mm}mm" height="${high}mm"`);
}

/** @param {Blob} blob @param {Order} order */
async function dense(blob, { mm, figure, format, pixels }) {
  if (!mm || format !== "png") return blob;
  const chunk = new DataView(new ArrayBuffer(21)); // length, "pHYs", two densities, unit, check
  const perMetre = Math.round((figure.layout.width * pixels * 1000) / mm);
  chunk.setUint32(0, 9);
  [0x70, 0x48, 0x59, 0x73].forEach((letter, n) => chunk.setUint8(4 + n, letter));
  chunk.setUint32(8, perMetre);
  chunk.setUint32(12, perMetre);
  chunk.setUint8(16, 1);
  let check = -1;
  for (let n = 4; n < 17; n += 1) {
    check ^= chunk.getUint8(n);
    for (let bit = 0; bit < 8; bit += 1) check = (check >>> 1) ^ (check & 1 ? 0xedb88320 : 0);
  }
  chunk.setUint32(17, ~check);
  const bytes = await blob.arrayBuffer(); // a PNG's header ends at byte 33
  return new Blob([bytes.slice(0, 33), chunk.buffer, bytes.slice(33)], { type: "image/png" });
}

/** @param {Order} order */
async function file(order) {
  if (order.content) return (await fetch(order.content)).blob();
  const svg = await vector(order);
  if (order.format === "svg") return new Blob([measured(svg, order)], { type: "image/svg+xml" });
  return dense(await raster(svg, order), order);
}

/** @param {Mounted<Uint8Array>} component */
export default async function ({ parentElement, data }) {
  const line = /** @type {any} */ (parentElement.querySelector(".saved"));
  /** @type {Order} */
  const order = JSON.parse(new TextDecoder().decode(data));
  if (line.order === order.id) return; // only the page was drawn again
  line.order = order.id;
  try {
    const blob = await file(order);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = order.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    line.textContent = `Saved as ${order.name}, ${Math.ceil(blob.size / 1024)} KB.`;
  } catch (error) {
    line.textContent = `This picture cannot be saved: ${/** @type {Error} */ (error).message}.`;
  }
}

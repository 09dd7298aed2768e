// One Plotly picture that is updated in place: a moved slider redraws what changed, and the chart
// neither blinks nor jumps. Plotly itself is loaded once a page, from this server; a scene brings all of
// it, which draws whatever comes after.

import { Card } from "./player/card.js";

/** @type {Promise<any> | null} */
let loading = null;
let whole = false;

/** @param {string} url @param {boolean} scene */
function plotly(url, scene) {
  if (loading && (whole || !scene)) return loading;
  whole = scene;
  loading = Promise.resolve(loading).then(() => script(new URL(url, document.baseURI).href));
  return loading;
}

/** @param {string} url */
function script(url) {
  return new Promise((resolve, reject) => {
    const element = document.createElement("script");
    element.src = url;
    element.onload = () => resolve(window.Plotly);
    element.onerror = () => reject(new Error(`${url} did not load`));
    document.head.append(element);
  });
}

// On a phone the numbers inside a picture are set smaller, or they would touch.
/** @param {any[]} traces @param {number} width */
function fitted(traces, width) {
  if (width > 600) return traces;
  const small = (/** @type {any} */ trace) => ({ ...trace, textfont: { ...trace.textfont, size: 9 } });
  return traces.map((trace) => (trace.mode === "text" ? small(trace) : trace));
}

// Which kind of trace stands on which axes: another cell has other panels.
/** @param {any[]} traces */
function panels(traces) {
  return [...new Set(traces.map(({ type, xaxis, yaxis }) => `${type} ${xaxis} ${yaxis}`))].join();
}

// A legend is given the rows that it needs on a phone. Where it takes fewer, its picture has the rest,
// unless words stand above it.
const ROW = 20; // pixels: what figure_builder.py leaves for each row after the first
const FIRST = 30; // and above the first, below the title

/** @param {any} box a picture that is drawn @param {any} layout */
function spare(box, layout) {
  const legend = box.querySelector(".legend");
  if (!legend || layout.legend.yanchor !== "bottom" || layout.legend.y !== 1) return 0;
  if (layout.annotations?.some((/** @type {any} */ note) => note.yref === "paper" && note.y >= 1)) return 0;
  const above = legend.getBoundingClientRect().top - box.getBoundingClientRect().top - FIRST;
  return ROW * Math.max(0, Math.floor(above / ROW));
}

// One drawing at a time: of a picture that follows something, the next message comes before the last
// one stands.
/** @param {any} box an element that bears the message and what was drawn of it */
async function draw(box) {
  if (box.drawing) {
    box.waits = true;
    return;
  }
  box.drawing = true;
  await drawOnce(box);
  box.drawing = false;
  if (box.waits) {
    box.waits = false;
    draw(box);
  }
}

/** @param {any} box */
async function drawOnce(box) {
  const { figure, config, url, scene } = box.message;
  try {
    const Plotly = await plotly(url, scene);
    const width = box.clientWidth;
    if (!box.isConnected || !width) return;
    // Two messages may have waited for Plotly together: the last one counts.
    if (figure !== box.message.figure || (box.drawn === figure && box.width === width)) return;
    // Whoever turns a scene writes into the layout that it was drawn of.
    if (box.drawn !== figure) box.camera = structuredClone(figure.layout.scene?.camera);
    box.drawn = figure;
    box.width = width;
    // Plotly would carry an axis' direction over to what stands there now; the whole of it does not
    // know what the other drew.
    const changed = box.plotly !== Plotly || box.panels !== panels(figure.data);
    if (changed) box.plotly?.purge(box);
    box.plotly = Plotly;
    box.panels = panels(figure.data);
    const { margin } = figure.layout;
    const named = `${width} ${margin.t} ${figure.data.map((/** @type {any} */ { name }) => name)}`;
    if (box.named !== named) box.spare = 0;
    const lifted = () => ({ ...figure.layout, width, margin: { ...margin, t: margin.t - box.spare } });
    await Plotly.react(box, fitted(figure.data, width), lifted(), config);
    if (box.named !== named && (box.spare = spare(box, figure.layout))) {
      await Plotly.relayout(box, { "margin.t": margin.t - box.spare });
    }
    box.named = named;
    explainAxes(box);
    openPlaces(box);
  } catch (error) {
    if (!box.isConnected) return; // it left while it was drawn
    box.textContent = `This picture cannot be drawn: ${/** @type {Error} */ (error).message}.`;
  }
}

// A click on the words along an axis says what they mean.
/** @param {any} box */
function explainAxes(box) {
  for (const title of box.querySelectorAll(".infolayer text:is([class*='xtitle'], [class*='ytitle'])")) {
    const term = box.message.terms[title.dataset.unformatted];
    if (!term || title.tabIndex === 0) continue;
    for (const [name, word] of Object.entries({ tabindex: "0", role: "button", "aria-haspopup": "dialog" }))
      title.setAttribute(name, word);
    const open = () => {
      const { left, bottom, width } = title.getBoundingClientRect();
      box.card.show(box.message.terms[title.dataset.unformatted], left + width / 2, bottom);
    };
    title.style.pointerEvents = "all";
    title.addEventListener("click", open);
    title.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => event.key === "Enter" && open());
  }
}

// A click on a picture of many networks opens the one of that place.
/** @param {any} box */
function openPlaces(box) {
  box.removeAllListeners?.("plotly_click");
  box.classList.toggle("opens", box.message.opens);
  if (!box.message.opens) return;
  box.on("plotly_click", (/** @type {any} */ { points: [{ x, y }] }) => box.tell("click", { id: `${Date.now()}`, x, y }));
}

// The ends of the colour scales around 0: of several one may be made.
/** @param {any[]} traces */
function tops(traces) {
  const centred = traces.filter(({ type, zmin, zmax }) => type === "heatmap" && zmin === -zmax);
  return new Set(centred.map(({ zmax }) => zmax));
}

// From where its reader looks at a scene, as nine numbers; null where nobody has turned it.
/** @param {any} box */
function turned(box) {
  const camera = box._fullLayout?.scene?.camera;
  if (!camera) return null;
  const numbers = (/** @type {any} */ { eye, center }) => [eye, center].flatMap(({ x, y, z }) => [x, y, z]);
  const here = numbers(camera);
  if (`${here}` === `${numbers(box.camera)}`) return null;
  return [...here, camera.up.x, camera.up.y, camera.up.z];
}

// What Save sends to the server, which answers with the figure dressed for it (save.js).
/** @param {any} form @param {any} box */
function wanted(form, box) {
  const { format, look, scale, titled, common, type, font, range } = form.elements;
  const [theme, width] = look.value.split(" ");
  return {
    id: `${Date.now()}`,
    format: format.value,
    theme: theme || box.message.mode,
    width: width ?? `${Math.max(320, Math.round(theme ? 960 : box.clientWidth))}`,
    scale: Number(scale.value),
    title: titled.value === "yes",
    common: common.value === "yes" && !common.disabled,
    type: type.value && !type.disabled ? Number(type.value) : null,
    font: font.value.trim(),
    range: range.value.trim(),
    camera: turned(box),
  };
}

/** @param {HTMLElement} details @param {any} box @param {(name: string, value: unknown) => void} ask */
function offer(details, box, ask) {
  const form = /** @type {any} */ (details.querySelector("form"));
  const { format, scale, look, type, common } = form.elements;
  common.disabled = tops(box.message.figure.data).size < 2;
  format.querySelector("[value=pdf]").disabled = !box.message.pdf;
  details.querySelector("summary")?.setAttribute("aria-label", `Save: ${box.message.title}`);
  format.onchange = () => {
    scale.disabled = ["svg", "pdf"].includes(format.value);
  };
  format.onchange();
  look.onchange = () => {
    type.disabled = !look.value.startsWith("print"); // points are of paper
  };
  look.onchange();
  form.onsubmit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    ask("save", wanted(form, box));
  };
}

// Called at the mount and again whenever the data change; the box stays the same.
/** @param {Mounted<Uint8Array>} component */
export default function ({ parentElement, data, setTriggerValue }) {
  const box = /** @type {any} */ (parentElement.querySelector(".chart"));
  const text = new TextDecoder().decode(data);
  if (text !== box.text) {
    box.text = text;
    box.message = JSON.parse(text);
    const { height, meta } = box.message.figure.layout;
    box.style.height = `${height}px`; // keeps the place before anything is drawn
    box.setAttribute("aria-label", meta.description);
  }
  if (!box.watch) {
    box.card = new Card(box.parentElement);
    box.watch = new ResizeObserver(() => draw(box));
    box.watch.observe(box);
  }
  box.tell = setTriggerValue;
  box.again = () => {
    box.drawn = null; // something else was drawn on it: see replay.js
    draw(box);
  };
  draw(box);
  offer(/** @type {HTMLElement} */ (parentElement.querySelector("details")), box, setTriggerValue);
  // Streamlit also calls this between two messages to a picture that stays where it is.
  return () =>
    setTimeout(() => {
      if (box.isConnected) return;
      box.watch.disconnect();
      box.plotly?.purge(box);
    });
}

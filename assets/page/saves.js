// Save under the player: its diagrams and its tape as they stand, the run's numbers, its settings.

import { DENSE, handed, pixelsOf, pngFrom } from "../drawing/saving.js";
import { general } from "../figures/words.js";
import { html } from "../player/controls.js";
import { svg } from "../player/geometry.js";
import { Tape } from "../player/tape.js";
import { opened } from "./token.js";

const WORN = ["fill", "stroke", "stroke-width", "stroke-linejoin", "stroke-linecap", "opacity", "display",
  "font-family", "font-size", "font-style", "font-weight", "text-anchor"]; // what a diagram has from the page's style
const HEAD = 44, GAP = 24; // pixels over a diagram, and between two
const MOST_NUMBERS = 2e6; // of a CSV
const ELSEWHERE = "Films, PDF and capsules need a server: the dashboard makes them.";

// The row of what can be saved, of what the player shows.
/** @param {Element} player @param {Pass[]} runs @param {string} version of the program */
export function saves(player, runs, version) {
  const told = html("p", { class: "small", role: "status" }, ELSEWHERE), row = html("div", { class: "saves" }, "Save");
  const [{ e }] = runs, own = e.cell === "own" ? "own" : runs.map((run) => run.e.cell).join("-");
  const offer = (/** @type {string} */ label, /** @type {string} */ end, /** @type {() => Promise<Blob>} */ make) => {
    const button = html("button", { type: "button", "aria-label": `Save ${label}` }, label);
    button.addEventListener("click", async () => {
      try {
        const blob = await make(), step = /** @type {any} */ (player).player.chosen().t + 1;
        handed(blob, `rnnviz-${own}-seed${e.seed}-${end.replace("{t}", `t${step}`)}`);
        told.textContent = ELSEWHERE;
      } catch (error) {
        told.textContent = `${/** @type {Error} */ (error).message}.`;
      }
    });
    row.append(button);
  };
  const still = () => stillOf(player, runs);
  offer("Diagram (SVG)", "diagram-{t}.svg", async () => new Blob([still().text], { type: "image/svg+xml" }));
  offer("Diagram (PNG)", "diagram-{t}.png", () => pixelsOf(still().text, still().width, still().height));
  offer("Tape (PNG)", "tape-{t}.png", () => tapeOf(player));
  if (runs.length === 1) {
    offer("All numbers (CSV)", "run.csv", async () => new Blob(longTable(runs[0]), { type: "text/csv" }));
    offer("Settings (JSON)", "settings.json", async () => new Blob([await settings(e, version)], { type: "application/json" }));
  }
  return [row, told];
}

// Every diagram, side by side, with what it is of.
/** @param {Element} player @param {Pass[]} runs */
function stillOf(player, runs) {
  const { t, sequence, unit, direction } = /** @type {any} */ (player).player.chosen();
  const { color, fontFamily } = getComputedStyle(player), ground = getComputedStyle(player).getPropertyValue("--ground");
  const parts = [...player.querySelectorAll(".diagram")].map((one) => {
    const [left, top, width, height] = /** @type {string} */ (one.getAttribute("viewBox")).split(/[ ,]+/).map(Number);
    return { copy: dressed(one), left, top, width, height };
  });
  const width = parts.reduce((sum, one) => sum + one.width + GAP, GAP), height = HEAD + GAP + Math.max(...parts.map((one) => one.height));
  const where = `t = ${t + 1} of ${runs[0].T_x}, sequence ${sequence + 1}, unit ${unit + 1}`, way = direction === "backward" ? "the gradient" : "";
  let from = GAP;
  const groups = parts.map(({ copy, left, top, ...size }, at) => {
    const title = [runs[at].cell.own.title, ...(at ? [] : [way, where])].filter(Boolean).join(", ");
    const text = svg("text", { x: from, y: 28, fill: color, "font-size": 16, "font-family": fontFamily }, title);
    const group = svg("g", { transform: `translate(${from - left} ${HEAD - top})` }, ...copy.childNodes);
    from += size.width + GAP;
    return svg("g", {}, text, group);
  });
  const root = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, "font-family": fontFamily },
    svg("rect", { width, height, fill: ground }), ...groups);
  return { text: new XMLSerializer().serializeToString(root), width, height };
}

// A copy that carries its looks itself.
/** @param {Element} root */
function dressed(root) {
  const copy = /** @type {Element} */ (root.cloneNode(true)), every = [...root.querySelectorAll("*")];
  [...copy.querySelectorAll("*")].forEach((one, at) => {
    const look = getComputedStyle(every[at]);
    for (const name of ["style", "class", "tabindex", "role", "aria-label", "data-name"]) one.removeAttribute(name);
    for (const name of WORN) {
      const value = look.getPropertyValue(name);
      if (value) one.setAttribute(name, value.startsWith("color(") ? "none" : value); // which other programs cannot read
    }
    if (look.strokeDasharray !== "none") one.setAttribute("stroke-dasharray", look.strokeDasharray);
  });
  for (const one of copy.querySelectorAll('[display="none"]')) one.remove();
  return copy;
}

// The tape drawn once more, larger than on the screen, with its step reached.
/** @param {Element} player */
function tapeOf(player) {
  const { tape: { size }, runs, clock, unit } = /** @type {any} */ (player).player;
  if (!size[0]) throw new Error("There is no tape to save while the diagram stands alone");
  const [width, height, scale] = size.map((/** @type {number} */ one) => DENSE * one);
  const [shown, whole] = [0, 1].map(() => document.createElement("canvas")), tape = new Tape(shown);
  tape.show(runs, width, height, scale);
  tape.draw(clock.k, unit, clock.backward, 1);
  [whole.width, whole.height] = [width, height];
  const pen = /** @type {CanvasRenderingContext2D} */ (whole.getContext("2d"));
  pen.fillStyle = getComputedStyle(player).getPropertyValue("--ground");
  pen.fillRect(0, 0, width, height);
  pen.drawImage(shown, 0, 0, width, height);
  return pngFrom(whole);
}

// One row for every number that has a sequence, a unit and a step: rnnviz/core/tidy.py.
/** @param {Pass} run */
export function longTable({ e, cell, done }) {
  const { states } = cell.own, { n_a, m, T_x } = e;
  /** @type {[string, number, (k: number) => Float64Array][]} */
  const every = [
    ["x", e.n_x, (k) => done.inputs[k]], ["y", e.n_y, (k) => done.outputs[k]],
    ...states.map((name) => /** @type {[string, number, any]} */ ([name, n_a, (/** @type {number} */ k) => done.values[k][name]])),
    ...cell.gates.map(([name, letter]) => /** @type {[string, number, any]} */ ([name, n_a, (/** @type {number} */ k) => done.values[k][letter]])),
    ...cell.blocks.map((name, at) => /** @type {[string, number, any]} */ ([`z_${name}`, n_a, (/** @type {number} */ k) => done.raw[k][at]])),
    ...states.map((name) => /** @type {[string, number, any]} */ ([`d${name}`, n_a, (/** @type {number} */ k) => done.felt[k][name]])),
    ["dx", e.n_x, (k) => done.felt[k].x],
  ];
  const numbers = every.reduce((sum, [, rows]) => sum + rows * m * T_x, 0);
  if (numbers > MOST_NUMBERS) throw new Error(`A CSV of ${numbers} numbers is too long here: python -m rnnviz export writes it`);
  return every.reduce((parts, [name, rows, of]) => {
    const lines = [];
    for (let unit = 0; unit < rows; unit++) for (let sequence = 0; sequence < m; sequence++) for (let k = 0; k < T_x; k++) {
      lines.push(`${sequence + 1},${unit + 1},${k + 1},${name},${exact(of(k)[unit * m + sequence])}\n`);
    }
    return [...parts, lines.join("")];
  }, ["sequence,unit,step,quantity,value\n"]);
}

/** @param {number} value */
function exact(value) {
  if (!Number.isFinite(value)) return general(value);
  return Object.is(value, -0) ? "-0" : `${value}`;
}

// The experiment as the dashboard and the command read it.
/** @param {any} e @param {string} program its version */
export async function settings(e, program) {
  const { text, signal, rows } = e, mine = e.cell === "own", cell = mine ? SHOWN.own.cell : e.cell;
  const chosen = Object.fromEntries(SHOWN.controls.map(({ name }) => [name, e[name]]));
  const equations = mine ? JSON.parse(await opened(SHOWN.equations)) : "";
  const experiment = { ...chosen, cell, dtype: "float64", series: signal === "csv" ? rows : [], text: SHOWN.symbols[signal] ? text : "", equations };
  return JSON.stringify({ rnnviz: Number(SHOWN.version), experiment, program }, null, 1);
}

// The page without a server: controls, the run that they ask for, and the player that shows it.

import { mount } from "../player/main.js";
import { cut, fromLink, judged, toLink, wanted } from "./link.js";
import { message } from "./message.js";

const main = /** @type {HTMLElement} */ (document.querySelector("main"));
const form = /** @type {HTMLFormElement} */ (document.querySelector("form"));
const problem = /** @type {HTMLElement} */ (document.querySelector("#problem"));
let { e, chosen, problems } = fromLink(location.hash || SHOWN.start);
let wrote = ""; // the link that this page wrote last

function show() {
  const data = message(e, chosen);
  mount({ parentElement: main, data, setTriggerValue: heard });
  for (const control of SHOWN.controls) field(control).value = `${e[control.name]}`;
  field("forget_bias").disabled = !CELLS[e.cell].memory;
  problem.textContent = problems.join(". ");
}

/** @param {Control | string} control */
function field(control) {
  const name = typeof control === "string" ? control : control.name;
  return /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
}

// What is chosen in the player goes into the link; another sequence is other data.
/** @param {string} name @param {any} what */
function heard(name, what) {
  if (name !== "chosen") return;
  const other = what.sequence !== chosen.sequence;
  chosen = what;
  link();
  if (other) show();
}

function link() {
  wrote = toLink(e, chosen);
  history.replaceState(null, "", wrote);
}

form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("change", (event) => {
  const { name, value } = /** @type {HTMLInputElement} */ (event.target);
  const control = SHOWN.controls.find((one) => one.name === name);
  if (!control) return;
  const judgement = judged(control, value);
  problems = judgement === null ? [`${control.label} must be ${wanted(control)}, got ${cut(value) || "nothing"}`] : [];
  if (judgement !== null) e = { ...e, [name]: judgement };
  const ends = { t: e.T_x, sequence: e.m, unit: e.n_a };
  for (const [place, end] of Object.entries(ends)) {
    const at = /** @type {"t"} */ (place);
    chosen = { ...chosen, [at]: Math.min(chosen[at], Number(end) - 1) };
  }
  link();
  show();
});
addEventListener("hashchange", () => {
  if (location.hash === wrote) return;
  ({ e, chosen, problems } = fromLink(location.hash || SHOWN.start));
  show();
});
const mode = /** @type {HTMLElement} */ (document.querySelector("#mode"));
mode.addEventListener("click", () => {
  const dark = getComputedStyle(document.documentElement).colorScheme === "dark";
  document.documentElement.className = dark ? "light" : "dark";
});
show();

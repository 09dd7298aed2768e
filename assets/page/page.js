// The page without a server: controls, the run that they ask for, the player and the pictures of it.

import { togetherCaption } from "../figures/together.js";
import { mount } from "../player/main.js";
import { Gallery } from "./gallery.js";
import { edited, kindOf, settled } from "./inputs.js";
import { Lessons } from "./lessons.js";
import { fromLink, judged, toLink, wanted } from "./link.js";
import { message } from "./message.js";
import { pickers } from "./picks.js";
import { saves } from "./saves.js";
import { stays, wordsOf } from "./tables.js";
import { expanded } from "./token.js";
import { bold, cut } from "./words.js";

const found = (/** @type {string} */ name) => /** @type {HTMLElement} */ (document.querySelector(name));
const [player, pictures, problem, picker] = ["#player", "#pictures", "#problem", "#picks"].map(found);
const form = /** @type {HTMLFormElement} */ (found("form"));
const gallery = new Gallery(pictures), lessons = new Lessons(found("#ask"), found("#after"));
const TAUGHT = /^#?\/?Lessons(?:\?|$)/; // a link to the lessons, which leaves one's own run as it is
const PROGRAM = `${found("[name=generator]").getAttribute("content")}`.replace("rnnviz ", ""); // its version
const TOGETHER = 3; // cells that play at once: more would be too small to be read
let words = new URLSearchParams(); // of a lesson
let { e, chosen, view, picks, problems } = fromLink(await expanded(TAUGHT.test(location.hash) ? SHOWN.start : location.hash || SHOWN.start));
let wrote = ""; // the link that this page wrote last
let large = false;

// Go where the address leads.
async function arrive() {
  const { hash } = location;
  if (TAUGHT.test(hash)) {
    await lessons.open();
    [view, words, problems] = ["Lessons", new URLSearchParams(hash.split("?")[1]), []];
  } else {
    const plain = await expanded(hash || SHOWN.start);
    if (location.hash === hash) ({ e, chosen, view, picks, problems } = fromLink(plain));
  }
  if (location.hash === hash) show(); // no other one came meanwhile
}

function show() {
  const taught = view === "Lessons", shown = taught ? lessons.show(words) : { view, e, chosen, picks, name: "" };
  document.documentElement.classList.toggle("large", large);
  document.documentElement.classList.toggle("taught", taught);
  SHOWN.shared.large = large;
  for (const one of [form, picker]) one.hidden = taught;
  for (const one of [lessons.ask, lessons.after]) one.hidden = !taught;
  player.hidden = !shown || !(shown.view === "Step" || (shown.view === "Compare" && !taught));
  pictures.hidden = !shown || shown.view === "Step";
  const runs = shown && !player.hidden ? playing(shown.e, shown.view, shown.picks).map((one) => gallery.run(one)) : [];
  if (!runs.length) /** @type {any} */ (found(".player")).player?.still(); // nobody sees it
  if (shown && runs.length) mount({ parentElement: player, data: message(runs, shown.chosen), setTriggerValue: heard });
  found("#walk").textContent = "";
  found("#walk").append(...bold(runs.length > 1 && shown ? togetherCaption(runs, shown.chosen.sequence) : ""));
  if (runs.length) found("#saves").replaceChildren(...saves(/** @type {Element} */ (player.querySelector(".player")), runs, PROGRAM));
  if (pictures.hidden) gallery.rest();
  if (shown && !pictures.hidden) gallery.show(shown.view, shown.e, { ...shown.chosen, ...shown.picks, clip: 10 ** shown.picks.clip }, large, shown.name, !player.hidden);
  picker.replaceChildren(...pickers(view, e, chosen, picks));
  for (const control of SHOWN.controls) field(control).value = `${e[control.name]}`;
  field("forget_bias").disabled = !CELLS[kindOf(e)].memory;
  labelOf("activation").hidden = !Object.hasOwn(CELLS, `${e.cell} relu`);
  field("n_x").disabled = field("T_x").disabled = Boolean(e.rows); // the text or the table has them
  field("text").value = e.text;
  labelOf("text").hidden = !SHOWN.symbols[e.signal];
  optionOf("csv").disabled = !e.series;
  for (const link of document.querySelectorAll("nav a")) {
    const name = /** @type {string} */ (link.textContent);
    link.setAttribute("href", name === "Lessons" ? "#Lessons" : toLink(e, chosen, name, picks));
    link.setAttribute("aria-current", name === view ? "page" : "false");
  }
  found("header p").textContent = SHOWN.questions[view];
  problem.textContent = problems.join(". ");
}

// The experiments that the player shows: on Compare the page's own cell and two more.
/** @param {any} own @param {string} name @param {{ cells: string[] }} picked */
function playing(own, name, { cells }) {
  if (name !== "Compare") return [own];
  const few = [own.cell, ...cells.filter((cell) => cell !== own.cell).slice(0, TOGETHER - 1)];
  return cells.filter((cell) => few.includes(cell)).map((cell) => ({ ...own, cell }));
}

/** @param {Control | string} control */
function field(control) {
  const name = typeof control === "string" ? control : control.name;
  return /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
}

const labelOf = (/** @type {string} */ name) => /** @type {HTMLElement} */ (field(name).closest("label"));
const optionOf = (/** @type {string} */ name) =>
  /** @type {HTMLOptionElement} */ (form.querySelector(`option[value="${name}"]`));

// What is chosen in the player goes into the link; another sequence is other data.
/** @param {string} name @param {any} what */
function heard(name, what) {
  if (view === "Lessons") return followed(name, what);
  if (name === "edited") {
    chosen = { ...chosen, t: what.t };
    return change({ text: edited(e, what) });
  }
  if (name !== "chosen") return;
  const other = what.sequence !== chosen.sequence;
  chosen = what;
  link();
  if (other) show();
}

// What is chosen in a lesson's player is of this visit alone.
/** @param {string} name @param {any} what */
function followed(name, what) {
  if (name !== "chosen" || player.hidden) return;
  const other = what.sequence !== lessons.chosen?.sequence;
  lessons.chosen = what;
  if (other) show();
}

function link() {
  wrote = toLink(e, chosen, view, picks);
  history.replaceState(null, "", wrote);
}

form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("change", (event) => {
  const { name, value } = /** @type {HTMLInputElement} */ (event.target);
  if (name === "text") return change({ text: value });
  const control = SHOWN.controls.find((one) => one.name === name);
  if (!control) return;
  const judgement = judged(control, value);
  if (judgement !== null) return change(name === "signal" ? { signal: judgement, text: "" } : { [name]: judgement });
  problems = [`${control.label} must be ${wanted(control)}, got ${cut(value) || "nothing"}`];
  show();
});

// Settings that were judged one by one, together; what cannot be run leaves all as it was.
/** @param {object} settings @param {string[]} said what is said already */
function change(settings, said = []) {
  const was = e.T_x;
  try {
    e = settled({ ...e, ...settings });
    problems = [...said, ...(e.signal === "csv" && stays(e.series) ? ["The table is too long for a link: it stays in this page until that is closed"] : [])];
  } catch (error) {
    problems = [/** @type {Error} */ (error).message];
  }
  const ends = { t: e.T_x, sequence: e.m, unit: e.n_a };
  for (const [place, end] of Object.entries(ends)) {
    const at = /** @type {"t"} */ (place);
    chosen = { ...chosen, [at]: Math.min(chosen[at], Number(end) - 1) };
  }
  const lag = picks.lag >= was ? e.T_x : Math.min(picks.lag, e.T_x); // all steps stay all
  picks = { ...picks, lag, units: picks.units.filter((unit) => unit < e.n_a) };
  link();
  show();
}
// What one chooses of a page is judged as its word in the link is.
picker.addEventListener("change", (event) => {
  const { name, value } = /** @type {HTMLInputElement} */ (event.target);
  const words = new URLSearchParams(toLink(e, chosen, view, picks).split("?")[1]);
  const checked = [...picker.querySelectorAll(":checked")].map((one) => /** @type {HTMLInputElement} */ (one).value);
  words.set(name, name === "cells" ? checked.join("-") : value);
  location.hash = `${view}?${words}`;
});
addEventListener("hashchange", () => location.hash !== wrote && arrive());
// Steps from anywhere on the page, as Space plays; where something has the focus its keys are its own.
addEventListener("keydown", ({ key, target }) => {
  const steps = ["ArrowLeft", "ArrowRight"].includes(key) && target === document.body && !player.hidden;
  if (steps) player.querySelector(".player")?.dispatchEvent(new KeyboardEvent("keydown", { key }));
});
// A table, or settings, from a file: chosen or dropped.
/** @param {Blob | undefined} file */
async function open(file) {
  if (!file) return;
  try {
    const words = await wordsOf(file), settings = words.has("v");
    if (settings) ({ e, chosen, view, picks, problems } = fromLink(`${view === "Lessons" ? "Step" : view}?${words}`));
    change(settings ? {} : Object.fromEntries(words), settings ? problems : []);
  } catch (error) {
    problems = [/** @type {Error} */ (error).message];
    show();
  }
}
const chooser = /** @type {HTMLInputElement} */ (found("#file"));
found("#open").addEventListener("click", () => chooser.click());
chooser.addEventListener("change", () => {
  open(chooser.files?.[0]);
  chooser.value = "";
});
addEventListener("dragover", (event) => event.preventDefault());
addEventListener("drop", (event) => {
  event.preventDefault();
  open(event.dataTransfer?.files[0]);
});
found("#large").addEventListener("click", () => {
  large = !large;
  found("#large").setAttribute("aria-pressed", `${large}`);
  show();
});
found("#mode").addEventListener("click", () => {
  const dark = getComputedStyle(document.documentElement).colorScheme === "dark";
  document.documentElement.classList.remove("light", "dark");
  document.documentElement.classList.add(dark ? "light" : "dark");
  show();
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
if (TAUGHT.test(location.hash)) await arrive();
else show();

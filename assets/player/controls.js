// The row of controls: native buttons, a native range (a screen reader's slider) and a menu.

import { wordAt } from "./data.js";
import { svg } from "./geometry.js";

/** @type {Record<string, string>} */
const ICONS = {
  first: "M5 5V19M19 5L8 12L19 19Z",
  back: "M16 5L6 12L16 19Z",
  play: "M7 4L20 12L7 20Z",
  pause: "M6 5H9V19H6ZM15 5H18V19H15Z",
  forward: "M8 5L18 12L8 19Z",
  last: "M19 5V19M5 5L16 12L5 19Z",
  loop: "M17 3L21 7L17 11M3 11V10A3 3 0 0 1 6 7H21M7 21L3 17L7 13M21 13V14A3 3 0 0 1 18 17H3",
};
const HINT = "Space plays, ← → step, ↑ ↓ or a click choose the unit";
const LEGEND = [  // a swatch's class, and what it means
  ["signed", "below 0 to above 0"],
  ["open", "a gate, 0 to 1"],
  ["wide", "wider carries more"],
];
const SPEEDS = [0.5, 1, 2, 4, 8, 16, 32, 60];

/**
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name @param {Record<string, any>} attributes @param {(Node | string)[]} children
 */
export function html(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** @type {(label: string, ...parts: Node[]) => HTMLElement} */
const group = (label, ...parts) =>
  html("div", { role: "group", "aria-label": label, class: "group" }, ...parts);

/** @param {string} name @param {string} label @param {() => void} act */
function iconButton(name, label, act) {
  const path = svg("path", { d: ICONS[name] });
  const drawing = svg("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, path);
  const button = html("button", { type: "button", "aria-label": label, title: label, class: name }, drawing);
  button.addEventListener("click", act);
  return button;
}

export class Controls {
  /** @type {string | null} */
  drawn = null;
  playing = false; // what the first button shows
  told = -Infinity; // when the slider's text was last set
  /** @type {Run} */
  run;

  /** @param {HTMLElement} bar @param {any} player what can be done, by name */
  constructor(bar, player) {
    this.player = player;
    const does = (/** @type {string} */ name) => () => player[name]();
    this.playButton = iconButton("play", "Play", does("toggle"));
    this.loopButton = iconButton("loop", "Loop", does("toggleLoop"));
    const range = { type: "range", min: 0, step: 1, class: "scrub", "aria-label": "Time step" };
    this.slider = html("input", range);
    this.slider.addEventListener("input", () => player.scrub(Number(this.slider.value)));
    this.now = html("output", { class: "now", "aria-hidden": "true" });
    const speeds = SPEEDS.map((s) => html("option", { value: s }, s === 1 ? "1 step/s" : `${s} steps/s`));
    this.speed = html("select", { "aria-label": "Speed" }, ...speeds);
    this.speed.addEventListener("change", () => player.pace(Number(this.speed.value)));
    this.forward = this.way("Forward", false);
    this.backward = this.way("Backward", true);
    this.unit = this.stepper("Unit", "unit");
    this.sequence = this.stepper("Sequence", "sequence");
    const moves = [
      this.playButton,
      iconButton("first", "First step", does("first")),
      iconButton("back", "Step back", does("stepBack")),
      iconButton("forward", "Step forward", does("stepForward")),
      iconButton("last", "Last step", does("final")),
    ];
    const choices = [this.loopButton, this.speed, this.unit.group, this.sequence.group];
    const ways = group("Direction", this.forward, this.backward);
    this.help = html("button", { type: "button", class: "help", "aria-label": "Keys", "aria-expanded": "false", "aria-keyshortcuts": "?" }, "?");
    this.help.addEventListener("click", does("help"));
    this.symbols = html("button", { type: "button", class: "help", "aria-haspopup": "dialog" }, "Symbols");
    this.symbols.addEventListener("click", () => player.symbols(this.symbols));
    this.guide = html("button", { type: "button", class: "help" }, "Tour");
    this.guide.addEventListener("click", does("guideAgain"));
    const hint = html("span", {}, html("span", { class: "hint" }, HINT), this.guide, this.symbols, this.help);
    const keys = LEGEND.map(([kind, words]) =>
      html("span", { class: "key" }, html("i", { class: kind, "aria-hidden": "true" }), words));
    bar.replaceChildren(
      html("div", { class: "line" }, group("Play", ...moves), this.slider, this.now),
      html("div", { class: "line" }, ways, ...choices),
      html("div", { class: "line last" }, html("span", { class: "legend" }, ...keys), hint),
    );
  }

  /** @param {string} label @param {boolean} backward */
  way(label, backward) {
    const button = html("button", { type: "button", class: "word" }, label);
    button.addEventListener("click", () => this.player.turn(backward));
    return button;
  }

  /** @param {string} label @param {string} name */
  stepper(label, name) {
    const number = html("span", { class: "number" });
    const less = html("button", { type: "button", "aria-label": `${label} before` }, "−");
    const more = html("button", { type: "button", "aria-label": `${label} after` }, "+");
    less.addEventListener("click", () => this.player.choose(name, -1));
    more.addEventListener("click", () => this.player.choose(name, 1));
    return { group: group(label, less, number, more), number, less, more, label };
  }

  /** @param {Run} run */
  show(run) {
    this.run = run;
    this.slider.max = `${run.count - 1}`;
    this.backward.disabled = run.back_to >= run.count;
    this.sequence.group.style.display = run.m > 1 ? "" : "none";
    this.drawn = null;
  }

  /** @param {import("./clock.js").Clock} clock @param {number} unit @param {number} sequence
   * @param {() => string} sentence */
  draw(clock, unit, sequence, sentence) {
    const state = [clock.k, clock.playing, clock.backward, clock.loop, clock.speed, unit, sequence].join();
    if (state === this.drawn) return;
    this.drawn = state;
    const { run } = this;
    this.slider.value = `${clock.k}`;
    this.slider.style.setProperty("--share", `${run.count > 1 ? clock.k / (run.count - 1) : 1}`);
    const now = performance.now();
    if (!clock.playing || now - this.told > 500) {
      this.slider.setAttribute("aria-valuetext", sentence());
      this.told = now;
    }
    this.now.textContent = `t = ${run.steps[clock.k]} of ${run.T_x}${wordAt(run, clock.k)}`;
    if (this.playing !== clock.playing) {
      this.playing = clock.playing;
      this.playButton.querySelector("path")?.setAttribute("d", ICONS[clock.playing ? "pause" : "play"]);
      const label = clock.playing ? "Pause" : "Play";
      for (const name of ["aria-label", "title"]) this.playButton.setAttribute(name, label);
    }
    this.forward.setAttribute("aria-pressed", `${!clock.backward}`);
    this.backward.setAttribute("aria-pressed", `${clock.backward}`);
    this.loopButton.setAttribute("aria-pressed", `${clock.loop}`);
    this.speed.value = `${clock.speed}`;
    /** @type {[ReturnType<Controls["stepper"]>, number, number][]} */
    const steppers = [[this.unit, unit, run.n_a], [this.sequence, sequence, run.m]];
    for (const [stepper, value, count] of steppers) {
      stepper.number.textContent = `${stepper.label.toLowerCase()} ${value + 1} of ${count}`;
      stepper.less.disabled = value <= 0;
      stepper.more.disabled = value >= count - 1;
    }
  }
}

// The player: one object for a mount, kept on its root; new data change it in place.

import { read } from "./data.js";
import { clamp } from "./ink.js";
import { keyboard, keyLine, pageKeys } from "./keys.js";
import { SETTLED, Stage } from "./stage.js";
import { Tour } from "./tour.js";

class Player extends Stage {
  settling = 0; // a timer
  /** @type {number | undefined} */
  before; // the time of the last frame
  known = ""; // the keys of the line
  /** @type {(place: { t: number, row: number }) => void} */
  change; // what Python does where a number of the input is clicked
  gone = new AbortController();

  /** @param {HTMLElement} root */
  constructor(root) {
    super(root);
    keyboard(root, this);
    pageKeys(this, this.gone.signal);
    this.tour = new Tour(root, this);
    this.tape.canvas.addEventListener("pointerdown", (event) => this.press(event));
  }

  /** @param {Run[]} runs @param {(chosen: Chosen) => void} tell
   * @param {(what: string) => void} ask */
  show(runs, tell, ask) {
    super.show(runs, tell, ask);
    const known = JSON.stringify(this.run.keys);
    if (known !== this.known) keyLine(this.keys, this);
    this.known = known;
    if (this.run.large && !this.begun) this.help(true);
    this.controls.guide.hidden = !this.run.tour.length;
    this.tour.take(this.run);
    if (this.tour.at >= 0) this.begun = true; // it drives
    if (!this.run.plays || this.begun || this.calm.matches) return;
    this.begun = true;
    this.clock.loop = true;
    this.toggle();
  }

  tick = (/** @type {number} */ now) => {
    if (!this.clock.playing || !this.root.isConnected) return;
    const seconds = Math.min(0.25, (now - (this.before ?? now)) / 1000);
    this.before = now;
    this.clock.advance(seconds);
    this.draw();
    if (this.clock.playing) requestAnimationFrame(this.tick);
    else this.settle();
  };

  // From the first step on, whatever stood there.
  again() {
    this.clock.asked = false;
    this.clock.turn(false);
    this.clock.start(0);
    if (!this.clock.playing) this.toggle();
  }

  // Mark a node of the diagram as if the eye were on it; none of another name.
  /** @param {string} name */
  look(name) {
    for (const cell of this.cells) cell.node = cell.run.byName[name] ?? null;
    this.draw();
  }

  guideAgain() { this.tour.show(0); }

  // The diagram alone, as large as the screen.
  enlarge() {
    this.root.classList.toggle("only");
    this.fit();
    this.root.scrollIntoView({ block: "start" });
  }

  help(open = this.keys.hidden) {
    this.keys.hidden = !open;
    this.told.hidden = !open;
    this.draw();
    this.controls.help.setAttribute("aria-expanded", `${open}`);
  }

  // -- what can be done ------------------------------------------------------------------------

  toggle() {
    if (this.clock.playing) return this.still();
    clearTimeout(this.settling);
    this.clock.play();
    this.passed(true);
    this.before = undefined;
    this.draw();
    requestAnimationFrame(this.tick);
  }

  still() {
    this.clock.pause();
    this.draw();
    this.settle();
  }

  /** @param {number} k */
  scrub(k) {
    this.clock.go(k);
    this.still();
  }

  stepForward() { this.scrub(this.clock.k + 1); }
  stepBack() { this.scrub(this.clock.k - 1); }
  first() { this.scrub(0); }
  final() { this.scrub(this.clock.last); }
  unitBefore() { this.choose("unit", -1); }
  unitAfter() { this.choose("unit", 1); }

  /** @param {boolean} backward */
  turn(backward) {
    this.clock.turn(backward);
    this.clock.asked = this.clock.backward;
    if (!this.clock.playing) this.still();
  }

  toggleLoop() {
    this.clock.loop = !this.clock.loop;
    this.draw();
  }

  /** @param {number} speed */
  pace(speed) {
    this.clock.speed = speed;
    this.draw();
  }

  /** @param {"unit" | "sequence"} name @param {number} by */
  choose(name, by) {
    if (name === "sequence") this.clock.pause(); // another sequence is other data, from Python
    this[name] = clamp(this[name] + by, 0, (name === "unit" ? this.run.n_a : this.run.m) - 1);
    this.draw();
    this.settle();
  }

  /** @param {PointerEvent} event */
  press(event) {
    const box = this.tape.canvas.getBoundingClientRect();
    const place = this.tape.find(event.clientX - box.left, event.clientY - box.top);
    this.controls.slider.focus({ preventScroll: true });
    event.preventDefault();
    const row = this.tape.labelled(event.clientX - box.left, event.clientY - box.top);
    if (row) return this.explainRow(row, event.clientX, event.clientY);
    if (!place) return;
    if (place.panel.kind === "input" && this.run.edits.length) return this.edit(place);
    if (place.unit !== null) this.unit = place.unit;
    if (this.clock.playing) this.draw();
    else this.scrub(place.k);
  }

  // Stand on the step of a number of the input, and have it changed: Python is told both at once,
  // since what it hears a moment later could still hold the text of before.
  /** @param {{ k: number, row: number }} place */
  edit({ k, row }) {
    clearTimeout(this.settling);
    this.waiting = false;
    this.clock.pause();
    this.clock.go(k);
    this.draw();
    const chosen = this.chosen();
    this.reported = JSON.stringify(chosen);
    this.change({ t: chosen.t, row });
  }

  /** @returns {Chosen} */
  chosen() {
    const { run, clock, sequence, unit } = this;
    const direction = clock.backward ? "backward" : "forward";
    return { t: run.steps[clock.k] - 1, sequence, unit, direction };
  }

  settle() {
    clearTimeout(this.settling);
    if (this.clock.playing) return; // no traffic while it plays
    this.waiting = true;
    this.settling = setTimeout(() => {
      this.waiting = false;
      const chosen = this.chosen();
      const key = JSON.stringify(chosen);
      if (this.clock.playing) return;
      if (key === this.reported) return this.passed(false);
      this.reported = key;
      this.tellPython(chosen);
    }, SETTLED);
  }

  end() {
    this.clock.playing = false;
    this.gone.abort();
    this.passed(false);
    clearTimeout(this.settling);
    clearTimeout(this.saying);
    this.watch.disconnect();
  }
}

// Called at the mount and again whenever the data change; the root stays the same.
/** @param {Mounted<Uint8Array>} component */
export function mount({ parentElement, data, setTriggerValue }) {
  const root = /** @type {any} */ (parentElement.querySelector(".player"));
  root.player ??= new Player(root);
  const send = (/** @type {string} */ name) => (/** @type {any} */ what) => setTriggerValue(name, what);
  root.player.change = send("edited");
  root.player.show(read(data), send("chosen"), send("asked"));
  return () => {
    root.player.end();
    root.player = null;
  };
}

export default mount;

// What stands on the player's stage: diagram, tape, controls, and the words about the step.

const QUIET = 3000; // ms between two sentences while it plays

class Stage {
  constructor(root) {
    const part = (name) => root.querySelector(`.${name}`);
    this.root = root;
    this.clock = new Clock();
    this.diagram = new Diagram(part("diagram"), (node) => this.look(node));
    this.tape = new Tape(part("tape"));
    this.controls = new Controls(part("bar"), this);
    this.letters = part("letters");
    this.numbers = part("numbers");
    this.live = part("live");
    this.note = part("note");
    this.calm = window.matchMedia("(prefers-reduced-motion: reduce)");
    keyboard(root, this);
    this.live.addEventListener("transitionend", () => this.wear()); // the page's mode has changed
    part("tape").addEventListener("pointerdown", (event) => this.press(event));
    this.watch = new ResizeObserver(() => this.run && this.fit());
    this.watch.observe(part("screen"));
    this.tick = this.tick.bind(this);
  }

  // What Python says counts where it differs from what it said before and from what it was told.
  show(run, tell) {
    this.tellPython = tell;
    this.written = this.announced = null;
    this.run = run;
    const said = { t: run.t, sequence: run.sequence, unit: run.unit, direction: run.direction };
    const key = JSON.stringify(said);
    const adopt = key !== this.said && key !== this.told;
    this.said = key;
    if (!this.waiting) this.sequence = run.sequence;
    if (adopt) {
      this.unit = run.unit;
      this.sequence = run.sequence;
      this.clock.show(run);
      this.clock.turn(run.direction === "backward");
      this.clock.go(run.k);
      this.told = key;
    } else this.clock.show(run);
    this.unit = clamp(this.unit, 0, run.n_a - 1);
    this.node = this.node && run.byName[this.node.name];
    this.root.classList.toggle("large", run.large);
    this.note.textContent = run.note;
    this.controls.show(run);
    this.wear();
    if (run.plays && !this.begun && !this.calm.matches) {
      this.begun = true;
      this.clock.loop = true;
      this.toggle();
    }
    this.root.dataset.shown = Number(this.root.dataset.shown ?? 0) + 1;
  }

  // Put on the colours of the page's mode.
  wear() {
    const { run, root } = this;
    if (!run) return;
    run.mode = getComputedStyle(root).colorScheme.includes("dark") ? "dark" : "light";
    run.ink = inks(run.inks[run.mode]);
    const names = ["now", "quiet", "grid", "text", "ground"];
    for (const name of names) root.style.setProperty(`--${name}`, run.ink[name]);
    this.diagram.show(run);
    this.fit();
  }

  fit() {
    const box = this.root.querySelector(".screen");
    const scale = this.run.large ? 1.4 : 1;
    if (!box.clientWidth) return;
    this.tape.show(this.run, box.clientWidth, box.clientHeight, scale);
    const rows = this.run.panels.flat().map((panel) => panel.spoken);
    const words = `${rows.join(", ")} over ${this.run.T_x} steps; a click chooses unit and step`;
    this.tape.canvas.setAttribute("aria-label", words);
    this.draw();
  }

  draw() {
    const { clock, run } = this;
    const front = this.calm.matches ? 1 : clock.wave;
    this.diagram.draw(clock.k, this.unit, clock.backward, front, this.node);
    this.tape.draw(clock.k, this.unit, clock.backward, front);
    this.controls.draw(clock, this.unit, this.sequence, () => this.sentence());
    const nodes = this.node ? [this.node] : run.states.map((name) => run.byName[name]);
    const reached = nodes.map((node) => this.diagram.reaches(node));
    const key = `${clock.k} ${this.unit} ${clock.backward} ${this.node?.name} ${reached}`;
    if (key !== this.written) this.explain(nodes);
    this.written = key;
    this.root.dataset.k = clock.k;
    this.announce();
  }

  // The numbers of an equation stand from the moment at which the wave reaches its node.
  explain([last, ...others]) {
    const { run, clock } = this;
    const lines = (node) =>
      this.diagram.reaches(node)
        ? equationOf(run, node, clock.k, this.unit, clock.backward)
        : formulaOf(run, node, clock.backward);
    const { letters, numbers } = lines(last);
    const both = others.length > 0; // of two states each gets a line of numbers
    const line = (node) => lines(node).line ?? lines(node).numbers;
    write(this.letters, both ? line(others[0]) : letters);
    write(this.numbers, both ? line(last) : numbers);
    this.letters.classList.toggle("numbers", both);
  }

  sentence() {
    const { run, clock } = this;
    const name = clock.backward ? (s) => `gradient of ${s}` : (s) => s;
    const prefix = clock.backward ? "d_" : "";
    const value = (s) => digits(at(run.arrays[prefix + s], this.unit, run.after[clock.k]));
    const parts = run.states.map((s) => `${name(s)} ${value(s)}`).join(", ");
    return spoken(`step ${run.steps[clock.k]} of ${run.T_x}, unit ${this.unit + 1}: ${parts}`);
  }

  announce() {
    const key = `${this.clock.k} ${this.unit} ${this.clock.backward} ${this.sequence}`;
    if (key === this.announced) return;
    this.announced = key;
    clearTimeout(this.saying);
    const since = performance.now() - (this.spokeAt ?? -QUIET);
    const wait = this.clock.playing ? Math.max(0, QUIET - since) : SETTLED;
    this.saying = setTimeout(() => {
      this.spokeAt = performance.now();
      const node = this.run.byName[this.run.states[0]];
      const { numbers } = equationOf(this.run, node, this.clock.k, this.unit, this.clock.backward);
      this.live.textContent = `${this.sentence()}; ${spoken(numbers)}`;
    }, wait);
  }
}

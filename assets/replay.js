// A training played through: the pictures of the page go from its first update to its last, drawn
// here of frames that came at once (rnnviz/ui/learning/replay.py).

/**
 * @typedef {{ data: any[], layout: any }} Figure
 * @typedef {{ update: number, at: number, pictures: Record<string, Figure> }} Frame of a record, by
 *   its number `at`; behind the first one what differs from that alone
 * @typedef {{ id: number, seconds: number, last: number, veil: string, frames: Frame[],
 *   lines: Record<string, any[]>, config: any }} Play of a record with its `last` update; `lines` are
 *   the shapes of the pictures over updates, the last of them the line at the update
 */

/** @param {string} name */
const boxOf = (name) => /** @type {any} */ (document.querySelector(`.st-key-place-${name} .chart`));

/** @param {any} box */
function seen(box) {
  if (!box?.isConnected || !box._fullLayout) return false;
  const { top, bottom } = box.getBoundingClientRect();
  return bottom > 0 && top < window.innerHeight;
}

// The figure of a frame: of the first one whatever is the same.
/** @param {Figure} first @param {Figure} changed @returns {Figure} */
function whole(first, changed) {
  const data = first.data.map((trace, n) => ({ ...trace, ...changed.data[n] }));
  return { data, layout: { ...first.layout, ...changed.layout } };
}

// What is drawn at an update, and what is not over yet lies under a veil.
/** @param {Play} play @param {any[]} shapes @param {number} update */
function lined(play, shapes, update) {
  const now = { ...shapes.at(-1), x0: update, x1: update };
  const place = { type: "rect", xref: "x", yref: "paper", x0: update, x1: play.last, y0: 0, y1: 1 };
  const veil = { ...place, fillcolor: play.veil, opacity: 0.85, line: { width: 0 } };
  return [veil, ...shapes.slice(0, -1), now];
}

class Replay {
  /** @param {Play} play @param {HTMLElement} root @param {(at: number) => void} over */
  constructor(play, root, over) {
    this.play = play;
    this.over = over;
    this.root = root;
    this.on = true;
    this.frame = -1;
    this.pictures = 0;
    const stop = /** @type {HTMLButtonElement} */ (root.querySelector("button"));
    stop.onclick = () => this.end(this.frame);
    this.go(performance.now());
  }

  // The pictures follow the clock: a slow machine shows fewer of them in the same time.
  /** @param {number} start */
  async go(start) {
    const { frames, last, seconds } = this.play;
    while (this.on && this.root.isConnected) {
      const share = Math.min(1, (performance.now() - start) / 1000 / seconds);
      const update = Math.round(share * last);
      const frame = frames.findLastIndex((one) => one.update <= update);
      this.show(Math.max(0, frame), update);
      if (share === 1) this.end(frames.length - 1);
      await new Promise(requestAnimationFrame);
    }
  }

  /** @param {number} frame @param {number} update */
  show(frame, update) {
    const { play, root } = this;
    for (const [name, shapes] of Object.entries(play.lines)) {
      const box = boxOf(name);
      if (seen(box)) window.Plotly.relayout(box, { shapes: lined(play, shapes, update) });
    }
    for (const name of Object.keys(play.frames[0].pictures)) {
      const box = boxOf(name);
      if (!seen(box) || box.played === frame) continue;
      const { data, layout } = whole(play.frames[0].pictures[name], frame ? play.frames[frame].pictures[name] : { data: [], layout: {} });
      const margin = { ...layout.margin, t: layout.margin.t - (box.spare ?? 0) }; // see chart.js
      window.Plotly.react(box, data, { ...layout, margin, width: box.clientWidth }, play.config);
      box.played = frame;
    }
    this.frame = frame;
    this.pictures += 1;
    /** @type {HTMLProgressElement} */ (root.querySelector("progress")).value = update / play.last;
    /** @type {HTMLElement} */ (root.querySelector("output")).textContent = `update ${update} of ${play.last}`;
  }

  /** @param {number} frame */
  end(frame) {
    if (!this.on) return;
    this.on = false;
    for (const name of [...Object.keys(this.play.lines), ...Object.keys(this.play.frames[0].pictures)]) {
      const box = boxOf(name);
      if (!box) continue;
      delete box.played;
      if (frame === this.play.frames.length - 1) box.again(); // else the page has others at once
    }
    this.over(this.play.frames[Math.max(0, frame)].at);
  }
}

// Called at the mount and again at each rerun; what plays goes on.
/** @param {Mounted<Uint8Array>} component */
export default function ({ parentElement, data, setTriggerValue }) {
  const root = /** @type {any} */ (parentElement.querySelector(".replay"));
  const play = /** @type {Play} */ (JSON.parse(new TextDecoder().decode(data)));
  if (root.replay?.play.id === play.id) return;
  if (root.replay) root.replay.on = false;
  root.replay = new Replay(play, root, (at) => setTriggerValue("at", { id: play.id, at }));
}

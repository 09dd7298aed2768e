// A training played through: the pictures of the page go from its first update to its last, drawn
// here of frames that came at once (rnnviz/ui/learning/replay.py). Plotly draws a picture as a whole
// once; behind that its points are moved, and words are set where they stand.

/**
 * @typedef {{ data: any[], layout: any }} Figure
 * @typedef {{ update: number, at: number, pictures: Record<string, Figure> }} Frame of a record, by
 *   its number `at`; behind the first one what differs from that alone
 * @typedef {{ id: number, seconds: number, last: number, veil: string, frames: Frame[],
 *   ranges: Record<string, Record<string, number[]>>, lines: Record<string, { color: string, width: number }>,
 *   says: [number, Record<string, string>][], config: any }} Play of a record with its `last` update;
 *   `ranges` are the axes that hold all frames; `lines` the lines at an update of the pictures over
 *   updates; `says` from an update on the sentences under them
 */

/** @param {string} name */
const boxOf = (name) => /** @type {any} */ (document.querySelector(`.st-key-place-${name} .chart`));

/** @param {any} box */
function seen(box) {
  if (!box?.isConnected || !box._fullLayout) return false;
  const { top, bottom } = box.getBoundingClientRect();
  return bottom > 0 && top < window.innerHeight;
}

// Numbers as Python packs them: the points that are moved are taken as they are.
const KINDS = { f8: Float64Array, f4: Float32Array, i4: Int32Array, i2: Int16Array, i1: Int8Array, u1: Uint8Array };

/** @param {any} value */
function unpacked(value) {
  if (!value?.bdata) return value;
  const bytes = Uint8Array.from(atob(value.bdata), (one) => one.charCodeAt(0));
  return Array.from(new KINDS[/** @type {keyof typeof KINDS} */ (value.dtype)](bytes.buffer));
}

/** @param {Figure} figure @returns {Figure} */
function readable({ data, layout }) {
  const one = (/** @type {any} */ trace) =>
    Object.fromEntries(Object.entries(trace).map(([name, value]) => [name, "xy".includes(name) ? unpacked(value) : value]));
  return { data: data.map(one), layout };
}

// The first frame, on axes that hold all of them, with room for the words of the last one.
/** @param {any} box @param {Play} play @param {string} name */
function begin(box, play, name) {
  const { data, layout } = play.frames[0].pictures[name];
  const margin = { ...layout.margin, t: layout.margin.t - (box.spare ?? 0) }; // see chart.js
  const wide = Object.entries(play.ranges[name]).map(([axis, range]) => [axis, { ...layout[axis], range, autorange: false }]);
  const last = play.frames[play.frames.length - 1].pictures[name].data;
  const first = data.map((trace, n) => ({ ...trace, name: last[n].name ?? trace.name })); // Plotly moves these
  box.plotly.react(box, first, { ...layout, ...Object.fromEntries(wide), margin, width: box.clientWidth }, play.config);
  box.played = { id: play.id, width: box.clientWidth, frame: -1, moving: moving(play, name) };
}

// Words are set where they stand: Plotly would draw the whole picture again.
/** @param {Element | undefined | null} place @param {string | undefined} text */
function write(place, text) {
  if (place && text !== undefined && !place.children.length) place.textContent = text;
}

// The lines of a picture that are another in any frame.
/** @param {Play} play @param {string} name */
function moving(play, name) {
  const [first, ...others] = play.frames.map(({ pictures }) => pictures[name].data);
  return first.map((_, n) => n).filter((n) => others.some((data) => Object.keys(data[n]).length));
}

/** @param {any} box @param {Figure} first @param {Figure} changed */
function move(box, first, changed) {
  const each = first.data.map((trace, n) => ({ ...trace, ...changed.data[n] }));
  const traces = box.played.moving;
  const data = traces.map((/** @type {number} */ n) => {
    const { x, y, name, hovertemplate } = each[n];
    return { x, y, name, hovertemplate };
  });
  const layout = { ...first.layout, ...changed.layout };
  const at = { mode: "immediate", transition: { duration: 0 }, frame: { duration: 0, redraw: false } };
  box.plotly.animate(box, { data, traces }, at).catch(() => {}); // the next one came first
  write(box.querySelector(".gtitle"), layout.title?.text);
  const named = each.filter(({ name, showlegend }) => name && showlegend !== false);
  box.querySelectorAll(".legendtext").forEach((/** @type {Element} */ one, /** @type {number} */ n) => write(one, named[n]?.name));
  box.querySelectorAll(".annotation-text").forEach((/** @type {Element} */ one, /** @type {number} */ n) => write(one, layout.annotations?.[n]?.text));
}

// The sentence under a picture as it is at an update, in place of the page's, which tells of the end.
/** @param {string} name @param {string | null} sentence null: the page's own again */
function say(name, sentence) {
  const place = /** @type {any} */ (document.querySelector(`.st-key-says-${name}`));
  if (!place) return;
  let own = place.querySelector(".replay-says");
  place.classList.toggle("replaying", sentence !== null);
  if (sentence === null) own?.remove();
  else {
    if (!own) {
      own = place.firstElementChild.cloneNode(true);
      own.classList.add("replay-says");
      place.append(own);
    }
    const words = sentence.split("**").map((text, n) => {
      if (n % 2 === 0) return text;
      const strong = document.createElement("strong");
      strong.textContent = text;
      return strong;
    });
    own.querySelector("p").replaceChildren(...words);
  }
}

// The line at an update, and the veil over what is not over yet, lie on the picture as two elements
// that the browser moves without drawing anything again.
/** @param {any} box @param {Play} play @param {string} name */
function cursor(box, play, name) {
  let place = box.querySelector(".replay-now");
  if (place && box.marked === box.clientWidth) return place.firstElementChild;
  place?.remove();
  const { _size: size, xaxis } = box._fullLayout;
  place = document.createElement("div");
  place.className = "replay-now";
  const from = size.l + xaxis.l2p(0);
  Object.assign(place.style, { left: `${from}px`, top: `${size.t}px`, width: `${xaxis.l2p(play.last) - xaxis.l2p(0)}px`, height: `${size.h}px` });
  const { color, width } = play.lines[name];
  place.innerHTML = "<div></div>";
  Object.assign(place.firstElementChild.style, { background: `color-mix(in srgb, ${play.veil} 85%, transparent)`, borderLeft: `${width}px solid ${color}` });
  box.append(place);
  box.marked = box.clientWidth;
  return place.firstElementChild;
}

class Replay {
  /** @param {Play} play @param {HTMLElement} root @param {(at: number) => void} over */
  constructor(play, root, over) {
    this.play = play;
    this.over = over;
    this.root = root;
    this.on = true;
    this.frame = -1;
    this.words = null;
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
    const words = /** @type {any} */ (play.says.findLast(([from]) => from <= update))[1];
    const names = [...Object.keys(play.lines), ...Object.keys(play.frames[0].pictures)];
    const inSight = new Set(names.filter((name) => seen(boxOf(name)))); // before anything is moved
    for (const name of Object.keys(play.lines)) {
      const share = `${(100 * update) / play.last}%`;
      if (inSight.has(name)) cursor(boxOf(name), play, name).style.transform = `translateX(${share})`;
      if (this.words !== words && words[name] !== undefined) say(name, words[name]);
    }
    for (const [name, first] of Object.entries(play.frames[0].pictures)) {
      if (!inSight.has(name)) continue;
      const box = boxOf(name);
      if (box.played?.id !== play.id || box.played.width !== box.clientWidth) begin(box, play, name);
      if (box.played.frame === frame) continue;
      move(box, first, frame ? play.frames[frame].pictures[name] : { data: [], layout: {} });
      box.played.frame = frame;
    }
    this.words = words;
    this.frame = frame;
    this.pictures += 1;
    /** @type {HTMLProgressElement} */ (root.querySelector("progress")).value = update / play.last;
    /** @type {HTMLElement} */ (root.querySelector("output")).textContent = `update ${update} of ${play.last}`;
  }

  /** @param {number} frame */
  end(frame) {
    if (!this.on) return;
    this.on = false;
    for (const name of Object.keys(this.play.lines)) say(name, null);
    const over = frame === this.play.frames.length - 1; // else the page has others at once
    for (const name of [...Object.keys(this.play.lines), ...Object.keys(this.play.frames[0].pictures)]) {
      const box = boxOf(name);
      if (!box) continue;
      delete box.played;
      box.querySelector(".replay-now")?.remove();
      if (over) requestAnimationFrame(() => box.again()); // behind what Plotly still moves
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
  for (const frame of play.frames)
    for (const [name, figure] of Object.entries(frame.pictures)) frame.pictures[name] = readable(figure);
  root.replay = new Replay(play, root, (at) => setTriggerValue("at", { id: play.id, at }));
}

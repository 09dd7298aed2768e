// Where the player stands: step k, direction, and how much of the step's time is over (`front`,
// 0 to 1).

import { clamp } from "./ink.js";

const HOLD = 0.7; // seconds between the last step and the way back
const FASTEST_WAVE = 4; // steps a second; above it no eye follows a wave

export class Clock {
  k = 0;
  front = 1;
  backward = false;
  asked = false; // whether the way back is what somebody chose, not where playing had come
  playing = false;
  speed = 4; // steps a second
  loop = false;
  hold = 0; // seconds that are left of HOLD
  first = 0; // where the way back ends; beyond `last` where there is no way back
  last = 0;

  /** @param {Run} run */
  show(run) {
    this.last = run.count - 1;
    this.first = run.back_to;
    this.k = clamp(this.k, 0, this.last);
    if (this.first > this.last) this.backward = false;
    if (this.backward) this.k = Math.max(this.k, this.first);
  }

  get returns() {
    return this.first <= this.last;
  }

  // How far the step's values have come through the cell, 0 to 1: there in the first half of the
  // step's time; in the second half the step stands, complete.
  get wave() {
    return this.playing && this.speed <= FASTEST_WAVE ? Math.min(1, 2 * this.front) : 1;
  }

  get end() {
    return this.backward ? this.first : this.last;
  }

  // Put the cursor on a step, complete.
  /** @param {number} k */
  go(k) {
    this.k = clamp(k, this.backward ? this.first : 0, this.last);
    this.front = 1;
    this.hold = 0;
  }

  /** @param {boolean} backward */
  turn(backward) {
    this.backward = backward && this.returns;
    this.go(this.k);
  }

  play() {
    if (this.k === this.end && this.front >= 1) {
      if (this.backward && this.asked) this.start(this.last);
      else if (this.backward || !this.returns) {
        this.backward = false;
        this.start(0);
      } else {
        this.backward = true;
        this.start(this.last);
      }
    }
    this.playing = true;
  }

  /** @param {number} k */
  start(k) {
    this.k = k;
    this.front = 0;
  }

  pause() {
    this.playing = false;
    this.front = 1;
  }

  /** @param {number} seconds */
  advance(seconds) {
    if (this.hold > 0) {
      this.hold -= seconds;
      if (this.hold > 0) return;
      this.backward = true;
      this.start(this.last);
      return;
    }
    this.front += seconds * this.speed;
    while (this.front >= 1) {
      if (this.k === this.end) return this.arrive();
      this.k += this.backward ? -1 : 1;
      this.front -= 1;
    }
  }

  // Forward, then back, then still, unless it loops.
  arrive() {
    this.front = 1;
    if (!this.backward && this.returns) this.hold = HOLD;
    else if (this.loop) {
      this.backward = false;
      this.start(0);
    } else this.playing = false;
  }
}

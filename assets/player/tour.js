// The first two minutes: a few screens that drive the player. They come by themselves once in a
// browser, at any time by a link or the button, and can be left at every one.

import { html } from "./controls.js";
import { write } from "./ink.js";
import { filled } from "./telling.js";

const TAKEN = "rnnviz-tour";

// Whether this browser has shown them; where it keeps nothing, they do not come by themselves.
function taken() {
  try {
    return localStorage.getItem(TAKEN) !== null;
  } catch {
    return true;
  }
}

export class Tour {
  at = -1; // the screen that is shown
  asked = false; // by the link, once
  /** @type {Run} */
  run;

  /** @param {Element} host @param {any} player */
  constructor(host, player) {
    this.player = player;
    this.title = html("p", { class: "names" });
    this.text = html("p", { "aria-live": "polite" });
    this.count = html("span", { class: "count" });
    const button = (/** @type {string} */ label, /** @type {() => void} */ act) => {
      const made = html("button", { type: "button" }, label);
      made.addEventListener("click", act);
      return made;
    };
    this.back = button("Back", () => this.show(this.at - 1));
    this.next = button("Next", () => this.show(this.at + 1));
    this.skip = button("Skip", () => this.leave());
    const ways = html("div", { class: "ways" }, this.back, this.next, this.skip, this.count);
    const given = { class: "tour", popover: "manual", role: "region", "aria-label": "The first two minutes" };
    this.box = html("div", given, this.title, this.text, ways);
    this.box.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.leave();
      event.stopPropagation(); // a key in it is no key of the player
    });
    host.append(this.box);
  }

  /** @param {Run} run */
  take(run) {
    this.run = run;
    if (!run.tour.length) return this.hide();
    if (this.at >= 0) return this.fill();
    const wanted = run.toured ? !this.asked : !taken() && !run.large;
    this.asked = run.toured;
    if (wanted) this.show(0);
  }

  /** @param {number} at */
  show(at) {
    const { player, run } = this;
    if (at >= run.tour.length) return this.leave();
    this.at = Math.max(0, at);
    const { t, backward, node } = run.tour[this.at];
    const k = run.steps.findIndex((step) => step > t);
    player.clock.turn(false);
    player.turn(backward);
    player.scrub(k < 0 ? run.count - 1 : k);
    player.look(node);
    this.fill();
    if (!this.box.matches(":popover-open")) this.box.showPopover();
    this.next.focus({ preventScroll: true });
  }

  // The words of the screen, with the numbers of its step.
  fill() {
    const { run, player, at } = this;
    const { title, text } = run.tour[at];
    write(this.title, title);
    write(this.text, filled(text, run, player.clock.k, player.unit));
    this.count.textContent = `${at + 1} of ${run.tour.length}`;
    this.back.disabled = at === 0;
    this.next.textContent = at + 1 < run.tour.length ? "Next" : "Done";
    this.skip.hidden = at + 1 === run.tour.length;
  }

  leave() {
    try {
      localStorage.setItem(TAKEN, "taken");
    } catch {
      // a browser that keeps nothing
    }
    this.hide();
    this.player.look("");
    this.player.controls.slider.focus({ preventScroll: true });
  }

  hide() {
    this.at = -1;
    if (this.box.matches(":popover-open")) this.box.hidePopover();
  }
}

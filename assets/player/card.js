// A small card that says what a symbol means: one sentence, its formula, its unit, its lesson. It
// opens by a click, on a phone, too, and goes with Escape or a click anywhere else.

import { clamp, write } from "./ink.js";

const EDGE = 8; // pixels that the card keeps from the window's edge

/** @param {string} name @param {string} text @param {string} kind */
function written(name, text, kind) {
  const part = document.createElement(name);
  part.className = kind;
  write(part, text);
  return part;
}

/** @param {string} label @param {string} page */
function way(label, page) {
  const link = document.createElement("a");
  link.href = page; // beside this page, wherever the dashboard is served
  link.target = "_blank";
  link.rel = "noopener";
  link.textContent = label;
  return link;
}

// What is said of a term; `title` stands over it.
/** @param {Explained} term */
function said({ sentence, formula, unit, lesson, key }) {
  const facts = [formula, unit].filter(Boolean).map((text) => written("p", text, "facts"));
  const ways = document.createElement("p");
  if (lesson) ways.append(way("Lesson", `Lessons?lesson=${lesson}`), " ");
  ways.append(way("Glossary", `Glossary?term=${key}`));
  return [written("p", sentence, "says"), ...facts, ways];
}

export class Card {
  /** @param {Element} host */
  constructor(host) {
    const box = document.createElement("div");
    const given = { class: "card", popover: "auto", role: "dialog", tabindex: "-1", "aria-label": "What it means" };
    for (const [name, word] of Object.entries(given)) box.setAttribute(name, word);
    this.box = box;
    host.append(box);
  }

  // Of one thing, below where it was clicked.
  /** @param {Explained} term @param {number} x @param {number} y */
  show(term, x, y) {
    this.open([written("p", term.title, "names"), ...said(term)], x, y);
  }

  // Of all things, each to be unfolded.
  /** @param {Explained[]} terms @param {number} x @param {number} y */
  list(terms, x, y) {
    const parts = terms.map((term) => {
      const part = document.createElement("details");
      part.append(written("summary", term.title, "names"), ...said(term));
      return part;
    });
    this.open(parts, x, y);
  }

  /** @param {HTMLElement[]} parts @param {number} x @param {number} y */
  open(parts, x, y) {
    const { box } = this;
    box.replaceChildren(...parts);
    if (!box.matches(":popover-open")) box.showPopover();
    const { offsetWidth: width, offsetHeight: height } = box;
    const below = y + EDGE + height <= window.innerHeight - EDGE;
    box.style.left = `${clamp(x - width / 2, EDGE, Math.max(EDGE, window.innerWidth - width - EDGE))}px`;
    box.style.top = `${clamp(below ? y + EDGE : y - height - EDGE, EDGE, Math.max(EDGE, window.innerHeight - height - EDGE))}px`;
    box.focus({ preventScroll: true });
  }
}

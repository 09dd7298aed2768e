// Keys, and the line that tells them: a demonstration needs no side panel.

import { html } from "./controls.js";

// Whatever makes something of a key itself: of the space bar, of letters and digits.
const OWN = "input, textarea, select, button, summary, a, [contenteditable], [tabindex='0'][role]";
const TYPED =
  "input:not([type='range']), textarea, select, [contenteditable], [role='combobox'], [role='spinbutton']";

// What the player does by itself at a key, wherever the page has the focus.
const ACTS = [
  { key: "r", act: "again", label: "again" },
  { key: "l", act: "enlarge", label: "large" },
  { key: "?", act: "help", label: "keys" },
];

// Space, and the keys of a demonstration, from anywhere on the page, from the first moment on.
/** @param {any} player @param {AbortSignal} signal */
export function pageKeys(player, signal) {
  document.addEventListener("keydown", (event) => {
    const [target] = event.composedPath();
    if (event.ctrlKey || event.metaKey || event.altKey || !player.root.getClientRects().length) return;
    const own = event.key === " " ? OWN : TYPED;
    if (target instanceof Element && target.closest(own)) return;
    const key = event.key.toLowerCase();
    const asked = player.run?.keys.find((/** @type {DemoKey} */ one) => one.key === key);
    const act = key === " " ? "toggle" : ACTS.find((one) => one.key === key)?.act;
    if (!asked && !act) return;
    event.preventDefault();
    if (asked) player.ask(asked.asks);
    else player[/** @type {string} */ (act)]();
  }, { signal });
}

// The line of keys: each is a button, too, that says its key to a screen reader.
/** @param {HTMLElement} line @param {any} player */
export function keyLine(line, player) {
  const button = (/** @type {string} */ key, /** @type {string} */ label, /** @type {() => void} */ act) => {
    const made = html("button", { type: "button", "aria-keyshortcuts": key }, html("kbd", {}, key), ` ${label}`);
    made.addEventListener("click", act);
    return made;
  };
  const asks = player.run.keys.map((/** @type {DemoKey} */ one) =>
    button(one.key, one.label, () => player.ask(one.asks)));
  const acts = ACTS.filter(({ act }) => act !== "help").map(({ key, act, label }) =>
    button(key, label, () => player[act]()));
  line.replaceChildren(...asks, ...acts);
}

// Keys of the player while anything in it has the focus; what a native control does stays its own.
/** @param {HTMLElement} root @param {any} player */
export function keyboard(root, player) {
  /** @type {Record<string, string>} */
  const acts = {
    " ": "toggle",
    ArrowLeft: "stepBack",
    ArrowRight: "stepForward",
    ArrowUp: "unitBefore",
    ArrowDown: "unitAfter",
    Home: "first",
    End: "final",
  };
  root.addEventListener("keydown", (event) => {
    const { key } = event;
    const target = /** @type {Element} */ (event.target);
    if (!acts[key] || event.ctrlKey || event.metaKey || event.altKey) return;
    if (target.tagName === "SELECT" || (target.tagName === "BUTTON" && key === " ")) return;
    event.preventDefault();
    event.stopPropagation();
    player[acts[key]]();
  });
}

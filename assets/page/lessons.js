// The lessons: their list, and each with its prediction, what came, and its links to try.

import { predicted, remember } from "../answers.js";
import { html } from "../player/controls.js";
import { prose } from "../prose.js";
import { fromLink } from "./link.js";
import { difference, isRight, understood } from "./predictions.js";
import { opened } from "./token.js";
import { bold } from "./words.js";

const same = (/** @type {string} */ one, /** @type {string} */ other) =>
  one === other || (one !== "" && Number(one) === Number(other));

// HTML that was written when the file was made.
/** @param {string} content @param {string} name */
function made(content, name) {
  const box = html("div", { class: name });
  box.innerHTML = content;
  return box;
}

export class Lessons {
  /** @type {Taught[]} */
  every = [];
  /** @type {Record<string, string>} */
  answers = {}; // as they were typed: in this browser, or for this visit where it keeps nothing
  drawn = ""; // what stands there
  /** @type {Chosen | null} */
  chosen = null; // in a lesson's player

  /** @param {HTMLElement} ask @param {HTMLElement} after what comes before and after the picture */
  constructor(ask, after) {
    this.ask = ask;
    this.after = after;
  }

  async open() {
    if (!this.every.length) this.every = JSON.parse(await opened(SHOWN.lessons));
    this.answers = { ...this.answers, ...predicted() };
  }

  // A lesson, or all of them where a link names none; what is to be pictured, if anything.
  /** @param {URLSearchParams} words */
  show(words) {
    const lesson = this.every.find(({ name }) => name === words.get("lesson"));
    const said = lesson && this.said(lesson), key = `${lesson?.name} ${said}`;
    if (key !== this.drawn) {
      const stays = this.drawn.startsWith(`${lesson?.name} `); // it was predicted just now
      if (!stays) scrollTo(0, 0);
      this.chosen = null;
      this.ask.replaceChildren(...(lesson ? this.question(lesson) : this.cards()));
      this.after.replaceChildren(...(lesson && said !== undefined ? this.explained(lesson) : []));
      if (stays) /** @type {HTMLElement | null} */ (this.ask.querySelector(".verdict"))?.focus();
    }
    this.drawn = key;
    if (!lesson || said === undefined) return null;
    const setting = settingOf(lesson, words);
    this.tell(lesson, setting);
    const { e, chosen, picks } = fromLink(`${lesson.view}?${new URLSearchParams(setting)}`);
    const cells = lesson.cells.length ? lesson.cells : picks.cells;
    return { view: lesson.view, e, chosen: this.chosen ?? chosen, picks: { ...picks, cells }, name: lesson.picture };
  }

  // What was predicted in a lesson, where it can still be read.
  /** @param {Taught} lesson */
  said({ name, prediction }) {
    try {
      return Object.hasOwn(this.answers, name) ? understood(prediction, `${this.answers[name]}`) : undefined;
    } catch {
      return undefined;
    }
  }

  cards() {
    const done = this.every.filter((lesson) => this.said(lesson) !== undefined);
    const right = done.filter((lesson) => isRight(lesson.prediction, this.said(lesson), lesson.answer));
    const rows = this.every.map((lesson) => {
      const link = html("a", { href: `#Lessons?lesson=${lesson.name}` }, lesson.title), said = this.said(lesson);
      const came = said === undefined ? [] : [html("p", { class: "came" }, `✓ ${difference(lesson.prediction, said, lesson.answer).replaceAll("**", "")}`)];
      return html("li", {}, link, html("p", {}, lesson.question), ...came);
    });
    /** @type {HTMLElement[]} */
    const parts = [html("ol", {}, ...rows)];
    if (done.length) {
      const forget = html("button", { type: "button" }, "Forget all of it");
      forget.addEventListener("click", () => {
        this.answers = {};
        remember({});
        this.drawn = "";
        this.show(new URLSearchParams());
        this.ask.querySelector("a")?.focus();
      });
      parts.unshift(html("p", {}, `${done.length} of ${this.every.length} lessons answered, ${right.length} of them right. `, forget));
    }
    return [...parts, html("p", { class: "elsewhere" }, SHOWN.elsewhere)];
  }

  /** @param {Taught} lesson */
  question(lesson) {
    const number = this.every.indexOf(lesson) + 1, said = this.said(lesson);
    const way = html("p", {}, html("a", { href: "#Lessons" }, "All lessons"), ` Lesson ${number} of ${this.every.length} · ${lesson.title}`);
    const last = said === undefined ? this.form(lesson)
      : html("p", { class: "verdict", role: "status", tabindex: "-1" }, ...bold(difference(lesson.prediction, said, lesson.answer)));
    return [way, html("h2", {}, lesson.question), made(lesson.setup, "text"), last];
  }

  /** @param {Taught} lesson */
  form(lesson) {
    const { prediction } = lesson, wrong = html("p", { role: "alert" });
    const options = prediction.options?.map((option) =>
      html("label", {}, html("input", { type: "radio", name: "prediction", value: option }), option));
    const field = options ? html("fieldset", {}, html("legend", {}, prediction.ask), ...options)
      : html("label", {}, prediction.ask, html("input", { name: "prediction", maxlength: 40, autocomplete: "off" }));
    const form = html("form", { class: "predict" }, field, html("button", {}, "Commit my prediction"), wrong,
      html("p", { class: "small" }, "What happened, and why, is shown once you have committed yourself."));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const word = `${new FormData(form).get("prediction") ?? ""}`;
      try {
        if (!word) throw new Error("Predict something first: a guess will do, and a wrong one teaches more");
        understood(prediction, word);
      } catch (error) {
        wrong.textContent = `${/** @type {Error} */ (error).message}.`;
        return;
      }
      this.answers = { ...this.answers, [lesson.name]: word };
      remember({ ...predicted(), ...this.answers });
      dispatchEvent(new Event("hashchange"));
    });
    return form;
  }

  /** @param {Taught} lesson */
  explained(lesson) {
    const tries = html("section", { class: "tries" }, html("h3", {}, "Try it"), html("div", {}, html("div", { class: "prose" })), html("div", { class: "text check" }));
    const next = this.every[(this.every.indexOf(lesson) + 1) % this.every.length];
    const why = html("section", {}, html("h3", {}, "Why"), made(lesson.why, "text"), html("p", { class: "small" }, lesson.paper));
    const onwards = html("p", { class: "onwards" }, html("a", { href: `#Lessons?lesson=${next.name}` }, `Next: ${next.title}`), " ", html("a", { class: "run" }, `Open this run in ${lesson.view}`));
    return [tries, why, onwards];
  }

  // What hangs on the setting: which links are in force, what is checked there, the run's own link.
  /** @param {Taught} lesson @param {Record<string, string>} setting */
  tell(lesson, setting) {
    const { after } = this, { words: own, links } = lesson;
    const others = Object.keys(setting).filter((name) => !same(setting[name], own[name]));
    const pressed = links.map(({ words }) => Object.keys(words).every((name) => same(words[name], setting[name])));
    const one = links.find(({ words }) => others.every((name) => name in words && same(words[name], setting[name]))
      && Object.keys(words).every((name) => same(words[name], setting[name])));
    const check = others.length ? one?.check ?? "<p>A check stands here where one thing is changed at a time.</p>" : lesson.check;
    const data = new TextEncoder().encode(JSON.stringify({ html: lesson.tries, pressed }));
    const [box, told] = /** @type {HTMLElement[]} */ ([...after.querySelectorAll(".tries > div")]);
    prose({ parentElement: box, data, setTriggerValue: (_, words) => {
      this.chosen = null;
      const changed = { ...Object.fromEntries(others.map((name) => [name, setting[name]])), .../** @type {any} */ (words) };
      location.hash = `Lessons?${new URLSearchParams({ lesson: lesson.name, ...changed })}`;
    } });
    if (told.dataset.of !== check) told.innerHTML = check;
    told.dataset.of = check;
    const run = new URLSearchParams(setting);
    if (lesson.cells.length) run.set("cells", lesson.cells.join("-"));
    after.querySelector(".run")?.setAttribute("href", `#${lesson.view}?${run}`);
  }
}

// The words of a lesson's experiment, those in place that its own links can set.
/** @param {Taught} lesson @param {URLSearchParams} words @returns {Record<string, string>} */
function settingOf({ words: own, links }, words) {
  const reached = [...words].filter(([name, word]) => links.some((link) => name in link.words && same(link.words[name], word)));
  return { ...own, ...Object.fromEntries(reached) };
}

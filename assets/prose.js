// Text whose links come back to Python. Every piece is put in as text, never as HTML.

/** @typedef {{ kind: string, text: string, words: Record<string, string>, now: boolean }} Span */

/** @param {Span} span @param {(words: Record<string, string>) => void} choose */
function element(span, choose) {
  if (span.kind === "text") return document.createTextNode(span.text);
  if (span.kind !== "link") {
    const mark = document.createElement(span.kind);
    mark.textContent = span.text;
    return mark;
  }
  const link = document.createElement("button");
  link.type = "button";
  link.textContent = span.text;
  link.title = Object.entries(span.words).map((pair) => pair.join(" = ")).join(", ");
  link.setAttribute("aria-pressed", `${span.now}`);
  link.onclick = () => choose(span.words);
  return link;
}

// Called at the mount and again whenever the data change; a text that stays keeps its buttons, so
// that the keyboard's focus stays where it was.
/** @param {Mounted<Uint8Array>} component */
export default function ({ parentElement, data, setTriggerValue }) {
  const box = /** @type {any} */ (parentElement.querySelector(".prose"));
  /** @type {Span[][]} */
  const paragraphs = JSON.parse(new TextDecoder().decode(data));
  const choose = (/** @type {Span["words"]} */ words) => setTriggerValue("chosen", words);
  const links = paragraphs.flat().filter((span) => span.kind === "link");
  const text = JSON.stringify(paragraphs, (key, value) => (key === "now" ? undefined : value));
  if (text !== box.text) {
    box.text = text;
    box.replaceChildren(
      ...paragraphs.map((spans) => {
        const paragraph = document.createElement("p");
        paragraph.append(...spans.map((span) => element(span, choose)));
        return paragraph;
      }),
    );
  }
  parentElement.querySelectorAll(".prose button").forEach((button, index) => {
    button.setAttribute("aria-pressed", `${links[index].now}`);
  });
}

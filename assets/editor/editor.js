// A field for equations: what is typed goes to Python as it is typed, names are completed, and the
// place of a mistake is underlined. What stands in it is text, and never more than that.

const QUIET = 350; // milliseconds without a key, after which the text is sent
const NAME = /[A-Za-z]\w*$/;

/**
 * @typedef {{ text: string, revision: number, names: string[], functions: string[],
 *   line: number, column: number, large: boolean }} Said
 */

/**
 * What begins with the letters before the cursor; all names where none do.
 * @param {Said} said
 * @param {string} prefix
 */
export function offered(said, prefix) {
  const every = [...said.names, ...said.functions];
  const some = prefix ? every.filter((one) => one.startsWith(prefix) && one !== prefix) : [];
  return { some, shown: some.length ? some : every };
}

/**
 * The text and the cursor with a name in place of the letters before the cursor.
 * @param {string} text
 * @param {number} at
 * @param {string} name
 * @param {boolean} call
 * @param {boolean} whole
 */
export function inserted(text, at, name, call, whole) {
  const before = text.slice(0, at);
  const typed = whole ? "" : (before.match(NAME)?.[0] ?? "");
  const start = name.startsWith(typed) ? at - typed.length : at;
  const written = call ? `${name}()` : name;
  const cursor = start + written.length - (call ? 1 : 0);
  return { text: text.slice(0, start) + written + text.slice(at), cursor };
}

/** @param {Mounted<Uint8Array>} component */
export default function ({ parentElement, data, setTriggerValue }) {
  const part = (/** @type {string} */ name) =>
    /** @type {any} */ (parentElement.querySelector(name));
  /** @type {Said} */
  const said = JSON.parse(new TextDecoder().decode(data));
  const [field, behind, names] = [part("textarea"), part("pre"), part(".names")];

  // An answer to an older text leaves alone what has been typed since.
  if (field.revision !== said.revision) {
    field.revision = said.revision;
    field.value = said.text;
    field.sent = said.text;
  }
  field.setAttribute("aria-invalid", `${said.line > 0}`);

  const prefix = () =>
    field.selectionStart === field.selectionEnd
      ? (field.value.slice(0, field.selectionStart).match(NAME)?.[0] ?? "")
      : "";
  const send = () => {
    window.clearTimeout(field.timer);
    if (field.value === field.sent) return;
    field.sent = field.value;
    setTriggerValue("typed", field.value);
  };
  const later = () => {
    window.clearTimeout(field.timer);
    field.timer = window.setTimeout(send, QUIET);
  };
  const put = (/** @type {string} */ name, /** @type {boolean} */ whole) => {
    const call = said.functions.includes(name);
    const { text, cursor } = inserted(field.value, field.selectionStart, name, call, whole);
    field.value = text;
    field.focus();
    field.setSelectionRange(cursor, cursor);
    changed();
  };
  const offer = () => {
    const { some, shown } = offered(said, prefix());
    field.completion = some[0] ?? "";
    const listed = `${some.length > 0} ${shown.join(" ")}`;
    if (names.listed === listed) return; // the keyboard's focus stays where it is
    names.listed = listed;
    names.replaceChildren(
      ...shown.map((name, index) => {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = name;
        button.classList.toggle("first", index === 0 && some.length > 0);
        return button;
      }),
    );
  };
  const paint = () => {
    field.rows = Math.min(20, Math.max(6, field.value.split("\n").length + 1));
    behind.replaceChildren();
    if (!said.line || field.value !== said.text) return;
    const lines = field.value.split("\n");
    const wrong = lines[said.line - 1] ?? "";
    const column = Math.min(Math.max(said.column - 1, 0), Math.max(wrong.length - 1, 0));
    const word = wrong.slice(column).match(/^\w+/)?.[0].length ?? 1;
    const line = document.createElement("span");
    const mark = document.createElement("mark");
    line.className = "line";
    mark.textContent = wrong.slice(column, column + word) || " ";
    line.append(wrong.slice(0, column), mark, wrong.slice(column + word));
    behind.append(lines.slice(0, said.line - 1).map((/** @type {string} */ one) => `${one}\n`).join(""), line);
    behind.scrollTop = field.scrollTop;
    behind.scrollLeft = field.scrollLeft;
  };
  const changed = () => {
    offer();
    paint();
    later();
  };

  field.oninput = changed;
  field.onblur = send;
  field.onscroll = paint;
  field.onclick = offer;
  field.onkeyup = (/** @type {KeyboardEvent} */ event) => event.key !== "Escape" && offer();
  names.onmousedown = (/** @type {Event} */ event) => event.preventDefault(); // keeps the cursor
  names.onclick = (/** @type {any} */ event) => {
    const name = event.target.closest("button")?.textContent;
    if (name) put(name, !field.completion);
  };
  field.onkeydown = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Tab" && !event.shiftKey && field.completion) {
      event.preventDefault();
      put(field.completion, false);
    } else if (event.key === "Escape") {
      field.completion = ""; // so that Tab leaves the field
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      send();
    }
  };
  offer();
  paint();
}

// Text whose links come back to Python. Its HTML is rendered from Markdown, with all else escaped.

// Called at the mount and again whenever the data change; a text that stays keeps its buttons, so
// that the keyboard's focus stays where it was.
/** @param {Mounted<Uint8Array>} component */
export function prose({ parentElement, data, setTriggerValue }) {
  const box = /** @type {any} */ (parentElement.querySelector(".prose"));
  /** @type {{ html: string, pressed: boolean[] }} */
  const { html, pressed } = JSON.parse(new TextDecoder().decode(data));
  if (html !== box.rendered) {
    box.rendered = html;
    box.innerHTML = html;
  }
  box.querySelectorAll("button").forEach((/** @type {any} */ button, /** @type {number} */ index) => {
    button.setAttribute("aria-pressed", `${pressed[index]}`);
    button.onclick = () => setTriggerValue("chosen", JSON.parse(button.dataset.words));
  });
}

export default prose;

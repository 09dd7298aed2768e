// Buttons that copy the page's address, long or short, and the QR code of the short one.

/** @param {string} text */
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // No https, or a browser that is told to ask and hears no: the old way, through a selection.
    const box = document.createElement("textarea");
    box.value = text;
    box.style.position = "fixed";
    box.style.opacity = "0";
    document.body.append(box);
    box.select();
    const done = document.execCommand("copy");
    box.remove();
    return done;
  }
}

/** @param {Mounted<{ short: string, code: string }>} component */
export default function ({ parentElement, data }) {
  const part = (/** @type {string} */ name) =>
    /** @type {any} */ (parentElement.querySelector(name));
  const said = part("[role=status]");
  const link = (/** @type {boolean} */ short) => {
    const address = new URL(window.location.href);
    if (short) address.search = data.short;
    address.hash = "";
    return address.href;
  };
  const copy = async (/** @type {string} */ text) => {
    const done = await copied(text);
    said.textContent = done ? "Copied." : `This browser lets no page copy: ${text}`;
    window.clearTimeout(said.timer);
    if (done) said.timer = window.setTimeout(() => (said.textContent = ""), 4000);
  };
  const code = part(".code");
  if (code.text !== data.code) {
    code.text = data.code;
    code.innerHTML = data.code;
    code.setAttribute("aria-label", `QR code of ${link(true)}`);
    code.hidden = part("[name=screen]").hidden = !data.code;
  }
  part("[name=full]").onclick = () => copy(link(false));
  part("[name=short]").onclick = () => copy(link(true));
  part("[name=screen]").onclick = () => code.requestFullscreen();
  code.onclick = () => document.fullscreenElement && document.exitFullscreen();
}

// What was predicted in the lessons, kept in this browser: it outlives a reload and a restart.

const PLACE = "rnnviz-predictions";

/** @returns {Record<string, string>} */
export function predicted() {
  try {
    return Object(JSON.parse(localStorage.getItem(PLACE) ?? "{}"));
  } catch {
    return {}; // a browser that keeps nothing, or something that is not ours
  }
}

/** @param {Record<string, string>} answers */
export function remember(answers) {
  try {
    localStorage.setItem(PLACE, JSON.stringify(answers));
  } catch {
    // a browser that keeps nothing
  }
}

// Called at the mount and again whenever the data change; the first prediction of a lesson stands.
/** @param {Mounted<Uint8Array>} component */
function answers({ parentElement, data, setTriggerValue }) {
  const root = /** @type {any} */ (parentElement.querySelector(".answers"));
  const { answers, forgotten, prints } = JSON.parse(new TextDecoder().decode(data));
  if (forgotten > (root.forgotten ?? 0)) remember({});
  root.forgotten = forgotten;
  const every = { ...answers, ...predicted() };
  remember(every);
  const news = Object.keys(every).filter((name) => !(name in answers)).join();
  if (news && news !== root.news) setTriggerValue("kept", every);
  root.news = news;
  if (prints === Boolean(root.querySelector("button"))) return;
  const button = document.createElement("button");
  button.textContent = "Print";
  button.onclick = () => print();
  button.style.cssText =
    "font: inherit; color: inherit; background: none; border: 1px solid; border-radius: 8px; padding: 6px 12px; cursor: pointer";
  root.replaceChildren(...(prints ? [button] : []));
}

export default answers;

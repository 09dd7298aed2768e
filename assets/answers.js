// What was predicted in the lessons, kept in this browser: it outlives a reload and a restart.

const KEPT = "rnnviz-predictions";

/** @returns {Record<string, string>} */
function kept() {
  try {
    return Object(JSON.parse(localStorage.getItem(KEPT) ?? "{}"));
  } catch {
    return {}; // a browser that keeps nothing, or something that is not ours
  }
}

/** @param {Record<string, string>} answers */
function keep(answers) {
  try {
    localStorage.setItem(KEPT, JSON.stringify(answers));
  } catch {
    // a browser that keeps nothing
  }
}

// Called at the mount and again whenever the data change; the first prediction of a lesson stands.
/** @param {Mounted<Uint8Array>} component */
export default function ({ parentElement, data, setTriggerValue }) {
  const root = /** @type {any} */ (parentElement.querySelector(".answers"));
  const { answers, forgotten, prints } = JSON.parse(new TextDecoder().decode(data));
  if (forgotten > (root.forgotten ?? 0)) keep({});
  root.forgotten = forgotten;
  const every = { ...answers, ...kept() };
  keep(every);
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

// One entry of the browser's history for a change that has come to rest. Streamlit pushes an entry
// for every address that it writes: dozens while a slider is dragged, and two where a page's link is
// completed by the page. Here an address is an entry of its own on another page, and where the
// reader began anew after a pause; any other one takes the place of the last.

(() => {
  const REST = 1000; // ms without a hand on anything
  const page = /** @type {any} */ (window);
  if (page.rnnvizHistory) return;
  page.rnnvizHistory = true;
  let anew = false; // whether something was begun since the last entry
  let moved = -Infinity; // when the reader last did anything
  const begin = (/** @type {Event} */ event) => {
    const now = performance.now();
    const held = "repeat" in event && event.repeat;
    anew ||= !held && now - moved > REST;
    moved = now;
  };
  const go = () => (moved = performance.now());
  for (const kind of ["pointerdown", "keydown"]) window.addEventListener(kind, begin, true);
  for (const kind of ["pointerup", "keyup"]) window.addEventListener(kind, go, true);
  window.addEventListener("popstate", () => (anew = false));
  const { history } = window;
  const push = history.pushState.bind(history);
  history.pushState = (state, unused, url) => {
    const there = new URL(url ?? "", window.location.href);
    const entry = anew || there.pathname !== window.location.pathname;
    anew = false;
    if (entry) push(state, unused, url);
    else history.replaceState(state, unused, url);
  };
})();

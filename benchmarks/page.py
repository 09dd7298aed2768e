"""The one HTML file in headless Chromium, from disk without a net: how soon, how often, how large.

First frame: from a fresh browser's navigation to the drawn player. Slider: from a new seed in its
field to what is drawn, on each page: the run and the frame in it; of pages with several pictures
the first of them, then all in view with their sentences. Run: forward, loss and backward alone,
with the products in WebAssembly and in plain JavaScript. Frames: in a second while the player
plays, and their share of those that the browser gives an empty page. Times are those of the page's
own thread on a processor, which others on the machine do not lengthen; that of the first frame
stands beside it as the clock has it.
"""

import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from conftest import FLAGS, ROOT, find_chromium
from frames import COUNT
from playwright.sync_api import sync_playwright

from rnnviz.core.cells import CELLS
from rnnviz.export.modules import one_module
from rnnviz.export.page.cells import written
from rnnviz.export.page.page import page
from rnnviz.export.page.start import VIEWS

SIZES = {
    "default": {"n_a": 16, "T_x": 50, "m": 10},
    "n_a 64, T 200, m 10": {"n_a": 64, "T_x": 200, "m": 10},
}
SHOWN = ("#pictures:not([hidden]) svg", ".player[data-shown] .node")
COLD, CHANGES, RUNS, SECONDS = 7, 15, 15, 3
# What the page leaves for an idle moment waits for REST: it comes after the frame, and may or may
# not have begun before a clock outside the page is read.
HELD = """window.held = []; window.holds = false;
const idle = window.requestIdleCallback.bind(window);
window.requestIdleCallback = (...given) =>
  window.holds ? window.held.push(given) : idle(...given);"""
CHANGE = """seed => new Promise(done => {
  window.holds = true;
  const field = document.querySelector("[name=seed]");
  field.value = seed;
  field.dispatchEvent(new Event("change", { bubbles: true }));
  requestAnimationFrame(() => setTimeout(done));
})"""
REST = """() => new Promise(done => {
  window.holds = false;
  for (const given of window.held.splice(0)) window.requestIdleCallback(...given);
  const rests = () => document.querySelector("#pictures").ariaBusy === "true"
    ? setTimeout(rests, 5) : done();
  rests();
})"""


class Thread:
    """Milliseconds that a page's own thread has worked."""

    def __init__(self, tab):
        self.session = tab.context.new_cdp_session(tab)
        self.session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def worked(self) -> float:
        every = self.session.send("Performance.getMetrics")["metrics"]
        return 1000 * next(one["value"] for one in every if one["name"] == "TaskDuration")

    def of(self, tab, script: str, given) -> float:
        """What a script takes."""
        before = self.worked()
        tab.evaluate(script, given)
        return self.worked() - before


def told(times: list[float]) -> str:
    return f"{statistics.median(times):7.0f} ({min(times):.0f} at best)"


def first_frames(playwright, address: str) -> tuple[list[float], list[float]]:
    """From the navigation on, of browsers that were just started: by the thread, by the clock."""
    times, clock = [], []
    for _ in range(COLD):
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        tab = browser.new_page(viewport={"width": 1280, "height": 900})
        tab.add_init_script("""new MutationObserver((_, watch) => {
          if (!document.querySelector(".player[data-shown] .node")) return;
          watch.disconnect();
          requestAnimationFrame(() => setTimeout(() => window.first = performance.now()));
        }).observe(document, { childList: true, subtree: true, attributes: true });""")
        thread = Thread(tab)
        before = thread.worked()
        tab.goto(address)
        tab.wait_for_selector(".player[data-shown] .node")
        while (first := tab.evaluate("window.first")) is None:
            tab.wait_for_timeout(10)
        times.append(thread.worked() - before)
        clock.append(first)
        browser.close()
    return times, clock


def runs(browser, sizes: dict[str, int], cell: str, assembled: bool) -> list[float]:
    """Milliseconds of forward, loss and backward."""
    tab = browser.new_page()
    tab.set_content("<title>engine</title>")
    if not assembled:
        tab.evaluate("globalThis.WebAssembly = undefined")
    engine = one_module(ROOT / "assets" / "engine" / "run.js")
    tab.add_script_tag(content=f"{engine}\nconst CELLS = {{{cell}: {written(CELLS[cell])}}};")
    e = {"seed": 1, "n_x": 3, "n_y": 2, "init": "orthogonal", "gain": 1, "forget_bias": 1}
    e |= {"signal": "gaussian", "loss": "cross_entropy_last"} | sizes
    thread, script = Thread(tab), "([cell, e]) => void simulate(CELLS[cell], e).felt"
    times = [thread.of(tab, script, [cell, e]) for _ in range(RUNS)]
    tab.close()
    return times[3:]  # the first ones are still compiled


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder) / "rnnviz.html"
        path.write_text(page(), encoding="utf-8")
        print(f"the file{'':27}{path.stat().st_size / 1000:7.0f} kB")
        thread, clock = first_frames(playwright, path.as_uri())
        print(f"first frame, cold{'':18}{told(thread)} ms, by the clock{told(clock)} ms")
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        for name, sizes in SIZES.items():
            tab = browser.new_page(viewport={"width": 1280, "height": 900})
            tab.add_init_script(HELD)
            free, _ = tab.evaluate(COUNT, SECONDS)
            words = "&".join(f"{one}={size}" for one, size in sizes.items())
            worker = Thread(tab)
            for view in reversed(VIEWS):  # the player last, which then plays
                tab.goto(f"{path.as_uri()}#{view}?v=2&{words}")
                tab.wait_for_selector(SHOWN[view == VIEWS[0]])
                times, rest = [], []
                for seed in range(2, 2 + CHANGES):
                    times.append(worker.of(tab, CHANGE, seed))
                    rest.append(times[-1] + worker.of(tab, REST, None))
                print(f"slider to {view:10}{name:20}{told(times[3:])} ms, "
                      f"all in view{told(rest[3:])} ms")  # fmt: skip
            tab.get_by_role("button", name="Loop").click()
            tab.get_by_role("button", name="Play", exact=True).click()
            rate, _ = tab.evaluate(COUNT, SECONDS)
            print(f"frames a second, {name:20}{rate:6.1f} ({rate / free:.2f} of an empty page's)")
            tab.close()
            for cell in ("rnn", "lstm", "gru"):
                each = [runs(browser, sizes, cell, assembled) for assembled in (True, False)]
                print(f"  {cell:5} forward and back {'':8}{told(each[0])} ms, "
                      f"plain{told(each[1])} ms")  # fmt: skip
        browser.close()


if __name__ == "__main__":
    main()

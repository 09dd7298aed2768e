"""From a moved slider to the drawn picture, in headless Chromium, for the notebook's LSTM.

For each page: the median over the moves, in ms, of the time from the key press to the redraw of
the last chart or of the player (a move that draws nothing makes the benchmark fail); how many
charts the page has; what one move brings over the websocket; and, of a page that is opened a second
time, ms from the request to the first paint and to the first picture. Below: how long Compare takes
at 256 units until all pictures but the band over seeds stand, and until the band does, as multiples
of the three runs alone.
"""

import math
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
sys.path.insert(0, str(Path(__file__).parent.parent))

from conftest import FLAGS, find_chromium, serve
from playwright.sync_api import sync_playwright

import rnnviz

MOVES = 15
GOAL = 100
LARGE = 256  # units
DRAWN = """count => [...document.querySelectorAll(".js-plotly-plot")]
  .filter(chart => chart._fullData?.length).length >= count"""
WATCH = """() => {
  window.drawn = 0;
  const inChart = record => record.target.closest?.('[data-testid="stBidiComponentRegular"]');
  const watch = new MutationObserver(records => {
    if (records.some(inChart)) window.drawn = performance.now();
  });
  watch.observe(document.body, { subtree: true, childList: true, attributes: true });
  // The player stands in a shadow root of its own, and counts how often it was drawn anew.
  const player = [...document.querySelectorAll("*")]
    .map(element => element.shadowRoot?.querySelector(".player")).find(Boolean);
  if (player) new MutationObserver(() => { window.drawn = performance.now(); })
    .observe(player, { attributeFilter: ["data-shown"] });
}"""
PAINTED = """() => [performance.getEntriesByName("first-contentful-paint")[0].startTime,
  performance.now()]"""
# A move is over when no chart has been drawn for a while; what counts is when the last one was.
MOVE = """() => { window.moved = new Promise(done => {
  const start = performance.now();
  window.drawn = 0;
  const wait = setInterval(() => {
    const now = performance.now();
    if ((window.drawn && now - window.drawn > 400) || now - start > 10_000) {
      clearInterval(wait);
      done(window.drawn ? window.drawn - start : null);
    }
  }, 20);
}); }"""


def main() -> None:
    with serve(("-m", "rnnviz", "app"), "--port") as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        print(f"{'page':12}{'median ms':>10}{'goal':>6}{'charts':>8}{'bytes a move':>14}"
              f"{'first paint':>13}{'picture':>9}")  # fmt: skip
        missed: list[str] = []
        for name in ("Step", "States", "Gates", "Gradients", "Compare", "Dynamics"):
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            received = []

            def listen(socket, received=received):
                socket.on("framereceived", lambda frame: received.append(len(frame)))

            page.on("websocket", listen)
            for _ in range(2):
                page.goto(f"{address}/{name}?v=1")  # whose default that was
                page.wait_for_selector(".js-plotly-plot .main-svg", timeout=30_000)
                paint, picture = page.evaluate(PAINTED)
                page.wait_for_timeout(2500)
            slider = page.get_by_role("slider", name="Gain of the recurrent weights")
            slider.focus()
            page.evaluate(WATCH)
            times, before = [], len(received)
            for _ in range(MOVES):
                page.evaluate(MOVE)
                slider.press("ArrowRight")
                times.append(page.evaluate("() => window.moved"))
            charts = page.locator(".js-plotly-plot").count()
            size = sum(received[before:]) / MOVES
            drawn = [one for one in times if one is not None]
            if len(drawn) < MOVES:
                missed.append(f"{name}: {MOVES - len(drawn)} of {MOVES} moves drew nothing")
            median = statistics.median(drawn or [math.nan])
            print(f"{name:12}{median:10.0f}{GOAL:6}{charts:8}{size:14,.0f}"
                  f"{paint:13.0f}{picture:9.0f}")  # fmt: skip
            page.close()
        pictures, band = compare(browser, address)
        alone = runs()
        print(f"Compare at {LARGE} units: three runs {alone:.2f} s")
        print(f"pictures {pictures / alone:.1f} times that, the band {band / alone:.0f}")
        browser.close()
    if missed:
        sys.exit("\n".join(missed))


def compare(browser, address: str) -> tuple[float, float]:
    """Seconds from the request until the other pictures stand, and until the band does, too."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{address}/Compare?v=2")
    page.wait_for_function(DRAWN, arg=4, timeout=60_000)
    page.goto(f"{address}/Compare?v=2&n_a={LARGE}")
    times = []
    for count in (3, 4):
        page.wait_for_function(DRAWN, arg=count, timeout=300_000)
        times.append(page.evaluate("performance.now()") / 1000)
    page.close()
    return times[0], times[1]


def runs() -> float:
    """Seconds that the runs of the three cells take."""
    each = rnnviz.Experiment(n_a=LARGE).in_cells(()).values()
    start = time.perf_counter()
    for experiment in each:
        rnnviz.run(experiment)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()

"""The server: what the first page costs it, whether its memory stays flat, and whether the pages
still answer while a job trains (as a ratio against the same pages on the idle machine)."""

import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
sys.path.insert(0, str(Path(__file__).parent.parent))

from conftest import FLAGS, find_chromium, serve
from latency import MOVE, WATCH
from playwright.sync_api import sync_playwright
from processes import cpu, memory, process

from rnnviz.sentiment.jobs import Jobs
from rnnviz.sentiment.settings import recipe

MOVES, SOAK, ROUNDS = 15, 150, 5


def open_page(browser, url: str):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(url)
    page.wait_for_selector(".js-plotly-plot .main-svg", timeout=60_000)
    page.wait_for_timeout(1500)
    return page


def moves(page, count: int) -> float:
    """Median ms from a key press to the last redraw."""
    slider = page.get_by_role("slider", name="Gain of the recurrent weights")
    slider.focus()
    page.evaluate(WATCH)
    times = []
    for n in range(count):
        page.evaluate(MOVE)
        slider.press("ArrowRight" if n % 2 else "ArrowLeft")
        times.append(page.evaluate("() => window.moved"))
    return statistics.median(times)


def main() -> None:
    with serve() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        pid = process(address)
        before = cpu(pid)
        page = open_page(browser, f"{address}/Gates")
        print(f"first page: {cpu(pid) - before:.2f} s of server CPU (goal 1), {memory(pid):.0f} MB")
        sizes = []
        slider = page.get_by_role("slider", name="Gain of the recurrent weights")
        slider.focus()
        for _ in range(ROUNDS):
            for n in range(SOAK):
                slider.press("ArrowRight" if n % 40 < 20 else "ArrowLeft")
                page.wait_for_timeout(120)
            page.wait_for_timeout(1500)
            sizes.append(memory(pid))
        print(f"memory after each {SOAK} moves: {', '.join(f'{size:.0f}' for size in sizes)} MB")
        idle = moves(page, MOVES)
        jobs = Jobs()
        folder = jobs.submit(recipe("modern", "builtin", "gru", epochs=50))
        while "loss" not in folder.progress():
            time.sleep(0.2)
        busy = moves(page, MOVES)
        jobs.cancel(folder)
        print(f"Gates: {idle:.0f} ms idle, {busy:.0f} ms while a job trains, "
              f"ratio {busy / idle:.2f} (goal 2)")  # fmt: skip
        browser.close()
        while folder.progress()["state"] == "running":
            time.sleep(0.1)
        folder.delete()


if __name__ == "__main__":
    main()

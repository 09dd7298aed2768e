"""The pictures of README and docs, taken from the running app: `make screenshots`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from conftest import FLAGS, find_chromium, serve
from PIL import Image
from playwright.sync_api import sync_playwright

TARGET = Path(__file__).parent / "pictures"
SHOTS = {  # name of the file: (page and link, width, light or dark)
    "home": ("", 1280, "light"),
    "step": ("Step?v=2&cell=lstm&n_a=8&T_x=40&t=12", 1280, "light"),
    "step-dark": ("Step?v=2&cell=gru&n_a=8&T_x=40&t=12", 1280, "dark"),
    "states": ("States?v=2&cell=gru&signal=sine&n_a=12&T_x=80&init=glorot", 1280, "light"),
    "gates": ("Gates?v=2&cell=lstm&signal=sine&n_a=8&T_x=80", 1280, "light"),
    "gradients": ("Gradients", 1280, "light"),
    "compare-dark": ("Compare?v=2", 1280, "dark"),
    "lessons": ("Lessons", 1280, "light"),
    "lesson": ("Lessons?lesson=forget", 1280, "light"),
    "inside": ("Inside", 1280, "light"),
    "sentiment-dark": ("Sentiment", 1280, "dark"),
    "projector": ("Gradients?projector=1", 1920, "light"),
    "phone": ("Gates", 480, "light"),
}
QUIET = """() => !document.querySelector(
        '[data-testid="stStatusWidget"], [data-testid="stSkeleton"], [data-stale="true"]')
    && [...document.querySelectorAll(".chart")].every((chart) => chart._fullData)"""


def main() -> None:
    TARGET.mkdir(exist_ok=True)
    with serve() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        for name, (link, width, scheme) in SHOTS.items():
            size = {"width": width, "height": 1080 if width > 1280 else 900}
            page = browser.new_page(viewport=size, color_scheme=scheme, reduced_motion="reduce")
            page.add_init_script("localStorage.setItem('rnnviz-tour', 'taken')")
            page.goto(f"{address}/{link}")
            page.wait_for_selector("h2, h3", timeout=30_000)
            page.wait_for_timeout(500)
            page.wait_for_function(QUIET, timeout=60_000)
            page.wait_for_timeout(1500)  # until the last chart is drawn
            path = TARGET / f"{name}.png"
            page.screenshot(path=path)
            page.close()
            Image.open(path).convert("RGB").save(path, optimize=True)
            print(path.name, path.stat().st_size)
        browser.close()


if __name__ == "__main__":
    main()

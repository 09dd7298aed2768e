"""A teacher's ten minutes, as they are written in TEN_MINUTES.md, done in a browser and filmed."""

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from conftest import FLAGS, find_chromium, serve
from PIL import Image
from playwright.sync_api import Page, sync_playwright

SCRIPT = Path(__file__).parent / "TEN_MINUTES.md"
FILM = Path(__file__).parent / "pictures" / "ten-minutes.webp"
SIZE, FILMED = {"width": 1280, "height": 800}, (960, 600)
STANDS = """() => !document.querySelector('[data-testid="stStatusWidget"]')
    && !document.querySelector('[data-stale="true"]')"""
PICTURE = ".player .node, .js-plotly-plot .main-svg, [data-testid=stForm]"


class Act(NamedTuple):
    """One thing that a teacher does: what, and with which words."""

    what: str
    words: tuple[str, ...]


def acts(text: str) -> list[Act]:
    """What a script says to do, in its order: a line that begins with one of four words.

    >>> acts("Open `Step`\\n\\nTalk.\\n\\nPress `r` `Space`\\n\\nWait 9")[1:]
    [Act(what='Press', words=('r', 'Space')), Act(what='Wait', words=('9',))]
    """
    lines = re.findall(r"^(Open|Press|Type) (`.*`)$|^(Wait) (\d+)$", text, re.MULTILINE)
    return [Act(a or c, tuple(re.findall(r"`([^`]+)`", b)) or (d,)) for a, b, c, d in lines]


def done(page: Page, address: str, act: Act) -> Iterator[int]:
    """Do it; yields, whenever there is something to film, for how many ms it is looked at."""
    if act.what == "Open":
        page.goto(f"{address}/{act.words[0]}")
        page.wait_for_selector(PICTURE, timeout=60_000)
        page.wait_for_function(STANDS)
        page.wait_for_timeout(1500)
        yield 2500
    elif act.what == "Press":
        for key in act.words:
            page.keyboard.press(key)
            page.wait_for_timeout(900)
            page.wait_for_function(STANDS)
            yield 900
    elif act.what == "Type":
        page.get_by_role("textbox").first.fill(act.words[0])
        yield 1500
        page.get_by_role("button", name="Commit my prediction").click()
        page.wait_for_selector(".js-plotly-plot .main-svg", timeout=60_000)
        page.wait_for_timeout(1000)
        yield 3000
    else:  # the player plays: two pictures a second
        for _ in range(2 * int(act.words[0])):
            page.wait_for_timeout(420)
            yield 250


def main() -> None:
    pictures, times = [], []
    with serve() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        page = browser.new_page(viewport=SIZE)
        page.add_init_script("localStorage.setItem('rnnviz-tour', 'taken')")
        for act in acts(SCRIPT.read_text()):
            print(act.what, *act.words, flush=True)
            for looked in done(page, address, act):
                shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
                pictures.append(shot.resize(FILMED, Image.Resampling.LANCZOS))
                times.append(looked)
        browser.close()
    first, *rest = pictures
    first.save(FILM, save_all=True, append_images=rest, duration=times, quality=55, method=4)
    print(f"{FILM.name}: {len(pictures)} pictures, {FILM.stat().st_size / 2**20:.1f} MB")


if __name__ == "__main__":
    main()

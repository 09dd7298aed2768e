"""Frames per second while the player plays, in headless Chromium, against an empty page's.

For each size, of one cell and of three in one player: the frames in a second that the playing
player gets, their share of those that the browser gives an empty page just before, the longest
pause between two of them, the time from the link to the drawn player, and how many messages went
over the websocket while it played.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from conftest import FLAGS, find_chromium, serve
from playwright.sync_api import sync_playwright

SECONDS = 5
SIZES = ((64, 200, 8), (256, 5000, 1))  # units, steps, sequences
COUNT = """seconds => new Promise(done => {
  const stamps = [];
  const frame = now => {
    stamps.push(now);
    if (now - stamps[0] < 1000 * seconds) return requestAnimationFrame(frame);
    const pauses = stamps.slice(1).map((stamp, i) => stamp - stamps[i]);
    done([1000 * pauses.length / (now - stamps[0]), Math.max(...pauses)]);
  };
  requestAnimationFrame(frame);
})"""


def main() -> None:
    with serve() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        heads = (
            "cell",
            "units x steps",
            "speed",
            "frames/s",
            "share",
            "longest ms",
            "open s",
            "sent",
        )
        widths = (6, 14, 7, 10, 7, 12, 8, 6)
        print("".join(f"{head:>{width}}" for head, width in zip(heads, widths, strict=True)))
        for n_a, T_x, m in SIZES:
            for shown, cell in (("Step", "lstm"), ("Step", "gru"), ("Compare", "lstm")):
                for speed in ("4", "60"):
                    at = f"{address}/{shown}?cell={cell}&n_a={n_a}&T_x={T_x}&m={m}"
                    row = measure(browser, at, speed)
                    what = cell if shown == "Step" else "three"
                    cells = (what, f"{n_a} x {T_x}", speed, *row)
                    print("".join(f"{c:>{w}}" for c, w in zip(cells, widths, strict=True)))
        browser.close()


def measure(browser, address: str, speed: str) -> tuple[str, ...]:
    """Frames a second, their share of an empty page's, the longest pause, seconds to open, messages
    while it played."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    free, _ = page.evaluate(COUNT, SECONDS)
    frames = []
    page.on("websocket", lambda socket: _listen(socket, frames))
    start = page.evaluate("Date.now()")
    page.goto(address)
    page.wait_for_selector(".player .node", timeout=120_000)
    opened = (page.evaluate("Date.now()") - start) / 1000
    page.wait_for_timeout(4000)
    page.get_by_label("Speed").select_option(speed)
    page.get_by_role("button", name="Loop").click()
    page.get_by_role("button", name="Play", exact=True).click()
    before = len(frames)
    rate, longest = page.evaluate(COUNT, SECONDS)
    sent = len(frames) - before
    page.close()
    return f"{rate:.1f}", f"{rate / free:.2f}", f"{longest:.0f}", f"{opened:.1f}", str(sent)


def _listen(socket, frames: list) -> None:
    for event in ("framereceived", "framesent"):
        socket.on(event, lambda frame: frames.append(len(frame)))


if __name__ == "__main__":
    main()

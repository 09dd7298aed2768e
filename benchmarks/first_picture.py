"""From the press of Start to the first moving picture, in headless Chromium through `rnnviz app`.

For each press: ms until the bar names an update beyond the first and the loss that is drawn has
grown with it, and seconds of CPU time by then: of the server's process, of the worker that learns,
and of all processes of the browser. These take turns, and run side by side where there are cores;
at the longest a machine that has nothing else to do takes their sum.
"""

import os
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from conftest import FLAGS, find_chromium, serve
from playwright.sync_api import sync_playwright

PRESSES = 7
READY = """() => document.querySelectorAll(".chart").length > 3
  && [...document.querySelectorAll(".chart")].every((one) => one.querySelector(".main-svg"))"""
WATCH = """() => {
  const bar = () => document.querySelector(".st-key-training-at")?.textContent ?? "";
  const drawn = () => [...document.querySelectorAll(".chart .scatterlayer path")]
    .map((one) => one.getAttribute("d")).join();
  let before = "";
  document.addEventListener("click", (event) => {
    if (!event.target.closest(".st-key-training-start")) return;
    [window.pressed, before] = [performance.now(), drawn()];
  }, true);
  const look = () => {
    const update = Number(/update (\\d+) of/.exec(bar())?.[1] ?? 0);
    if (window.pressed && update > 1 && drawn() !== before) window.moved = performance.now();
    else requestAnimationFrame(look);
  };
  look();
}"""
TICKS = os.sysconf("SC_CLK_TCK")


def processes() -> dict[int, tuple[str, int, float]]:
    """Of every process its command line, its parent and its seconds of CPU time."""
    every = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().decode(errors="replace")
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended
        every[int(folder.name)] = (words, int(fields[1]), sum(map(int, fields[11:13])) / TICKS)
    return every


def spent() -> dict[str, float]:
    """Seconds of CPU time of what this benchmark started, by kind."""
    every, kinds = processes(), {"server": 0.0, "worker": 0.0, "browser": 0.0}
    for pid, (words, parent, seconds) in every.items():
        above = {pid}
        while parent in every:
            above.add(parent)
            parent = every[parent][1]
        if os.getpid() not in above or pid == os.getpid():
            continue
        kind = "browser" if "chrom" in words else "worker" if "runs.worker" in words else "server"
        kinds[kind] += seconds
    return kinds


def main() -> None:
    os.environ["RNNVIZ_RUNS"] = tempfile.mkdtemp()
    print(f"{'':8}{'ms':>6}{'server':>9}{'worker':>9}{'browser':>9}   seconds of CPU time")
    rows = []
    with serve(("-m", "rnnviz", "app"), "--port") as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.add_init_script("localStorage.setItem('rnnviz-tour', 'taken')")
        for seed in range(1, PRESSES + 2):
            link = f"adding~updates-3000~seed-{seed}"
            page.goto(f"{address}/Training?training={link}&v=2")
            page.wait_for_function(READY, timeout=60_000)
            page.wait_for_timeout(1000)  # what comes after the pictures
            page.evaluate(WATCH)
            before = spent()
            page.locator(".st-key-training-start button").click()
            page.wait_for_function("window.moved", polling=20, timeout=60_000)
            after = spent()
            rows.append((page.evaluate("window.moved - window.pressed"),
                         *(after[kind] - before[kind] for kind in before)))  # fmt: skip
            page.locator(".st-key-training-cancel button").click()
            page.locator(".st-key-training-start").wait_for(timeout=60_000)
        browser.close()
    told("first", rows[0])
    told("median", [statistics.median(each) for each in zip(*rows[1:], strict=True)])


def told(name: str, row) -> None:
    """A line of the table."""
    ms, *seconds = row
    print(f"{name:8}{ms:6.0f}" + "".join(f"{one:9.2f}" for one in seconds))


if __name__ == "__main__":
    main()

"""What a browser that has nothing yet takes over the wire, until a page's pictures stand.

    python benchmarks/first_load.py

Headless Chromium with an empty cache opens each page of `rnnviz app`; bytes are those that its
network counted, headers and all, files and websocket apart. A second load has the cache.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from conftest import FLAGS, find_chromium, serve
from playwright.sync_api import sync_playwright

PAGES = ("Home", "Step", "States", "Gates", "Gradients", "Compare", "Dynamics")


def main() -> None:
    with serve(("-m", "rnnviz", "app"), "--port") as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        print(f"{'page':12}{'files kB':>10}{'again':>8}{'socket kB':>11}{'largest':>10}")
        for name in PAGES:
            context = browser.new_context(viewport={"width": 1280, "height": 900})
            page = context.new_page()
            watch = context.new_cdp_session(page)
            watch.send("Network.enable")
            files: dict[str, float] = {}
            frames: list[int] = []
            names: dict[str, str] = {}
            watch.on("Network.responseReceived", lambda said, names=names: names.update(
                {said["requestId"]: said["response"]["url"]}))  # fmt: skip
            watch.on("Network.loadingFinished", lambda said, files=files: files.update(
                {said["requestId"]: said["encodedDataLength"]}))  # fmt: skip
            page.on("websocket", lambda socket, frames=frames: socket.on(
                "framereceived", lambda frame: frames.append(len(frame))))  # fmt: skip
            sizes = []
            for _ in range(2):
                files.clear()
                page.goto(f"{address}/{'' if name == 'Home' else name}?tour=0")
                page.wait_for_selector(".main-svg, .player", timeout=60_000)
                page.wait_for_load_state("networkidle")
                sizes.append(sum(files.values()) / 1000)
                if len(sizes) == 1:
                    most = sorted(files, key=files.__getitem__)[-4:]
                    told = [f"{names[one].rsplit('/', 1)[-1][:30]} {files[one] / 1000:.0f}"
                            for one in reversed(most)]  # fmt: skip
            print(f"{name:12}{sizes[0]:10.0f}{sizes[1]:8.0f}{sum(frames) / 2000:11.0f}"
                  f"   {', '.join(told)}")  # fmt: skip
            context.close()
        browser.close()


if __name__ == "__main__":
    main()

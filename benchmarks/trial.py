"""Several classes behind deploy/'s door: three servers, one of which goes while all work.

    python benchmarks/trial.py --sessions 300
    python benchmarks/trial.py --sessions 300 --signal TERM

nginx with deploy/nginx.conf, and three servers out of the files that the image copies, on this
machine. Each session opens a page by its link and moves the seed or the gain, as in load.py; in the
middle one server gets the signal. Whoever was there connects anew, as a page does, and says again
what it said last; every second one of them opens its link instead. All answers are checked.
"""

import argparse
import asyncio
import contextlib
import os
import random
import shutil
import signal
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
sys.path.insert(0, str(Path(__file__).parent.parent))

from classroom.browser import Answer, Browser
from conftest import serve
from load import PATIENCE, Report, warm, within, wrong
from processes import memory
from test_deploy import NAMES, door, image, process
from websockets.exceptions import ConnectionClosed

import rnnviz
from rnnviz.core.link import to_link

PAGES = ("Step", "States", "Gates", "Gradients")


@dataclass
class Trial(Report):
    """And what came of those whose server went: by a touch, and by their link."""

    after: list[tuple[str, float]] = field(default_factory=list)  # a server, seconds of a move
    before: list[tuple[str, float]] = field(default_factory=list)
    touched: list[tuple[str, rnnviz.Experiment, Answer]] = field(default_factory=list)
    linked: list[tuple[str, rnnviz.Experiment, Answer]] = field(default_factory=list)
    gone: str = ""


async def attend(number: int, address: str, asked: argparse.Namespace, trial: Trial) -> None:
    """One session, which stays until the last of its moves is answered."""
    chance, browser = random.Random(number), Browser(address)
    page, think = PAGES[number % len(PAGES)], asked.think
    one = rnnviz.Experiment(seed=1 + number)
    try:
        await asyncio.sleep(chance.uniform(0, 2 * think))
        answer = await asyncio.wait_for(browser.open(page, to_link(one)), PATIENCE)
        trial.opened.append((page, one, answer))
        for _ in range(asked.moves):
            await asyncio.sleep(think * chance.uniform(0.5, 1.5))
            name, value = chance.choice(
                [("seed", chance.randrange(10**6, 10**9)), ("gain", chance.randrange(301) / 100)]
            )
            linked, one = one, replace(one, **{name: value})
            at = trial.after if trial.gone else trial.before
            server = browser.server
            try:
                answer = await asyncio.wait_for(browser.move(f"control_{name}", value), PATIENCE)
                at.append((server, answer.seconds))
                trial.moved.append((page, one, answer))
            except (ConnectionClosed, ConnectionError):
                await asyncio.sleep(1)  # which a page waits, too
                if number % 2:
                    answer = await asyncio.wait_for(browser.again(), PATIENCE)
                    trial.touched.append((page, one, answer))
                else:
                    one = linked
                    opened = browser.open(page, to_link(one))
                    trial.linked.append((page, one, await asyncio.wait_for(opened, PATIENCE)))
    except Exception as error:  # whatever it was, this session has lost its page
        trial.lost.append(f"{page} at {browser.server}: {type(error).__name__} {error}")
    finally:
        await browser.close()


async def play(address: str, servers: list[str], asked: argparse.Namespace) -> Trial:
    """Let all sessions run; in the middle a server goes."""
    trial = Trial()

    async def end() -> None:
        await asyncio.sleep(asked.think * (2 + asked.moves) / 2)
        trial.gone = servers[0].removeprefix("http://")
        os.kill(process(servers[0]), signal.Signals[f"SIG{asked.signal}"])

    each = (attend(number, address, asked, trial) for number in range(asked.sessions))
    await asyncio.gather(end(), *each)
    return trial


def told(what: str, seconds: list[float]) -> str:
    """How long so many took."""
    if not seconds:
        return f"{what:44}{0:6}"
    ordered = sorted(seconds)
    middle, late = statistics.median(ordered), ordered[round(0.95 * (len(ordered) - 1))]
    return f"{what:44}{len(ordered):6}  p50 {middle:6.2f} s  p95 {late:6.2f} s"


def main() -> None:
    said = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    said.add_argument("--sessions", type=within(int, 6, 1000), default=300)
    said.add_argument("--think", type=within(float, 0.1, 600), default=15.0, help="seconds")
    said.add_argument("--moves", type=within(int, 2, 100), default=6, help="of each")
    said.add_argument("--signal", choices=("KILL", "TERM"), default="KILL")
    said.add_argument("--checked", type=within(int, 0, 10**6), default=300, help="answers")
    asked = said.parse_args()
    if not shutil.which("nginx"):
        sys.exit("the trial needs nginx, such as apt install nginx-light")
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        root = image(folder / "image")
        (folder / "nginx").mkdir()
        env = {"RNNVIZ_RUNS": str(folder / "runs"), "PYTHONPATH": str(root)}
        env |= {"STREAMLIT_SERVER_COOKIE_SECRET": "one for all", "PYTHONDONTWRITEBYTECODE": "1"}
        stack.enter_context(mock.patch.dict(os.environ, env))
        start = ("-m", "rnnviz", "app")
        servers = [stack.enter_context(serve(start, "--port", cwd=root)) for _ in NAMES]
        address = stack.enter_context(door(servers, folder / "nginx"))
        for one in servers:
            asyncio.run(warm(one, list(PAGES)))
        began = time.perf_counter()
        trial = asyncio.run(play(address, servers, asked))
        took = time.perf_counter() - began
        sizes = [f"{memory(process(one)):.0f} MB" for one in servers[1:]]
    spared = [s for server, s in trial.before if server != trial.gone]
    print(
        f"{asked.sessions} sessions, think time {asked.think:g} s, {took:.0f} s; SIG{asked.signal}"
    )
    print(told("opened", [answer.seconds for *_, answer in trial.opened]))
    print(told("moves before, at the other servers", spared))
    print(told("moves after, at the other servers", [s for _, s in trial.after]))
    print(told("its users, back with what they touched", [a.seconds for *_, a in trial.touched]))
    print(told("its users, back by their link", [a.seconds for *_, a in trial.linked]))
    back = Report(opened=trial.touched, moved=trial.linked)
    bad = wrong(trial, asked.checked) + wrong(back, 10**6)
    print(f"lost {len(trial.lost)}, wrong {len(bad)}, of all who came back none unchecked; {sizes}")
    for line in [*trial.lost, *bad][:10]:
        print(f"  {line[:200]}")
    sys.exit(bool(bad or trial.lost or not trial.touched or not trial.linked))


if __name__ == "__main__":
    main()

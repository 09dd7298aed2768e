"""A class at one dashboard: how long a move takes, whether every answer is right, what it costs.

    python benchmarks/load.py --sessions 100 --think 5
    python benchmarks/load.py --sessions 100 --together

Each session opens a page of the mix by its link, then moves the seed or a slider, each time to a
setting that nobody has asked for, and thinks in between. `--together` has all of them open one
link at once instead. One process plays them all, on this machine, beside the server; it speaks
Streamlit's protocol and draws nothing, so a move is over when the server has said so.
"""

import argparse
import asyncio
import contextlib
import ipaddress
import random
import statistics
import sys
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
sys.path.insert(0, str(Path(__file__).parent.parent))

from classroom.answers import PAGES, faults
from classroom.browser import Answer, Browser
from conftest import serve
from processes import cpu, memory, process

import rnnviz
from rnnviz.core.link import to_link

MOST_SESSIONS, MOST_MOVES = 1000, 1000
PATIENCE = 60  # seconds after which an answer is lost


@dataclass
class Report:
    """What happened: the first answers and those to moves, with the experiments they are to."""

    opened: list[tuple[str, rnnviz.Experiment, Answer]] = field(default_factory=list)
    moved: list[tuple[str, rnnviz.Experiment, Answer]] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


async def attend(number: int, address: str, asked: argparse.Namespace, report: Report) -> None:
    """One session: a page by its link, then a thought and a move, and again."""
    chance, browser = random.Random(number), Browser(address)
    page, think = asked.pages[number % len(asked.pages)], asked.think
    one = rnnviz.Experiment(seed=1 + number)
    try:
        await asyncio.sleep(chance.uniform(0, think))  # nobody opens it in the same instant
        answer = await asyncio.wait_for(browser.open(page, to_link(one)), PATIENCE)
        report.opened.append((page, one, answer))
        for _ in range(asked.moves):
            await asyncio.sleep(think * chance.uniform(0.5, 1.5))
            name, value = chance.choice(
                [("seed", chance.randrange(10**6, 10**9)), ("gain", chance.randrange(301) / 100)]
            )
            one = replace(one, **{name: value})
            answer = await asyncio.wait_for(browser.move(f"control_{name}", value), PATIENCE)
            report.moved.append((page, one, answer))
    except Exception as error:  # whatever it was, this session has lost its page
        report.lost.append(f"{page}: {type(error).__name__} {error}")
    finally:
        await browser.close()


async def arrive(number: int, address: str, asked: argparse.Namespace, report: Report) -> None:
    """One of many who open the same link."""
    browser, one, page = Browser(address), rnnviz.Experiment(seed=77), asked.pages[0]
    try:
        answer = await asyncio.wait_for(browser.open(page, to_link(one)), PATIENCE)
        report.opened.append((page, one, answer))
    except Exception as error:
        report.lost.append(f"{number}: {type(error).__name__} {error}")
    finally:
        await browser.close()


async def play(address: str, asked: argparse.Namespace) -> Report:
    """Let all sessions run, and wait for the last."""
    report = Report()
    session = arrive if asked.together else attend
    each = (session(number, address, asked, report) for number in range(asked.sessions))
    await asyncio.gather(*each)
    return report


def loopback(word: str) -> str:
    """An address of this machine; argparse shows the sentence for any other."""
    host = urlsplit(word).hostname or ""
    with contextlib.suppress(ValueError):
        if host == "localhost" or ipaddress.ip_address(host).is_loopback:
            return word.rstrip("/")
    raise argparse.ArgumentTypeError(
        f"must be an address of this machine such as http://127.0.0.1:8501, got {word[:80]}"
    )


def within(kind: type, low: float, high: float):
    def number(word: str):
        value = kind(word)
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"must be between {low} and {high}, got {value}")
        return value

    return number


def words() -> argparse.ArgumentParser:
    """What may be asked of it."""
    said = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    said.add_argument("--sessions", type=within(int, 1, MOST_SESSIONS), default=100)
    said.add_argument("--think", type=within(float, 0, 600), default=5.0, help="seconds")
    said.add_argument("--moves", type=within(int, 0, MOST_MOVES), default=12, help="of each")
    said.add_argument("--together", action="store_true", help="all open the first page at once")
    said.add_argument("--pages", nargs="+", choices=PAGES, default=list(PAGES))
    said.add_argument("--checked", type=within(int, 0, 10**6), default=200, help="answers")
    said.add_argument("--at", type=loopback, help="a dashboard that runs already")
    return said


def wrong(report: Report, most: int) -> list[str]:
    """What is wrong with the answers, or with so many of them."""
    every = report.opened + report.moved
    some = every if len(every) <= most else random.Random(0).sample(every, most)
    return [fault for page, one, answer in some for fault in faults(page, one, answer)]


def main() -> None:
    asked = words().parse_args()
    own = contextlib.nullcontext(asked.at) if asked.at else serve(("-m", "rnnviz", "app"), "--port")
    with own as address:
        pid = process(address)
        asyncio.run(warm(address, asked.pages))
        before, mine, start = cpu(pid), time.process_time(), time.perf_counter()
        report = asyncio.run(play(address, asked))
        took, spent = time.perf_counter() - start, cpu(pid) - before
        mine, size = time.process_time() - mine, memory(pid)
    told = [("opened", report.opened), ("moved", report.moved)]
    print(f"{asked.sessions} sessions, think time {asked.think:g} s, {took:.0f} s")
    for what, answers in told:
        if answers:
            times = sorted(answer.seconds for *_, answer in answers)
            sent = statistics.median(answer.bytes for *_, answer in answers) / 1000
            print(f"{what:8}{len(times):6}  p50 {statistics.median(times):6.2f} s  "
                  f"p95 {times[int(0.95 * (len(times) - 1))]:6.2f} s  most {times[-1]:6.2f} s  "
                  f"{sent:5.0f} kB each")  # fmt: skip
    reruns = len(report.opened) + len(report.moved)
    print(f"{reruns / took:.1f} reruns a second; server {1000 * spent / max(1, reruns):.0f} ms of "
          f"CPU each, {size:.0f} MB; generator {1000 * mine / max(1, reruns):.0f} ms")  # fmt: skip
    bad = wrong(report, asked.checked)
    print(f"lost {len(report.lost)}, wrong {len(bad)} of {min(asked.checked, reruns)} checked")
    for line in [*report.lost, *bad][:10]:
        print(f"  {line[:200]}")
    sys.exit(bool(bad or report.lost))


async def warm(address: str, pages: list[str]) -> None:
    """Each page once, so that no session pays for what the server imports."""
    for page in pages:
        browser = Browser(address)
        await browser.open(page, {})
        await browser.close()


if __name__ == "__main__":
    main()

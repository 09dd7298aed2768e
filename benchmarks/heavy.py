"""One heavy page among others: what it costs, and what another session feels of it.

    python benchmarks/heavy.py

One session opens a comparison of the largest networks while another moves the seed on States.
"""

import asyncio
import contextlib
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
sys.path.insert(0, str(Path(__file__).parent.parent))

from classroom.browser import Browser
from conftest import serve
from processes import cpu, memory, process

LINK = {"n_a": "256", "m": "64", "T_x": "396"}
BEFORE, BETWEEN = 8.0, 0.1  # seconds that the other session is alone, and between its moves


async def move(address: str, times: list[tuple[float, float]]) -> None:
    """Move the seed until it is told to end; when each move was over, and what it took."""
    browser = Browser(address)
    await browser.open("States", {})
    try:
        for seed in range(10**6, 10**9):
            answer = await browser.move("control_seed", seed)
            times.append((time.perf_counter(), answer.seconds))
            await asyncio.sleep(BETWEEN)
    finally:
        await browser.close()


async def highest(pid: int, size: list[float]) -> None:
    """Follow the process's memory."""
    while True:
        size[0] = max(size[0], memory(pid))
        await asyncio.sleep(0.1)


async def compare(address: str, pid: int) -> None:
    """Both sessions; prints what came of it."""
    times: list[tuple[float, float]] = []
    size, browser = [0.0], Browser(address)
    tasks = [asyncio.create_task(one) for one in (move(address, times), highest(pid, size))]
    await asyncio.sleep(BEFORE)
    start, spent = time.perf_counter(), cpu(pid)
    answer = await browser.open("Compare", LINK)
    end = time.perf_counter()
    print(f"the heavy page: {answer.seconds:.1f} s, {cpu(pid) - spent:.1f} s of the server's CPU, "
          f"{size[0]:.0f} MB at the most")  # fmt: skip
    alone = statistics.median(took for at, took in times if at < start)
    beside = [took for at, took in times if start <= at <= end]
    print(f"the other session: {1000 * alone:.0f} ms alone, {1000 * statistics.median(beside):.0f} "
          f"ms beside it, {statistics.median(beside) / alone:.2f} times as long; "
          f"{1000 * max(beside):.0f} ms at the most")  # fmt: skip
    begun = asyncio.create_task(browser.move("control_seed", 5))
    await asyncio.sleep(0.5)
    await browser.close()
    for task in [*tasks, begun]:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await task
    await asyncio.sleep(2)
    spent = cpu(pid)
    await asyncio.sleep(2)
    print(f"two seconds after its browser has left: {cpu(pid) - spent:.2f} s of CPU in two more")


def main() -> None:
    with serve(("-m", "rnnviz", "app"), "--port") as address:
        asyncio.run(compare(address, process(address)))


if __name__ == "__main__":
    main()

"""A server that is asked for ever new settings for long: does its memory stay flat?

    python benchmarks/soak.py --moves 20000

A few sessions move the seed, the gain and the sizes without a pause, each time to where nobody has
been, on the pages that a class looks at most; every so often one leaves and another comes. Prints
the server's memory along the way, and fails where it still grows.
"""

import argparse
import asyncio
import contextlib
import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
sys.path.insert(0, str(Path(__file__).parent.parent))

import load
from classroom.browser import Browser
from conftest import serve
from processes import cpu, memory, process

PAGES = ("States", "Gates", "Gradients", "Step")
STAY = 200  # moves of one session
SIZES = {"n_a": 32, "T_x": 200, "m": 32}  # as far as the sliders go
GROWTH = 1.1  # of the last quarter over the second, beyond which memory is not flat


async def soak(address: str, moves: int, sessions: int, done: Callable[[], None]) -> list[str]:
    """So many moves by so many sessions at once; what went wrong."""
    left, faults = iter(range(moves)), []

    async def one(number: int) -> None:
        chance = random.Random(number)
        while True:
            browser = Browser(address)
            try:
                await browser.open(chance.choice(PAGES), {"seed": str(chance.randrange(2**32))})
                for _ in range(STAY):
                    if next(left, None) is None:
                        return
                    answer = await asyncio.wait_for(browser.move(*_move(chance)), load.PATIENCE)
                    faults.extend(text for text in answer.texts if "in the server's log" in text)
                    done()
            except Exception as error:
                faults.append(f"{type(error).__name__} {error}")
                if next(left, None) is None:
                    return
            finally:
                await browser.close()

    await asyncio.gather(*map(one, range(sessions)))
    return faults


def _move(chance: random.Random) -> tuple[str, float]:
    """A control and a value: mostly the seed, of which there are enough."""
    name = chance.choice(["seed", "seed", "seed", "gain", *SIZES])
    if name == "seed":
        return "control_seed", chance.randrange(2**32)
    if name == "gain":
        return "control_gain", chance.randrange(301) / 100
    return f"control_{name}", chance.randint(1, SIZES[name])


def flat(curve: list[float]) -> bool:
    """Whether memory stays where it was once everything that is kept has filled."""
    quarter = max(1, len(curve) // 4)
    second, last = curve[quarter : 2 * quarter], curve[-quarter:]
    return statistics.median(last) <= GROWTH * statistics.median(second or last)


def main() -> None:
    said = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    said.add_argument("--moves", type=load.within(int, 1, 10**6), default=20_000)
    said.add_argument("--sessions", type=load.within(int, 1, 100), default=4)
    said.add_argument("--each", type=load.within(int, 1, 10**5), default=500, help="moves a line")
    said.add_argument("--at", type=load.loopback, help="a dashboard that runs already")
    asked = said.parse_args()
    own = contextlib.nullcontext(asked.at) if asked.at else serve(("-m", "rnnviz", "app"), "--port")
    curve: list[float] = []
    with own as address:
        pid, count, start = process(address), 0, time.perf_counter()

        def done() -> None:
            nonlocal count
            count += 1
            if count % asked.each == 0:
                curve.append(memory(pid))
                print(f"{count:7} moves  {curve[-1]:6.0f} MB  {cpu(pid):7.0f} s of CPU  "
                      f"{time.perf_counter() - start:7.0f} s", flush=True)  # fmt: skip

        faults = asyncio.run(soak(address, asked.moves, asked.sessions, done))
    print(f"{count} moves, {len(faults)} faults, {'flat' if flat(curve) else 'it grows'}")
    for line in faults[:10]:
        print(f"  {line[:200]}")
    sys.exit(bool(faults) or not flat(curve))


if __name__ == "__main__":
    main()

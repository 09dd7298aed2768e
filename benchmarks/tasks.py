"""How many updates and seconds a cell takes to solve a task: a line a task, cell and seed.

One thread, the record included. A test on sequences that are not trained on says whether a task is
solved, every 25 updates; the table of docs/TASKS.md is made of these lines.
"""

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from threadpoolctl import threadpool_limits

from rnnviz.core.training import Settings, Training
from rnnviz.tasks import TASKS

EVERY = 25


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tasks", default=",".join(TASKS))
    parser.add_argument("--cells", default="rnn,lstm,gru")
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--steps", type=int, help="in place of the task's usual length")
    parser.add_argument("--updates", type=int, default=1500, help="at most (%(default)s)")
    parser.add_argument("--rate", type=float, default=Settings.rate, help="(%(default)s)")
    parser.add_argument("--forget-bias", type=float, default=Settings.forget_bias,
                        help="(%(default)s)")  # fmt: skip
    chosen = parser.parse_args()
    with threadpool_limits(1):
        for name in chosen.tasks.split(","):
            for cell in chosen.cells.split(","):
                for seed in map(int, chosen.seeds.split(",")):
                    solve(name, Settings(
                        cell, seed=seed, steps=chosen.steps or TASKS[name].steps,
                        updates=chosen.updates, rate=chosen.rate, forget_bias=chosen.forget_bias,
                    ))  # fmt: skip
    return 0


def solve(name: str, settings: Settings) -> None:
    """Train until a test finds the task solved, and print the line."""
    task, start = TASKS[name], time.process_time()
    one, steps = Training(task, settings), settings.steps
    chance, loss, right, solved = task.chance(steps), float("nan"), float("nan"), False
    for done in one.run():
        if done % EVERY == 0:
            loss, right = one.tested()
            if solved := task.solved.holds(loss, right, chance):
                break
    print(
        f"{name:12}{settings.cell:6}{steps:4}{settings.seed:3}"
        f"  {'solved' if solved else 'not in':7}"
        f"{one.done:5} updates"
        f"{time.process_time() - start:7.1f} s  loss {loss:.4f} of {chance:.4f}  right {right:.3f}"
        + (f"  {one.fault.sentence}" if one.fault else ""),
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())

"""`python -m rnnviz.tasks.runs.ship`: train the flip-flops that come along into their files."""

from pathlib import Path

from rnnviz.core.training import Settings, Training
from rnnviz.tasks.find import Asked
from rnnviz.tasks.kept import Kept
from rnnviz.tasks.networks import shipped

CELLS = ("rnn", "lstm", "gru")


def settings_of(cell: str) -> Settings:
    """How one of them is trained: all alike, so that they stand beside each other.

    >>> settings_of("rnn").units
    24
    """
    return Settings(cell, units=24, steps=40, updates=500, seed=3, forget_bias=0.0)


def ship(cell: str, folder: Path) -> Kept:
    """Train one and write its file."""
    asked = Asked("flip-flop")
    one = Training(asked.task(None), settings_of(cell))
    for _ in one.run():
        pass
    kept = Kept.of(asked, one)
    (folder / f"flipflop{cell}.npz").write_bytes(kept.packed())
    return kept


if __name__ == "__main__":
    shipped().mkdir(exist_ok=True)
    for each in CELLS:
        print(f"{each}: {ship(each, shipped()).tests[-1, 2]:.2%} of answers right")

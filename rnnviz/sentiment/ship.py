"""`python -m rnnviz.sentiment.ship [DIR]`: make the finished runs in DIR those that come along; and
write what these say of many words, which takes long."""

import shutil
import sys
from pathlib import Path

from rnnviz.core.networks import Weights, find
from rnnviz.sentiment import runs, said, verdicts

_FILES = ("settings.json", "progress.json", "history.csv", "words.json", "result.json")
_MODEL = ("model.keras", "examples.json")


def ship(source: Path, target: Path) -> list[str]:
    """Copy what a page needs of every finished run to target/<cell>; returns the cells."""
    cells = []
    for folder in runs.every(source):
        cell = folder.settings.cell
        if not folder.result() or cell in cells:
            continue
        shutil.rmtree(target / cell, ignore_errors=True)
        (target / cell).mkdir(parents=True)
        for name in (*_FILES, *_MODEL):
            if (folder.path / name).exists():
                shutil.copy(folder.path / name, target / cell / name)
        cells.append(cell)
    return cells


def listen() -> None:
    """Write what every network that comes along says of many words."""
    models = [one for one in runs.included() if one.model.exists()]
    each = [find(Weights("run", one.id)) for one in models]
    said.write({one.digest: verdicts.arrays(one) for one in each if one})


if __name__ == "__main__":
    if sys.argv[1:]:
        print(*ship(Path(sys.argv[1]), runs.shipped()))
    listen()

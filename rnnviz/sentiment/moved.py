"""How far two computations of one review may lie apart, and what one layer alone changes.

As `core/checks/rounding`, of a whole model: the review is read again in double precision, every
number of it moved by what its layer's sums round.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from rnnviz.core.checks import rounding
from rnnviz.core.types import Trace
from rnnviz.sentiment.network import classes, embed, masked, walk
from rnnviz.sentiment.network.recurrent import LayerRead
from rnnviz.sentiment.reading import Reading, read, told

SAMPLES = rounding.SAMPLES


def apart(reading: Reading, measure: Callable[[Reading], np.ndarray | float]) -> float:
    """How far two computations of `measure(reading)` may differ, since both round."""
    exact, *moved = (np.asarray(measure(other)) for other in neighbours(reading))
    eps = float(np.finfo(reading.run.trace.dtype).eps)
    fine = np.isfinite(exact)
    size = float(np.abs(exact[fine]).max(initial=0))
    grown = max(float(np.abs((one - exact)[fine]).max(initial=0)) for one in moved)
    steps = _widest(reading) + rounding.OTHERS + len(reading.row)
    return 2 * (grown + eps * steps * max(size, 1e-30)) + rounding.underflow(reading.run)


def neighbours(reading: Reading, samples: int = SAMPLES):
    """The reading in double precision: as it is, then `samples` times moved."""
    random, row = np.random.default_rng(len(reading.row)), reading.row
    eps = float(np.finfo(reading.run.trace.dtype).eps)
    exact = reading.model.in_precision(float)
    chosen = {"target": reading.target, "layer": reading.layer, "way": reading.way}
    yield read(exact, row, float, **chosen)

    def either(values: np.ndarray, by: float) -> np.ndarray:
        return values * (1 + rounding.either(by, values.shape, random))

    for _ in range(samples):
        model = exact.changed(lambda array, terms: either(array, eps * (terms + rounding.OTHERS)))
        x = either(embed(model, row[None], float), eps)
        whole = walk(
            model, x, masked(model, row[None], np.array([len(row)])),
            watch=lambda trace: rounding.round_again(trace, rounding.OTHERS * eps, random),
        )  # fmt: skip
        yield told(model, row, whole, **chosen)


def _widest(reading: Reading) -> int:
    """The most terms that one of the model's sums has."""
    return max(array.shape[-1] for array in reading.model.arrays()) + 1


def with_layer(reading: Reading) -> Callable[[Trace], float]:
    """The log-odds at the end as a function of what the cell looked into does, all else as it is,
    in double precision."""
    model = reading.model.in_precision(float)
    x, mask = reading.seen(float)
    whole = walk(model, x, mask)
    at = model.layers.index(model.recurrent[reading.layer])
    kept, above = whole.reads[at], replace(model, layers=model.layers[at + 1 :])

    def log_odds(trace: Trace) -> float:
        ways = list(kept.ways)
        ways[reading.way] = replace(ways[reading.way], trace=trace)
        handed = LayerRead(kept.layer, tuple(ways), kept.mask, kept.lengths).handed_on()
        z = walk(above, handed, mask).z[:, 0]
        return float(classes.log_odds(model.final, z, reading.target))

    return log_odds

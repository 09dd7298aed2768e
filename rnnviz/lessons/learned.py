"""What lessons about learning have in common: networks that came with the package, by seed."""

from collections.abc import Sequence

from rnnviz.core.phrases import listed
from rnnviz.core.types import Run
from rnnviz.lessons.base import Comparison, Picture
from rnnviz.lessons.predictions import told
from rnnviz.tasks.networks import kept
from rnnviz.tasks.trained import SEEDS, of_seeds

PICTURE = Picture("losses-trials")
__all__ = ["PICTURE", "SEEDS", "check", "last_losses", "of_seeds", "of_this", "solved", "updates"]


def check(run: Run) -> Comparison:
    """The loss that was noted in training against that of the run's network, tested again in double
    precision; both may be off by what single precision is off here."""
    one = kept(run.experiment.weights.removeprefix("task-"))
    update, noted, exact = one.again("float64")
    rounding = 4 * abs(one.again("float32")[2] - exact)
    tolerance = rounding + one.settings.steps * 1.2e-7 * max(1.0, exact)  # of single precision
    what = f"loss on sequences that were not trained on, at update {update}"
    return Comparison(what, noted, exact, tolerance, "these weights, tested again")


def of_this(run: Run) -> str:
    """What the run's own network came to, in a sentence."""
    one, found = kept(run.experiment.weights.removeprefix("task-")), check(run)
    when = "before the first update" if one.ended else f"after {one.done:,} updates"
    what = f"{when} the network of seed {one.settings.seed} has a loss of {told(found.computed)}"
    return f"On sequences that were not trained on {what}."


def solved(name: str) -> list[int]:
    """The updates at which the seeds that solve a trial had solved it."""
    return [one.solved_at for one in of_seeds(name) if one.solved_at is not None]


def last_losses(name: str) -> list[float]:
    """The loss of each seed's last batch."""
    return [float(one.loss[-1]) for one in of_seeds(name)]


def updates(counts: Sequence[int]) -> str:
    """Some numbers of updates in words."""
    return listed([f"{count:,}" for count in counts])

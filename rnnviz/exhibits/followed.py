"""Dynamics: what a picture says of reviews that are followed, and of its plane."""

import numpy as np

from rnnviz.core import dynamics
from rnnviz.core.activations import softmax
from rnnviz.core.networks import Network, Weights
from rnnviz.core.phrases import number
from rnnviz.core.types import Pass, Run
from rnnviz.figures.verdicts import BAD, GOOD
from rnnviz.sentiment import verdicts
from rnnviz.tasks.kept import Kept
from rnnviz.tasks.networks import kept

REVIEWS = 40


def network_of(run: Pass) -> Network | None:
    """The trained network of a run, if it has one."""
    return run.experiment.network if isinstance(run, Run) else None


def kept_of(run: Pass) -> Kept | None:
    """What is kept of a network that learned a task, where that is the run's."""
    weights = Weights.of(run.experiment.weights) if isinstance(run, Run) else Weights()
    return kept(weights.name) if weights.source == "task" else None


def ends(network: Network) -> dict[str, np.ndarray]:
    """The joint states (N, k) in which reviews of the corpus leave a network, bad and good ones."""
    texts, good = verdicts.reviews(REVIEWS)
    states = verdicts.read(network, texts)
    return {BAD: states[:, ~good], GOOD: states[:, good]}


def verdict(run: Pass, network: Network, state: np.ndarray) -> float:
    """P of the second class, were it to end in a joint state (N,)."""
    W, b = (np.asarray(network.params[name], float) for name in run.cell.readout)
    return float(softmax(W @ state[: W.shape[1], None] + b.reshape(-1, 1))[1, 0])


def follows(run: Pass, one: dynamics.Settling) -> str:
    """How many reviews of each kind end where the state goes on to a point of their own verdict."""
    network = network_of(run)
    if network is None or not one.leads or not one.stable.shape[1]:
        return ""
    if not run.reads_out or len(network.classes) != 2:
        return ""
    above = np.array([verdict(run, network, state) > 0.5 for state in one.stable.T] + [False])
    rests, counts = [], []
    for name, leads in one.leads.items():
        own = above[leads] if name == GOOD else ~above[leads]
        counts.append(f"{int((own & (leads >= 0)).sum())} of {len(leads)} {name}s")
        rests.append(leads)
    nowhere = int((np.concatenate(rests) < 0).sum())
    told = f"From where reviews end it goes on to a point of their own verdict after {counts[1]} "
    told += f"and {counts[0]}"
    return f"{told}; after {nowhere} it comes to rest at none." if nowhere else f"{told}."


def of_plane(run: Pass, one: dynamics.Settling, sequence: int = 0) -> str:
    """What the plane is, and how far the run is from it."""
    if one.found is None:
        return ""
    seen = dynamics.plane(one, sequence)
    shaded = "Shaded: at which stable point a state there comes to rest."
    shaded = shaded if seen.cut and one.stable.shape[1] > 1 else ""
    if seen.cut is None and seen.shares is not None:
        return f"Drawn are two of {one.of.N} directions: what meets here may be far apart."
    if seen.cut is None or one.of.N == 2:
        return shaded
    apart = dynamics.apart(seen.cut, one.visited[:, :, sequence])
    apart = apart[np.isfinite(apart)]
    if seen.cut.flat:
        what = "Drawn is the plane through the three points; other states are moved straight onto "
        return f"{what}it, those of this run by {number(np.median(apart))} (median). {shaded}"
    what = f"Drawn is the slice `{_equation(run)}`, on which all fixed points lie. {shaded}"
    if not len(apart):
        return what.strip()
    much = f"{number(np.median(apart))} (median) and at most {number(apart.max())} away from it"
    return f"{what}{' ' if shaded else ''}This run's states are {much}."


def _equation(run: Pass) -> str:
    """The cell's equation of its hidden state."""
    lines = [" ".join(line.split()) for line in run.cell.text.splitlines()]
    return next(line for line in reversed(lines) if line.startswith("a = "))

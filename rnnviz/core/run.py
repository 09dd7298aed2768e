"""run(Experiment) -> Run: draw from the seed, forward, loss, backward."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from rnnviz.core import initialisers, memory, signals
from rnnviz.core.engine import backward, forward
from rnnviz.core.errors import ExperimentError
from rnnviz.core.experiment import Experiment
from rnnviz.core.networks import DRAWN
from rnnviz.core.types import Run


class Draws(NamedTuple):
    """What a seed decides, or a trained network with its review: x (n_x, m, T_x), a0 (n_a, m),
    parameters, the loss's target, and a word for each step, if any."""

    x: np.ndarray
    a0: np.ndarray
    params: dict[str, np.ndarray]
    target: np.ndarray
    words: tuple[str, ...] = ()


_SIDE_BY_SIDE = 2**24  # bytes of runs that are held together; four times as many take longer
MAX_BAND_BYTES = 2**28  # that the runs under a band go through, one after another: under a second
_spare: list[np.random.RandomState] = []  # seeding one takes a hundredth of making one


def draw(experiment: Experiment) -> Draws:
    """Everything random, in the notebook's order: x, a0, the weights, then the loss's target.

    The Gaussian x is drawn (and set aside) for the other signals too, so that the same seed has the
    same weights under every signal. A cell of a person's own has its origin's weights where their
    names agree, and its target. NumPy's global generator is left alone.

    >>> drawn = draw(Experiment(cell="rnn"))
    >>> drawn.x.shape, drawn.a0.shape, list(drawn.params)
    ((3, 10, 50), (16, 10), ['Waa', 'Wax', 'Wya', 'ba', 'by'])
    """
    e, cell = experiment, experiment.cell_object
    if e.weights != DRAWN:
        return _given(e)
    random = _spare.pop() if _spare else np.random.RandomState()
    random.seed(e.seed)
    gaussian = random.randn(e.n_x, e.m, e.T_x)
    a0 = random.randn(e.n_a, e.m)
    sizes, origin = (e.n_x, e.n_a, e.n_y), e.origin
    params = initialisers.draw(origin, e.init, origin.shapes(*sizes), random)
    target = e.objective.draw((e.n_a, e.m, e.T_x), e.n_y, random)
    if e.equations:  # what it has of its origin, and what is new after all the rest
        shapes = cell.shapes(*sizes)
        params = initialisers.shared(cell, shapes, origin, params, e.init, random)
    initialisers.adjust(cell, params, e.gain, e.forget_bias)
    _spare.append(random)
    x = signals.make(e.signal, gaussian, e.series, e.text)
    with np.errstate(over="ignore"):  # a number beyond the type is infinite, as in the run
        x = x.astype(e.dtype, copy=False)
    cast = {name: param.astype(e.dtype, copy=False) for name, param in params.items()}
    symbols = signals.SIGNALS[e.signal].symbols
    words = symbols.words(e.text) if symbols else ()
    return Draws(x, a0.astype(e.dtype, copy=False), cast, target, words)


def _given(experiment: Experiment) -> Draws:
    """A trained network has no seed: it begins at 0 with the weights that it has."""
    network, given = experiment.network, experiment.given
    assert network and given, "weights that are not drawn are of a network"
    a0 = np.zeros((experiment.n_a, 1), network.dtype)
    params = {name: network.params[name] for name in network.cell.draws}
    label = np.array([experiment.label - 1])
    target = label if given.target is None else given.target
    return Draws(network.x(given), a0, params, target, given.words)


def run(experiment: Experiment) -> Run:
    """Carry out an experiment, forward and backward. Raises OutOfMemory where there is no room.

    >>> done = run(Experiment(cell="gru", T_x=20))
    >>> done.trace.states["a"].shape  # (n_a, m, T_x)
    (16, 10, 20)
    >>> done.gradients.norms["a"].shape, list(done.gradients.params)
    ((20,), ['Wr', 'br', 'Wi', 'bi', 'Wc', 'bc', 'Wy', 'by'])
    """
    with memory.reserved(experiment.bytes) as hold:
        done = _carry_out(experiment, draw(experiment))
        hold(done)
    return done


def run_many(experiment: Experiment, seeds: Iterable[int]) -> Run:
    """The same experiment under many seeds at once; every array has an axis of seeds in front.

    >>> run_many(Experiment(T_x=20), range(4)).trace.states["c"].shape
    (4, 16, 10, 20)
    """
    if experiment.weights != DRAWN:
        raise ExperimentError(f"seeds must be of drawn weights, got weights {experiment.weights}")
    each = [replace(experiment, seed=seed) for seed in seeds]
    if not each:
        raise ExperimentError("seeds must name at least one seed, got none")
    longest = (1 << 30) // each[0].bytes
    if len(each) > longest:
        raise ExperimentError(
            f"seeds must be at most {longest} for an experiment of this size, got {len(each)}"
        )
    with memory.reserved(len(each) * each[0].bytes) as hold:
        draws = [draw(one) for one in each]
        params = {name: np.stack([d.params[name] for d in draws]) for name in draws[0].params}
        x, a0, target = (
            np.stack([getattr(d, name) for d in draws]) for name in ("x", "a0", "target")
        )
        done = _carry_out(experiment, Draws(x, a0, params, target))
        hold(done)
    return done


def affordable_seeds(experiments: Collection[Experiment], wanted: int) -> int:
    """How many of the wanted seeds each of the experiments is run with for a band; 0 of no band.

    All their runs together go through MAX_BAND_BYTES at most, one seed makes no band, and a trained
    network has none.

    >>> affordable_seeds([Experiment()], 20)
    20
    """
    if any(one.weights != DRAWN for one in experiments):
        return 0
    count = min(wanted, MAX_BAND_BYTES // sum(one.bytes for one in experiments))
    return count if count > 1 else 0


def seed_norms(experiment: Experiment, count: int) -> np.ndarray:
    """||dL/da|| over `count` seeds, from the experiment's on, (count, T_x).

    >>> seed_norms(Experiment(T_x=20), 3).shape
    (3, 20)
    """
    return np.concatenate(list(seed_norms_by_parts(experiment, count)))


def seed_norms_by_parts(experiment: Experiment, count: int) -> Iterator[np.ndarray]:
    """The same, as many seeds at a time as are held side by side, (some, T_x).

    >>> [part.shape for part in seed_norms_by_parts(Experiment(T_x=20), 3)]
    [(3, 20)]
    """
    first = min(experiment.seed, 2**32 - count)
    room = max(1, _SIDE_BY_SIDE // experiment.bytes)
    starts = range(first, first + count, room)
    parts = (range(start, min(start + room, first + count)) for start in starts)
    for part in parts:
        yield run_many(experiment, part).gradients.norms["a"]


def _carry_out(experiment: Experiment, draws: Draws) -> Run:
    cell = experiment.cell_object
    trace = forward(cell, draws.params, draws.x, {"a": draws.a0})
    W, b = cell.readout
    params = draws.params
    loss = experiment.objective.evaluate(trace.states["a"], params[W], params[b], draws.target)
    gradients = backward(trace, loss.upstream)
    gradients = replace(gradients, params={**gradients.params, W: loss.dW, b: loss.db})
    loss.upstream.flags.writeable = False
    return Run(
        cell, params, trace, loss.losses, loss.upstream, gradients, experiment, words=draws.words
    )

"""Dynamics: where a trained flip-flop stays, among the memories that it has to hold."""

from collections.abc import Generator, Sequence
from dataclasses import replace

import numpy as np

from rnnviz.core import dynamics
from rnnviz.core.checks import settling as checks
from rnnviz.core.checks.check import Verdict, compare, epsilon, plural
from rnnviz.core.phrases import listed
from rnnviz.core.run import run as carry_out
from rnnviz.core.types import Pass, Run
from rnnviz.exhibits.base import Exhibit, register
from rnnviz.exhibits.followed import kept_of
from rnnviz.exhibits.inputs import heard
from rnnviz.exhibits.marks import Item, line, on
from rnnviz.figures import flip_flop as figures
from rnnviz.figures.columns import columns
from rnnviz.figures.dynamics import comes
from rnnviz.figures.flip_flop import Answers
from rnnviz.tasks.answered import answered

Shown = tuple[dynamics.Settling, Answers]
_RNN, _GRU = "task-flipfloprnn", "task-flipflopgru"  # that come along


def is_one(run: Pass) -> bool:
    """Whether it is a network that learned the flip-flop."""
    one = kept_of(run)
    return one is not None and one.asked.name == "flip-flop"


def staying(run: Run, held: str = "zero", value: float = 1.0) -> Generator[None, None, Shown]:
    """Where the network stays under the input, and what it answers."""
    settling = yield from dynamics.settling(run, heard(run, held), value)
    one = kept_of(run)
    assert one is not None, "it is a flip-flop"
    W, b = (np.asarray(run.params[name], float) for name in run.cell.readout)
    own = W @ run.trace.states["a"][:, 0].astype(float) + b
    return settling, Answers(run.cell.title, W, b, own, answered(one).right)


def staying_beside(
    run: Run, held: str = "zero", value: float = 1.0
) -> Generator[None, None, Shown]:
    """The same of the network of another cell, which hears the same pulses."""
    return (yield from staying(other(run), held, value))


def other(run: Run) -> Run:
    """The run of the GRU that comes along; beside a GRU of the RNN."""
    word = _RNN if run.cell.name == "gru" else _GRU
    return carry_out(replace(run.experiment, weights=word))


def marks(run: Run, settling: dynamics.Settling, answers: Answers) -> list[Item]:
    """The cube, the run's answers, then each kind of point, laid onto the paper."""
    every = [(figures.CUBE, figures.edges()), (figures.WAY, answers.own)]
    for kind, some in figures.by_ways(settling).items():
        states = np.array([settling.points[at].state for at in some]).T
        every.append((kind, answers.at(states)))
    drawn = []
    for name, places in every:
        x, y = figures.laid(places)
        drawn.append(line(y, x, "x" if name == figures.WAY else "", name=name))
    return [*on(figures.AXES, *drawn)]


def caption(run: Run, settling: dynamics.Settling, answers: Answers) -> str:
    """How many points there are of each kind, how many memories have one, and what is right."""
    right = f"{answers.right:.2%}".replace("100.00%", "all")
    told = f"Of its answers on sequences that it was not trained on, {right} are right."
    if settling.found is None:
        return told
    count = len(settling.points)
    each = [
        f"{len(some)} {_of(kind, len(some))}" for kind, some in figures.by_ways(settling).items()
    ]
    front = f"{comes(settling)[:1].upper()}{comes(settling)[1:]} the {answers.cell} has"
    points = f"**{count} fixed point{'' if count == 1 else 's'}**"
    listing = f": {listed(each)}" if each else ""
    own = len(memories(settling, answers))
    have = "has a stable point of its own" if own == 1 else "have a stable point of their own"
    kept = f"{own} of the 8 memories {have}"
    seed = "That is one training: another seed may leave other points."
    return f"{front} {points}{listing}; {kept}. {told} {seed}"


def _of(kind: str, count: int) -> str:
    return kind if kind in ("stable", "neutral") else f"with {kind}"


def memories(settling: dynamics.Settling, answers: Answers) -> set[tuple[bool, ...]]:
    """The memories that have a stable point: the signs of the answers there."""
    return {tuple(one) for one in (answers.at(settling.stable) > 0).T.tolist()}


def proofs(run: Run, settling: dynamics.Settling, answers: Answers) -> list[Verdict]:
    """The points as a portrait's, and the answers against the run's own outputs."""
    return [*checks.points(run, settling), _agree(run, answers)]


def proofs_beside(run: Run, settling: dynamics.Settling, answers: Answers) -> list[Verdict]:
    """The same of the other network."""
    return proofs(other(run), settling, answers)


def _agree(run: Run, answers: Answers) -> Verdict:
    """The outputs are a softmax of the answers: ln y_i - ln y_j is how far these lie apart."""
    logs = np.log(run.trace.y[:, 0].astype(float))
    apart = [one - np.roll(one, 1, axis=0) for one in (answers.own, logs)]
    size = 1 + np.abs(answers.W).sum(1).max() + np.abs(answers.b).max()
    allowed = 2 * epsilon(run) * size * answers.W.shape[1]
    what = f"what this run answers, {plural(logs.size, 'number')} less each other"
    return compare(what, apart[0], apart[1], allowed, "the logarithms of the run's outputs")


def table(run: Run, settling: dynamics.Settling, answers: Answers) -> dict:
    """What is drawn, and each point's three answers and kind."""
    drawn = columns(figures.cube(run, settling, answers), silent=True)
    return drawn | of_points(settling, answers)


def of_points(settling: dynamics.Settling, answers: Answers) -> dict:
    """Of every fixed point its kind and its three answers, as columns."""
    points = settling.points
    states = np.array([point.state for point in points]).reshape(-1, settling.of.N).T
    told: dict[str, Sequence] = {}
    told["kind of fixed point"] = [figures.way_out(point) for point in points]
    return told | {
        f"answer of switch {k + 1}": row for k, row in enumerate(answers.at(states))
    } | {"largest |eigenvalue|": [abs(point.eigenvalues[0]) for point in points]}  # fmt: skip


def setup(name: str):
    """The lines of Python that compute what a function of this file does."""

    def lines(run: Run, held: str = "zero", value: float = 1.0) -> tuple[str, ...]:
        more = f", {held!r}" if held != "zero" or value != 1.0 else ""
        more += f", {value!r}" if value != 1.0 else ""
        return (
            "from rnnviz.exhibits.base import carried_out",
            f"from rnnviz.exhibits.flip_flop import {name}",
            f"settling, answers = carried_out({name}(run{more}))",
        )

    return lines


for _place, _figure, _compute, _proofs in (
    (58, figures.cube, staying, proofs),
    (59, figures.other_cube, staying_beside, proofs_beside),
):
    register(
        Exhibit(
            page="Dynamics",
            place=_place,
            figure=_figure,
            compute=_compute,
            marks=marks,
            checks=_proofs,
            caption=caption,
            table=table,
            fits=is_one,
            share=1 / 2,
            setup=setup(_compute.__name__),
            call="run, settling, answers",
        )
    )

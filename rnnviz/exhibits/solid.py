"""Dynamics: the portrait, and a flip-flop's cube, once more in a scene that can be turned."""

from functools import partial

import numpy as np

from rnnviz.core import dynamics
from rnnviz.core.checks import Unchecked, Verdict
from rnnviz.core.checks import settling as checks
from rnnviz.core.checks.check import compare
from rnnviz.core.types import Pass
from rnnviz.exhibits import flip_flop
from rnnviz.exhibits.base import Exhibit, register
from rnnviz.exhibits.dynamics import of_points, settled
from rnnviz.exhibits.inputs import lines_of
from rnnviz.exhibits.marks import Item, on, solid
from rnnviz.figures import flip_flop as flat
from rnnviz.figures import solid as figures
from rnnviz.figures.columns import columns
from rnnviz.figures.dynamics import HELD, KINDS, OWN, WAYS, comes, counted, joined, one_by_one
from rnnviz.figures.flip_flop import Answers

SOLID = 62  # the place of all scenes
_SQUARED = 1e150  # beyond which the squares of a few states overflow
_TURN = "Drag to turn it, scroll to come near."


def has_room(run: Pass) -> bool:
    """Whether a state has three numbers or more."""
    return len(run.cell.states) * run.trace.n_a >= 3


def portrait_marks(run: Pass, one: dynamics.Settling, sequence: int = 0) -> list[Item]:
    """Paths, ways out, then fixed points by their kind, at their places in three dimensions."""
    seen, marks = dynamics.space(one, sequence), []
    marks.append(solid(seen.own, "x", name=OWN))
    if one.held != "driven":
        marks.append(solid(joined(seen.paths), "a", name=HELD))
        if seen.ways:
            marks.append(solid(one_by_one(seen.ways), name=WAYS))
        kinds = np.array([point.kind for point in one.points])
        some = (kind for kind in KINDS if kind in kinds)
        marks += [solid(seen.points[:, kinds == kind], name=kind) for kind in some]
    return [*on(seen.axes, *marks)]


def portrait_checks(run: Pass, one: dynamics.Settling, sequence: int = 0) -> list[Verdict]:
    """The points as the portrait's, and how far apart any two of them are drawn."""
    return [*checks.points(run, one), _apart(one, dynamics.space(one, sequence), sequence)]


def _apart(one: dynamics.Settling, seen: dynamics.Space, sequence: int) -> Verdict:
    """The variances along the axes are the largest eigenvalues of the states' covariance, and of a
    state of three numbers all distances are kept."""
    what = "the variance along each axis"
    states = np.concatenate(
        [
            one.visited[:, :, sequence],
            one.paths.reshape(one.of.N, -1),
            *(point.state[:, None] for point in one.points),
            *one.ways,
        ],
        axis=1,
    )
    drawn = np.concatenate([seen.own, seen.paths.reshape(3, -1), seen.points, *seen.ways], axis=1)
    fine = np.isfinite(states).all(0)
    if not fine.any():
        return Unchecked(what, "no state is finite")
    states, drawn = states[:, fine], drawn[:, fine]
    if np.abs(states).max() > _SQUARED:
        return Unchecked(what, "the squares of the states are beyond what a float holds")
    covariance = np.atleast_2d(np.cov(states, bias=True))
    expected = np.diagonal(covariance) if one.of.N == 3 else np.linalg.eigvalsh(covariance)[:-4:-1]
    # Sums of as many squares as there are states; an eigenvalue moves by no more than its matrix.
    allowed = 16 * states.shape[1] * one.of.N * np.finfo(float).eps * np.square(states).mean()
    return compare(what, drawn.var(1), expected, allowed * one.of.N, "the states' covariance")


def portrait_caption(run: Pass, one: dynamics.Settling, sequence: int = 0) -> str:
    """How many points, how much of the variance is seen, and what the scene cannot say."""
    N, shares = one.of.N, dynamics.space(one, sequence).shares
    front = f"{comes(one)[:1].upper()}{comes(one)[1:]}: {counted(one)}."
    if shares is None:
        return f"{front} Drawn are the state's three numbers as they are. {_TURN}"
    share = f"{shares.sum():.0%}".replace("100%", "nearly all")
    return (
        f"{front} Drawn are three of {N} directions, with **{share}** of the variance: "
        f"what meets here may be far apart in the others. {_TURN}"
    )


def portrait_table(run: Pass, one: dynamics.Settling, sequence: int = 0) -> dict:
    """What is drawn, and of every fixed point its kind, residual and state."""
    return columns(figures.portrait(run, one, sequence), silent=True) | of_points(one)


def cube_marks(run: Pass, settling: dynamics.Settling, answers: Answers) -> list[Item]:
    """The cube, the run's answers, then each kind of point, as they are answered."""
    marks = [solid(flat.edges(), name=flat.CUBE), solid(answers.own, "x", name=flat.WAY)]
    for kind, some in flat.by_ways(settling).items():
        states = np.array([settling.points[at].state for at in some]).T
        marks.append(solid(answers.at(states), name=kind))
    return [*on(figures.SWITCHES, *marks)]


def cube_caption(run: Pass, settling: dynamics.Settling, answers: Answers) -> str:
    """How many memories have a point, and what the scene cannot say."""
    own = len(flip_flop.memories(settling, answers))
    have = "has a stable point of its own" if own == 1 else "have a stable point of their own"
    return (
        f"{own} of the 8 memories {have}. The places are answers: states that answer alike stand "
        f"at one place, however far apart they are. {_TURN}"
    )


def cube_table(run: Pass, settling: dynamics.Settling, answers: Answers) -> dict:
    """What is drawn, and each point's three answers and kind."""
    return columns(figures.cube(run, settling, answers), silent=True) | flip_flop.of_points(
        settling, answers
    )


register(
    Exhibit(
        page="Dynamics",
        place=SOLID,
        figure=figures.portrait,
        compute=settled,
        marks=portrait_marks,
        checks=portrait_checks,
        caption=portrait_caption,
        table=portrait_table,
        fits=lambda run: has_room(run) and not flip_flop.is_one(run),
        again=True,
        setup=partial(lines_of, "settling = dynamics.settle"),
        call="run, settling",
    )
)
for _figure, _compute, _proofs in (
    (figures.cube, flip_flop.staying, flip_flop.proofs),
    (figures.other_cube, flip_flop.staying_beside, flip_flop.proofs_beside),
):
    register(
        Exhibit(
            page="Dynamics",
            place=SOLID,
            figure=_figure,
            compute=_compute,
            marks=cube_marks,
            checks=_proofs,
            caption=cube_caption,
            table=cube_table,
            fits=flip_flop.is_one,
            share=1 / 2,
            again=True,
            setup=flip_flop.setup(_compute.__name__),
            call="run, settling, answers",
        )
    )

"""Training: the path of a probe's states, and where they would stay."""

from collections.abc import Sequence

import numpy as np

from rnnviz.core.checks import Unchecked, Verdict
from rnnviz.core.checks import training as checks
from rnnviz.core.phrases import listed
from rnnviz.core.training import Training, still, still_told
from rnnviz.exhibits.base import Exhibit, register
from rnnviz.exhibits.marks import Item, line, on
from rnnviz.exhibits.training import Watched, is_one
from rnnviz.figures import answer_plane
from rnnviz.figures.dynamics import KINDS


def phase_marks(
    one: Watched, frame: int = -1, still: Sequence[answer_plane.Still] = ()
) -> list[Item]:
    """The path through the plane of the answer, pale where it starts, and the fixed points."""
    along, up = answer_plane.plane(one.one, frame)
    time = np.arange(1, len(along) + 1)
    axes = ("W a + b, the first answer", "beside it")
    marks: list[Item] = [*on(axes, line(up, along, hover=time, tint=time, bar="t"))]
    for kind in KINDS:
        some = [point for point in still if point.kind == kind]
        places = ([point.across for point in some], np.array([point.up for point in some]))
        marks += on(axes, line(places[1], places[0], name=kind)) if some else []
    return marks


def phase_checks(
    one: Watched, frame: int = -1, still: Sequence[answer_plane.Still] = ()
) -> list[Verdict]:
    """The states by hand, and that the fixed points stay where they are."""
    if one.one.fault:
        return [Unchecked("its numbers", f"it ended at {one.one.fault.sentence}")]
    held = checks.still(one.one, frame, resting(one.one, frame)[0]) if still else []
    return [*checks.states(one.one, frame), *held]


def phase_caption(one: Watched, frame: int = -1, still: Sequence[answer_plane.Still] = ()) -> str:
    """How many fixed points there are, where any were found."""
    if not still:
        return ""
    kinds = [point.kind for point in still]
    told = [f"{kinds.count(kind)} {kind}" for kind in KINDS if kind in kinds]
    return f"Where nothing comes in, {listed(told)} fixed points lie near the path."


def resting(one: Training, frame: int) -> tuple[np.ndarray, list[str]]:
    """The fixed points (N, count) while nothing comes in that a search from the probe's states
    finds, and their kinds: those of the record where it has any of this update."""
    row, update = one.record.frames.rows[frame], one.record.frames.updates[frame]
    if update in one.record.points.updates:
        return still_told(one.record.points.rows[one.record.points.updates.index(update)])
    visited = np.concatenate(row["states"])
    found = still(one.cell, one.weights(row["weights"]), visited).points
    states = np.array([point.state for point in found]).reshape(len(found), len(visited)).T
    return states, [point.kind for point in found]


def still_points(one: Watched, frame: int) -> tuple[answer_plane.Still, ...]:
    """The same in the plane of the answer; none of a network that ended, or has not begun."""
    if one.one.fault or one.seconds is None:
        return ()
    states, kinds = resting(one.one, frame)
    units = one.one.settings.units
    first = one.one.cell.states.index("a") * units
    places = zip(*answer_plane.plane(one.one, frame, states[first : first + units]), strict=True)
    both = zip(kinds, places, strict=True)
    return tuple(answer_plane.Still(kind, float(x), float(y)) for kind, (x, y) in both)


phase = register(
    Exhibit(
        page="Training", of=None, place=74, figure=answer_plane.phase, share=1 / 2,
        fits=is_one,
        arguments=lambda one: (one.one,),
        marks=phase_marks, checks=phase_checks, caption=phase_caption,
    )
)  # fmt: skip

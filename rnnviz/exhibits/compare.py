"""Compare: which cell does what with the same input?"""

from collections.abc import Mapping

import numpy as np

from rnnviz.core.checks import Verdict, backward, counts, forward, jacobians
from rnnviz.core.phrases import listed, no_gradient, ratio
from rnnviz.core.types import Run
from rnnviz.exhibits.base import Exhibit, register
from rnnviz.exhibits.by_cell import NORMS, ByCell, Runs, in_cells, of_cell
from rnnviz.exhibits.marks import (
    Item,
    broken,
    cells,
    line,
    log_line,
    most,
    named,
    on,
    steps,
)
from rnnviz.exhibits.reasons import why_it_fades
from rnnviz.figures import compare as figures
from rnnviz.figures import parts


def states_marks(runs: Runs, sequence: int = 0) -> list[Item]:
    """a of every cell, on the scale of most of their numbers."""
    ends = {cell: parts.drawn_steps(run) for cell, run in runs.items()}
    every = {cell: runs[cell].trace.states["a"][:, sequence, : ends[cell]] for cell in runs}
    limits, beyond = most(*every.values())
    marks: list[Item] = []
    for cell, a in every.items():
        title, bar = runs[cell].cell.title, "" if marks else "a"  # one for all
        heat = cells(a, steps(ends[cell]), limits, name=title, hue=cell, bar=bar, beyond=beyond)
        marks += on(("time step t", title), heat)
    return [*named(marks, parts.common_words(runs.values())), *broken(*runs.values())]


def states_caption(runs: Runs) -> str:
    """Whose gradient reaches furthest back, and why."""
    return "\n\n".join(filter(None, [_reach(runs), why_it_fades(runs)]))


def _reach(runs: Runs) -> str:
    kept, words = {}, []
    for run in runs.values():
        first, last = run.gradients.norms["a"][[0, -1]].astype(float)
        if reason := no_gradient(run):
            words.append(f"{run.cell.title} none ({reason})")
        elif np.isfinite([first, last]).all():
            kept[run.cell.title] = first / last if last > 0 else 0.0
            words.append(f"{run.cell.title} {ratio(first, last) if last > 0 else 0}")
        else:
            words.append(f"{run.cell.title} none (its norm is beyond {run.trace.dtype})")
    sentence = f"Gradient at the first step against the last: {', '.join(words)}"
    most = [f"**{title}**" for title, share in kept.items() if share == max(kept.values())]
    if not kept or len(words) == 1:
        return f"{sentence}."
    if 1 < len(most) == len(kept):
        return f"{sentence}; all keep the same share of it."
    keep = "keeps" if len(most) == 1 else "keep"
    return f"{sentence}; the {listed(most)} {keep} the most of it."


def states_table(runs: Runs) -> Mapping[str, np.ndarray]:
    """The gradients' norms: one row a time step, one column a cell."""
    norms = {f"norm of dL/da, {r.cell.title}": r.gradients.norms["a"] for r in runs.values()}
    return {"k": parts.times(next(iter(runs.values()))), **norms}


def norms_marks(runs: Runs) -> list[Item]:
    """||dL/da|| of every cell."""
    lines = [
        log_line(run.gradients.norms["a"], steps(run.trace.T_x), cell, name=run.cell.title)
        for cell, run in runs.items()
    ]
    drawn = named(on(NORMS, *lines), parts.common_words(runs.values()))
    return [*drawn, *broken(*runs.values(), felt=True)]


def norms_checks(runs: Runs) -> list[Verdict]:
    """The gradient of every cell."""

    def one(run: Run) -> list[Verdict]:
        verdicts = backward.differences(run, [run.cell.gates[0].weights[0], "initial_a"])
        return [*verdicts, *jacobians.product(run), *backward.norms(run)]

    return _each(runs, one)


def parameters_marks(runs: Runs) -> list[Item]:
    """How many numbers the cell of each run holds, its readout left out."""
    sizes = [
        sum(p.size for name, p in run.params.items() if name not in run.cell.readout)
        for run in runs.values()
    ]
    titles = [run.cell.title for run in runs.values()]
    words = [f"{size:,}" for size in sizes]
    bars = line(np.array(sizes), titles, text=words)._replace(hue=tuple(runs))
    return [*on(("parameters", ""), bars)]


def _each(runs: Runs, checks) -> list[Verdict]:
    """The checks of every run, its cell's name in front."""
    return [of_cell(run.cell.title, one) for run in runs.values() for one in checks(run)]


def _setup(runs: Runs) -> tuple[str, ...]:
    return (f"runs = {{cell: rnnviz.run(one) for cell, one in {in_cells(runs)}.items()}}",)


register(
    Exhibit(
        page="Compare",
        of=ByCell,
        place=50,
        figure=figures.states,
        marks=states_marks,
        checks=lambda runs, sequence=0: _each(
            runs, lambda run: forward.some(run, sequence, ["states"])
        ),
        caption=states_caption,
        table=states_table,
        setup=_setup,
        call="runs",
    )
)
register(
    Exhibit(
        page="Compare",
        of=ByCell,
        place=51,
        figure=figures.norms,
        marks=norms_marks,
        checks=norms_checks,
        setup=_setup,
        call="runs",
        share=1 / 2,
    )
)
register(
    Exhibit(
        page="Compare",
        of=ByCell,
        place=53,
        figure=figures.parameters,
        marks=parameters_marks,
        checks=counts.parameters,
        setup=_setup,
        call="runs",
    )
)

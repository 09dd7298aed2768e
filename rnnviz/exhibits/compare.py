"""Compare: which cell does what with the same input?"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

import numpy as np

from rnnviz.core.cells import CELLS
from rnnviz.core.checks import Check, Unchecked, Verdict, backward, counts, forward, jacobians
from rnnviz.core.errors import shown
from rnnviz.core.experiment import MOST_CELLS, Experiment, notebook_cells
from rnnviz.core.networks import DRAWN
from rnnviz.core.phrases import listed, no_gradient, ratio
from rnnviz.core.run import MAX_BAND_BYTES, affordable_seeds, seed_norms_by_parts
from rnnviz.core.run import run as carry_out
from rnnviz.core.types import Run
from rnnviz.exhibits.base import Exhibit, Work, register
from rnnviz.exhibits.marks import (
    Item,
    Note,
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
from rnnviz.figures import parts, theme

SEEDS = 20  # under the band
Runs = Mapping[str, Run]
_AXES = ("time step k", "norm of dL/da, all sequences")


class ByCell(Mapping[str, Run]):
    """The experiment of a run in some cells, by name; each is run when it is first asked for.

    By default, `Experiment.in_cells` says which.
    """

    def __init__(self, run: Run, cells: Iterable[str] = ()):
        self.experiments = run.experiment.in_cells(cells)
        self._runs = {run.experiment.cell_name: run}

    def __getitem__(self, cell: str) -> Run:
        if cell not in self._runs:
            self._runs[cell] = carry_out(self.experiments[cell])
        return self._runs[cell]

    def __iter__(self) -> Iterator[str]:
        return iter(self.experiments)

    def __len__(self) -> int:
        return len(self.experiments)


def cells_of(word: str, own: str) -> tuple[list[str], str]:
    """The cells that a word of a link asks for, `rnn-gru`, and a sentence on what it cannot have.

    `own` is always among them; without any word they are the notebook's three. Never raises.

    >>> cells_of("rnn-xyz", "gru")
    (['rnn', 'gru'], 'cells must be one of rnn, lstm, gru, ..., got xyz; it is left out')
    """
    names = dict.fromkeys(word.split("-") if word else notebook_cells())
    wrong = [name for name in names if name not in CELLS]
    right = list(dict.fromkeys([own, *(name for name in names if name in CELLS)]))
    sentence = ""
    if wrong:
        few = ", ".join(notebook_cells())
        sentence = f"cells must be one of {few}, ..., got {shown(wrong[0])}; it is left out"
    elif len(right) > MOST_CELLS:
        sentence = f"cells must be at most {MOST_CELLS}, got {len(right)}; the last are left out"
    if len(right) == 1:  # nothing of the word can be taken
        right = [own, *(name for name in notebook_cells() if name != own)]
    return [cell for cell in CELLS if cell in right[:MOST_CELLS]], sentence


def experiments_of(runs: Runs) -> Mapping[str, Experiment]:
    """The experiment of each run, by cell; runs none."""
    if isinstance(runs, ByCell):
        return runs.experiments
    return {cell: run.experiment for cell, run in runs.items()}


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
    drawn = named(on(_AXES, *lines), parts.common_words(runs.values()))
    return [*drawn, *broken(*runs.values(), felt=True)]


def norms_checks(runs: Runs) -> list[Verdict]:
    """The gradient of every cell."""

    def one(run: Run) -> list[Verdict]:
        verdicts = backward.differences(run, [run.cell.gates[0].weights[0], "initial_a"])
        return [*verdicts, *jacobians.product(run), *backward.norms(run)]

    return _each(runs, one)


def affordable(runs: Runs, seeds: int = SEEDS) -> int:
    """Over how many of so many seeds a band can be drawn; 0 where runs are too large for any."""
    return affordable_seeds(experiments_of(runs).values(), seeds)


def seed_bands(runs: Runs, seeds: int = SEEDS) -> Work:
    """||dL/da|| of every cell from the experiment's seed on, (seeds, T_x) each, in parts."""
    each = {}
    for cell, experiment in experiments_of(runs).items():
        parts = []
        for part in seed_norms_by_parts(experiment, affordable(runs, seeds)):
            parts.append(part)
            yield
        each[cell] = np.concatenate(parts)
    return (each,)


def band_marks(runs: Runs, bands: Mapping[str, np.ndarray]) -> list[Item]:
    """Of every cell the edges, there and back, and the median of the seeds."""
    marks: list[Item] = []
    remarks = []
    for cell, norms in bands.items():
        time = steps(norms.shape[1])
        low, middle, high = _percentiles(norms)
        around = np.concatenate([high, low[::-1]]), np.concatenate([time, time[::-1]])
        title = theme.title_of(cell)
        edges, median = line(*around, log=True), line(middle, time, cell, name=title, log=True)
        marks += on(_AXES, edges, median)
        bad = [not np.isfinite(seed).all() for seed in norms]
        if any(bad):
            last = max(t + 1 for t, felt in enumerate(norms.T) if not np.isfinite(felt).all())
            have = "seed has" if len(norms) == 1 else "seeds have"
            count = f"{sum(bad)} of {len(norms)} {have}"
            remarks.append(f"{title}: {count} no finite gradient from t = {last} back")
        if none := sum(1 for seed in norms if not seed.all()):
            last = max(t + 1 for t, felt in enumerate(norms.T) if not felt.all())
            count = f"{none} of {len(norms)} {'seed has' if len(norms) == 1 else 'seeds have'}"
            remarks.append(
                f"{title}: {count} a gradient of exactly 0 from t = {last} back, and no part in "
                "its band"
            )
    return [*marks, *([Note("<br>".join(remarks))] if remarks else [])]


def _percentiles(norms: np.ndarray) -> np.ndarray:
    """The 10th, 50th and 90th of norms (seeds, T_x) at each step, of the seeds not 0 there,
    (3, T_x); none where any is not finite."""
    felt = norms.astype(float)
    edges = np.full((3, felt.shape[1]), np.nan)
    for t in np.flatnonzero(np.isfinite(felt).all(axis=0) & felt.any(axis=0)):
        edges[:, t] = np.percentile(felt[felt[:, t] > 0, t], [10, 50, 90])
    return edges


def band_table(runs: Runs, bands: Mapping[str, np.ndarray]) -> Mapping[str, np.ndarray]:
    """One row a time step; of every cell both edges and the median."""
    columns = {"k": steps(next(iter(bands.values())).shape[1])}
    for cell, norms in bands.items():
        words = (f"{theme.title_of(cell)}, {share}" for share in ("10 %", "median", "90 %"))
        columns |= dict(zip(words, _percentiles(norms), strict=True))
    return columns


def band_checks(runs: Runs, bands: Mapping[str, np.ndarray]) -> list[Verdict]:
    """Two of the seeds of every cell."""
    return counts.seeds(experiments_of(runs), bands)


def band_caption(runs: Runs, bands: Mapping[str, np.ndarray], seeds: int = SEEDS) -> str:
    """Why the band is of fewer seeds than were asked for, if it is."""
    return band_note(experiments_of(runs).values(), seeds)


def band_note(experiments: Collection[Experiment], wanted: int) -> str:
    """Why a band is drawn over fewer seeds than were asked for, or not at all; else nothing."""
    count = affordable_seeds(experiments, wanted)
    if count == wanted:
        return ""
    if any(one.weights != DRAWN for one in experiments):
        return "The band over seeds is not drawn: trained weights come from none."
    one = sum(one.bytes for one in experiments) / 2**20
    drawn = f"drawn over {count} of {wanted} seeds" if count else "not drawn"
    return (
        f"The band is {drawn}: one seed takes {one:,.0f} MB in all cells together, and all seeds "
        f"may take {MAX_BAND_BYTES // 2**20:,} MB."
    )


def beside_note(runs: Runs) -> str:
    """Where the weights of runs come from that stand beside a trained network; else nothing."""
    titles: dict[bool, list[str]] = {True: [], False: []}
    for run in runs.values():
        titles[run.experiment.weights == DRAWN].append(run.cell.title)
    drawn, trained = titles[True], titles[False]
    if not trained:
        return ""
    was = "was" if len(trained) == 1 else "were"
    sentence = f"The {listed(trained)} {was} trained"
    if not drawn:
        return f"{sentence} on the same reviews; each reads this one."
    are = "is" if len(drawn) == 1 else "are"
    return (
        f"{sentence}; the {listed(drawn)} {are} drawn from the seed and given the same numbers, "
        "because no network of that cell was trained alike. Their losses differ: the trained head "
        "is held to its label, drawn ones to seeded labels."
    )


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


def of_cell(title: str, one: Check | Unchecked) -> Verdict:
    """A verdict on the run of one of several cells."""
    return replace(one, what=f"{title}: {one.what}")


def in_cells(runs: Runs) -> str:
    """The Python that makes the experiments of some runs of the experiment of any of them."""
    names = list(runs)
    return f"experiment.in_cells({'' if names == [*notebook_cells()] else names})"


def _setup(runs: Runs) -> tuple[str, ...]:
    return (f"runs = {{cell: rnnviz.run(one) for cell, one in {in_cells(runs)}.items()}}",)


def _setup_of_band(runs: Runs) -> tuple[str, ...]:
    return (
        f"each = {in_cells(runs)}",
        f"many = {{cell: rnnviz.run_many(one, range(1, {SEEDS + 1})) "
        "for cell, one in each.items()}",
    )


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
        beside=True,
    )
)
register(
    Exhibit(
        page="Compare",
        of=ByCell,
        place=52,
        figure=figures.band,
        compute=seed_bands,
        arguments=lambda runs, bands: (bands,),
        marks=band_marks,
        checks=band_checks,
        caption=band_caption,
        table=band_table,
        fits=lambda runs: affordable(runs) > 0,
        setup=_setup_of_band,
        call='{cell: runs.gradients.norms["a"] for cell, runs in many.items()}',
        beside=True,
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

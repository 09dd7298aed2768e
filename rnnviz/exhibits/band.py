"""Compare: how far back the gradient reaches over many seeds, as a band."""

from collections.abc import Collection, Mapping

import numpy as np

from rnnviz.core.checks import Verdict, counts
from rnnviz.core.experiment import Experiment
from rnnviz.core.networks import DRAWN
from rnnviz.core.run import MAX_BAND_BYTES, affordable_seeds, seed_norms_by_parts
from rnnviz.exhibits.base import Exhibit, Work, register
from rnnviz.exhibits.by_cell import NORMS, ByCell, Runs, experiments_of, in_cells
from rnnviz.exhibits.marks import Item, Note, line, on, steps
from rnnviz.figures import compare as figures
from rnnviz.figures import theme

SEEDS = 20  # under the band


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
        marks += on(NORMS, edges, median)
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
        share=1 / 2,
    )
)

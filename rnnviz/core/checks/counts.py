"""How many numbers a cell learns, and many seeds at once: against formulas and single runs."""

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from rnnviz.core import measures
from rnnviz.core.calculus.expression import name as leaf
from rnnviz.core.cells.base import Cell
from rnnviz.core.checks import rounding
from rnnviz.core.checks.check import Unchecked, Verdict, compare
from rnnviz.core.experiment import Experiment
from rnnviz.core.run import run as carry_out
from rnnviz.core.types import Pass

_USELESS = 1e-2  # of a norm: a check that would allow more says nothing


def parameters(runs: Mapping[str, Pass]) -> list[Verdict]:
    """gates * n_a (n_a + n_x + 1), and the shapes that the cell describes."""
    verdicts: list[Verdict] = []
    for run in runs.values():
        cell, n_x, n_a = run.cell, run.trace.n_x, run.trace.n_a
        counted = measures.parameter_count(run)["cell"]
        formula, source = _formula(cell, n_x, n_a)
        verdicts.append(compare(f"{cell.title}: parameters", counted, formula, 0, source))
        shapes = cell.shapes(n_x, n_a, run.trace.n_y).items()
        described = sum(math.prod(shape) for name, shape in shapes if name not in cell.readout)
        source = "shapes that the cell describes, multiplied out"
        verdicts.append(compare(f"{cell.title}: numbers held", counted, described, 0, source))
    return verdicts


def _formula(cell: Cell, n_x: int, n_a: int) -> tuple[int, str]:
    """Every gate's weights and bias, and the vectors."""
    widths = [
        sum(n_x if part == leaf("x") else n_a for _, seen in block.matrices for part in seen)
        + bool(block.bias)
        for block in cell.derived.blocks
    ]
    gates = len(widths)
    if widths == [n_a + n_x + 1] * gates and not cell.derived.vectors:
        source = f"{gates if gates > 1 else ''} n_a (n_a + n_x + 1)".strip()
        return gates * n_a * (n_a + n_x + 1), source
    total = n_a * (sum(widths) + len(cell.derived.vectors))
    return total, "n_a times what each gate sees, its bias, and every vector"


def seeds(each: Mapping[str, Experiment], bands: Mapping[str, np.ndarray]) -> list[Verdict]:
    """The band's first seed and another one against a run of that seed alone."""
    verdicts: list[Verdict] = []
    for name, norms in bands.items():
        count = len(norms)
        seed = each[name].seed
        first = min(seed, 2**32 - count)
        other = int(np.random.default_rng(seed).integers(count))
        for index in sorted({0, other}):
            one = carry_out(replace(each[name], seed=first + index))
            what = f"{one.cell.title}, seed {first + index}: norm of dL/da"
            alone = one.gradients.norms["a"]
            fine = np.isfinite(alone) & np.isfinite(norms[index])
            if not fine.all():
                verdicts.append(Unchecked(what, "the gradient is not finite"))
                continue
            verdicts.append(_seed(one, what, norms[index], alone))
    return verdicts


def _seed(one: Pass, what: str, together: np.ndarray, alone: np.ndarray) -> Verdict:
    least = float(np.finfo(one.trace.dtype).tiny)

    def logarithms(run):  # what they differ by is relative to each norm
        return np.log(np.maximum(run.gradients.norms["a"], least))

    relative = rounding.apart_after(one, logarithms, 1.0)
    if not relative <= _USELESS:
        reason = f"what its steps round grows to {relative:.2g} of the norm"
        return Unchecked(what, f"{reason}, whichever way it is added up")
    tolerance = relative * alone + rounding.underflow(one)
    source = "the run of this seed alone"
    return compare(f"{what}, {len(alone)} steps", together, alone, tolerance, source)

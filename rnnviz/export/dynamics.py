"""Where a network settles, and how fast neighbours part, as text, JSON and CSV."""

import csv as tables
import io
import json as encoder
from collections.abc import Callable
from typing import Any

import numpy as np

from rnnviz.core.dynamics import Settling
from rnnviz.core.errors import ExperimentError, check_choice
from rnnviz.core.types import Run
from rnnviz.exhibits import dynamics
from rnnviz.exhibits.base import carried_out
from rnnviz.exhibits.footer import footer_of

POINTS, EXPONENTS = WHAT = ("fixed-points", "lyapunov")
FORMATS = ("text", "json", "csv")


def told(
    run: Run,
    held: str,
    value: float,
    what: list[str],
    form: str,
    between: Callable[[float | None], None],
) -> str:
    """What was asked for, in a format; `between` is called between the parts of the search. Raises
    ExperimentError."""
    check_choice("format", form, FORMATS)
    for one in what:
        check_choice("what", one, WHAT)
    if form == "csv" and len(what) != 1:
        raise ExperimentError(f"what must be one of {', '.join(WHAT)} for csv, got {len(what)}")
    check_choice("held", held, dynamics.choices_of(run))
    (settling,) = carried_out(dynamics.settled(run, held, value), between)
    if form == "text":
        return dynamics.portrait_caption(run, settling).replace("**", "")
    if form == "csv":
        return _table(_points(settling) if what == [POINTS] else _each_exponent(settling))
    whole: dict[str, Any] = {"of": footer_of(run), "held": held, "x": settling.x[:, 0].tolist()}
    if POINTS in what:
        whole |= {"fixed_points": _points(settling, nested=True)} | _beside(settling)
    if EXPONENTS in what:
        whole["lyapunov"] = _exponents(settling)
    return encoder.dumps(whole, indent=1, ensure_ascii=False, allow_nan=False)


def _points(settling: Settling, nested: bool = False) -> list[dict[str, Any]]:
    """A row a point; `nested` with its eigenvalues and its state as lists."""
    rows = []
    for point in settling.points:
        row: dict[str, Any] = {"kind": point.kind, "unstable": point.unstable,
                               "index": point.index, "residual": point.residual,
                               "largest_eigenvalue": float(abs(point.eigenvalues[0])),
                               "nearest_to_1": point.nearest}  # fmt: skip
        if nested:
            pairs = [[one.real, one.imag] for one in point.eigenvalues.astype(complex).tolist()]
            row |= {"state": point.state.tolist(), "eigenvalues": pairs}
        else:
            row |= {f"state_{k}": number for k, number in enumerate(point.state.tolist(), 1)}
        rows.append(row)
    return rows


def _beside(settling: Settling) -> dict[str, Any]:
    """What was found that is no point of its own; None of an input that changes."""
    found = settling.found
    if found is None:
        return {"search": None}
    return {
        "search": {
            "starts": found.starts,
            "beyond_reach": found.beyond,
            "not_told_apart": len(settling.unproved),
            "index_sum": sum(point.index for point in settling.points),
            "slow": settling.slow.T.tolist(),
        }
    }


def _exponents(settling: Settling) -> dict[str, Any] | None:
    """None where the states overflow; what is not finite is null."""
    spectrum = settling.exponents
    if spectrum is None:
        return None
    return {
        "exponents": [_finite(one) for one in spectrum.exponents],
        "steps": spectrum.steps,
        "kaplan_yorke_dimension": _finite(spectrum.dimension),
        "first_by_two_trajectories": _finite(settling.parting),
        "sum_against_determinants": _finite(spectrum.sum_error),
    }


def _each_exponent(settling: Settling) -> list[dict[str, Any]]:
    values = settling.exponents.exponents.tolist() if settling.exponents else []
    return [{"place": place, "exponent": one} for place, one in enumerate(values, 1)]


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _table(rows: list[dict[str, Any]]) -> str:
    text = io.StringIO()
    writer = tables.DictWriter(text, [*rows[0]] if rows else ["kind"], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().rstrip("\n")

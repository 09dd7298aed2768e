"""What a network does, as text, JSON, CSV and pictures: where it settles, how fast neighbours part,
what becomes of it over gain and forget bias, how long it remembers."""

import csv as tables
import io
import json as encoder
from collections.abc import Callable, Mapping, Sequence
from itertools import zip_longest
from typing import Any

import numpy as np

from rnnviz.core.dynamics import Settling
from rnnviz.core.errors import ExperimentError, Unavailable, check_choice
from rnnviz.core.types import Pass, Run
from rnnviz.exhibits import Showing, dynamics, of_pass, of_run
from rnnviz.exhibits.base import carried_out, chosen
from rnnviz.exhibits.footer import footer_of
from rnnviz.exhibits.inputs import input_of
from rnnviz.export import images, offline, pages
from rnnviz.export.dress import look

POINTS, EXPONENTS, *_ = WHAT = ("fixed-points", "lyapunov", "bifurcation", "phase", "memory")
FORMATS = ("text", "json", "csv", "html", "svg")
_FACTS = ("kind", "unstable", "index", "residual", "largest_eigenvalue", "nearest_to_1")
_ONE = ("csv", "svg")  # formats of one thing alone
_PICTURES = {  # by what is asked for, the first that fits
    POINTS: ("dynamics-portrait",),
    EXPONENTS: ("dynamics-exponents",),
    "bifurcation": ("diagrams-bifurcation",),
    "phase": ("diagrams-phase", "diagrams-exponent"),
    "memory": ("memory-half_lives",),
}


def told(
    run: Pass,
    choices: Mapping[str, Any],
    what: list[str],
    form: str,
    between: Callable[[float | None], None],
) -> str:
    """What was asked for, in a format, of the choices that exhibits know (`held` as `input_of`
    reads it, `value`, `unit`, `window`); `between` is called between the parts of what takes long.
    Raises ExperimentError."""
    check_choice("format", form, FORMATS)
    for one in what:
        check_choice("what", one, WHAT)
    if form in _ONE and len(what) != 1:
        raise ExperimentError(f"what must be one of {', '.join(WHAT)} for {form}, got {len(what)}")
    said = choices["held"]
    choices = {**choices, "held": input_of(run, choices["held"])}
    if form == "svg" and (sentence := images.missing()):
        raise Unavailable(sentence)
    if form in ("json", "csv") and {POINTS, EXPONENTS} & {*what}:
        (settling,) = carried_out(
            dynamics.settled(run, **chosen(dynamics.settled, choices)), between
        )
        if form == "csv":
            if what == [EXPONENTS]:
                return _table(_each_exponent(settling), ("place", "exponent"))
            return _table(_points(settling), [*_FACTS, *_states(settling.of.N)])
    else:
        settling = None
    showings = {
        one: _showing(run, one, choices, between)
        for one in what
        if settling is None or one not in (POINTS, EXPONENTS)
    }
    if form == "json":
        return _json(run, said, what, settling, showings)
    if form == "html":
        return offline.html(showings.values()).rstrip("\n")
    (first, *_) = showings.values()
    if form == "svg":
        [(_, content)] = images.draw(pages.orders({"": first}, look("light"), ["svg"]))
        return content.decode().rstrip("\n")
    if form == "csv":
        return _rows(first.table())
    return "\n".join(one.caption() for one in showings.values()).replace("**", "")


def _showing(
    run: Pass, what: str, choices: Mapping[str, Any], between: Callable[[float | None], None]
) -> Showing:
    """The picture of what is asked for, its arrays computed."""
    every = of_run(run, asked=True) if isinstance(run, Run) else of_pass(run, asked=True)
    for name in _PICTURES[what]:
        if name in every:
            exhibit = every[name].exhibit
            work = exhibit.compute(run, **chosen(exhibit.compute, choices))
            return exhibit.show(run, carried_out(work, between), **choices)
    raise ExperimentError(
        f"{what} must have a finite run of 20 steps or more, got {footer_of(run)}"
    )


def _json(
    run: Pass,
    held: str,
    what: list[str],
    settling: Settling | None,
    showings: Mapping[str, Showing],
) -> str:
    whole: dict[str, Any] = {"of": footer_of(run), "held": held}
    if settling is not None:
        whole["x"] = settling.x[:, 0].tolist()
        if POINTS in what:
            whole |= {"fixed_points": _points(settling, nested=True)} | _beside(settling)
        if EXPONENTS in what:
            whole["lyapunov"] = _exponents(settling)
    for one, showing in showings.items():
        columns = {name: [*map(_plain, values)] for name, values in showing.table().items()}
        whole[one] = {"says": showing.caption().replace("**", "")} | columns
    return encoder.dumps(whole, indent=1, ensure_ascii=False, allow_nan=False)


def _plain(value: Any) -> Any:
    """A number as JSON has it; what is not finite is null."""
    return _finite(float(value)) if isinstance(value, float | np.floating | np.integer) else value


def _rows(columns: Mapping[str, Any]) -> str:
    """Columns side by side, the shorter ones with empty places at their end."""
    text = io.StringIO()
    writer = tables.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip_longest(*columns.values(), fillvalue=""))
    return text.getvalue().rstrip("\n")


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
            row["time_constants"] = [_finite(one) for one in point.time_constants]
        else:
            row |= dict(zip(_states(settling.of.N), point.state.tolist(), strict=True))
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


def _states(N: int) -> list[str]:
    return [f"state_{k}" for k in range(1, N + 1)]


def _table(rows: list[dict[str, Any]], header: Sequence[str]) -> str:
    text = io.StringIO()
    writer = tables.DictWriter(text, header, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().rstrip("\n")

"""Runs as the bytes that the player reads: a small header, then arrays of float64.

4 bytes with the header's length, the header as JSON, and one (rows, columns) array after another in
the header's order (assets/player/data.js). The numbers are the engine's, every digit of them. The
header says once what all runs share, and under "runs" what is each one's own.
"""

import json
from collections.abc import Mapping, Sequence

import numpy as np

from rnnviz.core import recompute
from rnnviz.core.diagram import parameter_values, wiring
from rnnviz.core.phrases import listed
from rnnviz.core.signals import SIGNALS
from rnnviz.core.symbols import SPACE
from rnnviz.core.types import Pass, Run
from rnnviz.export.player.cell import inks, of_cell
from rnnviz.export.player.panels import panels
from rnnviz.export.player.telling import SHARES
from rnnviz.export.player.terms import terms
from rnnviz.export.player.tour import tour
from rnnviz.figures import parts, theme
from rnnviz.figures.notation import Notation

NOTES = {  # of numbers that overflow; `of` says whose, where several cells play
    "nothing": "There is nothing to play: the numbers{of} overflow at t = 1.",
    "stops": "The player stops before t = {t}, where the numbers{of} overflow.",
    "back": "The way back stops after t = {t}: the gradient{of} overflows there.",
}
MOST_CELLS = 40_000  # units x steps of one array; of a longer run every k-th step is sent


def kept_steps(n_a: int, end: int, t: int) -> tuple[np.ndarray, int]:
    """The steps 0 .. end - 1 that are sent, and every how many-th they are; t and the last are."""
    every = max(1, -(-n_a * end // MOST_CELLS))
    extra = [min(t, end - 1), end - 1]
    return np.union1d(np.arange(0, end, every), extra), every


def message(
    runs: Sequence[Pass],
    t: int,
    sequence: int,
    unit: int,
    direction: str,
    large: bool,
    plays: bool = False,
    keys: Sequence[Mapping[str, str]] = (),
    toured: bool = False,
) -> bytes:
    """The bytes; t, sequence and unit (from 0) are where the player stands at first, `keys` what it
    may ask for: "key", "asks", "label"; where it plays by itself there is a tour, which `toured`
    begins.

    Several runs are of the same input, so of as many steps; the first that overflows ends them all.
    """
    first, cells = runs[0], [run.cell for run in runs]
    end = min(parts.drawn_steps(run) for run in runs)
    steps, every = kept_steps(sum(run.trace.n_a for run in runs), end, t)
    moments = np.union1d(steps, steps + 1)  # in a state's buffer, which holds the initial one first
    arrays = [_arrays(run, sequence, steps, moments) for run in runs]
    head = {
        "n_a": min(run.trace.n_a for run in runs),
        "m": first.trace.m,
        "T_x": first.trace.T_x,
        "steps": (steps + 1).tolist(),
        "words": [first.words[k] for k in steps] if first.words else [],
        "before": np.searchsorted(moments, steps).tolist(),
        "after": np.searchsorted(moments, steps + 1).tolist(),
        "back_to": max(_first_back(run, steps) for run in runs),
        **{"t": t, "sequence": sequence, "unit": unit, "direction": direction},
        "k": int(np.searchsorted(steps, min(t, end - 1))),
        "note": _note(runs, every),
        "panels": panels(cells, sequence, first.reads_out),
        "inks": inks(cells),
        **{"font": theme.FONT, "large": large, "plays": plays, "keys": list(keys)},
        "shares": SHARES,
        "terms": terms(cells),
        "edits": _edits(first),
        "tour": tour(first, _notation(first)) if plays and len(runs) == 1 else [],
        "toured": toured,
        "runs": [_own(run, one) for run, one in zip(runs, arrays, strict=True)],
    }
    text = json.dumps(head).encode()
    every_array = (array for one in arrays for array in one.values())
    blocks = (np.ascontiguousarray(array, np.float64).tobytes() for array in every_array)
    return b"".join([len(text).to_bytes(4, "little"), text, *blocks])


def _notation(run: Pass) -> Notation:
    return Notation(run.cell, wiring(run.cell).nodes)


def _edits(run: Pass) -> list[str]:
    """The symbol that a click on each row of the input makes, where it is a text of symbols; "" of
    the next one in turn."""
    symbols = SIGNALS[run.experiment.signal].symbols if isinstance(run, Run) else None
    if symbols is None:
        return []
    every = [SPACE if one == " " else one for one in symbols.codes]
    return every if symbols.n_x == len(every) else [""] * symbols.n_x


def _own(run: Pass, arrays: dict[str, np.ndarray]) -> dict:
    """What is a run's own: its cell, and which of the arrays are its."""
    shapes = [(name, *array.shape) for name, array in arrays.items()]
    return of_cell(run.cell, run.reads_out) | {"arrays": shapes}


def _arrays(run: Pass, sequence: int, steps, moments) -> dict[str, np.ndarray]:
    """Everything that is shown, by name, (rows, columns): states and their gradients at the
    moments, all else at the steps."""
    trace, cell = run.trace, run.cell
    arrays = {"x": trace.x[:, sequence, steps]}
    if run.reads_out:
        arrays["y"] = trace.y[:, sequence, steps]
    for name in cell.states:
        arrays[name] = trace.state(name)[moments, :, sequence].T
        arrays[f"d_{name}"] = run.gradients.state(name)[moments, :, sequence].T
        arrays[f"norm_{name}"] = run.gradients.sequence_norms[name][sequence, steps][None]
    arrays |= {gate.name: trace.gates[gate.name][:, sequence, steps] for gate in cell.shown_gates}
    z = recompute.preactivations(trace, sequence, steps)
    dz, d_operand = recompute.gate_gradients(run, sequence, steps)
    arrays |= {f"z_{name}": values for name, values in z.items()}
    arrays |= {f"d_z_{name}": values for name, values in dz.items()}
    if d_operand is not None:
        arrays["d_operand"] = d_operand
    return arrays | parameter_values(cell, run.params)


def _first_back(run: Pass, steps: np.ndarray) -> int:
    """The first kept step at which every gradient is finite; their number where none is."""
    T_x = run.trace.T_x
    if run.trace.finite_steps < T_x:
        return len(steps)
    return int(np.searchsorted(steps, T_x - run.gradients.finite_steps))


def _note(runs: Sequence[Pass], every: int) -> str:
    """What the reader must know about the steps that are drawn."""
    sentences = []
    if every > 1:
        teen = every // 10 % 10 == 1
        ending = "th" if teen else {1: "st", 2: "nd", 3: "rd"}.get(every % 10, "th")
        sentences.append(f"Every {every}{ending} step is drawn, with its exact numbers.")
    forward = min(run.trace.finite_steps for run in runs)
    backward, T_x = min(run.gradients.finite_steps for run in runs), runs[0].trace.T_x
    of = _whose(runs, [run.trace.finite_steps == forward for run in runs])
    felt = _whose(runs, [run.gradients.finite_steps == backward for run in runs])
    if forward == 0:
        sentences.append(NOTES["nothing"].format(of=of))
    elif forward < T_x:
        sentences.append(NOTES["stops"].format(of=of, t=forward + 1))
    elif backward < T_x:
        sentences.append(NOTES["back"].format(of=felt, t=T_x - backward + 1))
    return " ".join(sentences)


def _whose(runs: Sequence[Pass], there: list[bool]) -> str:
    """Of which of several runs something is said."""
    titles = [run.cell.title for run, so in zip(runs, there, strict=True) if so]
    return f" of the {listed(titles)}" if len(runs) > 1 else ""

"""What happens within some steps of one sequence: dear to keep for a whole run."""

import numpy as np

from rnnviz.core.chain import Chain, Room
from rnnviz.core.layout import blocks
from rnnviz.core.products import broadcast
from rnnviz.core.types import Pass, Trace


def preactivations(trace: Trace, sequence: int, steps: np.ndarray) -> dict[str, np.ndarray]:
    """W [a_{t-1}, x_t] + b of every block at some steps, (n_a, steps), by the gate's name."""
    stages = zip(trace.weights, trace.operands, strict=True)
    with np.errstate(all="ignore"):
        z = [W @ operand[steps, :, sequence].T for W, operand in stages if W is not None]
    rows = np.concatenate(z).reshape(len(trace.cell.all_gates), trace.n_a, len(steps))
    return {gate.name: rows[index] for index, gate in enumerate(trace.cell.all_gates)}


def felt_by_blocks(
    run: Pass, sequence: int, steps: np.ndarray
) -> tuple[dict[str, np.ndarray], np.ndarray | None]:
    """dL/dz of every block at some steps, by the gate's name, and dL/d(what the late gates see in
    place of a_{t-1}) or None; each (n_a, steps).

    The steps are pulled side by side, each from the run's own dL/d(state).
    """
    trace, cell, one = run.trace, run.cell, slice(sequence, sequence + 1)
    room = Room.of(cell, trace.n_a, (len(steps),), 1, trace.dtype)
    with np.errstate(all="ignore"):
        chain = Chain.of(trace, trace.n_a, broadcast)
        chain.fill_factors(steps, room.factors, one)
        whole = [run.gradients.state(s)[1:] for s in cell.states]
        da, *others = (np.ascontiguousarray(d[steps][..., one]) for d in whole)
        unused = np.empty_like(da)
        # What the step itself sends to each memory, first; the rest of the run's whole arrives.
        sent = [np.zeros_like(da) for _ in others]
        nothing = (v for s in sent for v in (np.zeros_like(da), s))
        chain.pull([(*room.views(da, *nothing), unused, unused)])
        arriving = [d - s for d, s in zip(others, sent, strict=True)]
        rest = (v for d in arriving for v in (d, np.empty_like(da)))
        chain.pull([(*room.views(da, *rest), unused, unused)])
    dz = blocks(room.dz, trace.n_a)[..., 0].swapaxes(1, 2)
    late = None if room.d_operand is None else room.d_operand[..., 0].T
    return {gate.name: dz[index] for index, gate in enumerate(cell.all_gates)}, late

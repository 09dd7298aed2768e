"""What a pass does not keep: computed again for some steps of one sequence when it is asked for.

Stored for all steps and sequences it would take as many bytes as the whole pass.
"""

import numpy as np

from rnnviz.core.engine import StepsBack
from rnnviz.core.types import Pass, Trace


def preactivations(trace: Trace, sequence: int, steps: np.ndarray) -> dict[str, np.ndarray]:
    """W [a_{t-1}, x_t] + b of every block at some steps, (n_a, steps), by the gate's name.

    >>> from rnnviz import Experiment, run
    >>> z = preactivations(run(Experiment(cell="gru")).trace, 0, np.array([0, 7]))
    >>> {name: block.shape for name, block in z.items()}
    {'reset': (16, 2), 'update': (16, 2), 'candidate': (16, 2)}
    """
    stages = zip(trace.weights, trace.operands, strict=True)
    with np.errstate(all="ignore"):
        z = [W @ operand[steps, :, sequence].T for W, operand in stages]
    rows = np.concatenate(z).reshape(len(trace.cell.gates), trace.n_a, len(steps))
    return {gate.name: rows[index] for index, gate in enumerate(trace.cell.gates)}


def gate_gradients(
    run: Pass, sequence: int, steps: np.ndarray
) -> tuple[dict[str, np.ndarray], np.ndarray | None]:
    """dL/dz of every block at some steps, by the gate's name, and dL/d(what the late gates see in
    place of a_{t-1}) or None; each (n_a, steps).

    The steps are taken side by side, each from the run's own dL/d(state).

    >>> from rnnviz import Experiment, run
    >>> dz, late = gate_gradients(run(Experiment(cell="lstm")), 0, np.array([0, 7]))
    >>> dz["forget"].shape, late
    ((16, 2), None)
    """
    trace, cell, one = run.trace, run.cell, slice(sequence, sequence + 1)
    back = StepsBack.of(trace, len(steps), 1, (len(steps), 1))
    back.at(steps, one)
    after = (
        np.ascontiguousarray(run.gradients.state(name)[1:][steps][..., one]) for name in cell.states
    )
    back.vjp(after, whole=True)
    dz = back.dz[..., 0].swapaxes(1, 2)
    late = None if cell.late is None else back.felt(cell.late)[..., 0].T
    return {gate.name: dz[index] for index, gate in enumerate(cell.gates)}, late

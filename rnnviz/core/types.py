"""The nouns: Trace, Gradients, Pass and Run, with the shape letters defined once.

n_x inputs, n_a hidden units, n_y outputs, m sequences in the batch, T_x time steps. Public arrays
are (n, m, T_x) and read-only; from `run_many` they have one axis of seeds in front.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from rnnviz.core.axes import blocks, public
from rnnviz.core.cells.base import Cell

if TYPE_CHECKING:
    from rnnviz.core.experiment import Experiment


@dataclass(frozen=True, eq=False)
class Trace:
    """Everything a forward pass saw.

    Tuples are by stage of products (`calculus.Stage`). `weights` hold the gates' parameters above
    one another, (..., gates * n_a, rows), the bias last. `operands` are what they multiply,
    [states and values; x_t; 1], (T_x or T_x + 1, ..., rows, m); `gate_values` are
    (T_x, ..., gates * n_a, m). `buffers` are the states by name, (T_x + 1, ..., n_a, m), the
    initial one first; `lasting` what else the way back needs, (T_x, ..., n_a, m); `vectors` are
    (..., n_a, 1), and what is computed from them once; `outputs` (T_x, ..., n_y, m).
    """

    cell: Cell
    weights: tuple[np.ndarray, ...]
    n_a: int
    operands: tuple[np.ndarray, ...]
    gate_values: tuple[np.ndarray, ...]
    buffers: Mapping[str, np.ndarray]
    lasting: Mapping[str, np.ndarray]
    vectors: Mapping[str, np.ndarray]
    outputs: np.ndarray

    @property
    def T_x(self) -> int:
        """Number of time steps."""
        return len(self.outputs)

    @property
    def m(self) -> int:
        """Number of sequences."""
        return self.outputs.shape[-1]

    @property
    def n_x(self) -> int:
        """Number of inputs."""
        return self.operands[0].shape[-2] - self.n_a * len(self.cell.stages[0].looks) - 1

    @property
    def n_y(self) -> int:
        """Number of outputs."""
        return self.outputs.shape[-2]

    @property
    def dtype(self) -> np.dtype:
        """The type of all its numbers."""
        return self.outputs.dtype

    @cached_property
    def x(self) -> np.ndarray:
        """Inputs, (n_x, m, T_x)."""
        return public(self.operands[0][: self.T_x, ..., -1 - self.n_x : -1, :])

    @cached_property
    def y(self) -> np.ndarray:
        """Outputs softmax(Wy a + by), (n_y, m, T_x)."""
        return public(self.outputs)

    def state(self, name: str) -> np.ndarray:
        """The buffer (T_x + 1, ..., n_a, m) of one state, the initial one first."""
        return self.buffers[name]

    @cached_property
    def values(self) -> dict[str, np.ndarray]:
        """What the equations call each value, and what that is at every step, (T_x, .., n_a, m)."""
        derived, named = self.cell.derived, dict(self.lasting)
        for at, stage in enumerate(derived.stages):
            letters = (block.letter for block in stage.blocks)
            named |= zip(letters, blocks(self.gate_values[at], self.n_a), strict=True)
            if stage.kind == "later":
                seen = self.operands[at][..., : len(stage.looks) * self.n_a, :]
                named |= zip(derived.looks(at), blocks(seen, self.n_a), strict=True)
        for name, buffer in self.buffers.items():
            named |= {f"{name}_prev": buffer[:-1], name: buffer[1:]}
        return named

    @cached_property
    def states(self) -> dict[str, np.ndarray]:
        """Every state after each step, (n_a, m, T_x)."""
        return {name: public(self.state(name)[1:]) for name in self.cell.states}

    @cached_property
    def initial(self) -> dict[str, np.ndarray]:
        """Every state before the first step, (n_a, m)."""
        return {name: self.state(name)[0] for name in self.cell.states}

    @cached_property
    def gates(self) -> dict[str, np.ndarray]:
        """Every gate's values, (n_a, m, T_x), in the order of the paper."""
        return {gate.name: public(self.values[gate.letter]) for gate in self.cell.shown_gates}

    @cached_property
    def preactivations(self) -> dict[str, np.ndarray]:
        """W [a_{t-1}, x_t] + b of every block, before its squashing, (n_a, m, T_x)."""
        stages = zip(self.weights, self.operands, strict=True)
        with np.errstate(all="ignore"):
            z = [blocks(W @ operand[: self.T_x], self.n_a) for W, operand in stages]
        each = (block for stage in z for block in stage)
        return {g.name: public(block) for g, block in zip(self.cell.gates, each, strict=True)}

    @cached_property
    def operand(self) -> np.ndarray | None:
        """What the first of the later gates sees in place of a_{t-1}, (n_a, m, T_x), or None."""
        late = self.cell.late
        return None if late is None else public(self.values[late])

    @cached_property
    def nonfinite_step(self) -> int | None:
        """First step (from 0) with a NaN or infinity in a state or output; None without one."""
        steps = [self.outputs, *(self.state(name)[1:] for name in self.cell.states)]
        return first_nonfinite(*steps)

    @property
    def finite_steps(self) -> int:
        """How many leading steps are finite in every state and output; T_x where all are."""
        return self.T_x if self.nonfinite_step is None else self.nonfinite_step


@dataclass(frozen=True, eq=False)
class Gradients:
    """How the loss feels each quantity of a Trace.

    `seen` is dL/d[what the first product sees; x_t], (T_x + 1, ..., rows, m), with all that later
    losses add. `buffers` are dL/d(the states), (T_x + 1, ..., n_a, m), the initial state's first.
    `params` are those of the gates, and of the readout where the loss has one.
    """

    cell: Cell
    n_a: int
    seen: np.ndarray
    buffers: Mapping[str, np.ndarray]
    params: Mapping[str, np.ndarray]

    def state(self, name: str) -> np.ndarray:
        """The buffer (T_x + 1, ..., n_a, m) of dL/d(one state), the initial one first."""
        return self.buffers[name]

    @property
    def inputs(self) -> np.ndarray:
        """dL/dx, time-major, (T_x, ..., n_x, m)."""
        return self.seen[:-1, ..., self.n_a * len(self.cell.looked_at) :, :]

    @cached_property
    def states(self) -> dict[str, np.ndarray]:
        """dL/d(state) after each step, (n_a, m, T_x)."""
        return {name: public(self.state(name)[1:]) for name in self.cell.states}

    @cached_property
    def initial(self) -> dict[str, np.ndarray]:
        """dL/d(initial state), (n_a, m)."""
        return {name: self.state(name)[0] for name in self.cell.states}

    @cached_property
    def x(self) -> np.ndarray:
        """dL/dx, (n_x, m, T_x)."""
        return public(self.inputs)

    @cached_property
    def sequence_norms(self) -> dict[str, np.ndarray]:
        """Euclidean norm over units, for each state and the input `x`, (m, T_x)."""
        return {name: norm(array, -3) for name, array in (self.states | {"x": self.x}).items()}

    @cached_property
    def norms(self) -> dict[str, np.ndarray]:
        """Euclidean norm over units and sequences, for each state and the input `x`, (T_x,)."""
        return {name: norm(array, -2) for name, array in self.sequence_norms.items()}

    @cached_property
    def param_norm(self) -> float:
        """Euclidean norm of all the parameters' gradients together: what clipping looks at."""
        return float(norm(np.array([norm(g.ravel(), 0) for g in self.params.values()]), 0))

    @cached_property
    def nonfinite_step(self) -> int | None:
        """Last step (from 0) with a NaN or infinity: the gradient walks back, so it began there."""
        arrays = [np.flip(self.state(name)[1:], 0) for name in self.cell.states]
        step = first_nonfinite(*arrays)
        return None if step is None else len(arrays[0]) - 1 - step

    @property
    def finite_steps(self) -> int:
        """How many trailing steps are finite, as the gradient walks back; T_x where all are."""
        T_x = len(self.seen) - 1
        return T_x if self.nonfinite_step is None else T_x - 1 - self.nonfinite_step


@dataclass(frozen=True, eq=False)
class Pass:
    """What a network did with an input, wherever its weights came from.

    `losses` is (T_x,): the loss that each step adds; `upstream` dL/da (n_a, m, T_x) as each step's
    own loss sees it. `words` name the steps, (T_x,), where the input has any.
    """

    cell: Cell
    params: Mapping[str, np.ndarray]
    trace: Trace
    losses: np.ndarray
    upstream: np.ndarray
    gradients: Gradients
    words: tuple[str, ...] = field(default=(), kw_only=True)

    @property
    def loss(self) -> float:
        """The whole loss: the sum over the steps."""
        return float(self.losses.sum())

    @property
    def reads_out(self) -> bool:
        """Whether the states have a readout y of their own, rather than one of zeros."""
        return bool(self.params[self.cell.readout[0]].any())


@dataclass(frozen=True, eq=False)
class Run(Pass):
    """A Pass with the Experiment that it carries out.

    >>> from rnnviz import Experiment, run
    >>> done = run(Experiment(cell="lstm"))
    >>> done.trace.gates["forget"].shape, done.gradients.states["c"].shape
    ((16, 10, 50), (16, 10, 50))
    """

    experiment: "Experiment"


def norm(array: np.ndarray, axis: int) -> np.ndarray:
    """Euclidean norm along one axis, scaled first: squares would overflow or vanish.

    >>> norm(np.array([[3e200], [4e200]]), 0)
    array([5.e+200])
    """
    size = np.abs(array)
    scale = size.max(axis=axis, keepdims=True, initial=0)
    finite = np.isfinite(scale) & (scale > 0)
    scale = np.where(finite, scale, 1)
    with np.errstate(all="ignore"):
        squares = np.square(size / scale).sum(axis=axis)
        return np.sqrt(squares) * np.squeeze(scale, axis=axis)


def first_nonfinite(*buffers: np.ndarray) -> int | None:
    """First index on axis 0 at which any of the (T_x, ...) buffers holds a NaN or infinity.

    >>> first_nonfinite(np.array([[1.0], [np.inf]]), np.array([[1.0], [2.0]]))
    1
    """
    bad = [~np.isfinite(b).reshape(len(b), -1).all(axis=1) for b in buffers]
    steps = np.flatnonzero(np.any(bad, axis=0))
    return int(steps[0]) if len(steps) else None

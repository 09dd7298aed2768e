"""What is computed once for all sessions: runs and what is dear about them, by Experiment."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from threading import Lock

import numpy as np
import streamlit as st

from rnnviz.core import dynamics, tidy
from rnnviz.core.checks import Verdict
from rnnviz.core.experiment import Experiment
from rnnviz.core.run import affordable_seeds, seed_norms_by_parts
from rnnviz.core.run import run as carry_out
from rnnviz.core.types import Run
from rnnviz.export.film.jobs import Films
from rnnviz.sentiment import bridge
from rnnviz.sentiment.bridge import Model
from rnnviz.sentiment.jobs import Jobs
from rnnviz.sentiment.twin import Reading
from rnnviz.ui.controls.wanted import stop_unless_wanted

_SMALL = 8 * 2**20  # bytes: a hundred students may each keep a run of this size
_one_large = Lock()  # two large runs at once would take twice the memory


def run(experiment: Experiment) -> Run:
    """The run of an experiment, shared by all sessions (its arrays are read-only).

    Of large runs, up to 700 MB each, only those of the last experiment are kept, by cell.
    """
    small = experiment.bytes_per_step * experiment.T_x <= _SMALL
    return _small_run(experiment) if small else _large_run(experiment)


@st.cache_resource(max_entries=100, show_spinner=False)
def _small_run(experiment: Experiment) -> Run:
    return carry_out(experiment)


def _large_run(experiment: Experiment) -> Run:
    first, *_ = experiment.in_every_cell().values()  # the same one, whichever cell was asked for
    with _one_large:
        stop_unless_wanted()
        kept = _large_runs(first)
        if experiment.cell not in kept:
            with st.spinner("Running a large network .."):
                kept[experiment.cell] = carry_out(experiment)
        return kept[experiment.cell]


@st.cache_resource(max_entries=1, show_spinner=False)
def _large_runs(first: Experiment) -> dict[str, Run]:
    return {}


@st.cache_data(max_entries=50, show_spinner="Comparing the numbers ..")
def digests(experiment: Experiment) -> dict[str, str]:
    """SHA-256 of every array of an experiment's run."""
    return tidy.digests(run(experiment))


@st.cache_data(max_entries=50, show_spinner="Carrying each step's loss back ..")
def itemised(experiment: Experiment, lag: int) -> tuple[np.ndarray, np.ndarray]:
    """||dL_t/da_k|| (steps, T_x), each loss carried back `lag` steps at most, and the steps t."""
    result = run(experiment)
    steps = dynamics.itemised_steps(result)
    return dynamics.itemised(result, steps, lag), steps


@st.cache_data(max_entries=50, show_spinner="Taking the Jacobians apart ..")
def singular_values(experiment: Experiment, sequence: int) -> tuple[np.ndarray, np.ndarray]:
    """Singular values (steps, N) of one sequence's Jacobians, and their steps."""
    result = run(experiment)
    steps = dynamics.jacobian_steps(result)
    return dynamics.singular_values(result, sequence, steps), steps


def bands(experiment: Experiment, seeds: int) -> dict[str, np.ndarray]:
    """||dL/da|| of every cell from the experiment's seed on, (seeds, T_x) each.

    Over as many seeds of those asked for as runs of that size leave room for; without any, empty.
    """
    count = affordable_seeds(experiment.in_every_cell().values(), seeds)
    return _bands(experiment, count) if count else {}


@st.cache_data(max_entries=50, show_spinner="Running every cell on many seeds ..")
def _bands(experiment: Experiment, seeds: int) -> dict[str, np.ndarray]:
    each = {}
    for cell, one in experiment.in_every_cell().items():
        parts = []
        for part in seed_norms_by_parts(one, seeds):
            parts.append(part)
            stop_unless_wanted()
        each[cell] = np.concatenate(parts)
    return each


def _digest(array: np.ndarray) -> tuple:
    """All of an array: Streamlit's own hash looks at a sample of a large one."""
    content = np.ascontiguousarray(array)
    return content.shape, content.dtype.str, hashlib.blake2b(content.data, digest_size=16).digest()


def _identity(run: Run) -> tuple:
    """What a run follows from: its experiment, or where it was read, its parameters and inputs."""
    arrays = (*run.params.values(), run.trace.x, run.upstream)
    return run.experiment, tuple(_digest(array) for array in arrays)


_KEYS = {
    np.ndarray: _digest,
    Run: _identity,
    Reading: lambda reading: ("read", reading.pool, _identity(reading.run)),
}


@st.cache_data(max_entries=200, show_spinner=False, hash_funcs=_KEYS)
def checks(picture: str, _check: Callable[..., list[Verdict]], *given, **choices) -> tuple:
    """The verdicts on one picture's numbers."""
    return tuple(_check(*given, **choices))


@st.cache_resource(show_spinner=False)
def jobs() -> Jobs:
    """The one queue of training runs of this server."""
    return Jobs()


@st.cache_resource(show_spinner=False)
def films() -> Films:
    """The one queue of films of this server."""
    return Films()


@st.cache_resource(max_entries=8, show_spinner="Reading the model ..")
def model(path: str, changed: float) -> Model:
    """A trained model of a run folder; `changed` is its file's time, so that a new one is read."""
    return bridge.read(Path(path))


@st.cache_resource(max_entries=4, show_spinner="Reading the model ..")
def uploaded_model(content: bytes) -> Model:
    """A model that somebody sent."""
    return bridge.read(content)

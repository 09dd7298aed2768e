"""Runs, shared by all sessions, within the memory that they may take together.

A run is kept for others until there is no more room: small ones by the hundred, of large ones a
few, and always those of the last comparison. What is kept gives way to what is asked for.
"""

from collections.abc import Hashable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from threading import Lock
from time import monotonic

import streamlit as st

from rnnviz.core import events, machine, memory
from rnnviz.core.errors import ExperimentError
from rnnviz.core.experiment import Experiment
from rnnviz.core.memory import Budget, OutOfMemory
from rnnviz.core.run import run as carry_out
from rnnviz.core.types import Run
from rnnviz.jobs import apart
from rnnviz.ui.by_bytes import ByBytes
from rnnviz.ui.controls.wanted import stop_unless_wanted
from rnnviz.ui.letters import letter_by_letter
from rnnviz.ui.under_way import bar, told

_SMALL = 8 * 2**20  # bytes of a run of which many are kept
_MANY, _FEW = 256 * 2**20, 512 * 2**20  # bytes that are kept of these, and of all larger ones
_APART = 128 * 2**20  # bytes of a run that takes about half a second or more
_PATIENCE = 60.0  # seconds for the large runs of others
_LOOK = 0.05


def _size(one: Run) -> int:
    return one.experiment.bytes


small: ByBytes[Run] = ByBytes(_MANY, _size)
large: ByBytes[Run] = ByBytes(_FEW, _size)
_one_large = Lock()  # two who make some each, and wait for room for more, would wait in vain


def run(experiment: Experiment) -> Run:
    """The run of an experiment, shared by all sessions (its arrays are read-only).

    Where there is no memory for it, the page says so and ends there.
    """
    return runs({"": experiment})[""]


def runs(each: Mapping[str, Experiment]) -> dict[str, Run]:
    """The runs of several experiments that are shown together, by name, as of `run`."""
    bounded()
    try:
        if all(one.bytes <= _SMALL or _key(one) in large for one in each.values()):
            return {name: _kept(one) for name, one in each.items()}
        stop_unless_wanted()
        with _alone():
            large.most = max(_FEW, sum(one.bytes for one in each.values()))
            return _made(each)
    except OutOfMemory as error:
        st.error(f"{letter_by_letter(error)}. Try again in a moment, or ask for less.")
        st.stop()


def digest_of(experiment: Experiment) -> str:
    """Of a trained network: what is trained again has other weights under the same name."""
    network = experiment.network
    return network.digest if network else ""


def _key(experiment: Experiment) -> Hashable:
    return experiment, digest_of(experiment)


def _made(each: Mapping[str, Experiment]) -> dict[str, Run]:
    """Large runs, one after the other: under a bar where that takes long."""
    missing = [one for one in each.values() if _key(one) not in large]
    whole, done = sum(one.bytes for one in missing), 0
    if max((one.bytes for one in missing), default=0) <= _APART:
        with told("Running a large network .."):
            return {name: _kept(one) for name, one in each.items()}
    made = {}
    with bar(tuple(missing)) as move:
        for name, one in each.items():
            if one in missing:
                title = one.cell_object.title
                move(
                    done / whole,
                    f"A large network ({title}), {1 + missing.index(one)} of {len(missing)}",
                )
                done += one.bytes
            made[name] = _kept(one)
    return made


def _kept(experiment: Experiment) -> Run:
    def made() -> Run:
        stop_unless_wanted()
        if experiment.bytes <= _APART or not apart.POSSIBLE:
            return carry_out(experiment)
        with memory.reserved(experiment.bytes) as hold:
            one = apart.carry_out(experiment, stop_unless_wanted)
            hold(one)
        return one

    where = small if experiment.bytes <= _SMALL else large
    return where.get(_key(experiment), made)


@contextmanager
def _alone() -> Iterator[None]:
    """One at a time, whoever still waits for it."""
    if not _one_large.acquire(blocking=False):
        with told("Waiting for the large network of somebody else .."):
            end = monotonic() + _PATIENCE
            while not _one_large.acquire(timeout=_LOOK):
                stop_unless_wanted()
                if monotonic() > end:
                    events.say("refused", what="large run", seconds=_PATIENCE)
                    raise OutOfMemory(
                        f"a large network must wait for others, at most {_PATIENCE:.0f} s; they "
                        "still run"
                    )
    try:
        yield
    finally:
        _one_large.release()


@cache
def bounded() -> None:
    """Give all runs of this process their budget; what it is made of goes where it is short."""
    try:
        most = machine.allowed()
    except ExperimentError:  # `rnnviz app` has said so; elsewhere nobody is there to be told
        most = machine.allowed("")
    memory.limit(
        Budget(
            most,
            spare=lambda: large.drop() or small.drop(),
            waiting=told,
            between=stop_unless_wanted,
        )
    )

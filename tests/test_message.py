"""What is sent to the player is the engine's, every digit; what comes back is never trusted."""

import json

import numpy as np
import pytest
import streamlit as st
from kinds import KINDS
from numpy.testing import assert_array_equal as same

import rnnviz
from rnnviz.export.player.message import MOST_CELLS, kept_steps, message
from rnnviz.ui import controls


def read(sent):
    """The header and the arrays of one run, as the browser reads them."""
    [one] = read_several(sent)
    return one


def read_several(sent):
    """Of every run the header and its arrays."""
    length = int.from_bytes(sent[:4], "little")
    head, rest = json.loads(sent[4 : 4 + length]), np.frombuffer(sent[4 + length :])
    each, start = [], 0
    for own in head.pop("runs"):
        arrays = {}
        for name, rows, columns in own["arrays"]:
            arrays[name] = rest[start : start + rows * columns].reshape(rows, columns)
            start += rows * columns
        each.append((head | own, arrays))
    assert start == len(rest)
    return each


@pytest.mark.slow
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("cell", KINDS)
@pytest.mark.parametrize("size", [{"T_x": 11}, {"n_a": 256, "T_x": 321, "m": 2}])
def test_all_that_is_sent_is_the_engines(cell, size, dtype):
    run = rnnviz.run(rnnviz.Experiment(cell=cell, dtype=dtype, loss="upstream_every", **size))
    head, arrays = read(message([run], 4, 1, 2, "backward", False))
    steps = np.array(head["steps"]) - 1
    assert head["k"] == list(steps).index(4) and steps[-1] == run.trace.T_x - 1
    for name in run.cell.states:
        after, before = arrays[name][:, head["after"]], arrays[name][:, head["before"]]
        same(after, run.trace.states[name][:, 1, steps])
        same(before, run.trace.state(name)[steps, :, 1].T)
        felt = arrays[f"d_{name}"][:, head["after"]]
        same(felt, run.gradients.states[name][:, 1, steps])
        norms = arrays[f"norm_{name}"][0]
        same(norms, run.gradients.sequence_norms[name][1, steps])
    for name, gate in run.trace.gates.items():
        same(arrays[name], gate[:, 1, steps])
    same(arrays["x"], run.trace.x[:, 1, steps])
    same(arrays["y"], run.trace.y[:, 1, steps])
    assert bool(head["note"]) == (len(steps) < run.trace.T_x)


@pytest.mark.parametrize("n_a", [1, 64, 256])
@pytest.mark.parametrize("end", [1, 2, 200, 5000])
@pytest.mark.parametrize("t", [0, 1, 123, 4999])
def test_kept_steps_are_few_and_hold_the_chosen_and_the_last(n_a, end, t):
    steps, every = kept_steps(n_a, end, t)
    assert len(steps) * n_a <= MOST_CELLS + 3 * n_a
    assert {min(t, end - 1), end - 1, 0} <= set(steps) and (np.diff(steps) > 0).all()
    assert every == 1 or len(steps) * n_a > MOST_CELLS / 2


def test_the_way_back_ends_where_the_gradient_overflows():
    linear = rnnviz.Experiment(cell="rnn", activation="linear", gain=100.0, T_x=300, m=1)
    run = rnnviz.run(linear)
    head, _ = read(message([run], 0, 0, 0, "forward", False))
    assert head["back_to"] == len(head["steps"]) == run.trace.nonfinite_step  # nothing comes back
    sizes = {"n_a": 64, "T_x": 300, "m": 1, "dtype": "float32", "loss": "upstream_last"}
    run = rnnviz.run(rnnviz.Experiment(cell="rnn", init="notebook", **sizes))
    broken = run.gradients.nonfinite_step
    assert run.trace.nonfinite_step is None and broken > 0
    head, arrays = read(message([run], 0, 0, 0, "forward", False))
    assert head["back_to"] == broken + 1
    felt = arrays["d_a"][:, head["after"]]
    assert np.isfinite(felt[:, broken + 1 :]).all() and not np.isfinite(felt[:, broken]).all()
    assert (
        head["note"] == f"The way back stops after t = {broken + 2}: the gradient overflows there."
    )


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ({"t": 4, "sequence": 0, "unit": 2, "direction": "backward"},
         {"t": "5", "sequence": "1", "unit": "3", "direction": "backward"}),
        ({"t": -1, "sequence": 1e9, "unit": True, "direction": "<script>"}, {}),
        ({"t": "4", "sequence": None, "unit": [1], "direction": ["forward"]}, {}),
        ({"t": 10**30, "zzz": 1}, {}),
        ("t=4", {}),
        (None, {}),
    ],
)  # fmt: skip
def test_what_the_browser_says_is_never_trusted(monkeypatch, said, kept):
    monkeypatch.setattr(st, "session_state", {"player": {"chosen": said}})
    controls.hear("player", ("t", "sequence", "unit"), {"direction": ("forward", "backward")})
    assert controls.store().view == kept


def test_the_words_of_a_review_stand_at_their_steps():
    run = rnnviz.run(rnnviz.Experiment(weights="run-lstm", review="the film is not good"))
    head, _ = read(message([run], 2, 0, 0, "forward", False))
    assert head["words"] == ["▸", "the", "film", "is", "not", "good"]
    assert (
        read(message([rnnviz.run(rnnviz.Experiment())], 0, 0, 0, "forward", False))[0]["words"]
        == []
    )

"""Every check agrees for every cell, shape, start, signal, loss, activation and type of number."""

from dataclasses import replace

import numpy as np
import pytest
from kinds import KINDS
from minimal import registered
from proofs import everything, red

import rnnviz
from rnnviz.core.checks import Check, Unchecked, hand
from rnnviz.core.checks.check import compare
from rnnviz.core.run import run
from rnnviz.core.settings import CHOICES
from rnnviz.exhibits.step import flow_checks

every_cell = pytest.mark.parametrize("cell", KINDS)


@pytest.mark.slow
@every_cell
@pytest.mark.parametrize(
    "change",
    [
        *({field: name} for field in ("init", "loss", "dtype") for name in CHOICES[field]),
        *({"signal": name} for name in CHOICES["signal"] if name != "csv"),
        {"n_x": 1, "n_a": 1, "m": 1, "T_x": 1},
        {"n_a": 1, "m": 1, "T_x": 2, "loss": "cross_entropy_every"},
        {"T_x": 1, "loss": "upstream_every"},
        {"gain": 0.0, "init": "identity"},
        {"gain": 3.0, "loss": "cross_entropy_every", "dtype": "float32"},
        {"gain": 100.0, "T_x": 20, "init": "notebook", "n_a": 5},
        {"gain": 100.0, "T_x": 50, "init": "orthogonal"},  # numbers from 1e-300 to 1e300 in a step
        {"forget_bias": 20.0},
        {"forget_bias": -20.0, "dtype": "float32"},
        {"n_a": 40, "m": 2, "T_x": 30, "init": "glorot"},
    ],
)
def test_every_check_agrees(cell, change):
    # Where a network settles asks neither for a loss nor, beyond where to start, for the input.
    without = "Dynamics" if change.keys() in ({"loss"}, {"signal"}) else ""
    experiment = rnnviz.Experiment(cell=cell, **{"T_x": 12} | change)
    assert not red(everything(experiment, without=without))


@pytest.mark.slow
@pytest.mark.parametrize("activation", CHOICES["activation"])
@pytest.mark.parametrize("loss", ["cross_entropy_every", "upstream_last"])
@pytest.mark.parametrize("dtype", CHOICES["dtype"])
def test_every_check_agrees_under_every_activation(activation, loss, dtype):
    experiment = rnnviz.Experiment(cell="rnn", activation=activation, loss=loss, dtype=dtype)
    for seed in range(3):
        assert_green(replace(experiment, T_x=9, seed=seed, init="orthogonal"))


@pytest.mark.slow
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])  # a long run of a wide cell takes a minute
def test_a_long_run_is_checked_on_a_smaller_sample(cell):
    verdicts = everything(rnnviz.Experiment(cell=cell, T_x=5000, m=1))
    assert not red(verdicts)
    left = [one for one in verdicts["gradients-norms"] if isinstance(one, Unchecked)]
    made = [one for one in verdicts["gradients-norms"] if isinstance(one, Check)]
    assert len(made) >= 5 and len(left) <= 1
    assert all("of this size is moved only" in one.reason for one in left)


@pytest.mark.slow
@every_cell
@pytest.mark.parametrize("bias", [0.0, 2.0])
def test_nothing_is_left_out_by_default(cell, bias):
    verdicts = everything(rnnviz.Experiment(cell=cell, forget_bias=bias))
    every = [one for name, rows in verdicts.items() if name != "gates-memory" for one in rows]
    left = [one for one in every if not isinstance(one, Check)]
    # The steps of its sequences are too few to fit a readout to a state of many parts.
    assert {one.what for one in left} <= (
        {"the readout"} if cell in ("lstm_fgr", "slstm") else set()
    )


@pytest.mark.slow
def test_a_cell_that_a_stranger_wrote_is_checked_as_well():
    with registered():
        verdicts = everything(rnnviz.Experiment(cell="mgu", loss="cross_entropy_every", T_x=12))
    assert not red(verdicts)
    assert {one.what.split(" at ")[0] for one in verdicts["step-flow"]} > {
        "pre-activations", "forget", "candidate", "state a", "outputs y"
    }  # fmt: skip
    assert all(isinstance(one, Check) for rows in verdicts.values() for one in rows)


@pytest.mark.slow
def test_a_csv_is_checked_against_its_rows():
    series = tuple((float(t), -t / 7) for t in range(6))
    assert_green(rnnviz.Experiment(signal="csv", series=series, n_x=2, T_x=6))


@pytest.mark.slow
@pytest.mark.parametrize("gain", [0.9, 1.1])
@pytest.mark.parametrize("init", ["orthogonal", "identity"])
def test_theory_is_among_the_checks_of_a_linear_network(gain, init):
    linear = {"cell": "rnn", "activation": "linear", "init": init, "gain": gain, "T_x": 100}
    verdicts = everything(rnnviz.Experiment(**linear, loss="upstream_last"))
    assert not red(verdicts)
    sources = [one.source for rows in verdicts.values() for one in rows if isinstance(one, Check)]
    assert sum(source.startswith("theory:") for source in sources) == 2


def test_an_exploded_run_says_from_where_it_cannot_be_checked():
    explosion = rnnviz.Experiment(cell="rnn", activation="relu", gain=100.0, T_x=300)
    step = run(explosion).trace.nonfinite_step + 1
    verdicts = everything(explosion)
    assert not red(verdicts)
    words = f"the states are not finite from t = {step} on"
    for name in ("states-overview", "gradients-norms", "gradients-itemised"):
        assert words in [one.reason for one in verdicts[name] if isinstance(one, Unchecked)], name
    assert any(isinstance(one, Check) for one in verdicts["states-overview"])  # what is finite


@pytest.mark.slow
def test_chaos_is_not_taken_for_an_error():
    wild = rnnviz.Experiment(cell="rnn", gain=3.0, n_a=20, T_x=200, m=2, loss="upstream_every")
    verdicts = everything(wild)
    assert not red(verdicts)
    reasons = [one.reason for one in verdicts["gradients-norms"] if isinstance(one, Unchecked)]
    assert any("chaotic" in reason for reason in reasons)
    # The chain rule itself is still checked, step by step.
    assert any(
        one.source.startswith("product of Jacobians")
        for one in verdicts["gradients-norms"]
        if isinstance(one, Check)
    )


def test_a_check_says_the_worst_of_many_numbers():
    one = compare("what", [1.0, 2.0, 3.0], [1.0, 2.5, 3.1], [0.1, 1.0, 0.1], "theory")
    assert (one.computed, one.expected, one.tolerance) == (3.0, 3.1, 0.1) and not one.passed
    assert compare("what", [1.0], [1.0], 0, "").passed
    assert compare("what", [np.inf], [np.inf], 0, "").passed
    for wrong in (np.nan, -np.inf, 1.0):
        assert not compare("what", [1.0, wrong], [1.0, np.inf], 0, "").passed
    with pytest.raises(ValueError, match="nothing to compare"):
        compare("what", [], [], 0, "")


def test_arithmetic_by_hand():
    assert hand.dot([0.1] * 10, [1.0] * 10) == 1.0  # rounded once, unlike a plain sum
    assert hand.sigmoid(-1000.0) == 0.0 and hand.sigmoid(1000.0) == 1.0
    assert hand.softmax([1e3, 1e3]) == [0.5, 0.5]
    known = {"z": [-1.0, 2.0], "b": [[3.0], [-4.0]], "W": [[1.0, 2.0], [0.0, -1.0]]}
    walk = hand.Walk(known, 2, "relu")
    walk.lines("""
        q = activation(z) - b
        r = b * (1 - z) / 2
        f = sigmoid(W @ z + b)""")
    assert walk.known["q"] == [-3.0, 6.0] and walk.known["r"] == [3.0, 2.0]
    assert walk.taken["f"] == [6.0, -6.0] and walk.largest == 5.0
    for hostile in ("a = __import__('os')", "a = b.real", "a = zeta(b)", "a = b[0]"):
        with pytest.raises(ValueError, match="cannot be read by hand"):
            hand.Walk(known, 2, "tanh").lines(hostile)


def test_an_equation_that_cannot_be_read_is_said_to_be_unchecked(monkeypatch):
    done = run(rnnviz.Experiment(cell="gru", T_x=3))
    monkeypatch.delitem(hand.FUNCTIONS, "sigmoid")
    (one,) = flow_checks(done)
    assert isinstance(one, Unchecked) and "cannot be read by hand: sigmoid" in one.reason


def assert_green(experiment):
    assert not red(everything(experiment))

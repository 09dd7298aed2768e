"""Training in NumPy: gradients, optimisers, truncation, resume, NaN, and that tasks are learned."""

import json
from dataclasses import replace

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from rnnviz import CELLS, ExperimentError
from rnnviz.core.engine import forward
from rnnviz.core.training import (
    SGD,
    Batch,
    Flat,
    Frames,
    Key,
    Record,
    RMSProp,
    Settings,
    Training,
    restore,
    snapshot,
    still_told,
)
from rnnviz.core.training.record import FRAME_BYTES, LAG_BYTES
from rnnviz.core.training.seen import MOST_JACOBIANS, _direction
from rnnviz.tasks import TASKS


@pytest.fixture(autouse=True)
def one_thread():
    """Threads that wait for each other over small products take many times as long."""
    with threadpool_limits(1):
        yield


SMALL = {"units": 4, "steps": 6, "batch": 3, "updates": 40, "clip": 0.0}


def training(task="adding", **words):
    return Training(TASKS[task], Settings(**SMALL | words))


def gradient(one, batch, states=None):
    one.states = dict(states or {})
    loss = one._gradients(batch)
    return loss, one.gradient.vector.copy()


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru", "slstm", "mingru", "s4d"])
def test_the_gradient_of_head_and_cell_is_a_central_difference(cell):
    one = training("flip-flop", cell=cell, dtype="float64")
    batch = one._batch(Key(1, 0), 3)
    _, found = gradient(one, batch)
    vector, h = one.params.vector, 1e-5
    for at in np.random.default_rng(1).choice(len(vector), 12, replace=False):
        old, ends = vector[at], []
        for vector[at] in (old - h, old + h):
            ends.append(one._gradients(batch))
        vector[at] = old
        # h^2 of a third derivative of a loss of about 1; sLSTM's exponentials bend more.
        assert (ends[1] - ends[0]) / (2 * h) == pytest.approx(found[at], abs=1e-7)


def test_every_parameter_of_every_cell_has_a_place_in_the_vector():
    for cell in CELLS:
        one = training(cell=cell)
        assert list(one.params.views) == list(one.cell.shapes(2, 4, 1))
        assert len(one.params.vector) == sum(view.size for view in one.params.views.values())
        assert one.advance() and np.isfinite(one.record.loss).all()


def test_a_cell_of_ones_own_learns():
    text = "f = sigmoid(Wf @ [a_prev, x] + bf)\na = f * a_prev + (1 - f) * tanh(Wk @ x + bk)"
    one = training("first-bit", equations=text, units=8, updates=60, steps=4, batch=32)
    for _ in one.run():
        pass
    assert one.tested()[0] < one.record.tests[0][1] / 2


def plain(kind, w, gradients, rate, share, epsilon):
    kept = 0.0
    for g in gradients:
        if kind is SGD:
            kept = share * kept + g
            w -= rate * kept
        else:
            kept = share * kept + (1 - share) * g * g
            w -= rate * g / (kept**0.5 + epsilon)
    return w


@pytest.mark.parametrize("kind", [SGD, RMSProp])
def test_the_other_optimisers_follow_their_formulas(kind):
    gradients = np.random.default_rng(1).standard_normal((6, 3))
    one = kind(0.01, 0.7)
    now = {"w": np.ones(3)}
    moments = one.start(now)
    for each in gradients:
        now, moments = one.step(now, {"w": each}, moments)
    expected = [plain(kind, 1.0, gradients[:, k], 0.01, 0.7, 1e-8) for k in range(3)]
    np.testing.assert_allclose(now["w"], expected, rtol=1e-14)
    assert moments.t == 6


def test_schedules_clipping_and_decay():
    cosine = Settings(schedule="cosine", rate=0.1, updates=10)
    rates = [cosine.optimiser_at(n).learning_rate for n in (0, 5, 10)]
    assert rates == pytest.approx([0.1, 0.05, 0.0])
    assert Settings(schedule="linear", rate=0.1, updates=10).optimiser_at(9).learning_rate == (
        pytest.approx(0.01)
    )
    words = {"optimiser": "sgd", "momentum": 0.0, "rate": 1.0, "dtype": "float64"}
    free, clipped, decayed = (
        training(**words, **more) for more in ({}, {"clip": 1e-3}, {"decay": 0.25})
    )
    start = free.params.vector.copy()
    steps = []
    for one in (free, clipped, decayed):
        one.advance()
        steps.append(one.params.vector - start)
    assert np.linalg.norm(steps[1]) == pytest.approx(1e-3)
    assert steps[0] @ steps[1] == pytest.approx(np.linalg.norm(steps[0]) * 1e-3)
    np.testing.assert_allclose(steps[2], steps[0] - 0.25 * start, atol=1e-12)
    np.testing.assert_allclose(clipped.record.norms, free.record.norms)


def test_truncation_cuts_the_way_back_and_nothing_else():
    whole, cut = (
        training("parity", dtype="float64"),
        training("parity", dtype="float64", truncation=2),
    )
    batch = whole._batch(Key(1, 0), 3)
    (loss, full), (same, short) = gradient(whole, batch), gradient(cut, batch)
    assert same == pytest.approx(loss, rel=1e-14) and not np.allclose(full, short)
    # By hand: each window by itself, from the states that the whole run had there.
    sums, states = np.zeros_like(full), {}
    for start in (0, 2, 4):
        s = slice(start, start + 2)
        part = Batch(batch.x[..., s], batch.target[..., s], batch.mask[:, s])
        _, felt = gradient(whole, part, states)
        sums += felt / 3  # of six steps two
        trace = whole._traces[2]
        states = {name: trace.state(name)[-1].copy() for name in whole.cell.states}
    np.testing.assert_allclose(short, sums, atol=1e-14)


def test_an_endless_task_goes_on_with_its_states():
    one = training("echo", steps=5, cell="gru", dtype="float64")
    one.advance()
    after = one.states["a"].copy()
    one.advance()
    assert after.any() and not (one.states["a"] == after).all()
    # It is tested on a batch all of whose bits are known, and that has begun some batches before.
    assert one.test.mask[0].tolist() == [False] * 10 + [True] * 5
    assert (one.test.target[..., 10:] == one.test.x[..., :5]).all()
    assert not training("adding").states


@pytest.mark.parametrize("task", ["adding", "echo"])
@pytest.mark.parametrize("optimiser", ["adam", "sgd"])
def test_who_is_stopped_goes_on_to_the_same_bits(tmp_path, task, optimiser):
    words = {"optimiser": optimiser, "cell": "lstm", "updates": 23, "truncation": 4}
    straight, stopped, other = (training(task, **words) for _ in range(3))
    for _ in straight.run():
        pass
    for _ in stopped.run(11):
        pass
    np.savez(tmp_path / "state.npz", **snapshot(stopped))
    with np.load(tmp_path / "state.npz") as file:
        restore(other, dict(file))
    for _ in other.run():
        pass
    first, second = snapshot(straight), snapshot(other)
    assert first.keys() == second.keys()
    for name, array in first.items():
        assert array.tobytes() == second[name].tobytes(), name


def test_a_snapshot_of_another_network_is_refused():
    with pytest.raises(ExperimentError, match="a snapshot must have"):
        restore(training(units=5), snapshot(training(units=4)))


def test_it_ends_where_a_number_is_none_and_says_which():
    one = training(dtype="float32", optimiser="sgd", rate=100.0, updates=40, cell="rnn",
                   activation="relu")  # fmt: skip
    *_, done = one.run()
    assert done < 40 and not one.advance()
    assert one.fault.update == done == len(one.record.loss)
    assert np.isfinite(one.params.vector).all() and np.isfinite(one.record.loss).all()
    assert one.fault.sentence.startswith(f"update {done + 1}: ")


@pytest.mark.parametrize(
    ("spoil", "what", "step"),
    [
        (lambda one: one.params.views["Wf"].__setitem__((0, 0), np.nan), "weight Wf", 0),
        (lambda one: one.params.views["Wya"].__setitem__(..., 3e38), "the loss", 0),
        (lambda one: one.params.views["Waa"].__setitem__(..., 1e30), "z", 3),
    ],
)
def test_the_culprit_is_named(spoil, what, step):
    one = training(cell="lstm" if "Wf" in what else "rnn", activation="linear")
    spoil(one)
    one.advance()
    assert (one.fault.what, one.fault.step) == (what, step)


def test_an_input_that_is_none_is_the_culprit():
    task = replace(TASKS["adding"], draw=spoiled)
    one = Training(task, Settings(**SMALL))
    assert not one.advance()
    assert (one.fault.update, one.fault.what, one.fault.step) == (0, "input x", 3)


def spoiled(key, m, steps):
    batch = TASKS["adding"].draw(key, m, steps)
    if key.part == "train":
        batch.x[0, 0, 2] = np.inf
        batch.x[1, 0, 2] = -np.inf
    return batch


def test_frames_are_thinned_by_doubling_the_stride():
    frames = Frames(10)
    for update in range(0, 20_000):
        if frames.wants(update):
            frames.add(update, {"n": np.array(update)})
    assert frames.updates == list(range(0, 20_000, 80)) == frames.stack("n").tolist()
    small = Frames(1, most_bytes=800)
    for update in range(100):
        if small.wants(update):
            small.add(update, {"n": np.zeros(10)})
    assert len(small.rows) <= 10 and small.updates[0] == 0
    # Beside both, 2,000 updates of a loss and of the norms of at most 40 parameters: 8 MB in all.
    assert FRAME_BYTES + LAG_BYTES + 2000 * (8 + 40 * 4) <= 8 * 2**20


def test_the_record_says_how_the_gradient_reaches_back():
    one = training("first-bit", cell="lstm", updates=21)
    for _ in one.run():
        pass
    record = one.record
    assert [len(record.loss), len(record.norms), len(record.lags.updates)] == [21] * 3
    assert record.frames.updates == [0, 10, 20] and [u for u, *_ in record.tests] == [0]
    trace, grads = one._traces[6], one._grads[6]
    for name in ("a", "c"):
        norms = grads.norms[name][::-1]
        np.testing.assert_allclose(record.lags.stack(name)[-1], norms, rtol=1e-5)
    whole = np.sqrt(np.square(record.norms[-1]).sum())
    assert whole == pytest.approx(np.linalg.norm(one.gradient.vector), rel=1e-6)
    frame = record.frames.rows[-1]
    assert frame["states"].shape == (2, 4, 6) and frame["answers"].shape == (1, 4, 6)
    assert trace.T_x == 6 and np.isfinite(frame["exponent"])
    again = Record.of({n: np.array(a) for n, a in record.arrays().items()})
    assert {n: a.tobytes() for n, a in again.arrays().items()} == {
        n: a.tobytes() for n, a in record.arrays().items()
    }


def test_the_frames_eigenvalues_and_exponent_are_the_networks():
    one = training("parity", cell="rnn", units=3, dtype="float64")
    one._look(0)
    seen, W = one.record.frames.rows[0], one.params.views["Waa"]
    np.testing.assert_allclose(np.sort_complex(one.eigenvalues()),
                               np.sort_complex(np.linalg.eigvals(W)), atol=1e-6)  # fmt: skip
    a = seen["states"][0].astype(float)
    J = [(1 - a[:, [t]] ** 2) * W for t in range(a.shape[1])]
    product = np.eye(3)
    for each in J:
        product = each @ product
    sizes = np.linalg.svd(product)[1]  # the first direction that is followed is any
    assert seen["exponent"] <= np.log(sizes[0]) / len(J) + 1e-5
    assert seen["exponent"] >= np.log(sizes[-1]) / len(J) - 1e-5


@pytest.mark.parametrize("cell", CELLS)
def test_the_frames_exponent_is_how_two_trajectories_part(cell):
    one = training("parity", cell=cell, steps=30, dtype="float64")
    told = one.probe.look(one.params.views)["exponent"]
    trace, names, steps = one.probe.trace, one.cell.states, MOST_JACOBIANS
    apart = _direction(4 * (len(names) - one.cell.derived.only_shown))
    v = np.concatenate([np.zeros(4 * one.cell.derived.only_shown), apart])
    ends = []
    for sign in (1, -1):
        begin = {
            name: trace.state(name)[-1 - steps, :, :1] + sign * 1e-5 * part[:, None]
            for name, part in zip(names, v.reshape(-1, 4), strict=True)
        }
        then = forward(one.cell, one.params.views, one.probe.x[:, :1, -steps:], begin)
        last = [then.state(name)[-1, :, 0] for name in names]
        ends.append(np.concatenate(last[one.cell.derived.only_shown :]))
    grown = np.linalg.norm(ends[0] - ends[1]) / 2e-5 / np.linalg.norm(apart)
    # Central differences: an error of (1e-5)^2 times third derivatives, and of rounding / 1e-5.
    wanted = np.log(grown) / steps if grown else -np.inf  # states of signs part in no way
    assert told == pytest.approx(wanted, abs=1e-3)


def test_a_small_networks_fixed_points_are_in_its_record():
    one = training("flip-flop", cell="rnn", units=3, steps=20, updates=321, rate=0.03, batch=32,
                   dtype="float64")  # fmt: skip
    for _ in one.run():
        pass
    assert one.record.points.updates == [0, 320]
    states, kinds = still_told(one.record.points.rows[-1])
    weights = one.weights(one.record.frames.rows[-1]["weights"])
    W, b = (weights[name].astype(float) for name in ("Waa", "ba"))
    assert states.shape == (3, len(kinds)) and kinds
    after = np.tanh(W @ states + b)
    # What is taken for a fixed point has a residual of so many roundings (`search.rounding`).
    np.testing.assert_allclose(after, states, rtol=0, atol=2 * 64 * 3 * np.finfo(float).eps)
    for state, kind in zip(after.T, kinds, strict=True):
        away = np.abs(np.linalg.eigvals((1 - state[:, None] ** 2) * W)) > 1
        assert kind == ("saddle" if away.any() and not away.all() else
                        "unstable" if away.all() else "stable")  # fmt: skip
    large = training("flip-flop", cell="lstm", units=9)
    large.advance()
    assert not large.record.points.rows


def test_a_record_of_before_has_no_fixed_points():
    one, other = training(cell="gru"), training(cell="gru")
    one.advance()
    old = {n: a for n, a in snapshot(one).items() if not n.startswith("record/points/")}
    restore(other, old)
    assert one.record.points.rows and not other.record.points.rows
    assert other.advance() and other.record.points.stride == one.record.points.stride


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"cell": "none"}, "cell must be one of"),
        ({"units": 0}, "units must be between 1 and 256, got 0"),
        ({"units": 2.5}, "units must be a whole number, got 2.5"),
        ({"rate": float("nan")}, "rate must be between"),
        ({"optimiser": "newton"}, "optimiser must be one of adam, sgd, rmsprop"),
        ({"epsilon_place": "root"}, "epsilon_place must be one of outside, inside"),
    ],
)
def test_settings_that_are_none_are_refused(words, sentence):
    with pytest.raises(ExperimentError, match=sentence):
        Settings(**words)


def test_settings_are_json():
    assert Settings(**json.loads(json.dumps(Settings(cell="gru").to_dict()))) == Settings(
        cell="gru"
    )


def test_a_flat_vector_is_its_views():
    flat = Flat.of({"W": np.arange(6.0).reshape(2, 3), "b": np.ones((2, 1))})
    flat.vector[...] *= 2
    assert flat.views["W"][1, 2] == 10 and flat.views["b"].tolist() == [[2], [2]]
    assert flat.norms() == pytest.approx([2 * 55**0.5, 8**0.5])


LEARNED = {  # a small instance: the cell, its length; the share of chance that is to be reached
    "adding": ("gru", 8, 0.5), "anbn": ("lstm", 4, 0.5), "brackets": ("gru", 8, 0.5),
    "characters": ("gru", 8, 0.5), "copy": ("gru", 2, 0.9), "echo": ("rnn", 20, 0.5),
    "first-bit": ("lstm", 8, 0.5), "flip-flop": ("gru", 10, 0.5), "parity": ("gru", 5, 0.5),
    "parity-last": ("gru", 3, 0.5), "sine": ("gru", 16, 0.5),
}  # fmt: skip


SLOW = [pytest.param(task, marks=[pytest.mark.slow] * (task == "copy")) for task in TASKS]


@pytest.mark.parametrize("task", SLOW)
def test_a_small_instance_of_each_task_is_learned(task):
    cell, steps, share = LEARNED[task]
    hard = {"units": 32, "rate": 0.02} if task == "copy" else {"units": 16}
    one = Training(TASKS[task], Settings(cell=cell, steps=steps, batch=32, updates=400, **hard))
    goal = share * TASKS[task].chance(steps)
    assert one.tested()[0] > goal
    # Twice the updates that it takes, so that another rounding may take another way.
    assert any(one.tested()[0] < goal for done in one.run() if done % 20 == 0)

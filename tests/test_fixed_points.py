"""Fixed points against what is known of them: counts, places, eigenvalues, an exact solution."""

import itertools
from math import comb

import numpy as np
import pytest

from rnnviz.core import networks
from rnnviz.core.activations import softmax
from rnnviz.core.cells import CELLS
from rnnviz.core.dynamics import StepMap, fixed_points, search, starts
from rnnviz.core.engine import forward
from rnnviz.sentiment.corpus import BAD, GOOD


def rnn(W, b=0.0, activation="tanh"):
    n_a = len(W)
    params = {"Waa": np.array(W, float), "Wax": np.zeros((n_a, 1)), "ba": b + np.zeros((n_a, 1))}
    params |= {"Wya": np.zeros((2, n_a)), "by": np.zeros((2, 1))}
    return StepMap.of(CELLS["rnn"].with_activation(activation), params)


def cube(n_a, count, seed=1):
    return np.random.RandomState(seed).uniform(-1, 1, (n_a, count))


@pytest.mark.parametrize("w, h", [(1.1, 0.502941), (1.5, 0.858560), (2, 0.957504), (3, 0.994902)])
def test_three_switches_have_27(w, h):
    found = fixed_points(rnn(w * np.eye(3)), cube(3, 600))
    assert found.by_unstable == {k: comb(3, k) * 2 ** (3 - k) for k in range(4)}
    assert found.index_sum == 1
    for point in found.points:
        away = np.abs(point.state)
        assert np.minimum(away, np.abs(away - h)).max() < 1e-6
        # Each unit is on its own: 1 - h^2 at a switch that is thrown, 1 at the middle, times w.
        own = np.sort(w * (1 - point.state**2))[::-1]
        np.testing.assert_allclose(np.sort(point.eigenvalues.real)[::-1], own, rtol=1e-9)
        assert point.index == np.sign(np.prod(1 - own))
        assert point.kind == {0: "stable", 3: "unstable"}.get(point.unstable, "saddle")
    assert found.nearest == pytest.approx(min(w - 1, 1 - w * (1 - h**2)), abs=1e-4)
    first = found.points[0]
    np.testing.assert_allclose(np.exp(-1 / first.time_constants), np.abs(first.eigenvalues))


def test_a_hundred_starts_miss_some_of_the_27():
    """GROUND_TRUTHS 4: 60 to 100 random starts found 24 to 26, 500 all."""
    three = rnn(2 * np.eye(3))
    few, many = (
        [len(fixed_points(three, 1.05 * cube(3, count, seed)).points) for seed in range(1, 9)]
        for count in (80, 500)
    )
    assert 22 <= min(few) < 27 and {*many} == {27}


def test_what_some_starts_find_leads_those_after_them(monkeypatch):
    """All 27 are found by starts in parts, too, and a start near a known one asks for less."""
    three, whole, asked = rnn(2 * np.eye(3)), StepMap.jacobians, []

    def counted(self, states, x=None):
        asked.append(states.shape[1])
        return whole(self, states, x)

    monkeypatch.setattr(StepMap, "jacobians", counted)
    counts = []
    for parts in (1, 6):
        monkeypatch.setattr(search, "_CHUNK", 600 * 9 // parts)
        assert fixed_points(three, cube(3, 600)).by_unstable == {0: 8, 1: 12, 2: 6, 3: 1}
        counts.append(sum(asked))
        asked.clear()
    assert counts[1] < 0.8 * counts[0]


@pytest.mark.slow
@pytest.mark.parametrize("gain", [0.9, 1.5, 3.0])
def test_the_stronger_the_weights_the_fewer_starts_end_at_a_point(gain):
    """Below the border all do; far beyond it next to none, and what is no point is not called one:
    `tanh(W h) = h` to the rounding of the sums, of the points alone."""
    W = gain * np.random.RandomState(3).standard_normal((64, 64)) / 8
    found = fixed_points(rnn(W), cube(64, 100))
    for point in found.points:
        assert np.abs(np.tanh(W @ point.state) - point.state).max() < 1e-11
    assert (np.abs(np.tanh(W @ found.slow) - found.slow).max(0) > 1e-11).all()
    speeds = np.linalg.norm(np.tanh(W @ found.slow) - found.slow, axis=0)
    # Kernels add up in an order that depends on how many states there are: sqrt(n) n eps |W| |h|.
    np.testing.assert_allclose(found.speeds, speeds, rtol=0, atol=1e-12)
    none = found.slow.shape[1] + found.beyond
    assert (none == 0 and len(found.points) == 1) if gain < 1 else none > (20 if gain < 2 else 80)


@pytest.mark.parametrize("n_a", [1, 2])
def test_fewer_switches_have_three_to_their_number(n_a):
    found = fixed_points(rnn(2 * np.eye(n_a)), cube(n_a, 100))
    assert found.by_unstable == {k: comb(n_a, k) * 2 ** (n_a - k) for k in range(n_a + 1)}
    values = {float(np.abs(one).round(6)) for p in found.points for one in p.eigenvalues}
    assert values == {0.166372, 2.0} and found.index_sum == 1


def test_a_negative_weight_has_no_stable_point():
    """w < -1: 0 is the only point, and the state goes to and fro around it."""
    (point,) = fixed_points(rnn([[-2.0]]), cube(1, 40)).points
    assert (point.kind, point.index) == ("unstable", 1) and abs(point.state[0]) < 1e-12
    assert point.eigenvalues[0] == pytest.approx(-2, abs=1e-12)


def test_points_that_nearly_meet_are_said_to():
    assert fixed_points(rnn(1.01 * np.eye(3)), cube(3, 300)).nearest == pytest.approx(0.01)


@pytest.mark.parametrize("seed", range(4))
def test_all_points_of_a_relu_network_are_those_of_its_regions(seed):
    random = np.random.RandomState(seed)
    n_a, W, b = 4, 1.4 * random.randn(4, 4) / 2, random.randn(4, 1)
    exact = []
    for on in itertools.product([0.0, 1.0], repeat=n_a):
        D = np.diag(on)
        z = np.linalg.solve(np.eye(n_a) - W @ D, b[:, 0])
        if all((z > 0) == np.array(on, bool)):
            exact.append(D @ z)
    begin = random.uniform(-1, 1, (n_a, 400)) * (
        3 + max([np.abs(e).max() for e in exact], default=0)
    )
    found = fixed_points(rnn(W, b, "relu"), begin)
    assert len(found.points) == len(exact)
    for state in exact:
        assert min(np.abs(point.state - state).max() for point in found.points) < 1e-9


def test_a_ghost_is_slow_and_no_fixed_point():
    # x -> tanh(2x + b) has a pair of points up to b where they meet, 0.5328; just past it, none.
    meet = 2 * np.sqrt(0.5) - np.arctanh(np.sqrt(0.5))
    W = [[2.0]]
    begin = np.linspace(-3, 3, 200)[None]

    def found(b):
        one = rnn(W, b)
        return fixed_points(one, begin)

    assert [p.kind for p in found(meet - 0.01).points] == ["stable", "stable", "unstable"]
    past = found(meet + 0.01)
    assert [p.kind for p in past.points] == ["stable"] and past.index_sum == 1
    # With u = 2x + b, F(x) - x is tanh(u) - u/2 + b/2: its least value moves by half of b's move.
    assert past.speeds[0] == pytest.approx(0.005, rel=1e-6)
    assert past.slow[0, 0] == pytest.approx((-np.arctanh(np.sqrt(0.5)) - meet - 0.01) / 2, abs=1e-3)


def test_what_is_out_of_reach_is_left_out_and_counted():
    # A GRU whose update gate shuts far away: there every state "stays", up to rounding.
    random = np.random.RandomState(3)
    cell = CELLS["gru"]
    params = {n: 3 * random.randn(*s) for n, s in cell.shapes(1, 6, 2).items()}
    one = StepMap.of(cell, params)
    visited = random.uniform(-1, 1, (6, 300))
    found = fixed_points(one, starts(visited, 200, random))
    for point in found.points:
        assert np.abs(point.state).max() <= 1  # a mean of what lies within 1
        assert point.residual < 1e-12


@pytest.mark.parametrize("cell", CELLS)
def test_of_any_cell_what_is_found_stays(cell):
    random = np.random.RandomState(5)
    one = CELLS[cell]
    shapes = one.shapes(2, 4, 2)
    network = StepMap.of(one, {n: random.randn(*s) / 2 for n, s in shapes.items()}, x=[0.3, -0.2])
    states = random.uniform(-0.5, 0.5, (network.N, 40))
    for _ in range(50):
        states = network.step(states)
    found = fixed_points(network, starts(states + 1e-3, 60, random))
    assert found.starts == 60
    for point in found.points:
        after, size = point.state[:, None], 1 + np.abs(point.state).max()
        for _ in range(3):
            after = network.step(after)
        grown = max(1, np.abs(point.eigenvalues[0])) ** 3
        assert np.abs(after[:, 0] - point.state).max() <= 1e-9 * size * grown


def test_the_sentiment_rnn_decides_and_the_others_wait():
    """A word held for long: two ends and one saddle between them; a good or a bad word, one end."""

    def found(cell, word):
        network = networks.find(networks.Weights.of(f"run-{cell}"))
        params = {n: p.astype(float) for n, p in network.params.items()}
        reviews = [
            f"{turn} the film is {said}" for turn in ("then", "but") for said in (*GOOD, *BAD)
        ]
        visited = []
        for review in reviews:
            trace = forward(network.cell, params, network.x(network.read(review)).astype(float))
            visited.append(
                np.concatenate([trace.state(s)[1:, :, 0].T for s in network.cell.states])
            )
        given = network.vectors[network.read(word).ids[-1]].astype(float)
        one = StepMap.of(network.cell, params, given)
        visited.append(one.trajectory(visited[-1], 40))  # where it goes if it hears nothing else
        begin = starts(np.concatenate(visited, axis=1), 80, np.random.RandomState(1))
        W, b = (params[n] for n in network.cell.readout)
        points = fixed_points(one, begin).points
        said = [softmax(W @ point.state[: one.n_a, None] + b)[1, 0] for point in points]
        return [(point.kind, p > 0.5) for point, p in zip(points, said, strict=True)]

    assert sorted(found("rnn", "the"))[1:] == [("stable", False), ("stable", True)]
    assert found("rnn", GOOD[0]) == [("stable", True)] and found("rnn", BAD[0]) == [
        ("stable", False)
    ]
    assert found("lstm", "the") == []


def test_starts_are_what_was_visited_and_between():
    visited = np.random.RandomState(1).uniform(size=(3, 50)) * [[1], [2], [3]]
    begin = starts(visited, 100, np.random.RandomState(2))
    assert begin.shape == (3, 100)
    assert all(any((state == other).all() for other in visited.T) for state in begin.T[:25])
    assert (begin.min(1) >= visited.min(1)).all() and (begin.max(1) <= visited.max(1)).all()

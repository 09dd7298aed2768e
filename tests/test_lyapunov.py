"""Exponents against theory: known maps, random matrices, mean fields, published networks."""

import numpy as np
import pytest
from scipy.special import digamma
from test_fixed_points import rnn

import rnnviz
from rnnviz.core.cells import CELLS
from rnnviz.core.dynamics import StepMap, growth, lyapunov, spectrum
from rnnviz.lessons.edge import mean_field


def network(cell, seed=3, n_a=6, gain=1.0):
    run = rnnviz.run(rnnviz.Experiment(cell=cell, n_a=n_a, init="glorot", gain=gain, seed=seed))
    return StepMap.of(run.cell, run.params)


def square(of):
    """A state anywhere near the middle."""
    return np.random.RandomState(7).uniform(-0.5, 0.5, of.N)


def test_the_logistic_map_doubles():
    x, slopes = 0.3, []
    for _ in range(20_000):
        slopes.append([[4 - 8 * x]])
        x = 4 * x * (1 - x)
    assert spectrum([np.array(slopes)]).exponents[0] == pytest.approx(np.log(2), abs=1e-3)


@pytest.mark.slow
def test_henons_map():
    (x, y), J = (0.1, 0.1), []
    for _ in range(20_000):
        J.append([[-2.8 * x, 1], [0.3, 0]])
        x, y = 1 - 1.4 * x * x + y, 0.3 * x
    found = spectrum([np.array(J)], burn_in=100)
    np.testing.assert_allclose(found.exponents, [0.419, np.log(0.3) - 0.419], atol=4e-3)
    assert found.exponents.sum() == pytest.approx(np.log(0.3), abs=1e-9)
    assert found.dimension == pytest.approx(1.258, abs=5e-3)


def test_products_of_gaussian_matrices():
    N, random = 10, np.random.RandomState(1)
    chunks = (random.standard_normal((1000, N, N)) / np.sqrt(N) for _ in range(12))
    found = spectrum(chunks, burn_in=50)
    theory = (np.log(2 / N) + digamma((N - np.arange(N)) / 2)) / 2
    np.testing.assert_allclose(found.exponents, theory, atol=0.03)
    assert found.steps == 11_950 and found.times[-1] == 11_950
    assert np.diff(found.times).max() > 1  # several steps a product, and nothing lost by it
    assert found.sum_error < 1e-6
    np.testing.assert_array_equal(found.history[-1], found.exponents)


@pytest.mark.slow
def test_lorenz():
    def slope(s):
        x, y, z = s
        return np.array([10 * (y - x), x * (28 - z) - y, x * y - 8 / 3 * z])

    def by(s):
        x, y, z = s
        return np.array([[-10, 10, 0], [28 - z, -1, -x], [y, x, -8 / 3]])

    h, s, J = 0.01, np.array([1.0, 1.0, 20.0]), []
    for _ in range(12_000):  # Runge and Kutta's step and its derivative
        k, K, at, D = [], [], s, np.eye(3)
        for weight in (0.5, 0.5, 1.0, 0.0):
            k.append(slope(at))
            K.append(by(at) @ D)
            at, D = s + weight * h * k[-1], np.eye(3) + weight * h * K[-1]
        s = s + h / 6 * (k[0] + 2 * k[1] + 2 * k[2] + k[3])
        J.append(np.eye(3) + h / 6 * (K[0] + 2 * K[1] + 2 * K[2] + K[3]))
    found = spectrum([np.array(J)], burn_in=1000)
    a_second = found.exponents / h
    assert a_second.sum() == pytest.approx(-41 / 3, abs=2e-3)
    assert a_second[0] == pytest.approx(0.90, abs=0.03)
    assert found.dimension == pytest.approx(2.06, abs=0.01)


@pytest.mark.parametrize("g", [0.9, 1.1])
def test_an_orthogonal_linear_map_stretches_alike(g):
    Q = np.linalg.qr(np.random.RandomState(1).randn(5, 5))[0]
    found = lyapunov(rnn(g * Q, activation="linear"), np.ones(5) * 1e-3, 200)
    np.testing.assert_allclose(found.exponents, np.log(g), atol=1e-12)


def test_a_linear_map_tends_to_its_eigenvalues():
    W = np.random.RandomState(2).randn(5, 5) / np.sqrt(5)
    one, sizes = rnn(W, activation="linear"), np.sort(np.log(np.abs(np.linalg.eigvals(W))))[::-1]
    off = [np.abs(lyapunov(one, np.zeros(5), T).exponents - sizes).max() for T in (200, 2000)]
    assert off[1] < 0.01 and off[1] == pytest.approx(off[0] / 10, rel=0.2)  # as 1/T


@pytest.mark.slow
@pytest.mark.parametrize("g, theory", [(2, 0.1547), (3, 0.3103)])
def test_large_random_networks_are_those_of_the_mean_field(g, theory):
    N, found = 500, []
    for seed in range(3):
        random = np.random.RandomState(seed)
        one = rnn(g * random.standard_normal((N, N)) / np.sqrt(N))
        found += list(growth(one, random.standard_normal((N, 1)), 1000, burn_in=100))
    assert np.mean(found) == pytest.approx(theory, abs=0.02)


@pytest.mark.parametrize("g, theory", [(1.5, 0.0652), (2, 0.1547), (3, 0.3103)])
def test_the_lessons_mean_field_is_the_theorys(g, theory):
    assert mean_field(g) == pytest.approx(theory, abs=1e-4)


@pytest.mark.slow
def test_the_whole_spectrum_of_a_large_random_network():
    """At g = 3: share of positive exponents, dimension and entropy over N; one network of 100."""
    N, random = 100, np.random.RandomState(3)
    one = rnn(3 * random.standard_normal((N, N)) / np.sqrt(N))
    found = lyapunov(one, random.standard_normal(N), 250, burn_in=50)
    above = found.exponents[found.exponents > 0]
    assert len(above) / N == pytest.approx(0.153, abs=0.03)
    assert found.dimension / N == pytest.approx(0.286, abs=0.04)
    assert above.sum() / N == pytest.approx(0.0252, abs=0.005)
    assert found.sum_error < 1e-6


@pytest.mark.slow
def test_a_wide_spectrum_loses_nothing_between_two_orthonormalisations():
    """Every fifth step would be off by a hundredth: the sum rule is the alarm."""
    one = network("lstm", n_a=64)
    assert lyapunov(one, square(one), 24, burn_in=4).sum_error < 1e-6


@pytest.mark.slow
def test_the_tiny_chaotic_lstm():
    weights = {"Wf": [[-2, 6], [0, -6]], "Wi": [[-1, -4], [-3, -2]],
               "Wo": [[4, 1], [-9, -7]], "Wc": [[-1, -6], [6, -9]]}  # fmt: skip
    params = {n: np.array([[*row, 0] for row in W], float) for n, W in weights.items()}
    params |= {n: np.zeros((2, 1)) for n in ("bf", "bi", "bo", "bc", "by")}
    one = StepMap.of(CELLS["lstm"], params | {"Wy": np.zeros((2, 2))})
    begin = np.random.RandomState(1).uniform(-1, 1, (4, 256))
    # Half a million steps, 256 at a time: their mean is off by some 5e-4.
    assert growth(one, begin, 2000, burn_in=100).mean() == pytest.approx(0.169, abs=0.003)


@pytest.mark.slow
@pytest.mark.parametrize("keeps, theory", [(1, 0.221), (-1, 0.071)])
def test_the_tiny_chaotic_gru_by_its_convention(keeps, theory):
    """Its paper has h' = z h + (1 - z) candidate; ours writes where z is open: z negated."""
    z, r, U = [[0, 1], [1, 1]], [[0, 1], [1, 0]], [[-5, -8], [8, 5]]
    names = {"Wi": keeps * np.array(z), "Wr": r, "Wc": U}
    shapes = CELLS["gru"].shapes(1, 2, 2)
    params = {n: np.zeros(s) for n, s in shapes.items()}
    for n, W in names.items():
        params[n][:, :2] = W
    one = StepMap.of(CELLS["gru"], params)
    begin = np.random.RandomState(1).uniform(-1, 1, (2, 64))
    assert growth(one, begin, 2000, burn_in=100).mean() == pytest.approx(theory, abs=0.006)


@pytest.mark.parametrize("cell", CELLS)
def test_the_first_exponent_is_the_growth_of_a_distance(cell):
    one = network(cell)
    x = np.random.RandomState(1).randn(len(one.x), 600)  # noise keeps it off the corners of a relu
    found = lyapunov(one, square(one), 400, 200, x)
    apart = growth(one, square(one)[:, None], 400, 200, x)[0]
    top = found.exponents[0]
    # Directions turn into the first as exp((lambda_1 - lambda_2) t): what is left counts as 1/T.
    assert apart == top or apart == pytest.approx(top, abs=0.02 + abs(top) / 50)
    assert np.isnan(found.sum_error) or found.sum_error < 1e-6


def test_the_sum_of_a_tanh_network_is_its_determinants():
    W = 1.5 * np.random.RandomState(4).randn(8, 8) / np.sqrt(8)
    one, state, logs = rnn(W), np.full(8, 0.3), []
    found = lyapunov(one, state, 300)
    for _ in range(300):
        state = one.step(state[:, None])[:, 0]
        logs.append(np.log(1 - state**2).sum())
    expected = np.linalg.slogdet(W)[1] + np.mean(logs)
    assert found.exponents.sum() == pytest.approx(expected, abs=1e-9)


def test_the_first_few_are_the_first_of_all():
    one = network("gru", n_a=12, gain=2.0)
    every, few = (lyapunov(one, square(one), 300, 50, first=n) for n in (None, 3))
    # The same columns; among all of them others can have overtaken the last by so little.
    np.testing.assert_allclose(few.exponents, every.exponents[:3], atol=0.01)
    assert np.isnan(few.sum_error)


def test_what_comes_in_drives_it():
    one = network("rnn", gain=1.5)
    x = np.random.RandomState(1).randn(len(one.x), 200)
    driven, free = (lyapunov(one, square(one), 200, x=x_) for x_ in (3 * x, None))
    assert driven.exponents[0] < free.exponents[0] - 0.01  # noise suppresses chaos
    with pytest.raises(rnnviz.ExperimentError, match="x must have 250 steps, got 200"):
        lyapunov(one, square(one), 200, burn_in=50, x=x)


def test_an_overflow_is_one_sentence():
    one = rnn(3 * np.eye(2), activation="linear")
    with pytest.raises(rnnviz.ExperimentError, match="states must be finite"):
        lyapunov(one, np.full(2, 1e300), 50)

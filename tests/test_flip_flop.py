"""The trained flip-flops that come along: their points by SciPy, their answers by hand."""

from dataclasses import replace

import dynamics_sentences
import numpy as np
import pytest
from scipy.optimize import root

import rnnviz
from rnnviz.core.checks import Check
from rnnviz.core.engine import forward
from rnnviz.core.networks import offered
from rnnviz.exhibits import named, of_page, of_run
from rnnviz.tasks.answered import answered
from rnnviz.tasks.networks import kept, shipped
from rnnviz.tasks.runs import ship

every_cell = pytest.mark.parametrize("cell", ship.CELLS)


def run_of(cell, review="", **more):
    return rnnviz.run(rnnviz.Experiment(weights=f"task-flipflop{cell}", review=review, **more))


def shown(run, name="flip_flop-cube"):
    return named(name).show(run)


@every_cell
@pytest.mark.parametrize("review", ["sequence 1", "sequence 2, length 120"])
def test_each_answer_of_a_run_has_the_signs_of_the_last_pulses(cell, review):
    run = run_of(cell, review)
    W, b = (run.params[name] for name in run.cell.readout)
    last = np.zeros(3)
    for pulses, a in zip(run.trace.x[:, 0].T, run.trace.states["a"][:, 0].T, strict=True):
        last = np.where(pulses == 0, last, pulses)
        assert (np.sign(W @ a + b[:, 0]) == last).all()


@every_cell
def test_the_share_that_is_right_is_counted_one_by_one(cell):
    """On pulses drawn here, more seldom ones and for longer, all at once by the engine."""
    random, one = np.random.default_rng(5), kept(f"flipflop{cell}")
    x = random.choice([-1.0, 0.0, 1.0], p=[0.05, 0.9, 0.05], size=(3, 20, 80))
    x[..., 0] = random.choice([-1.0, 1.0], size=(3, 20))
    trace = forward(one.settings.cell_object, one.params, x)
    W, b = (one.params[name] for name in one.settings.cell_object.readout)
    wrong, last = 0, x[..., 0]
    for t in range(80):
        last = np.where(x[..., t] == 0, last, x[..., t])
        wrong += int((np.sign(W @ trace.states["a"][..., t] + b) != last).sum())
    assert wrong == 0 and answered(one).right == 1.0


def rnn_step(params):
    """The RNN's step without input, and its slopes, from its equation."""
    W, b = np.asarray(params["Waa"], float), np.asarray(params["ba"], float)[:, 0]
    return lambda h: np.tanh(W @ h + b), lambda h: (1 - np.tanh(W @ h + b) ** 2)[:, None] * W


def gru_step(params):
    """The GRU's, as the notebook has it; its slopes by differences."""
    given = {name: np.asarray(param, float) for name, param in params.items()}
    n = len(given["br"])

    def step(h):
        def pre(letter, state):
            return given[f"W{letter}"][:, :n] @ state + given[f"b{letter}"][:, 0]

        r, i = (1 / (1 + np.exp(-pre(letter, h))) for letter in "ri")
        return i * np.tanh(pre("c", r * h)) + (1 - i) * h

    def slopes(h):
        eye = 1e-6 * np.eye(n)
        return np.array([(step(h + e) - step(h - e)) / 2e-6 for e in eye]).T

    return step, slopes


def found_by_scipy(step, slopes, begin):
    """The roots of F(h) - h from many starts, each once."""
    found = []
    for h in begin.T:
        one = root(lambda h: step(h) - h, h, jac=lambda h: slopes(h) - np.eye(len(h)), tol=1e-12)
        fixed = one.success and np.abs(step(one.x) - one.x).max() < 1e-10
        if fixed and not any(np.abs(one.x - other).max() < 1e-4 for other in found):
            found.append(one.x)
    return np.array(found)


def begun(cell, count):
    """States that are visited, and midpoints of two, three and four of them."""
    visited, random = answered(kept(f"flipflop{cell}")).visited, np.random.RandomState(8)
    sizes = ((count // 4, among) for among in (1, 2, 3, 4))
    parts = [visited[:, random.randint(visited.shape[1], size=size)].mean(-1) for size in sizes]
    return np.concatenate(parts, axis=1)


@pytest.mark.slow
def test_the_rnn_has_the_27_points_that_scipy_finds():
    """GROUND_TRUTHS 4: 27 = 8 + 12 + 6 + 1 of every seed that was tried."""
    run = run_of("rnn")
    step, slopes = rnn_step(run.params)
    exact = found_by_scipy(step, slopes, begun("rnn", 800))
    settling, answers = shown(run).computed
    states = np.array([point.state for point in settling.points])
    apart = np.abs(states[:, None] - exact).max(-1)
    assert len(states) == len(exact) == 27 and (apart.min(0) < 1e-6).all()
    lead = [int((np.abs(np.linalg.eigvals(slopes(h))) > 1).sum()) for h in exact]
    assert np.bincount(lead).tolist() == [8, 12, 6, 1]
    assert settling.found.by_unstable == {0: 8, 1: 12, 2: 6, 3: 1}
    ends = (answers.at(settling.stable) > 0).T
    assert len(np.unique(ends, axis=0)) == 8  # a stable point for each memory


@pytest.mark.slow
def test_the_gru_answers_rightly_with_fewer_stable_points_than_memories():
    """How many it has is its seed's affair; that they are fewer than eight is why it is shown."""
    run = run_of("gru")
    step, slopes = gru_step(run.params)
    settling, _ = shown(run).computed
    states = np.array([point.state for point in settling.points])
    assert max(np.abs(step(h) - h).max() for h in states) < 1e-10
    lead = [int((np.abs(np.linalg.eigvals(slopes(h))) > 1).sum()) for h in states]
    assert lead == [point.unstable for point in settling.points]
    visited = answered(kept("flipflopgru")).visited
    assert 0 < lead.count(0) < 8 and answered(kept("flipflopgru")).right == 1.0
    room = 0.005 * np.ptp(visited, axis=1)
    exact = found_by_scipy(step, slopes, begun("gru", 240))
    within = ((exact > visited.min(1) - room) & (exact < visited.max(1) + room)).all(1)
    apart = np.abs(states[:, None] - exact[within]).max(-1)
    assert within.sum() >= 9 and (apart.min(0) < 1e-4).all()  # none that was missed


@pytest.mark.slow
def test_the_lstm_has_a_stable_point_for_each_memory_too():
    """Each memory, held for 2,000 steps by the engine's own forward pass, ends at one of them."""
    run = run_of("lstm")
    settling, answers = shown(run).computed
    params = {name: np.asarray(param, float) for name, param in run.params.items()}
    memories = np.array(np.meshgrid(*[[-1.0, 1.0]] * 3)).reshape(3, -1)
    x = np.zeros((3, 8, 2000))
    x[..., 0] = memories
    trace = forward(run.cell, params, x)
    last = np.concatenate([trace.states[name][..., -1] for name in run.cell.states])
    apart = np.abs(last[:, :, None] - settling.stable[:, None]).max(0)
    assert settling.found.by_unstable == {0: 8, 1: 12, 2: 6, 3: 1}
    assert (apart.min(1) < 1e-6).all() and len({*apart.argmin(1)}) == 8
    assert (np.sign(answers.at(last)) == memories).all()


@pytest.mark.slow
@every_cell
def test_every_picture_of_a_flip_flop_is_drawn_and_checked(cell):
    for name, one in of_run(run_of(cell)).items():
        red = [v for v in one.checks() if isinstance(v, Check) and not v.passed]
        assert not red, (name, red)
        assert one.table() and f"task-flipflop{cell}" in one.footer


@pytest.mark.slow
@every_cell
def test_the_cubes_say_and_draw_their_numbers(cell):
    run = run_of(cell)
    for name in ("flip_flop-cube", "flip_flop-other_cube"):
        one = shown(run, name)
        assert one.caption() == dynamics_sentences.cube(run, *one.computed)
        settling, _ = one.computed
        leads = [point.unstable for point in settling.points]
        drawn = {trace.name: len(trace.x) for trace in one.draw().data if "way" in trace.name}
        assert drawn == {f"{k} way{'s' * (k > 1)} out": leads.count(k) for k in {*leads} - {0}}


def test_each_point_stands_where_its_answers_are_in_the_cube():
    run = run_of("rnn")
    settling, _ = shown(run).computed
    W, b = (run.params[name].astype(float) for name in run.cell.readout)
    drawn = {trace.name: trace for trace in shown(run).draw().data}
    for count, name in enumerate(("stable", "1 way out", "2 ways out", "3 ways out")):
        states = [point.state for point in settling.points if point.unstable == count]
        first, second, third = W @ np.array(states).T + b
        assert drawn[name].x == pytest.approx(first + 0.36 * third, abs=1e-12)
        assert drawn[name].y == pytest.approx(second + 0.26 * third, abs=1e-12)
    cube = drawn["the eight memories"]  # from each corner to the three beside it, each edge once
    sides = np.array([cube.x, cube.y]).T.reshape(12, 3, 2)
    assert np.isnan(sides[:, 2]).all()
    lengths = np.hypot(*(sides[:, 1] - sides[:, 0]).T)
    assert np.sort(lengths) == pytest.approx([2 * np.hypot(0.36, 0.26)] * 4 + [2.0] * 8)


def test_only_a_flip_flop_has_the_cubes():
    names = {one.name for one in of_page("Dynamics", rnnviz.run(rnnviz.Experiment(T_x=4)))}
    assert not {"flip_flop-cube", "flip_flop-other_cube"} & names


def test_they_are_offered_and_stand_beside_each_other():
    words = {f"task-flipflop{cell}" for cell in ship.CELLS}
    assert words <= offered().keys()
    experiment = rnnviz.Experiment(weights="task-flipflopgru")
    assert {one.weights for one in experiment.in_cells().values()} == words


@every_cell
def test_the_command_trains_what_is_shipped(cell, tmp_path, monkeypatch):
    assert kept(f"flipflop{cell}").settings == ship.settings_of(cell)
    few = replace(ship.settings_of(cell), updates=2)
    monkeypatch.setattr(ship, "settings_of", lambda name: few)
    made = ship.ship(cell, tmp_path)
    assert made.done == 2 and made.weights.shape == kept(f"flipflop{cell}").weights.shape
    assert (tmp_path / f"flipflop{cell}.npz").stat().st_size < 20_000
    assert (shipped() / f"flipflop{cell}.npz").stat().st_size < 20_000

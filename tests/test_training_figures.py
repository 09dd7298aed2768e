"""The pictures of a training hold its record's own numbers, described, in both modes."""

import json
import re

import numpy as np
import pytest

from rnnviz.core.training import Settings, Training
from rnnviz.export.training import page
from rnnviz.figures import theme, training
from rnnviz.figures.parts import MOST_CELLS
from rnnviz.tasks import TASKS


@pytest.fixture(scope="module", params=["adding", "flip-flop", "copy"])
def one(request):
    words = {"cell": "lstm", "units": 3, "batch": 4, "updates": 21}
    steps = {"copy": 2}.get(request.param, 6)
    done = Training(TASKS[request.param], Settings(**words, steps=steps))
    for _ in done.run():
        pass
    return done


def test_the_loss_stands_against_chance(one):
    fig = training.loss(one, 0.25, 0.01)
    batches, tests = fig.data
    np.testing.assert_array_equal(batches.y, one.record.loss)
    assert list(batches.x) == list(range(1, 22))
    assert list(tests.y) == [one.record.tests[0][1]]
    assert [shape.y0 for shape in fig.layout.shapes] == [0.25, 0.01]
    assert [note.text for note in fig.layout.annotations] == ["chance 0.25", "solved 0.01"]
    assert [note.y for note in fig.layout.annotations] == pytest.approx(np.log10([0.25, 0.01]))


@pytest.mark.parametrize("state", ["a", "c"])
def test_the_map_holds_the_gradient_by_lag(one, state):
    heat = training.lags(one, state).data[0]
    updates, norms = training.by_lag(one.record, state)
    assert len(updates) == (21 if one.task.name == "adding" else 3)
    np.testing.assert_array_equal(heat.customdata, norms.T)
    assert heat.z.shape == norms.T.shape and heat.z.size <= MOST_CELLS
    seen = (heat.z > 0) & (heat.z < theme.DECADES)
    apart = heat.z - np.log10(np.where(norms.T > 0, norms.T, 1))
    assert np.ptp(apart[seen]) < 1e-5  # one shade is one power of ten
    assert heat.z.min() >= 0 and heat.z.max() <= theme.DECADES


def test_answers_stand_beside_their_targets(one):
    fig, batch = training.answers(one), one.probe.batch
    given = one.record.frames.rows[-1]["answers"][:, 0]
    mask = batch.mask[0]
    for k, (target, answer) in enumerate(zip(fig.data[::2], fig.data[1::2], strict=True)):
        if batch.target.ndim == 2:
            right = [given[label, t] for t, label in enumerate(batch.target[0])]
            np.testing.assert_array_equal(answer.y, right)
            assert set(target.y[mask]) == {1}
        else:
            np.testing.assert_array_equal(answer.y, given[k])
            np.testing.assert_array_equal(target.y[mask], batch.target[k, 0][mask])
        assert np.isnan(target.y[~mask]).all()
    assert len(fig.data) == 2 * (1 if batch.target.ndim == 2 else one.task.n_y)


def test_eigenvalues_stand_on_the_plane(one):
    circle, start, now = training.eigenvalues(one).data
    assert np.hypot(circle.x, circle.y) == pytest.approx(np.ones(97))
    for dots, frame in ((start, 0), (now, -1)):
        np.testing.assert_array_equal(dots.x + 1j * dots.y, one.eigenvalues(frame))


def test_a_cell_without_such_weights_has_no_picture_of_them():
    done = Training(TASKS["adding"], Settings(cell="mingru", units=3, steps=5, updates=1))
    assert done.advance() and training.eigenvalues(done) is None
    assert "training-eigenvalues" not in page(done, "Adding", 1 / 6, None)


@pytest.mark.parametrize("mode", theme.MODES)
def test_every_picture_is_titled_and_described(one, mode):
    figures = [training.loss(one, 1.0, mode=mode), training.answers(one, mode=mode)]
    for fig in (*figures, training.lags(one, mode=mode), training.eigenvalues(one, mode=mode)):
        assert fig.layout.title.text and re.fullmatch(r"\S.*\.", fig.layout.meta["description"])
        assert json.loads(fig.to_json())  # checked by Plotly, property by property


def test_the_page_has_each_of_them(one):
    said = page(one, "Adding", 1 / 6, 0.01)
    names = re.findall(r'<figure id="([\w-]+)">', said)
    assert names == ["training-loss", "training-lags-a", "training-lags-c", "training-answers",
                     "training-eigenvalues"]  # fmt: skip
    assert said.count("LSTM, 3 units, seed 1, 21 updates") == 6  # each, and the title

"""What is told of trained models agrees with counting and reading by hand; errors are seen."""

from dataclasses import replace

import numpy as np
import pytest
from made_models import one_layer

import rnnviz
from rnnviz import ExperimentError
from rnnviz.core.checks import Check, Unchecked
from rnnviz.core.initialisers import draw
from rnnviz.core.types import Run
from rnnviz.sentiment import bridge, by_hand, checks, reading, reading_checks, runs, scores
from rnnviz.sentiment.network import Recurrent
from rnnviz.sentiment.reading import read

READ = (
    reading_checks.verdict,
    reading_checks.states,
    reading_checks.gates,
    reading_checks.gradients,
)
every_cell = pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])


def model(cell, pool="last", dtype=float, n_x=4, n_a=6):
    """Random weights behind an embedding of nine words."""
    kind, random = rnnviz.CELLS[cell], np.random.RandomState(3)
    params = draw(kind, "glorot", kind.shapes(n_x, n_a, 2), random)
    params = {name: value.astype(dtype) for name, value in params.items()}
    return one_layer(kind, params, random.randn(9, n_x).astype(dtype), pool=pool)


def pooled_otherwise(model):
    """The same model with the last state for the maximum, or the other way round."""
    pool = {"last": "max", "max": "last"}[model.pool]
    (layer,) = model.layers
    layers = (Recurrent(layer.name, layer.ways, pool == "max"),)
    return replace(model, pool=pool, layers=layers)


def verdicts(reading):
    return [one for check in READ for one in check(reading)]


def red(made):
    return [one for one in made if isinstance(one, Check) and not one.passed]


@pytest.mark.slow
@every_cell
@pytest.mark.parametrize("pool", ["last", "max"])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("ids", [[5], [1, 8], [0, 1, 8], [1, 2, 3, 4, 5, 6, 7, 8, 3, 3, 1, 2, 6]])
def test_a_reading_agrees(cell, pool, dtype, ids):
    made = verdicts(read(model(cell, pool, dtype), ids, leave_out=True))
    assert not red(made)
    left = [one for one in made if isinstance(one, Unchecked)]
    alone = ["what is lost without a word"] if len(ids) == 1 else []
    assert [one.what for one in left] == alone


@pytest.mark.parametrize("padding", ["pre", "post"])
@pytest.mark.parametrize("pool", ["last", "max"])
def test_a_reading_of_unmasked_padding_agrees(pool, padding):
    unmasked = replace(model("gru", pool), masked=False)
    reading = read(unmasked, [0, 0, 5, 3, 7, 1], leave_out=True, padding=padding)
    assert not red(verdicts(reading))
    shorter = replace(reading, padding="")
    # Padding behind is read after all words: what it adds to a maximum may be nothing.
    assert red(reading_checks.verdict(shorter)) or (pool, padding) == ("max", "post")


@every_cell
def test_a_model_wider_than_an_experiment_may_be_is_read(cell):
    reading = read(model(cell, n_x=300, n_a=300), [1, 2, 3], leave_out=True)
    assert reading.run.trace.n_a == 300 and not isinstance(reading.run, Run)
    assert np.isfinite(reading.missed).all()


def test_a_review_that_would_fill_the_memory_is_refused(monkeypatch):
    monkeypatch.setattr(reading, "_MOST_BYTES", 4000)
    with pytest.raises(ExperimentError, match=r"must have at most \d+ words, got 60"):
        read(model("lstm"), [1, 2, 3] * 20)


def test_words_are_left_out_where_that_is_soon_done(monkeypatch):
    monkeypatch.setattr(reading, "_MOST_PRODUCTS", 1000)
    assert np.isnan(read(model("lstm"), [1, 2, 3], leave_out=True).missed).all()


@pytest.mark.slow
@every_cell
def test_the_shipped_models_read_as_they_say(cell):
    folder = runs.find(cell)
    reading = read(bridge.read(folder.model), list(range(4, 34)), leave_out=True)
    made = verdicts(reading)
    assert not red(made) and all(isinstance(one, Check) for one in made)


def test_a_long_review_is_read_by_hand_as_far_as_that_goes(monkeypatch):
    long = model("lstm")
    monkeypatch.setattr(reading_checks, "_PRODUCTS", 8 * by_hand.products(long))
    first, *_ = reading_checks.verdict(read(long, [1, 2, 3] * 20))
    words = [int(word) for word in first.what.split("words ")[1].split(",")]
    assert first.passed and max(words) == 8


@pytest.mark.slow
@pytest.mark.parametrize("pool", ["last", "max"])
@pytest.mark.parametrize(
    "wrong",
    [
        lambda r: {"each_class": 1 - r.each_class},
        lambda r: {"each_class": np.roll(r.each_class, 1, axis=1)},
        lambda r: {"influence": -r.influence},
        lambda r: {"influence": r.influence * 1.001},
        lambda r: {"missed": np.roll(r.missed, 1)},
        lambda r: {"missed": r.missed / 2},
        lambda r: {"model": pooled_otherwise(r.model)},
        lambda r: (
            {"row": np.array([0, *r.row])} if r.model.pool == "max" else {"missed": -r.missed}
        ),
    ],
)
def test_a_wrong_reading_is_seen(pool, wrong):
    reading = read(model("gru", pool), [1, 2, 3, 4, 5, 6], leave_out=True)
    assert not red(reading_checks.verdict(reading))
    assert red(reading_checks.verdict(replace(reading, **wrong(reading))))


def results(n=400, seed=0):
    random = np.random.default_rng(seed)
    labels = random.integers(2, size=n)
    p = np.clip(0.5 + 0.3 * (labels - 0.5) + 0.25 * random.standard_normal(n), 0, 1)
    return scores.scores(p, labels, random.integers(61, size=n)) | {"cell": "gru"}


def told(result):
    named = {"gru": result}
    return [
        *checks.accuracy([result]),
        *checks.confusion(result),
        *checks.calibration(named),
        *checks.distance(named),
    ]


@pytest.mark.slow
@pytest.mark.parametrize("n", [1, 2, 30, 400])
def test_scores_agree(n):
    assert not red(told(results(n)))


@pytest.mark.slow
@pytest.mark.parametrize(
    "wrong",
    [
        lambda r: {"test_accuracy": 1 - r["test_accuracy"]},
        lambda r: {"interval": [r["interval"][0] - 0.001, r["interval"][1]]},
        lambda r: {"interval": [r["interval"][0], r["interval"][1] + 0.001]},
        lambda r: {"confusion": r["confusion"][::-1]},
        lambda r: {"confusion": np.transpose(r["confusion"]).tolist()},
        lambda r: {"reviews": r["reviews"] - 1},
        lambda r: {"calibration": r["calibration"][:-1]},
        lambda r: {"calibration": [b | {"share": 1 - b["share"]} for b in r["calibration"]]},
        lambda r: {"by_distance": r["by_distance"][1:]},
        lambda r: {"by_distance": [b | {"accuracy": 0.5} for b in r["by_distance"]]},
    ],
)
def test_wrong_scores_are_seen(wrong):
    right = results()
    assert red(told(right | wrong(right)))

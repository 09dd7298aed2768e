"""Reviews of the test half: the right ones are picked, and read here as Keras read them."""

import numpy as np
import pytest
import tolerance

from rnnviz import ExperimentError
from rnnviz.sentiment import bridge, examples, runs
from rnnviz.sentiment.data import Split
from rnnviz.sentiment.reading import read
from rnnviz.sentiment.settings import Settings
from rnnviz.sentiment.training import seen
from rnnviz.sentiment.vocabulary import of_run


def test_every_kind_holds_the_clearest_of_its_cases():
    p = np.array([0.99, 0.9, 0.2, 0.51, 0.03, 0.6, 0.45])
    labels = np.array([1, 0, 0, 1, 1, 0, 1])
    split = Split([np.array([1, 4 + i]) for i in range(7)], labels)
    chosen = examples.read(examples.choose(p, split, lambda ids: ids))
    kept = {kind: [one.ids[1] - 4 for one in chosen[kind]] for kind in chosen}
    # By hand: positive ones first, each class from its clearest case on.
    assert kept == {
        "surest and right": [0, 3, 2],
        "surest and wrong": [4, 6, 1, 5],
        "least sure": [3, 6, 4, 0, 5, 2, 1],
    }
    assert [one.label for one in chosen["surest and wrong"]] == [1, 1, 0, 0]


def test_at_most_ten_of_either_class():
    p = np.linspace(0.6, 0.9, 40)
    split = Split([np.array([1, 5])] * 40, np.arange(40) % 2)
    kept = examples.choose(p, split, lambda ids: ids)
    assert {kind: len(reviews) for kind, reviews in kept.items()} == {
        "surest and right": 10,
        "surest and wrong": 10,
        "least sure": 20,
    }


def test_a_review_is_kept_as_the_model_reads_it():
    ids = np.arange(1, 8)
    assert seen(Settings(length=5), ids).tolist() == [3, 4, 5, 6, 7]
    assert seen(Settings(length=9), ids).tolist() == ids.tolist()
    assert seen(Settings(length=9, mask=False), ids).tolist() == [0, 0, *ids]


@pytest.mark.slow
@pytest.mark.parametrize("folder", [f for f in runs.included() if f.model.exists()], ids=str)
def test_what_ships_is_read_as_keras_read_it(folder):
    model, kept = bridge.read(folder.model), folder.examples()
    assert len(kept["least sure"]) == 20
    allowed = []
    for kind, reviews in kept.items():
        for one in reviews:
            reading = read(model, one.ids)
            p = reading.probabilities[-1]
            allowed.append(tolerance.probability(reading))
            assert p == pytest.approx(one.probability, abs=allowed[-1])
            assert kind == "least sure" or ((p > 0.5) == one.label) == kind.endswith("right")
    assert np.median(allowed) < 1e-3  # a few long reviews make more of what is rounded
    words = of_run(folder.words()).spelled(kept["least sure"][0].ids)
    assert words[0] == "▸" and set(words[1:]) <= set(folder.words())


def test_marks_stand_for_what_is_no_word():
    assert of_run(("good", "bad")).spelled([0, 1, 2, 3, 4, 5, 6]) == [
        *["·", "▸", "(?)", "(?)"],
        *["good", "bad", "(?)"],
    ]


@pytest.mark.parametrize("given", [{"least sure": 3}, {"least sure": [{}]}, {"least sure": [7]}])
def test_a_broken_file_is_one_sentence(given):
    with pytest.raises(ExperimentError, match=r"examples\.json must hold reviews"):
        examples.read(given)

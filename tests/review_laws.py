"""What pictures, sentences and results of reviews must hold: laws that raise AssertionError.

Parts of a split, classes and bins differ in size and content, so that none passes for another.
"""

import re

import numpy as np
from made_models import one_layer

import rnnviz
from rnnviz import figures
from rnnviz.core.initialisers import draw
from rnnviz.exhibits import inside as exhibits
from rnnviz.figures import theme
from rnnviz.sentiment import baseline, bridge, data, runs, scores, training
from rnnviz.sentiment.data import Dataset, Split
from rnnviz.sentiment.reading import read
from rnnviz.sentiment.settings import Settings

SETTINGS = Settings(cell="rnn", units=3, embedding=3, epochs=3, batch=8, length=9, words=12)
WORDS = ("good", "bad", "film", "plot", "cast")
VALIDATED = (0.55, 0.9, 0.7)  # shares of the validation half said to be right, by epoch


def half(size: int, positive: int, seed: int, reverse=False) -> Split:
    """`size` reviews, `positive` of class 1, in which one word decides (or means the opposite)."""
    random, labels = np.random.default_rng(seed), np.arange(size) < positive
    ids = [np.r_[1, random.integers(6, 9, 3 + i % 4), 4 + (label == reverse)]
           for i, label in enumerate(labels)]  # fmt: skip
    order = random.permutation(size)
    return Split([ids[i].astype(np.int32) for i in order], labels[order].astype(int))


DATASET = Dataset("made up", WORDS, half(32, 16, 1), half(20, 12, 2), half(13, 4, 3, reverse=True))


def train(monkeypatch, path):
    """A run of three epochs, of which the second is made to validate best; weights by epoch."""
    import tensorflow as tf

    for name in ("set_intra_op_parallelism_threads", "set_inter_op_parallelism_threads"):
        monkeypatch.setattr(tf.config.threading, name, lambda count: None)  # settled long ago
    monkeypatch.setattr(tf.config.experimental, "enable_op_determinism", lambda: None)
    monkeypatch.setattr(data, "load", lambda settings: DATASET)
    right, weights = training.probabilities, []

    def watched(model, split, settings):
        if split is not DATASET.validation:
            return right(model, split, settings)
        weights.append(model.get_weights())
        share = VALIDATED[(len(weights) - 1) % 3]
        judged = np.arange(len(split.labels)) < round(share * len(split.labels))
        return np.where(judged, split.labels, 1 - split.labels) * 0.8 + 0.1

    with monkeypatch.context() as patch:
        patch.setattr(training, "probabilities", watched)
        folder = runs.create(SETTINGS, path)
        training.carry_out(folder)
    return folder, weights


def of_the_test_half(result, p):
    """A result must tell of the test half, whose verdicts are p."""
    labels = DATASET.test.labels
    assert result["reviews"] == len(labels)
    assert result["test_accuracy"] == np.mean((p > 0.5) == labels)
    assert [sum(row) for row in result["confusion"]] == [(labels == k).sum() for k in (0, 1)]


def training_keeps_the_chosen_epoch_and_reports_the_test_half(monkeypatch, path):
    folder, weights = train(monkeypatch, path)
    model, result = bridge.read(folder.model), folder.result()
    same = [np.array_equal(model.embedding, epoch[0]) for epoch in weights[:3]]
    assert same == [False, True, False] and result["chosen_epoch"] == 2
    assert result["validation_accuracy"] == VALIDATED[1]
    p = [read(model, training.row(SETTINGS, ids)).probabilities[-1] for ids in DATASET.test.ids]
    of_the_test_half(result, np.array(p))


def a_bag_of_words_reports_the_test_half(monkeypatch, path):
    folder = runs.create(Settings(cell="bow", words=12), path)
    result = baseline.fit(folder.settings, DATASET, folder)
    assert result["validation_accuracy"] > 0.9  # the word that decides is learned ..
    of_the_test_half(result, 1 - DATASET.test.labels)  # .. and means the opposite in the test


def confusion_is_drawn_as_it_was_counted(monkeypatch, path):
    matrix = [[51, 7], [19, 123]]  # [true][said]
    fig = figures.reviews.confusion(matrix, "gru")
    cells, texts = fig.data
    names = ["negative", "positive"]
    assert (fig.layout.xaxis.title.text, fig.layout.yaxis.title.text) == (
        "the model says", "the review is",
    )  # fmt: skip
    written = {(x, y): t for x, y, t in zip(texts.x, texts.y, texts.text, strict=True)}
    for y, true in enumerate(names):
        for x, said in enumerate(names):
            row, column = list(cells.y).index(true), list(cells.x).index(said)
            assert cells.customdata[row][column] == matrix[y][x]
            assert abs(cells.z[row][column] - matrix[y][x] / sum(matrix[y])) < 1e-6  # as float32
            assert written[said, true] == str(matrix[y][x])


def bars_have_the_colour_of_their_sign(monkeypatch, path):
    words, missed = list("abcd"), np.array([2.0, -1.5, 0.3, 0.0])
    for mode in ("light", "dark"):
        along = figures.parts.Words(words, np.arange(1, 5), missed)
        fig = figures.reviews.verdict(along, np.full(4, 0.5), missed, -missed, mode=mode)
        scale = [colour for _, colour in theme.MODES[mode].diverging]
        for bars, values in zip(fig.data[1:], (missed, -missed), strict=True):
            assert np.array_equal(bars.y, values)
            marker = bars.marker
            places = (np.array(marker.color) - marker.cmin) / (marker.cmax - marker.cmin)
            assert ((places > 0.5) == (values > 0)).all()
            ends = [colour for _, colour in marker.colorscale]
            assert (ends[0], ends[-1]) == (scale[0], scale[-1])


def calibration_has_a_point_for_each_of_ten_bins(monkeypatch, path):
    random = np.random.default_rng(0)
    p = random.random(2000)
    labels = (random.random(2000) < p**2).astype(int)
    told = scores.scores(p, labels)["calibration"]
    (curve,) = figures.reviews.calibration({"gru": told}).data
    assert len(curve.x) == 10 and sum(curve.customdata) == 2000
    for place, (x, y) in enumerate(zip(curve.x, curve.y, strict=True)):
        inside = (p > place / 10) & (p <= (place + 1) / 10)
        assert abs(x - p[inside].mean()) < 1e-6 and abs(y - labels[inside].mean()) < 1e-6


def the_sentence_is_that_of_the_review_without_the_word(monkeypatch, path):
    kind, random = rnnviz.CELLS["gru"], np.random.RandomState(3)
    params = draw(kind, "glorot", kind.shapes(4, 6, 2), random)
    W, embedding = kind.readout[0], 2 * random.randn(9, 4)
    sides = set()
    for sign, ids in [(1, [1, 5, 7, 3, 8]), (-1, [1, 2, 6, 4, 2, 7, 5]), (-1, [1, 8, 4, 3])]:
        model = one_layer(kind, params | {W: sign * params[W]}, embedding)
        reading = read(model, ids, leave_out=True)
        words = ["▸", *(f"w{i}" for i in ids[1:])]
        said = exhibits.verdict_caption(exhibits.Read("", reading, words))
        p = reading.probabilities[-1]
        sides.add(p > 0.5)
        assert said.startswith(f"**{'positive' if p > 0.5 else 'negative'}**")
        others = [read(model, np.delete(ids, t)).probabilities[-1] for t in range(len(ids))]
        place = int(np.argmin(others) if p > 0.5 else np.argmax(others))  # most another verdict
        word, number, other = re.search(r"“(.*)” \(t = (\d+)\) .* \*\*(.*)\*\*", said).groups()
        assert (word, int(number)) == (words[place], place + 1)
        assert f"{others[place]:.4f}" == other
    assert len(sides) == 2


LAWS = (
    training_keeps_the_chosen_epoch_and_reports_the_test_half,
    a_bag_of_words_reports_the_test_half,
    confusion_is_drawn_as_it_was_counted,
    bars_have_the_colour_of_their_sign,
    calibration_has_a_point_for_each_of_ten_bins,
    the_sentence_is_that_of_the_review_without_the_word,
)

"""Pictures of made-up reviews and results, in which no two numbers are alike, by name."""

from functools import cache

import numpy as np
from made_models import one_layer

import rnnviz
from rnnviz.core.initialisers import draw
from rnnviz.exhibits import every
from rnnviz.exhibits.inside import Read
from rnnviz.sentiment.reading import read
from rnnviz.sentiment.scores import scores

LABELS = {"rnn": "rnn", "lstm": "lstm 2e-3", "gru": "gru", "bow": "bow"}


@cache
def subjects():
    """What each exhibit of reviews is of, by its name."""
    random = np.random.default_rng(3)
    rows = []
    for place, (cell, label) in enumerate(LABELS.items()):
        n = 600 + 10 * place
        labels = random.integers(2, size=n)
        p = np.clip(labels * (0.3 + 0.1 * place) + 0.6 * random.random(n), 0.001, 0.999)
        result = scores(p, labels, random.integers(61, size=n))
        more = {"cell": cell, "label": label, "data": "IMDB", "classes": ["rotten", "1"]}
        rows.append(result | more)
    histories = {
        label: [
            {"epoch": k + 1, "val_accuracy": value, "loss": 1.3 - value}
            for k, value in enumerate(0.5 + 0.4 * np.sort(random.random(4 + len(cell))))
        ]
        for cell, label in LABELS.items()
    }
    of_results = {
        "reviews-curves": histories,
        "reviews-accuracy": rows,
        "reviews-distance": rows,
        "reviews-calibration": rows,
        "reviews-confusion": rows[1],
    }
    return of_results, reading()


def reading():
    """A review as a GRU of random weights read it."""
    kind, random = rnnviz.CELLS["gru"], np.random.RandomState(3)
    params = draw(kind, "glorot", kind.shapes(4, 6, 2), random)
    model = one_layer(kind, params, 2 * random.randn(9, 4))
    ids = [1, 2, 6, 4, 2, 7, 5]
    words = ["▸", "not", "(unknown)", "good", "not", "bad", "plot"]
    return Read("A review", read(model, ids, leave_out=True), words)


def showings():
    """Every exhibit that is of no run, nor of a training (those have laws of their own)."""
    of_results, one_review = subjects()
    return {
        (one.page, one.name): one.show(of_results.get(one.name, one_review))
        for one in every()
        if one.of is None and one.page not in ("Training", "Class")
    }


def told(name, subject):
    """The text alternative of a picture of results, from its rows."""
    titles = {"rnn": "RNN", "lstm 2e-3": "LSTM 2e-3", "gru": "GRU", "bow": "bag of words"}
    if name == "reviews-curves":
        words = [f"{titles[k]} {rows[-1]['val_accuracy']:.1%}" for k, rows in subject.items()]
        return f"Validation accuracy: {', '.join(words)}."
    if name == "reviews-accuracy":
        words = [f"{titles[row['label']]} {row['test_accuracy']:.1%}" for row in subject]
        return f"Test accuracy: {', '.join(words)}."
    if name == "reviews-distance":
        words = []
        for row in subject:
            last = [bucket for bucket in row["by_distance"] if bucket["count"]][-1]
            words.append(f"{titles[row['label']]} {last['accuracy']:.1%}")
        return f"Accuracy at the greatest distance: {', '.join(words)}."
    if name == "reviews-confusion":
        (nn, np_), (pn, pp) = subject["confusion"]
        return f"{(nn + pp) / (nn + np_ + pn + pp):.1%} are right."
    if name == "reviews-verdict":
        lost = subject.reading.missed
        order = sorted(range(len(lost)), key=lambda t: -abs(lost[t]))[:3]
        words = ", ".join(f"{subject.words[t]} {lost[t]:+.2g}" for t in order)
        end = subject.reading.probabilities[-1]
        return f"At the end {end:.3f}; the strongest words are {words}."
    return None

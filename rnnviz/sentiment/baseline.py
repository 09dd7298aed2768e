"""The peer without memory: logistic regression on tf-idf weights of words or short phrases."""

import os
import time

import numpy as np

from rnnviz.sentiment.data import Dataset, Split
from rnnviz.sentiment.runs import Folder
from rnnviz.sentiment.scores import scores
from rnnviz.sentiment.settings import Settings

_STRENGTHS = (0.3, 1.0, 3.0, 10.0)  # of scikit-learn's C, chosen on the validation split


def fit(settings: Settings, dataset: Dataset, folder: Folder) -> dict:
    """Fit on the train split, choose C on validation, report test; phrases up to `ngrams` words."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    start = time.perf_counter()
    most = settings.words if settings.ngrams == 1 else 20 * settings.words
    shape = {"analyzer": "word", "token_pattern": r"\d+", "max_features": most}
    weigh = TfidfVectorizer(ngram_range=(1, settings.ngrams), sublinear_tf=True, **shape)
    train = weigh.fit_transform(_texts(dataset.train))
    held, tested = (weigh.transform(_texts(part)) for part in (dataset.validation, dataset.test))
    fits, rows = [], []
    for number, strength in enumerate(_STRENGTHS):
        folder.note(
            "running",
            **{"pid": os.getpid(), "stage": "training", "epoch": number, "epochs": len(_STRENGTHS)},
        )
        begun = time.perf_counter()
        model = LogisticRegression(C=strength, max_iter=1000)
        model.fit(train, dataset.train.labels)
        here = scores(model.predict_proba(held)[:, 1], dataset.validation.labels)
        seen = scores(model.predict_proba(train)[:, 1], dataset.train.labels)
        fits.append((here["test_accuracy"], -number, model))
        rows.append(
            {
                **{"epoch": number + 1, "loss": seen["loss"], "accuracy": seen["test_accuracy"]},
                **{"val_loss": here["loss"], "val_accuracy": here["test_accuracy"]},
                **{"gradient_norm": 0.0, "seconds": time.perf_counter() - begun},
            }
        )
        folder.write_history(rows)
    accuracy, _, model = max(fits, key=lambda each: each[:2])
    p = model.predict_proba(tested)[:, 1]
    result = scores(p, dataset.test.labels, dataset.test.distances)
    if dataset.subset is not None:
        result["notebook_test"] = scores(p[dataset.subset], dataset.test.labels[dataset.subset])
    seconds = time.perf_counter() - start
    return result | {
        "parameters": int(np.size(model.coef_)) + 1,
        "seconds_per_epoch": seconds,
        "seconds": seconds,
        "validation_accuracy": accuracy,
    }


def _texts(split: Split) -> list[str]:
    """Ids as words again, the start mark left out: the same vocabulary as the networks see."""
    return [" ".join(map(str, review[1:])) for review in split.ids]

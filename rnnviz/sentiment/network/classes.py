"""A model's classes: how probable each is, and the log-odds that words are weighed by.

z (k, ...) are a model's last numbers. One number tells two classes apart, 1 where it is large; with
more than one, "softmax" and "linear" tell k classes apart, "sigmoid" answers k questions. "values"
tell no classes apart: each stands for itself, where others have a probability or its log-odds.
"""

import numpy as np

from rnnviz.sentiment.network.squash import sigmoid, softmax


def count(final: str, z: np.ndarray) -> int:
    """How many classes there are, or values."""
    return len(z) if final == "values" else max(2, len(z))


def outputs(final: str, z: np.ndarray) -> np.ndarray:
    """What the model itself gives, as Keras' predict has it."""
    return {"sigmoid": sigmoid, "softmax": softmax}.get(final, lambda z: z)(z)


def probabilities(final: str, z: np.ndarray) -> np.ndarray:
    """P of every class, (classes, ...); of outputs without an activation, their sigmoid or softmax;
    values as they are.

    >>> probabilities("sigmoid", np.zeros((1, 1))).tolist()
    [[0.5], [0.5]]
    """
    if final == "values":
        return z
    if len(z) == 1:
        return np.concatenate([sigmoid(-z), sigmoid(z)])
    return sigmoid(z) if final == "sigmoid" else softmax(z)


def log_odds(final: str, z: np.ndarray, target: int) -> np.ndarray:
    """log P / (1 - P) of one class, (...), or one of the values.

    >>> float(log_odds("softmax", np.array([1.0, 3.0]), 1))
    2.0
    """
    if len(z) == 1 and final != "values":
        return z[0] if target else -z[0]
    if final in ("sigmoid", "values"):
        return z[target]
    others = np.delete(z, target, axis=0)
    most = others.max(axis=0)
    return z[target] - (most + np.log(np.exp(others - most).sum(axis=0)))


def slope(final: str, z: np.ndarray, target: int) -> np.ndarray:
    """How the log-odds of a class feel z (k,)."""
    d = np.zeros_like(z)
    if len(z) == 1 and final != "values":
        d[0] = 1 if target else -1
        return d
    if final not in ("sigmoid", "values"):
        others = np.delete(np.arange(len(z)), target)
        d[others] = -softmax(z[others])
    d[target] = 1
    return d

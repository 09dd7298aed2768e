"""Broken backpropagation: right it is the engine's; a mistake is found by its tensor and step."""

import numpy as np
import pytest

from rnnviz import Experiment, ExperimentError, run
from rnnviz.core.training import MISTAKES, Settings, Training, gradient_check, walk_back
from rnnviz.tasks import TASKS

# Of eight steps, the loss at the last: where each first shows on the way back. What is not handed
# on shows a step before the last; of what is added to a parameter the last step's is wrong already,
# but where that is what is kept.
FOUND = {
    ("rnn", "no-slope"): ("dL/dWaa", 8), ("lstm", "no-slope"): ("dL/dWf", 8),
    ("gru", "no-slope"): ("dL/dWr", 8),
    ("rnn", "not-carried"): ("dL/da", 7), ("lstm", "not-carried"): ("dL/da", 7),
    ("gru", "not-carried"): ("dL/da", 7),
    ("rnn", "transposed"): ("dL/da", 7), ("lstm", "transposed"): ("dL/da", 7),
    ("gru", "transposed"): ("dL/dWr", 8),
    ("rnn", "bias-once"): ("dL/dba", 7), ("lstm", "bias-once"): ("dL/dbf", 7),
    ("gru", "bias-once"): ("dL/dbi", 7),
    ("rnn", "wrong-step"): ("dL/dWaa", 8), ("lstm", "wrong-step"): ("dL/dWf", 8),
    ("gru", "wrong-step"): ("dL/dWi", 8),
    ("lstm", "no-memory"): ("dL/dc", 7), ("gru", "reset-path"): ("dL/dWc", 8),
    ("gru", "notebook"): ("dL/dWr", 8),
}  # fmt: skip
CELLS = [(cell, name) for name, one in MISTAKES.items() for cell in one.cells]


def test_there_are_ten():
    assert len(MISTAKES) == 10
    of_gradient = {pair for pair in CELLS if MISTAKES[pair[1]].of_gradient}
    assert of_gradient == set(FOUND)


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_without_a_mistake_it_is_the_engines_way_back(cell):
    done = run(Experiment(cell=cell, T_x=9, loss="cross_entropy_every"))
    back = walk_back(done.trace, done.params, done.upstream)
    for name, gradient in back.gradients.params.items():
        np.testing.assert_allclose(gradient, done.gradients.params[name], atol=1e-13)
    for name in done.cell.states:
        for pair in ("states", "initial"):
            ours, theirs = (getattr(g, pair)[name] for g in (back.gradients, done.gradients))
            np.testing.assert_allclose(ours, theirs, atol=1e-13)
    assert gradient_check(TASKS["first-bit"], Settings(cell=cell)) is None


@pytest.mark.parametrize(("cell", "mistake"), FOUND)
def test_the_check_finds_tensor_and_step(cell, mistake):
    found = gradient_check(TASKS["first-bit"], Settings(cell=cell, mistake=mistake))
    assert found[:2] == FOUND[cell, mistake]
    assert abs(found.computed - found.expected) > 1e-6
    assert found.sentence.startswith(f"{found.tensor} at step {found.step} is ")


@pytest.mark.parametrize(
    ("mistake", "tensor"),
    [("epsilon-inside", "the optimiser's step"), ("no-clipping", "the clipped gradient")],
)
def test_a_wrong_step_is_found_where_the_gradient_is_right(mistake, tensor):
    settings = Settings(cell="rnn", mistake=mistake)
    assert gradient_check(TASKS["first-bit"], settings)[:2] == (tensor, 0)


@pytest.mark.parametrize(("cell", "mistake"), [("rnn", "not-carried"), ("gru", "notebook")])
def test_a_network_is_trained_with_the_mistake(cell, mistake):
    right, wrong = (
        Training(TASKS["first-bit"], Settings(cell=cell, steps=6, units=4, mistake=name))
        for name in ("", mistake)
    )
    for one in (right, wrong):
        one.advance()
    assert right.record.loss == wrong.record.loss
    assert not np.allclose(right.params.vector, wrong.params.vector)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"mistake": "typo"}, "mistake must be one of no-slope"),
        ({"cell": "lstm", "mistake": "notebook"}, "cell must be gru, with tanh"),
        ({"cell": "rnn", "mistake": "no-slope", "activation": "relu"}, "with tanh"),
    ],
)
def test_a_mistake_that_cannot_be_made_is_refused(words, sentence):
    with pytest.raises(ExperimentError, match=sentence):
        Settings(**words)

"""Every cell beside the notebook's three against its paper's own step, written out in loops."""

import numpy as np
import pytest
from kinds import THREE
from papers import COUNTS, STEPS

from rnnviz.core.cells import CELLS
from rnnviz.core.engine import backward, forward

N_X, N_A, T_X = 2, 3, 5
STEP = 1e-150  # into the imaginary direction: its square is nothing, its share is the derivative
every_paper = pytest.mark.parametrize("name", STEPS)


def drawn(name, seed=0):
    """Parameters (those with a start of their own included), x (n_x, m, T_x), initial states."""
    random = np.random.RandomState(seed)
    cell = CELLS[name]
    params = {key: 0.7 * random.randn(*shape) for key, shape in cell.shapes(N_X, N_A, 2).items()}
    x = random.randn(N_X, 2, T_X)
    initial = {state: 0.3 * random.randn(N_A, 2) for state in cell.states}
    if "n" in initial:  # a normaliser is a sum of exponentials
        initial["n"] = np.exp(initial["n"])
    return params, x, initial


def by_hand(name, params, x, initial, sequence):
    """Every state after every step, (T_x, n_a) by name, from loops over plain numbers."""
    p = {key: value.tolist() for key, value in params.items()}
    states = {key: [complex(v) for v in value[:, sequence]] for key, value in initial.items()}
    after = {key: [] for key in states}
    for t in range(x.shape[-1]):
        seen = [complex(number) for number in x[:, sequence, t]]
        states = STEPS[name](p, {key: states[key] for key in after}, seen, name)
        for key in after:
            after[key].append(states[key])
    return {key: np.array(value) for key, value in after.items()}


def test_there_is_a_paper_for_every_cell():
    assert {*STEPS} == {*CELLS} - {*THREE}


@every_paper
def test_a_step_is_the_papers(name):
    params, x, initial = drawn(name)
    trace = forward(CELLS[name], params, x, initial)
    for sequence in range(x.shape[1]):
        due = by_hand(name, params, x, initial, sequence)
        for state in CELLS[name].states:
            ours = trace.states[state][:, sequence].T
            # Sums of n_a + n_x + 1 numbers of size one, T_x of them after one another.
            apart = 50 * T_X * (N_A + N_X + 1) * np.finfo(float).eps * max(1, np.abs(ours).max())
            np.testing.assert_allclose(ours, due[state].real, rtol=0, atol=apart)


@every_paper
def test_the_gradients_are_the_papers(name):
    """dL/d(parameter, input, initial state) of sum upstream a, by complex steps of the loops."""
    cell, (params, x, initial) = CELLS[name], drawn(name, 1)
    upstream = np.random.RandomState(2).randn(N_A, 2, T_X)
    gradients = backward(forward(cell, params, x, initial), upstream)

    def share(changed, x=x, initial=initial):
        losses = 0
        for sequence in range(2):
            a = by_hand(name, params | changed, x, initial, sequence)["a"]
            losses += (upstream[:, sequence].T * a).sum()
        return losses.imag / STEP

    ours, due = [], []
    for key in gradients.params:
        for unit in (0, N_A - 1):
            for column in {0, params[key].shape[1] // 2, params[key].shape[1] - 1}:
                moved = params[key].astype(complex)
                moved[unit, column] += STEP * 1j
                ours.append(gradients.params[key][unit, column])
                due.append(share({key: moved}))
    for state in cell.states:
        moved = initial[state].astype(complex)
        moved[1, 1] += STEP * 1j
        ours.append(gradients.initial[state][1, 1])
        due.append(share({}, initial=initial | {state: moved}))
    moved = x.astype(complex)
    moved[0, 1, 2] += STEP * 1j
    ours.append(gradients.x[0, 1, 2])
    due.append(share({}, x=moved))
    # A complex step has no difference to lose digits in: both round as sums of these numbers do.
    apart = 500 * T_X * (N_A + N_X + 1) * np.finfo(float).eps * max(1, np.abs(due).max())
    np.testing.assert_allclose(ours, due, rtol=0, atol=apart)
    assert np.abs(due).max() > 1e-3


MEMORY = {  # the gate that keeps (+1) or writes (-1); none where no gate alone says it
    "mingru": ("update", -1),
    "minlstm": None,
    "slstm": None,
    "s4d": None,
    "signed": None,
    "janet": ("forget", +1),
    "indrnn": None,
    "gru_after": ("update", +1),
    "lstm97": None,
    "lstm_nig": ("forget", +1),
    "lstm_nog": ("forget", +1),
    "cifg": ("input", -1),
    "lstm_niaf": ("forget", +1),
    "lstm_noaf": ("forget", +1),
    "peephole": ("forget", +1),
    "lstm_fgr": ("forget", +1),
}


@pytest.mark.parametrize("name", CELLS)
def test_it_has_as_many_parameters_as_its_paper_says(name):
    cell = CELLS[name]
    for n_x, n_a in ((1, 1), (3, 5), (32, 64)):
        shapes = cell.shapes(n_x, n_a, 2)
        count = sum(np.prod(shapes[key]) for key in shapes if key not in cell.readout)
        assert count == COUNTS[name](n_x, n_a)


@every_paper
def test_what_is_called_memory_keeps_the_state(name):
    """Opened by its bias, the gate leaves the state what it was; and nothing else is called so."""
    cell = CELLS[name]
    assert cell.memory == MEMORY[name]
    if cell.memory is None:
        return
    gate, sign = cell.memory
    params, x, initial = drawn(name, 3)
    bias = next(one.bias for one in cell.gates if one.name == gate)
    others = [one.bias for one in cell.gates if one.name in ("input", "update") and one.bias]
    params = {key: np.zeros_like(value) for key, value in params.items()}
    for other in others:  # and nothing is let in
        params[other] -= 800.0
    params[bias] = np.full_like(params[bias], sign * 800.0)
    kept = "c" if "c" in cell.states else "a"
    after = forward(cell, params, x, initial).states[kept]
    np.testing.assert_allclose(after[..., -1], initial[kept], rtol=0, atol=1e-12)

"""The source notebook's cells run as they stand on `rnnviz.notebook`, and print its numbers."""

import contextlib
import io
import re
from pathlib import Path

import numpy as np
import pytest

from rnnviz import notebook
from rnnviz.sentiment import imdb

CELLS = Path(__file__).with_name("source_cells.txt").read_text().split("\n%%\n")
PUT_RIGHT = {  # what the notebook prints of its own wrong formula, and what differences say
    'gradients["dxt"][1][2]': [-0.551122746],
    'gradients["dxt"].shape': [3, 10],
    'gradients["da_prev"][2][3]': [0.434827240],
    'gradients["dbr"][4]': [0.185875983],
}


def lines(printed):
    """Printed lines as (what, numbers); an array's further lines belong to its first one."""
    whole = re.sub(r"\n(?=\s)", " ", printed.strip()).split("\n")
    told = [re.fullmatch(r"(.+?)(?: =\s*| (?=-?\d))(.*)", line).groups() for line in whole]
    return [(what, np.array(re.findall(r"-?\d+(?:\.\d+)?", said), float)) for what, said in told]


@pytest.mark.training
def test_every_cell_runs_as_it_stands(tmp_path, monkeypatch):
    keras = pytest.importorskip("keras")
    random = np.random.default_rng(0)

    def few(path):
        assert path == "imdb.npz"
        made = [[1, *random.integers(4, 90, random.integers(2, 9)).tolist()] for _ in range(40)]
        texts = np.empty(40, object)
        texts[:] = made
        return (texts[:20], np.arange(20) % 2), (texts[20:], np.arange(20) % 2)

    monkeypatch.setattr(keras.datasets.imdb, "load_data", few)
    monkeypatch.setenv(imdb.VARIABLE, str(tmp_path))
    names = {}
    exec("from rnnviz.notebook import *", names)
    compared = 0
    for cell in CELLS:
        code, _, printed = cell.partition("\n# prints\n")
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            exec(code, names)
        if not printed:
            continue
        wrong = PUT_RIGHT if "gru_cell_backward" in code else {}
        for (what, came), (name, expected) in zip(
            lines(said.getvalue()), lines(printed), strict=True
        ):
            assert what == name
            expected = wrong.get(what, expected)
            # The notebook prints arrays with eight digits: half of the last one.
            np.testing.assert_allclose(came, expected, rtol=0, atol=6e-9, err_msg=what)
            compared += len(came)
    assert compared > 100
    assert names["model"].count_params() == 7851 and "Test accuracy" in said.getvalue()


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_backward_takes_its_steps_from_the_gradient(cell):
    """Seven steps of input and a gradient of four: what a run of the first four steps has."""
    random = np.random.default_rng(1)
    shapes = notebook.CELLS[cell].shapes(n_x=3, n_a=5, n_y=2)
    parameters = {name: random.standard_normal(shape) for name, shape in shapes.items()}
    x, start = random.standard_normal((3, 10, 7)), random.standard_normal((5, 10))
    da = random.standard_normal((5, 10, 4))
    forward, backward = (getattr(notebook, f"{cell}_{way}") for way in ("forward", "backward"))
    whole = backward(da, forward(x, start, parameters)[-1])
    short = backward(da, forward(x[..., :4], start, parameters)[-1])
    assert whole["dx"].shape == (3, 10, 4) and set(whole) == set(short)
    for name, gradient in whole.items():
        assert (gradient == short[name]).all(), name

"""A .keras file of Keras 2, whichever release wrote it where, gives Keras 2's own numbers."""

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
import tolerance

from rnnviz.sentiment import bridge, typed
from rnnviz.sentiment.files import weights
from rnnviz.sentiment.reading import read

FOLDER = Path(__file__).parent / "keras2"
EXPECTED = json.loads((FOLDER / "expected.json").read_text())
NAMES = sorted(path.name for path in FOLDER.glob("*.keras"))


def rows(model, text):
    """The rows that Keras was given, or the text as the model's own words make one of it."""
    if model.vocabulary is None:
        return EXPECTED["rows"]
    padding, _ = typed.guessed(model)
    return [typed.as_asked(model.masked, padding, model.vocabulary.read(text))[0]]


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_numbers_are_keras_2s(name):
    model = bridge.read(FOLDER / name)
    assert model.length == 6
    for row, wanted in zip(rows(model, EXPECTED["text"]), EXPECTED["outputs"][name], strict=True):
        reading = read(model, row)
        apart = tolerance.outputs(reading)
        assert apart < 1e-2
        np.testing.assert_allclose(reading.outputs, wanted, rtol=0, atol=apart)


LAYOUTS = {
    "2.13_two_of_each.keras": "_layer_checkpoint_dependencies/lstm_2/cell",
    "2.13_windows_two_of_each.keras": r"_layer_checkpoint_dependencies\lstm_2\cell",
    "2.14_two_of_each.keras": "_layer_checkpoint_dependencies/lstm_1/cell",
    "2.15_two_of_each.keras": "layers/lstm_1/cell",
    "2.15_windows_two_of_each.keras": r"layers\lstm_1\cell",
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_second_lstm_is_where_the_release_put_it(name):
    """Else the test above would say less than it seems to."""
    with zipfile.ZipFile(FOLDER / name) as file:
        held = weights.opened(file.read("model.weights.h5"))
    np.testing.assert_array_equal(
        bridge.read(FOLDER / name).recurrent[1].ways[0].params["Wf"][:, -3:],
        np.asarray(held[LAYOUTS[name]]["vars"]["0"])[:, 2:4].T,
    )


def test_a_hard_sigmoid_is_that_of_the_release():
    """0.2 z + 0.5 before Keras 3, z / 6 + 0.5 since."""
    content = (FOLDER / "2.15_two_of_each.keras").read_bytes()
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            later = json.dumps({"keras_version": "3.0.0"}).encode()
            new.writestr(name, later if name == "metadata.json" else old.read(name))
    slopes = []
    for one in (content, out.getvalue()):
        squashed = bridge.read(one).head[1]
        z = np.array([[-4.0], [0.0], [1.0], [2.6], [4.0]])
        slopes.append(squashed.apply(z).ravel())
    np.testing.assert_allclose(slopes[0], [0, 0.5, 0.7, 1, 1], atol=1e-15)
    np.testing.assert_allclose(slopes[1], [0, 0.5, 2 / 3, 0.5 + 2.6 / 6, 1], atol=1e-15)

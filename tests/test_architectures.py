"""Every model that is accepted gives Keras' own numbers, whatever it is built of."""

import numpy as np
import pytest
import tolerance
from made_models import Architecture, saved

from rnnviz.sentiment import bridge
from rnnviz.sentiment.reading import read

pytest.importorskip("keras")
pytestmark = [pytest.mark.training, pytest.mark.filterwarnings("ignore")]  # TensorFlow's own
SEEDS = range(30)


@pytest.mark.parametrize("seed", SEEDS)
def test_outputs_are_keras(seed):
    made = Architecture(seed)
    model, rows = made.built(), made.rows()
    expected = np.asarray(model(np.array(rows), training=False))
    ours = bridge.read(saved(model))
    assert ours.length == made.length
    for row, wanted in zip(rows, expected, strict=True):
        reading = read(ours, row)
        apart = tolerance.outputs(reading)
        assert apart < 1e-2 * max(1, np.abs(wanted).max())  # else this would say nothing
        np.testing.assert_allclose(reading.outputs, wanted, rtol=0, atol=apart)
        last = reading.each_class[:, -1]
        assert reading.outputs.shape == wanted.shape and len(last) == max(2, len(wanted))

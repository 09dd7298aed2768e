"""The README's lines run as they stand."""

import re
from pathlib import Path

import numpy as np
import pytest

from rnnviz.exhibits import of_pass

README = Path(__file__).parent.parent / "README.md"


BLOCKS = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)


def test_the_lines_without_the_dashboard_run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    exec(BLOCKS[0], {})
    assert capsys.readouterr().out.startswith("(16, 10, 50)\n")
    assert "plotly" in (tmp_path / "norms.html").read_text().lower()


@pytest.mark.training
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_lines_for_a_model_of_keras_run(tmp_path, monkeypatch):
    pytest.importorskip("tensorflow")
    monkeypatch.chdir(tmp_path)
    names: dict = {}
    exec(BLOCKS[1], names)
    one, x, layer = (names[name] for name in ("one", "batch", "lstm"))
    # Of single precision, over 40 steps of 8 + 3 + 1 products each.
    np.testing.assert_allclose(
        one.trace.states["a"][..., -1].T, layer(x).numpy(), rtol=0, atol=40 * 12 * 2**-23
    )
    written = {path.stem for path in tmp_path.glob("*.html")}
    assert written == set(of_pass(one)) and len(written) >= 14


@pytest.mark.slow
def test_the_lines_that_train_run(capsys):
    exec(BLOCKS[3], names := {})
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[:4]] == ["50", "100", "150", "200"]
    assert names["one"].tested()[0] < 1 / 12 and len(names["one"].record.lags.rows) == 200

"""`python -m rnnviz dynamics` says and writes what the network itself does."""

import csv
import io
import json

import numpy as np
import pytest

import rnnviz
from rnnviz.__main__ import main
from rnnviz.core.engine import forward

SMALL = ["--cell", "gru", "--n-a", "4", "--steps", "9", "--init", "glorot"]


def asked(capsys, *words):
    code = main(["dynamics", *SMALL, *words])
    return code, capsys.readouterr()


def test_its_points_stay_and_its_exponents_are_those_of_the_point(capsys):
    code, said = asked(capsys, "--format", "json", "--held", "constant", "--value", "0.5")
    told = json.loads(said.out)
    run = rnnviz.run(rnnviz.Experiment(cell="gru", n_a=4, T_x=9, init="glorot"))
    assert code == 0 and told["x"] == [0.5] * 3 and "gru" in told["of"]
    (point,) = told["fixed_points"]
    assert point["kind"] == "stable" and told["search"]["index_sum"] == point["index"] == 1
    state = np.array(point["state"])[:, None]
    x = np.full((3, 1, 1), 0.5)
    after = forward(run.cell, run.params, x, {"a": state}).states["a"][..., 0]
    np.testing.assert_allclose(after, state, atol=1e-11)
    first = np.log(np.hypot(*point["eigenvalues"][0]))
    assert told["lyapunov"]["exponents"][0] == pytest.approx(first, abs=0.02)
    assert told["lyapunov"]["first_by_two_trajectories"] == pytest.approx(first, abs=0.02)


@pytest.mark.slow
def test_a_table_is_of_one_thing(capsys, tmp_path):
    _, said = asked(capsys, "--format", "json")
    told = json.loads(said.out)
    _, said = asked(capsys, "--format", "csv", "--what", "lyapunov")
    rows = [*csv.DictReader(io.StringIO(said.out))]
    assert [float(row["exponent"]) for row in rows] == told["lyapunov"]["exponents"]
    path = tmp_path / "points.csv"
    asked(capsys, "--format", "csv", "--what", "fixed-points", "--out", str(path))
    rows = [*csv.DictReader(io.StringIO(path.read_text()))]
    each = [[float(row[f"state_{k}"]) for k in range(1, 5)] for row in rows]
    assert each == [point["state"] for point in told["fixed_points"]]


def test_the_sentence_is_that_of_the_page(capsys):
    code, said = asked(capsys)
    assert code == 0 and said.out.startswith("With no input the GRU has 1 fixed point within ")
    assert "λ₁ = " in said.out and "**" not in said.out


@pytest.mark.parametrize(("words", "why"), [
    (["--held", "good"], "held must be one of zero, constant, mean, driven, got good"),
    (["--what", "x"], "what must be one of fixed-points, lyapunov, got x"),
    (["--format", "csv"], "what must be one of fixed-points, lyapunov for csv, got 2"),
    (["--format", "pdf"], "format must be one of text, json, csv, got pdf"),
    (["--value", "nan"], "value must be finite, got nan"),
])  # fmt: skip
def test_nonsense_is_one_sentence(capsys, words, why):
    code, said = asked(capsys, *words)
    assert code == 2 and said.err == f"rnnviz dynamics: {why}\n" and not said.out

"""`python -m rnnviz dynamics` says and writes what the network itself does."""

import csv
import io
import json
import shutil

import numpy as np
import pytest

import rnnviz
from rnnviz.__main__ import main
from rnnviz.core.engine import forward
from rnnviz.core.training import Settings
from rnnviz.sentiment import runs
from rnnviz.tasks.find import Asked
from rnnviz.tasks.runs import carry_out, prepared

WHAT = "fixed-points, lyapunov, bifurcation, phase, memory"
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
    assert point["time_constants"][0] == pytest.approx(-1 / first)
    assert told["lyapunov"]["exponents"][0] == pytest.approx(first, abs=0.02)
    assert told["lyapunov"]["first_by_two_trajectories"] == pytest.approx(first, abs=0.02)


def test_numbers_may_be_held(capsys):
    _, said = asked(capsys, "--format", "json", "--input", "0.5,-1,2", "--what", "fixed-points")
    told = json.loads(said.out)
    run = rnnviz.run(rnnviz.Experiment(cell="gru", n_a=4, T_x=9, init="glorot"))
    assert told["x"] == [0.5, -1.0, 2.0] and told["held"] == "0.5,-1,2"
    for point in told["fixed_points"]:
        state = np.array(point["state"])[:, None]
        x = np.array([0.5, -1.0, 2.0])[:, None, None]
        after = forward(run.cell, run.params, x, {"a": state}).states["a"][..., 0]
        np.testing.assert_allclose(after, state, atol=1e-11)


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """The folder of a training of three switches, which has just begun, and its last weights."""
    words = Settings(cell="rnn", units=5, steps=30, updates=3, batch=4)
    folder = prepared(tmp_path_factory.mktemp("runs") / "switches", Asked("flip-flop"), words)
    carry_out(folder)
    one, _ = folder.opened()
    return folder.path, {name: view.astype(float) for name, view in one.params.views.items()}


def test_a_folder_of_a_training_is_that_network(capsys, trained):
    path, params = trained
    words = ["dynamics", "--run", str(path), "--what", "fixed-points", "--format", "json"]
    assert main([*words, "--input", "1,0,-1"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["fixed_points"] and "weights of one's own" in told["of"]
    for point in told["fixed_points"]:
        a = np.array(point["state"])
        z = params["Waa"] @ a + params["Wax"] @ [1.0, 0.0, -1.0] + params["ba"][:, 0]
        np.testing.assert_allclose(np.tanh(z), a, atol=1e-11)
    assert main(["dynamics", "--run", str(path), "--what", "memory"]) == 0
    assert "gradient is half as large after" in capsys.readouterr().out
    assert main(["dynamics", "--run", str(path), "--what", "phase"]) == 0
    assert "at a factor of 1 is it the network" in capsys.readouterr().out


@pytest.mark.slow
def test_a_folder_of_reviews_is_the_network_that_comes_along(capsys, tmp_path):
    """Wherever it lies; and one that comes along is not kept once more."""
    shutil.copytree(runs.shipped() / "rnn", tmp_path / "mine")
    said = []
    for words in (["--run", str(tmp_path / "mine")], ["--run", str(runs.shipped() / "rnn")],
                  ["--weights", "run-rnn"]):  # fmt: skip
        more = ["--input", "neutral", "--what", "fixed-points", "--format", "csv"]
        assert main(["dynamics", *words, *more]) == 0
        rows = [*csv.DictReader(io.StringIO(capsys.readouterr().out))]
        said.append([[float(row[f"state_{k}"]) for k in range(1, 33)] for row in rows])
    assert len(said[0]) == 3 and said[1] == said[2]
    np.testing.assert_allclose(said[0], said[1], atol=1e-11)  # a residual of rounding
    assert main(["dynamics", "--run", str(tmp_path / "mine"), "--input", "film"]) == 0
    assert "With “film” held the RNN has" in capsys.readouterr().out


def test_a_folder_that_is_none_is_one_sentence(capsys, trained, tmp_path):
    path, _ = trained
    for name, change in (
        ("cut", lambda one: (one / "state.npz").write_bytes(b"PK no")),
        ("empty", lambda one: (one / "settings.json").write_text("{}")),
        ("strange", lambda one: (one / "settings.json").write_text('{"task": 3, "settings": []}')),
        ("early", lambda one: (one / "state.npz").unlink()),
        ("words", lambda one: (one / "model.keras").write_bytes(b"no model")),
    ):
        shutil.copytree(path, tmp_path / name)
        change(tmp_path / name)
        assert main(["dynamics", "--run", str(tmp_path / name)]) == 2, name
        said = capsys.readouterr()
        assert said.err.startswith("rnnviz dynamics: ") and said.err.count("\n") == 1
        assert not said.out
    assert main(["dynamics", "--run", str(path), "--weights", "run-rnn"]) == 2
    assert "weights must not be given beside a run" in capsys.readouterr().err


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


@pytest.mark.slow
def test_the_sentence_is_that_of_the_page(capsys):
    code, said = asked(capsys)
    assert code == 0 and said.out.startswith("With no input the GRU has 1 fixed point within ")
    assert "λ₁ = " in said.out and "**" not in said.out


@pytest.mark.slow
def test_diagrams_are_those_of_the_core(capsys, tmp_path):
    from rnnviz.exhibits import bifurcation, diagrams
    from rnnviz.exhibits.base import carried_out

    run = rnnviz.run(rnnviz.Experiment(cell="gru", n_a=4, T_x=9, init="glorot"))
    (phase,) = carried_out(diagrams.phases(run))
    (over_gain,) = carried_out(bifurcation.over_gain(run, unit=2))
    words = ["--what", "bifurcation,phase", "--unit", "3"]
    _, said = asked(capsys, *words, "--format", "json")
    told = json.loads(said.out)
    assert told["phase"]["λ₁ (nats a step)"] == phase.exponents.ravel().tolist()
    assert told["phase"]["says"].startswith("Of 900 networks without input, over 500 steps, ")
    drawn = {*told["bifurcation"]["says"].split()}
    assert "gains**" not in drawn and "gains" in drawn
    every = np.concatenate([v for v in told["bifurcation"].values() if isinstance(v, list)])
    kept = {float(one) for one in over_gain.values.ravel()}
    assert sum(float(one) in kept for one in every if one is not None) >= 120
    _, said = asked(capsys, "--what", "phase", "--format", "csv")
    rows = [*csv.DictReader(io.StringIO(said.out))]
    assert [float(row["gain"]) for row in rows[:30]] == phase.gains.tolist() and len(rows) == 900
    path = tmp_path / "both.html"
    assert asked(capsys, *words, "--format", "html", "--out", str(path))[0] == 0
    page = path.read_text()
    assert "GRU: order and chaos" in page and "GRU: where unit 3 ends" in page


@pytest.mark.slow
def test_a_window_and_the_memory_are_told(capsys):
    words = ["dynamics", "--cell", "rnn", "--n-a", "3", "--steps", "30", "--what", "phase,memory"]
    assert main([*words, "--window", "2500"]) == 0
    phase, memory = capsys.readouterr().out.strip().split("\n")
    assert "over 2500 steps" in phase and "no forget gate" in phase and "steps" in memory


@pytest.mark.browser
def test_a_picture_is_an_svg(capsys):
    code, said = asked(capsys, "--what", "fixed-points", "--format", "svg")
    assert code == 0 and said.out.startswith("<svg") and "where the state goes" in said.out


@pytest.mark.parametrize(("words", "why"), [
    (["--input", "good"], "input must be one of zero, constant, mean, driven, or n_x = 3 finite "
     "numbers with commas, got good"),
    (["--input", "1,nan,0"], "input must be one of zero, constant, mean, driven, or n_x = 3 "),
    (["--run", "nowhere"], "run must be a folder of rnnviz sentiment or train, got nowhere"),
    (["--what", "x"], f"what must be one of {WHAT}, got x"),
    (["--format", "csv"], f"what must be one of {WHAT} for csv, got 2"),
    (["--format", "svg"], f"what must be one of {WHAT} for svg, got 2"),
    (["--format", "pdf"], "format must be one of text, json, csv, html, svg, got pdf"),
    (["--unit", "5"], "unit must be between 1 and 4, got 5"),
    (["--window", "7"], "window must be one of 500, 2500, got 7"),
    (["--what", "memory"], "memory must have a finite run of 20 steps or more, got "),
    (["--value", "nan"], "value must be finite, got nan"),
])  # fmt: skip
def test_nonsense_is_one_sentence(capsys, words, why):
    code, said = asked(capsys, *words)
    told = said.err.removesuffix("\n")
    assert code == 2 and told.startswith(f"rnnviz dynamics: {why}") and not said.out
    assert told == f"rnnviz dynamics: {why}" or why.endswith(" ")

"""A cell of a person's own is a cell like any other, and nobody's but theirs."""

import dataclasses
import io
import json
import zlib
from base64 import urlsafe_b64encode

import numpy as np
import pytest
from hostile_equations import FINE, HOSTILE, ODD
from random_cells import cells

import rnnviz
from rnnviz.__main__ import main
from rnnviz.core import tidy
from rnnviz.core.cells.edits import edits, equations_of
from rnnviz.core.cells.own import own
from rnnviz.core.engine import forward
from rnnviz.core.link import from_link, to_link, to_token
from rnnviz.core.run import draw
from rnnviz.core.variants import opened
from rnnviz.core.versions import DEFAULTS
from rnnviz.export import capsule, data

every_cell = pytest.mark.parametrize("cell", rnnviz.CELLS)
STARTS = ("notebook", "glorot", "orthogonal", "chain")


def same(one, other):
    here, there = tidy.arrays(one), tidy.arrays(other)
    assert here.keys() == there.keys()
    for name, array in here.items():
        assert np.array_equal(array, there[name], equal_nan=True), name


# -- what it computes ------------------------------------------------------------------------------


@every_cell
@pytest.mark.parametrize("init", STARTS)
def test_the_typed_equations_of_a_cell_are_that_cell_to_the_bit(cell, init):
    words = {"cell": cell, "init": init, "gain": 1.2, "forget_bias": 0.5, "T_x": 12}
    text = equations_of(cell)
    same(rnnviz.run(rnnviz.Experiment(**words)),
         rnnviz.run(rnnviz.Experiment(**words, equations=text)))  # fmt: skip


def test_a_typed_lstm_has_the_notebooks_number():
    plain = rnnviz.Experiment(**DEFAULTS["1"] | {"T_x": 7})
    run = rnnviz.run(dataclasses.replace(plain, equations=equations_of("lstm")))
    assert run.trace.states["a"][4][3][6] == pytest.approx(0.17211776753291672, abs=1e-15)
    same(run, rnnviz.run(plain))


@every_cell
@pytest.mark.parametrize("init", STARTS)
def test_weights_are_the_origins_where_names_agree(cell, init):
    plain = rnnviz.Experiment(cell=cell, init=init, n_x=2, n_a=4, forget_bias=0.0)
    before = draw(plain)
    for edit in edits(cell):
        one = dataclasses.replace(plain, equations=edit.equations)
        after = draw(one)
        for name in ("x", "a0", "target"):
            assert np.array_equal(getattr(before, name), getattr(after, name))
        for name, param in after.params.items():
            assert name in before.params, (edit, name)
            if param.shape == before.params[name].shape:
                assert np.array_equal(param, before.params[name]), (edit.words, name)
            else:  # it sees x alone
                assert np.array_equal(param, before.params[name][:, -plain.n_x :])


def test_what_a_matrix_sees_more_is_drawn_and_the_rest_stays():
    text = equations_of("lstm").replace("Wo @ [a_prev, x]", "Wo @ [a_prev, c_prev, x]")
    plain, more = rnnviz.Experiment(), rnnviz.Experiment(equations=text)
    before, after = draw(plain).params["Wo"], draw(more).params["Wo"]
    n_a = plain.n_a
    assert after.shape == (n_a, 2 * n_a + plain.n_x)
    assert np.array_equal(after[:, :n_a], before[:, :n_a])
    assert np.array_equal(after[:, 2 * n_a :], before[:, n_a:])
    assert not np.isin(after[:, n_a : 2 * n_a], before).any()


@every_cell
def test_a_gate_held_open_is_a_gate_at_1(cell):
    """The registered cell with a bias beyond all doubt gives the same numbers."""
    plain = rnnviz.Experiment(cell=cell, T_x=9)
    for name, one in list(opened(plain).items())[1:]:
        gate = next(g for g in plain.cell_object.gates if f"without {g.name}" == name)
        drawn = draw(plain)
        params = drawn.params | {gate.bias: np.full((plain.n_a, 1), 1e3)}
        trace = forward(plain.cell_object, params, drawn.x, {"a": drawn.a0})
        assert (trace.gates[gate.name] == 1).all()
        run = rnnviz.run(one)
        assert run.cell.title == f"{gate.name} open"
        for state in run.cell.states:
            np.testing.assert_allclose(run.trace.states[state], trace.states[state], rtol=1e-12)


@every_cell
def test_every_edit_leaves_a_cell_that_runs(cell):
    for edit in edits(cell):
        run = rnnviz.run(rnnviz.Experiment(cell=cell, equations=edit.equations, T_x=6))
        assert run.trace.finite_steps == 6
        assert edit.gate not in [gate.name for gate in run.cell.shown_gates]
        kept = [line for line in equations_of(cell).splitlines() if line in edit.equations]
        assert len(kept) >= len(edit.equations.splitlines()) - 2  # all others stand as they were


def test_the_edits_read_as_one_would_write_them():
    said = {(edit.gate, edit.becomes): edit.equations for edit in edits("lstm")}
    assert "c = c_prev + i * k" in said["forget", "1"]
    assert "c = (1 - i) * c_prev + i * k" in said["forget", "1 - i"]
    assert said["input", "0"].splitlines()[-2:] == ["c = f * c_prev", "a = o * tanh(c)"]
    assert "k = " not in said["input", "0"]
    assert ("output", "1") in said and "a = tanh(c)" in said["output", "1"]
    reset = {(edit.gate, edit.becomes): edit.equations for edit in edits("gru")}
    assert "k = tanh(Wc @ x + bc)" in reset["reset", "0"]
    assert "k = tanh(Wc @ [a_prev, x] + bc)" in reset["reset", "1"]


# -- what it is called -----------------------------------------------------------------------------


def test_a_first_remark_is_its_title():
    assert own(FINE).title == "your cell"
    assert own(f"\n# My  cell, no. 2\n{FINE}").title == "My cell no 2"
    assert own(f"{FINE}\n# My cell").title == "your cell"
    assert own(f"# LSTM\n{FINE}").title == "your LSTM"
    assert own(f"# [a](b) *c* `d` _e_\n{FINE}".replace("`", "")).title == "a b c d e"
    assert len(own("# " + "long " * 50 + f"\n{FINE}").title) <= 30


def test_gates_keep_the_words_of_the_origin_and_never_share_one():
    cell = own(equations_of("lstm"), "lstm")
    assert [gate.name for gate in cell.shown_gates] == ["forget", "input", "output", "candidate"]
    for text in ODD.values():
        one = own(text)
        names = [gate.name for gate in one.gates]
        assert len({*names, *one.states}) == len(names) + len(one.states) or one.states == ("a",)


def test_it_stands_in_no_registry():
    before = dict(rnnviz.CELLS)
    for text in ODD.values():
        rnnviz.run(rnnviz.Experiment(equations=text, T_x=3))
    assert dict(rnnviz.CELLS) == before and "own" not in before


# -- texts that make none --------------------------------------------------------------------------


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_text_gets_one_sentence(text):
    with pytest.raises(rnnviz.ExperimentError) as error:
        rnnviz.Experiment(equations=text)
    said = str(error.value)
    assert said.isprintable() and len(said) < 250 and "must" in said


@pytest.mark.parametrize("text", [3, None, ["a"], b"a = tanh(W @ x)"])
def test_what_is_no_text_gets_one_sentence(text):
    with pytest.raises(rnnviz.ExperimentError, match=r"^equations must be a text, got "):
        rnnviz.Experiment(equations=text)


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_an_odd_text_is_borne(text):
    run = rnnviz.run(rnnviz.Experiment(equations=text, T_x=5))
    assert run.trace.T_x == 5
    assert from_link(to_link(run.experiment)) == (run.experiment, [])


def test_a_mistake_has_its_line_and_column():
    with pytest.raises(rnnviz.ExperimentError, match=r" in line 3, column 9$"):
        rnnviz.Experiment(equations="\nf = sigmoid(W @ x)\na = f + 2 ** 3")
    with pytest.raises(rnnviz.ExperimentError, match=r" in line 2, column 9$"):
        rnnviz.Experiment(equations="f = sigmoid(W @ x)\na = f * no(f)")


# -- links, capsules, command lines ----------------------------------------------------------------


@pytest.mark.slow
def test_any_cell_travels_in_a_link():
    for _, cell in cells(40):
        try:
            one = rnnviz.Experiment(equations=cell.text)
        except rnnviz.ExperimentError as error:  # a state may stand still by chance
            assert "must hang on what changes in time" in str(error)
            continue
        assert from_link(to_link(one)) == (one, [])
        assert from_link({"x": to_token(one)}) == (one, [])


def test_a_link_stays_short():
    for cell in ("rnn", "lstm", "gru"):
        text = f"# my cell\n{equations_of(cell)}".replace("tanh", "relu")
        assert len(to_token(rnnviz.Experiment(cell=cell, equations=text))) < 120


def packed(text, **more):
    made = zlib.compressobj(9, zlib.DEFLATED, -15, **more)
    return urlsafe_b64encode(made.compress(text) + made.flush()).decode()


@pytest.mark.parametrize(
    "word",
    [
        "", "A", "AAAA", "=", "\0", "a = tanh(W @ x)", "é", "x" * 9000, "_" * 7999,
        packed(b"a" * 10**7), packed("а = 1".encode()), packed(b"\xff\xfe"), packed(b"import os"),
    ],
)  # fmt: skip
def test_a_hostile_word_gives_the_default_and_one_sentence(word):
    experiment, problems = from_link({"equations": word, "n_a": "4"})
    assert experiment == rnnviz.Experiment(**DEFAULTS["1"] | {"n_a": 4})
    if word:
        (problem,) = problems
        assert problem.endswith("; the default is used")
        assert problem.isprintable() and len(problem) < 300
    experiment, problems = from_link({"x": f"2~o{word}"})
    assert experiment == rnnviz.Experiment() and len(problems) == bool(word)


def test_links_that_were_made_open_for_ever():
    """The dictionary that they are packed with may not change."""
    word = "U1YABmPq4PESAVcnAwA"
    (experiment, problems) = from_link({"x": f"1~o{word}"})
    assert not problems
    assert experiment.equations.splitlines()[-1] == "a = o * c"
    assert experiment.cell_object.title == "mine"


@pytest.mark.slow
def test_a_capsule_carries_it():
    run = rnnviz.run(rnnviz.Experiment(cell="gru", equations=f"# mine\n{FINE}", T_x=5, n_a=3))
    out = io.BytesIO()
    capsule.write(run, out)
    opened_again = capsule.read(out)
    assert opened_again.experiment == run.experiment
    assert "all" in opened_again.verdict(tidy.digests(rnnviz.run(opened_again.experiment)))
    alone = data.made(data.json, run)
    assert capsule.read(io.BytesIO(alone)).experiment == run.experiment


@pytest.mark.parametrize("text", [*HOSTILE.values(), 3, None, {"a": 1}])
def test_a_hostile_capsule_gets_one_sentence(text):
    words = dataclasses.asdict(rnnviz.Experiment()) | {"equations": text}
    file = io.BytesIO(json.dumps({"rnnviz": 1, "experiment": words}).encode())
    with pytest.raises(rnnviz.ExperimentError) as error:
        capsule.read(file)
    assert str(error.value).isprintable() and len(str(error.value)) < 250


def test_the_command_line_takes_a_text_or_a_file(tmp_path, capsys):
    path = tmp_path / "cell.txt"
    path.write_text(f"# from a file\n{FINE}\n")
    for word, title in ((str(path), "from a file"), (f"# here; {FINE}", "here")):
        words = ["--equations", word, "--steps", "5", "--format", "json", "--out", str(tmp_path)]
        assert main(["export", *words]) == 0
        (written,) = tmp_path.glob("own-seed1*.json")
        said = json.loads(written.read_text())["experiment"]
        assert rnnviz.Experiment(**said).cell_object.title == title
        written.unlink()
    capsys.readouterr()
    assert main(["export", "--equations", "a = open(x)", "--out", str(tmp_path)]) == 2
    assert "a function must be one of" in capsys.readouterr().err
    with pytest.raises(SystemExit) as ended:
        main(["export", "--equations", str(tmp_path / "none"), "--out", str(tmp_path)])
    assert ended.value.code == 2

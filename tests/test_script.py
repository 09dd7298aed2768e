"""The script of an experiment: NumPy alone, under 150 lines, every array as the engine has it."""

import ast
import itertools
import subprocess
import sys
from contextlib import contextmanager

import numpy as np
import pytest
from kinds import THREE
from minimal import registered
from tolerance import apart

import rnnviz
from rnnviz.core import array_files, networks, tidy
from rnnviz.core.cells import Cell, register
from rnnviz.core.cells.base import _registry
from rnnviz.core.cells.edits import edits
from rnnviz.core.checks import rounding
from rnnviz.core.settings import CHOICES
from rnnviz.export.script import numpy_script

CELLS = [*rnnviz.CELLS, "mgu"]
SERIES = tuple((0.1 * t, -1e-3 / (t + 1)) for t in range(7))
ALONE = """
import runpy, sys
from pathlib import Path
class OnlyNumpy:
    def find_spec(self, name, *_):
        top = name.split(".")[0]
        if top != "numpy" and top not in sys.stdlib_module_names:
            raise ImportError(name)
sys.meta_path.insert(0, OnlyNumpy())
import numpy
for script in sorted(Path(sys.argv[1]).glob("*/script.py")):
    numpy.savez(script.with_name("again.npz"), **runpy.run_path(str(script))["arrays"])
"""


@pytest.fixture(autouse=True)
def mgu():
    with registered():
        yield


def experiments(cell):
    """Every start with every loss, and with them every signal, activation and type in turn."""
    turns = [itertools.cycle(CHOICES[name]) for name in ("signal", "activation", "dtype")]
    for init, loss in itertools.product(CHOICES["init"], CHOICES["loss"]):
        signal, activation, dtype = (next(turn) for turn in turns)
        words = {"signal": signal, "activation": activation, "dtype": dtype}
        if signal == "csv":
            words |= {"series": SERIES, "n_x": 2, "T_x": 7}
        next(turns[2] if loss.endswith("_every") else turns[1])  # so that the turns drift apart
        yield rnnviz.Experiment(
            cell=cell, init=init, loss=loss, n_a=4, m=3, seed=5, gain=0.8, forget_bias=0.5,
            **({"T_x": 9} | words),
        )  # fmt: skip
    yield rnnviz.Experiment(cell=cell, n_x=1, n_a=1, m=1, T_x=1)
    yield rnnviz.Experiment(cell=cell, n_y=1, loss="upstream_every", m=1)
    # Long and wide, yet not chaotic: what is rounded otherwise stays small enough to be told apart.
    yield rnnviz.Experiment(cell=cell, n_a=48, T_x=200, loss="upstream_every", gain=0.3)
    yield rnnviz.Experiment(cell=cell, n_a=32, T_x=100, dtype="float32", gain=0.3)
    for activation in CHOICES["activation"] if cell == "rnn" else ():
        yield rnnviz.Experiment(cell=cell, activation=activation, gain=0.3, T_x=20)
        yield rnnviz.Experiment(cell=cell, activation=activation, dtype="float32", gain=0.3)


def carried_out(folder, wanted):
    """The arrays of every experiment's script, run where nothing but NumPy can be imported."""
    for number, one in enumerate(wanted):
        place = folder / f"{number:03}"
        place.mkdir()
        (place / "script.py").write_text(numpy_script(one), encoding="utf-8")
        np.savez(place / "arrays.npz", **tidy.arrays(rnnviz.run(one)))
    done = subprocess.run(
        [sys.executable, "-I", "-c", ALONE, str(folder)],
        capture_output=True, text=True, timeout=300, cwd=folder,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said = done.stdout.splitlines()
    assert len(said) == len(wanted)
    places = (folder / f"{number:03}" / "again.npz" for number in range(len(wanted)))
    return [
        (dict(np.load(place, allow_pickle=False)), line)
        for place, line in zip(places, said, strict=True)
    ]


def gap(here, there):
    """The largest difference."""
    assert here.shape == there.shape and here.dtype == there.dtype
    assert (np.isfinite(here) == np.isfinite(there)).all()
    finite = np.isfinite(there)
    return np.abs(here[finite].astype(float) - there[finite]).max(initial=0)


def assert_the_same(again, experiment):
    """Every array of a script's is the engine's, as far as rounding lets two of them be."""
    there, tolerance = tidy.arrays(rnnviz.run(experiment)), apart(experiment)
    for name, array in again.items():
        assert gap(array, there[name]) <= tolerance[name], (experiment, name)
    return there


@pytest.mark.parametrize("cell", CELLS)
def test_every_array_from_numpy_alone(cell, tmp_path):
    wanted = list(experiments(cell))
    assert {e.signal for e in wanted} == set(CHOICES["signal"])
    for one, (again, said) in zip(wanted, carried_out(tmp_path, wanted), strict=True):
        there = assert_the_same(again, one)
        assert set(again) == set(there)
        sizes = {name: max(1, np.abs(array).max()) for name, array in there.items()}
        relative = max(gap(again[name], array) / sizes[name] for name, array in there.items())
        worst = float(said.split(": ")[1].split(" ")[0])
        assert worst == pytest.approx(relative, rel=0.05)  # it is said with two digits


def test_a_state_that_explodes_does_so_in_the_script(tmp_path):
    wild = rnnviz.Experiment(cell="rnn", activation="relu", gain=100.0, T_x=400)
    ((again, said),) = carried_out(tmp_path, [wild])
    done = rnnviz.run(wild)
    states, end = done.trace.states["a"], done.trace.nonfinite_step
    assert end > 100
    whole = rounding.apart(done, lambda trace, params: trace.states["a"][..., :end])
    assert gap(again["a"], states) <= whole
    assert said.startswith("largest difference from arrays.npz: ")
    arrays = tidy.arrays(rnnviz.run(wild)) | {"a": np.zeros_like(states)}
    assert "inf (a;" in alone(tmp_path, wild, arrays)


def alone(folder, one, arrays):
    """What a script says that stands beside such arrays."""
    (folder / "script.py").write_text(numpy_script(one), encoding="utf-8")
    np.savez(folder / "arrays.npz", **arrays)
    done = subprocess.run(
        [sys.executable, "-I", folder / "script.py"], capture_output=True, text=True, timeout=60
    )
    return done.stdout


def test_a_wrong_array_is_found_out(tmp_path):
    one = rnnviz.Experiment(T_x=5)
    arrays = {name: array.copy() for name, array in tidy.arrays(rnnviz.run(one)).items()}
    arrays["dWf"][2, 1] += 0.25
    said = alone(tmp_path, one, arrays)
    assert said.startswith("largest difference from arrays.npz: 0.25 (dWf;")


@pytest.mark.slow
@pytest.mark.parametrize("cell", CELLS)
def test_it_is_short_and_reads(cell):
    choices = (CHOICES[name] for name in ("init", "loss", "signal", "dtype"))
    few = slice(None, None, 1 if cell in THREE else 7)  # coprime: every choice occurs
    # Vectors and quotients take lines of their own, and so does an alphabet.
    most, width = (156, 110) if cell in ("rnn", "lstm", "gru") else (186, 130)
    for init, loss, signal, dtype in list(itertools.product(*choices))[few]:
        words = {"series": ((1.0, 2.0, 3.0),) * 50} if signal == "csv" else {}
        e = rnnviz.Experiment(cell=cell, init=init, loss=loss, signal=signal, dtype=dtype, **words)
        text = numpy_script(e)
        assert len(text.splitlines()) < most
        assert signal == "csv" or max(map(len, text.splitlines())) <= width
        tree = ast.parse(text)
        imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
        assert {getattr(node, "module", None) or node.names[0].name for node in imports} == {
            "numpy", "pathlib",
        }  # fmt: skip


ODD = {
    "names that the script has": """
        W = sigmoid(v @ [a_prev, x] + one)
        m = tanh(dW @ [W * a_prev, x] + np)
        da = p * m + da_prev
        a = m * (1 - W) * a_prev + tanh(da) * 0.3""",
    "inputs alone": """
        z = sigmoid(Wz @ x + bz)
        k = tanh(Wk @ x)
        a = (1 - z) * a_prev + z * k""",
    "after the product": """
        i = sigmoid(Wi @ [x, a_prev] + bi)
        r = sigmoid(Wr @ [a_prev, x] + br)
        k = tanh(Wk @ x + bk + r * (Uk @ a_prev + bu))
        a = i * k + (1 - i) * a_prev""",
    "exponential gates": """
        i = Wi @ [a_prev, x] + bi
        f = Wf @ [a_prev, x] + bf
        s = max(f + s_prev, i)
        u = exp(i - s)
        g = exp(f + s_prev - s)
        c = g * c_prev + u * tanh(Wk @ [a_prev, x] + bk)
        n = g * n_prev + u
        a = sigmoid(Wo @ [a_prev, x] + peep * c_prev + bo) * c / n""",
    "decays computed once": """
        u = Wu @ x
        h = exp(-exp(rate)) * h_prev + abs(rate) * u
        a = h * relu(gain) + softmax(u + a_prev)""",
}


@contextmanager
def known(name, text):
    register(Cell(name, name, "1999", text))
    try:
        yield name
    finally:
        del _registry[name]


@pytest.mark.parametrize("name", ODD)
def test_any_cell_has_its_script(name, tmp_path):
    with known(name, ODD[name]):
        wanted = [
            rnnviz.Experiment(cell=name, T_x=5, m=3, loss="upstream_every", gain=0.5),
            rnnviz.Experiment(cell=name, T_x=4, m=2, init="orthogonal", n_a=3),
        ]
        for one, (again, _) in zip(wanted, carried_out(tmp_path, wanted), strict=True):
            assert set(again) == set(assert_the_same(again, one))


# -- cells of one's own ----------------------------------------------------------------------------

MINE = {  # with matrices that look at other things than the origin's, and draws of their own
    "lstm": """
        f = sigmoid(Wf @ [x, a_prev] + bf)
        k = tanh(Wc @ [a_prev, x] + U @ c_prev)
        c = f * c_prev + (1 - f) * k
        a = sigmoid(peep * c) * c""",
    "gru": """
        i = sigmoid(Wi @ x + bi)
        k = relu(Wc @ [a_prev, x] + bc)
        a = i * a_prev + (1 - i) * k""",
    "rnn": "a = tanh(Waa @ a_prev + Wax @ x + ba + slow * a_prev)",
}


@pytest.mark.parametrize("origin", MINE)
def test_a_cell_of_ones_own_has_its_script(origin, tmp_path):
    texts = [MINE[origin], *(one.equations for one in edits(origin)[::3])]
    words = {"cell": origin, "T_x": 6, "m": 2, "gain": 0.7, "forget_bias": 0.5}
    wanted = [rnnviz.Experiment(equations=text, init=init, **words)
              for text in texts for init in ("notebook", "orthogonal")]  # fmt: skip
    assert all(one.equations for one in wanted)
    for one, (again, _) in zip(wanted, carried_out(tmp_path, wanted), strict=True):
        assert set(again) == set(assert_the_same(again, one))


# -- trained networks ------------------------------------------------------------------------------


def of_a_head(pool, classes, double):
    """A trained network whose head is another one: its file's word, and a review."""
    arrays, reads = array_files.unpacked(rnnviz.Experiment(weights="run-gru").network.pack())
    random = np.random.default_rng(classes)
    if classes > 2:
        W, b = random.normal(size=(classes, arrays["Wy"].shape[1])), random.normal(size=classes)
        arrays |= {"Wy": W.astype("float32"), "by": b[:, None].astype("float32")}
    if double:
        arrays = {name: array.astype("float64") for name, array in arrays.items()}
    word = networks.taken(array_files.packed(arrays, reads | {"pool": pool}), own=True)
    return rnnviz.Experiment(weights=word, label=classes, review="a dull plot, lovely music")


def test_a_trained_networks_script_reads_it_beside_itself(tmp_path):
    wanted = [rnnviz.Experiment(weights=f"run-{cell}", label=label)
              for cell in ("rnn", "lstm", "gru") for label in (1, 2)]  # fmt: skip
    heads = itertools.product(("last", "max"), (2, 4), (False, True))
    wanted += [of_a_head(*one) for one in heads]
    heads = [one.objective.evaluate.keywords for one in wanted]
    assert {head["empty"] for head in heads if head["pool"] == "max"} == {True}
    assert {head["sigmoid"] for head in heads} == {True, False}
    for one, (again, said) in zip(wanted, carried_out(tmp_path, wanted), strict=True):
        assert set(again) == set(assert_the_same(again, one))
        assert "largest difference" in said and len(numpy_script(one).splitlines()) < 150


def test_a_maximum_without_padding_is_the_scripts(tmp_path):
    arrays, reads = array_files.unpacked(rnnviz.Experiment(weights="run-gru").network.pack())
    reads = {name: reads[name] for name in reads if name not in ("length", "padding")}
    word = networks.taken(
        array_files.packed(arrays, reads | {"pool": "max", "masked": False}), own=True
    )
    one = rnnviz.Experiment(weights=word, review="ids: 1 14 22 16")
    assert not one.objective.evaluate.keywords["empty"]
    ((again, _),) = carried_out(tmp_path, [one])
    assert_the_same(again, one)


def test_a_trained_networks_script_alone_says_what_it_needs(tmp_path):
    place = tmp_path / "script.py"
    place.write_text(numpy_script(rnnviz.Experiment(weights="run-gru")), encoding="utf-8")
    done = subprocess.run([sys.executable, "-I", place], capture_output=True, text=True, timeout=60)
    assert done.returncode and "must be beside" in done.stderr and "Traceback" not in done.stderr

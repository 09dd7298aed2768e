"""A PyTorch state_dict is read with PyTorch's conventions, against numbers that PyTorch gave."""

import gzip
import io
import json
import pickle
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
import tolerance

import rnnviz
from rnnviz import ExperimentError
from rnnviz.core import networks
from rnnviz.core.cells import CELLS
from rnnviz.core.checks import Check
from rnnviz.exhibits import of_page
from rnnviz.exhibits.inside import Read
from rnnviz.sentiment import bridge, reading_checks
from rnnviz.sentiment.reading import read

CASES = np.load(Path(__file__).parent / "pytorch" / "cases.npz")
NAMES = sorted({name.split("/")[0] for name in CASES.files if "/" in name})


def tensors(case, dtype=np.float64):
    """A case's state_dict."""
    front = f"{case}/state/"
    return {
        name.removeprefix(front): CASES[name].astype(dtype)
        for name in CASES.files
        if name.startswith(front)
    }


def npz(arrays) -> bytes:
    out = io.BytesIO()
    np.savez(out, **arrays)
    return out.getvalue()


def packed(name, content) -> bytes:
    """A zip of one file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr(name, content)
    return out.getvalue()


def safetensors(arrays, **more) -> bytes:
    header, body = dict(more), b""
    for name, array in arrays.items():
        kind = {"float64": "F64", "float32": "F32", "int64": "I64"}[str(array.dtype)]
        data = np.ascontiguousarray(array).tobytes()
        header[name] = {"dtype": kind, "shape": list(array.shape)}
        header[name]["data_offsets"] = [len(body), len(body) + len(data)]
        body += data
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + body


@pytest.mark.slow
@pytest.mark.parametrize("form", [npz, safetensors])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("case", NAMES)
def test_numbers_are_pytorchs(case, dtype, form):
    model = bridge.read(form(tensors(case, dtype)))
    reading = read(model, CASES["ids"])
    apart = tolerance.outputs(reading)
    assert reading.outputs.dtype == dtype and apart < 1e-2
    np.testing.assert_allclose(reading.outputs, CASES[f"{case}/z"], rtol=0, atol=apart)
    out = CASES[f"{case}/out"]
    for way in range(len(model.recurrent[-1].ways)):
        one = read(model, CASES["ids"], way=way)
        a = one.run.trace.states["a"][:, 0]
        columns = slice(way * len(a), (way + 1) * len(a))
        allowed = tolerance.states(one)
        np.testing.assert_allclose(a.T, out[one.places, columns], rtol=0, atol=allowed)


@pytest.mark.slow
@pytest.mark.parametrize("case", [name for name in NAMES if name.startswith("gru")])
def test_what_is_told_of_a_gru_holds(case):
    reading = read(bridge.read(npz(tensors(case))), CASES["ids"], leave_out=True)
    assert reading.run.cell.name == "gru_after"
    assert list(reading.run.trace.gates) == ["update", "reset", "candidate"]
    for check in (reading_checks.verdict, reading_checks.states, reading_checks.gates,
                  reading_checks.gradients):  # fmt: skip
        made = [one for one in check(reading) if isinstance(one, Check)]
        assert made and not [one for one in made if not one.passed]
    one = Read("A review", reading, [str(id) for id in reading.ids])
    for exhibit in of_page("Inside", one):
        assert not [v for v in exhibit.show(one).checks() if isinstance(v, Check) and not v.passed]


def test_a_gru_opens_on_the_pages_of_runs():
    word = networks.taken(npz(tensors("gru")))
    run = rnnviz.run(rnnviz.Experiment(weights=word, review=" ".join(map(str, CASES["ids"]))))
    assert run.cell is CELLS["gru_after"]
    apart = tolerance.apart(run.experiment)["a"]
    np.testing.assert_allclose(run.trace.states["a"][:, 0].T, CASES["gru/out"], rtol=0, atol=apart)


def test_what_a_state_dict_does_not_say_is_said():
    notes = " ".join(bridge.read(npz(tensors("rnn"))).notes)
    assert "tanh" in notes and "last state" in notes
    assert "h_n" in " ".join(bridge.read(npz(tensors("lstm_both"))).notes)


def changed(case="lstm", without=(), **more):
    arrays = tensors(case) | {name.replace("__", "."): array for name, array in more.items()}
    return {name: array for name, array in arrays.items() if name not in without}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (npz({"fc.weight": np.ones((2, 2))}), "must hold one nn.RNN, nn.LSTM or nn.GRU"),
        (
            npz(changed(rnn__weight_hr_l0=np.ones((3, 4)))),
            "weight_hr_l0 projects states: use proj_s",
        ),
        (npz(changed(fc2__weight=np.ones((1, 1)))), "one nn.Linear behind the last state, got 2"),
        (npz(changed(bn__running_mean=np.ones(3))), "got bn.running_mean, too"),
        (npz(changed(without=["rnn.weight_hh_l0"])), "must hold rnn.weight_hh_l0, got none"),
        (npz(changed(rnn__weight_hh_l0=np.ones((8, 4)))), r"\(n, n\), \(3 n, n\) or \(4 n, n\)"),
        (npz(changed(rnn__bias_ih_l0=np.ones(3))), r"bias_ih_l0 must be \(16,\), got"),
        (npz(changed(fc__bias=np.full(2, np.nan))), "must hold finite numbers"),
        (npz(changed(fc__weight=np.array([{}]))), "a .npz must hold plain arrays"),
        (safetensors({}) + b"x", "1 to 2000 arrays, got 0"),
        (struct.pack("<Q", 2**60) + b"{}", "a .safetensors must hold tensors behind a header"),
        (struct.pack("<Q", 12) + b"{not a json}", "a .safetensors must hold tensors"),
        (safetensors(tensors("lstm"))[:-100], "a .safetensors must hold tensors"),
        (
            safetensors({}, a={"dtype": "F32", "shape": [10**9], "data_offsets": [0, 0]}),
            "a .safetensors must hold tensors",
        ),
        (safetensors({}, a={"dtype": "F8", "shape": [], "data_offsets": [0, 0]}), "must be floats"),
        (pickle.dumps({"rnn.weight_ih_l0": [1.0]}), "got a pickle, which could run anything: a"),
        (packed("folder/saved_model.pb", b""), r"got a SavedModel, .*: save it with model\.save"),
        (b"\x08\x01\x12..saved_model_main_op..", "got a graph of TensorFlow"),
        (b"\x08\x07\x12\x07pytorch", "got an ONNX graph"),
        (b"\x1c\0\0\0TFL3", "got a model of TensorFlow Lite"),
        (b'{"class_name": "Sequential"}', "got a description in JSON without weights"),
        (gzip.compress(b"model"), "got a packed file: unpack it first"),
        (packed("model.npz", packed("model.npz", b"")), "must hold config.json, got none"),
        (b"plain text", "must be a .keras file"),
    ],
    ids=lambda given: given if isinstance(given, str) else "file",  # no bytes, which have a date
)
def test_what_is_none_is_one_sentence(content, sentence):
    with pytest.raises(ExperimentError, match=sentence) as error:
        bridge.read(content)
    assert len(str(error.value)) < 300 and "\n" not in str(error.value)


def test_a_npz_that_unpacks_to_too_much_is_not_unpacked(monkeypatch):
    from rnnviz.sentiment.files import tensors as files

    monkeypatch.setattr(files, "MOST_ARRAY", 1000)
    with pytest.raises(ExperimentError, match=r"a \.npz may unpack to"):
        bridge.read(npz(tensors("lstm")))


def test_a_zip_of_pytorchs_own_is_refused_without_unpickling():
    with pytest.raises(ExperimentError, match=r"save_file\(model.state_dict"):
        bridge.read(packed("archive/data.pkl", pickle.dumps({"a": 1})))


def test_a_file_that_a_browser_packed_is_read():
    ours = bridge.read(packed("my model.npz", npz(tensors("lstm"))))
    assert ours.recurrent[0].ways[0].cell is CELLS["lstm"]

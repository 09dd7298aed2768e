"""Models without words or without classes are read as what they are: numbers in, numbers out.

The numbers are those that PyTorch gave for whole models (`pytorch/cases.npz`): a state_dict without
its Linear has the last states, one without its Embedding reads the words' vectors.
"""

import json

import numpy as np
import pytest
import tolerance
from test_state_dict import CASES, NAMES, npz, tensors

from rnnviz import ExperimentError
from rnnviz.__main__ import main
from rnnviz.core import networks
from rnnviz.core.checks import Check
from rnnviz.exhibits import of_page
from rnnviz.exhibits.inside import Read
from rnnviz.sentiment import bridge, typed
from rnnviz.sentiment.reading import read

IDS = CASES["ids"]


def part(case, *without) -> bytes:
    """A case's state_dict without the tensors of some modules, under a longer name."""
    kept = {n: a for n, a in tensors(case).items() if n.split(".")[0] not in without}
    return npz({f"module.model.{name}": array for name, array in kept.items()})


def vectors(case):
    """What the case's Embedding makes of the ids: the numbers that its network reads."""
    return tensors(case)["embedding.weight"][IDS]


def last_states(case):
    """The last state of each direction, as PyTorch gave all states."""
    out = CASES[f"{case}/out"]
    n = len(tensors(case)["rnn.weight_hh_l0"][0])
    return np.concatenate([out[-1, :n], *([out[0, n:]] if out.shape[1] > n else [])])


@pytest.mark.parametrize("case", NAMES)
def test_a_state_dict_without_a_linear_gives_its_last_states(case):
    of_words = bridge.read(part(case, "fc"))
    of_numbers = bridge.read(part(case, "fc", "embedding"))
    assert of_words.numbers == 0 and of_numbers.numbers == 3
    for model, row in ((of_words, IDS), of_numbers.fed(vectors(case))):
        reading = read(model, row, leave_out=True)
        apart, expected = tolerance.outputs(reading), last_states(case)
        assert apart < 1e-6
        np.testing.assert_allclose(reading.outputs, expected, rtol=0, atol=apart)
        assert reading.target == np.abs(expected).argmax() and model.classes == len(expected)
        assert reading.log_odds == reading.outputs[reading.target]
        without = read(model, reading.without(2), target=reading.target)
        lost = reading.outputs[reading.target] - without.outputs[reading.target]
        np.testing.assert_allclose(reading.missed[2], lost, rtol=0, atol=2 * apart)


@pytest.mark.parametrize("case", NAMES)
def test_a_linear_without_an_embedding_gives_its_numbers(case):
    model = bridge.read(part(case, "embedding"))
    reading = read(*model.fed(vectors(case)))
    apart = tolerance.outputs(reading)
    np.testing.assert_allclose(reading.outputs, CASES[f"{case}/z"], rtol=0, atol=apart)
    assert Read("It", reading, []).classes[0] == "output 1"


@pytest.mark.parametrize("without", [("fc",), ("fc", "embedding"), ("embedding",)])
def test_what_is_told_of_values_holds(without):
    model = bridge.read(part("lstm", *without))
    model, row = model.fed(vectors("lstm")) if model.numbers else (model, IDS)
    one = Read("Its input", read(model, row, leave_out=True), [str(id) for id in row])
    shown = {exhibit.name: exhibit.show(one) for exhibit in of_page("Inside", one)}
    for exhibit in shown.values():
        made = [one for one in exhibit.checks() if isinstance(one, Check)]
        assert made and not [one for one in made if not one.passed]
    z = CASES["lstm/z"] if "fc" not in without else last_states("lstm")
    k = int(np.abs(z).argmax())
    name = f"{'output' if 'fc' not in without else 'unit'} {k + 1}"
    (caption,) = [text for each in shown.values() if "No classes" in (text := each.caption() or "")]
    assert f"**{name}** is {z[k]:.4f} at the end" in caption and "P(" not in caption


def test_what_is_not_there_is_said():
    notes = " ".join(bridge.read(part("gru", "fc", "embedding")).notes)
    assert "no Embedding, so it reads no words" in notes and "no Linear" in notes
    assert "shown as it is" in " ".join(bridge.read(part("gru", "embedding")).notes)
    padding, why = typed.guessed(bridge.read(part("gru", "fc", "embedding")))
    assert padding.side == "none" and "3 numbers a step, any number of steps" in why


def test_what_cannot_be_is_one_sentence():
    model = bridge.read(part("lstm", "fc", "embedding"))
    with pytest.raises(ExperimentError, match=r"must have 3 numbers a step, .* got 2"):
        model.fed([[1.0, 2.0]])
    with pytest.raises(ExperimentError, match="must be given 3 a step, got word ids"):
        read(model, IDS)
    with pytest.raises(ExperimentError, match="reads words and tells classes apart"):
        networks.taken(part("lstm", "fc"))
    square = {n: a for n, a in tensors("rnn").items() if n.startswith("rnn")}
    square["rnn.weight_ih_l0"] = np.ones((4, 4))
    with pytest.raises(ExperimentError, match=r"out\.weight must be an Embedding or a Linear"):
        bridge.read(npz(square | {"out.weight": np.ones((2, 4))}))
    assert bridge.read(npz(square | {"my_emb.weight": np.ones((9, 4))})).embedding.shape == (9, 4)


def test_the_command_takes_a_signal(tmp_path, capsys):
    model, words, signal = (tmp_path / n for n in ("a.npz", "words.npz", "signal.csv"))
    model.write_bytes(part("gru_both", "fc", "embedding"))
    words.write_bytes(part("gru_both"))
    lines = [
        ";".join(f"{x!r}".replace(".", ",") for x in row) for row in vectors("gru_both").tolist()
    ]
    signal.write_text("\n".join(["a;b;c", *lines]))
    asked = ["inside", str(model), "--signal", str(signal)]
    assert main([*asked, "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    np.testing.assert_allclose(told["output"], last_states("gru_both"), rtol=0, atol=1e-12)
    assert told["classes"] == [] and told["weighed_for"].startswith("unit ")
    assert told["value"] == told["values"][told["weighed_for"]]
    assert main([*asked, "--class", "unit 2"]) == 0
    printed = capsys.readouterr().out
    assert "no Linear" in printed and f"{last_states('gru_both')[1]:.4f}" in printed
    for wrong in (["inside", str(words), "--signal", str(signal)], [*asked[:2], "--ids", "1 2"]):
        assert main(wrong) == 2
        assert capsys.readouterr().err.count("\n") == 1

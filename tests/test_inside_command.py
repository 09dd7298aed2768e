"""`python -m rnnviz inside` prints and writes what the model made of a review."""

import csv
import io
import json

import numpy as np
import pytest
from made_files import four_classes, shipped

from rnnviz.__main__ import main
from rnnviz.sentiment import bridge, runs, training
from rnnviz.sentiment.reading import read

IDS = [1, 14, 22, 16, 43]
SPELLED = "1, 14,22 16;43"


@pytest.fixture
def four(tmp_path):
    path = tmp_path / "four.keras"
    path.write_bytes(four_classes(length=8))
    return path


def asked(capsys, *words):
    """What the command printed, and its exit code."""
    code = main(["inside", *map(str, words)])
    return code, capsys.readouterr()


def test_json_holds_the_reading_itself(capsys, four):
    reading = read(bridge.read(four), [0, 0, 0, *IDS], leave_out=True, padding="pre")
    code, said = asked(capsys, four, "--ids", SPELLED, "--format", "json")
    told = json.loads(said.out)
    assert code == 0 and told["padding"] == {"side": "front", "length": 8}
    assert "guess" in " ".join(told["notes"])
    np.testing.assert_array_equal(told["output"], reading.outputs.astype(float))
    assert told["classes"] == [f"class {k}" for k in range(4)]
    assert told["weighed_for"] == f"class {reading.outputs.argmax()}"
    assert [word["id"] for word in told["words"]] == reading.ids.tolist()
    lost = [word["lost_without_it"] for word in told["words"]]
    np.testing.assert_array_equal(lost, reading.missed.astype(float))
    for k, name in enumerate(told["classes"]):
        each = [word["probabilities"][name] for word in told["words"]]
        np.testing.assert_array_equal(each, reading.each_class[k].astype(float))
    for kind in ("states", "gates"):
        for name, values in getattr(reading.run.trace, kind).items():
            np.testing.assert_array_equal(told[kind][name], values[:, 0].astype(float))
    for name, values in reading.run.gradients.states.items():
        np.testing.assert_array_equal(told["gradients"][name], values[:, 0].astype(float))


@pytest.mark.parametrize("side", ["none", "front", "back"])
def test_padding_is_as_asked_for(capsys, four, side):
    rows = {"none": IDS, "front": [0, *IDS], "back": [*IDS, 0]}
    words = ["--ids", SPELLED, "--padding", side, "--length", 6, "--format", "json"]
    _, said = asked(capsys, four, *words)
    kept = [id for id in rows[side] if id or not bridge.read(four).masked]
    told = json.loads(said.out)
    assert told["row"] == rows[side] and [word["id"] for word in told["words"]] == kept
    expected = read(bridge.read(four), rows[side]).outputs
    np.testing.assert_array_equal(told["output"], expected.astype(float))


def test_a_class_by_name_and_a_table_of_every_unit(capsys, four):
    words = ["--ids", SPELLED, "--classes", "calm,angry,sad,glad", "--class", "angry"]
    _, said = asked(capsys, four, *words, "--format", "csv")
    header, *rows = csv.reader(io.StringIO(said.out))
    reading = read(bridge.read(four), [0, 0, 0, *IDS], target=1, leave_out=True, padding="pre")
    columns = dict(zip(header, np.array(rows).T, strict=True))
    assert {"t", "word", "P(angry)", "P(glad)", "a 1", "forget 1", "dz/dc 1"} <= columns.keys()
    np.testing.assert_allclose(columns["P(angry)"].astype(float), reading.each_class[1], rtol=1e-6)
    drawn = columns["gradient x input"].astype(float)
    np.testing.assert_allclose(drawn, reading.influence, rtol=1e-6)
    _, said = asked(capsys, four, *words)  # to be read in a terminal
    assert "angry" in said.out and "P(angry)" in said.out and "lost without it" in said.out


def test_a_page_of_pictures_is_written(capsys, four, tmp_path):
    out = tmp_path / "inside.html"
    code, said = asked(capsys, four, "--ids", SPELLED, "--out", out)
    assert code == 0 and str(out) in said.out
    page = out.read_text()
    assert page.count("</figure>") == 4 and "what each unit holds over time" in page


def test_a_run_reads_as_it_was_trained(capsys):
    folder = runs.find("gru")
    text = "the film is not really good " * 30
    _, said = asked(capsys, "gru", "--text", text, "--format", "json")
    told = json.loads(said.out)
    ids = np.array([1, *(4 + folder.words().index(word) for word in text.split())])
    expected = read(bridge.read(folder.model), training.row(folder.settings, ids))
    np.testing.assert_array_equal(told["output"], expected.outputs.astype(float))
    assert len(told["words"]) == folder.settings.length


def test_a_vocabulary_beside_the_file_gives_its_ids(capsys, tmp_path):
    model, words = tmp_path / "mine.keras", tmp_path / "words.json"
    model.write_bytes(shipped())
    words.write_bytes((runs.find("lstm").path / "words.json").read_bytes())
    text = "The film is really good"
    _, said = asked(capsys, model, "--text", text, "--vocabulary", words, "--format", "json")
    _, of_run = asked(capsys, "lstm", "--text", text, "--format", "json")
    first, second = json.loads(said.out), json.loads(of_run.out)
    assert first["words"] == second["words"] and first["words"][0]["word"] == "▸"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--ids", "1,14,film"], "got film in place 3"),
        (["--text", "a film"], "a text must have a vocabulary"),
        (["--ids", "1", "--padding", "left"], "padding must be one of none, front, back"),
        (["--ids", "1", "--length", "0"], "length must be between 1 and"),
        (["--ids", "1", "--class", "happy"], "class must be one of class 0"),
        (["--ids", "1", "--layer", "2"], "layer must be between 1 and 1, got 2"),
        (["--ids", "1", "--direction", "backward"], "direction must be forward"),
        (["--ids", "1", "--format", "xml"], "format must be one of json, csv, html"),
        (["--ids", "1", "--vocabulary", "/nowhere"], "vocabulary must be a file to read"),
        (["--ids", "1", "--out", "/nowhere/x.json"], "out must be a file to write"),
    ],
)
def test_a_wrong_word_is_one_sentence_and_exit_code_2(capsys, four, words, sentence):
    code, said = asked(capsys, four, *words)
    assert code == 2 and sentence in said.err and len(said.err.splitlines()) == 1
    assert not said.out


def test_what_is_no_model_is_one_sentence(capsys, tmp_path):
    for model, sentence in ((tmp_path / "none.keras", "model must be a file, or a run"),
                            (tmp_path, "got the folder"),
                            ("lstm", "a run is padded as it was trained")):  # fmt: skip
        code, said = asked(capsys, model, "--ids", "1", "--padding", "none")
        assert code == 2 and sentence in said.err

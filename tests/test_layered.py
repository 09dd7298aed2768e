"""A layer of a model of several opens wherever a run does, and its loss is the whole model's."""

import io
import runpy
from dataclasses import replace

import numpy as np
import pytest
import tolerance
from made_models import one_layer
from numpy.testing import assert_array_equal as same
from proofs import showings
from test_keras_2 import EXPECTED, FOLDER
from test_message import read as received
from test_networks import opening
from test_pages import charts, open_page

import rnnviz
from rnnviz.core import array_files, networks
from rnnviz.core.checks import Check
from rnnviz.core.link import from_link, to_link
from rnnviz.exhibits.as_drawn import as_drawn
from rnnviz.exhibits.step import player_caption
from rnnviz.export import capsule, data
from rnnviz.export.player.message import message
from rnnviz.jobs import shelf
from rnnviz.sentiment import bridge, by_hand, layered, reading
from rnnviz.sentiment import networks as trained_networks

STACK, BOTH = "2.15_two_of_each.keras", "2.15_functional.keras"  # two LSTMs; two directions, twice


def ways(name):
    """Every layer of a file with each of its directions."""
    every = enumerate(bridge.read((FOLDER / name).read_bytes()).recurrent)
    return [(name, layer, way) for layer, one in every for way in range(len(one.ways))]


LAYERS = [*ways(STACK), *ways(BOTH)]
each_layer = pytest.mark.parametrize(("name", "layer", "way"), LAYERS)


def opened(name, layer=None, way=0, **more):
    """An experiment of one layer of a file."""
    content = (FOLDER / name).read_bytes()
    one = trained_networks.of_content(content, bridge.read(content), None, layer, way)
    return rnnviz.Experiment(weights=f"file-{trained_networks.keep(one)}", **more)


def told(row):
    return f"ids: {' '.join(map(str, row))}"


@pytest.mark.slow
@each_layer
def test_its_loss_is_that_of_keras_own_probabilities(name, layer, way):
    model = bridge.read((FOLDER / name).read_bytes())
    for row, outputs in zip(EXPECTED["rows"], EXPECTED["outputs"][name], strict=True):
        outputs = [1 - outputs[0], outputs[0]] if len(outputs) == 1 else outputs
        apart = tolerance.outputs(reading.read(model, row))
        for label, p in enumerate(outputs, 1):
            loss = rnnviz.run(opened(name, layer, way, review=told(row), label=label)).loss
            assert abs(loss + np.log(p)) < 2 * apart / p


@pytest.mark.slow
@each_layer
def test_it_does_what_it_does_within_the_model(name, layer, way):
    model = bridge.read((FOLDER / name).read_bytes())
    for row in EXPECTED["rows"]:
        one = rnnviz.run(opened(name, layer, way, review=told(row)))
        there = reading.read(model, row, layer=layer, way=way)
        for state in one.cell.states:
            same(one.trace.states[state], there.run.trace.states[state])
        assert one.words == tuple(str(there.ids[place]) for place in there.places)


@each_layer
def test_its_gradients_are_the_models(name, layer, way):
    """Against the whole model read again with one weight a little larger, and a little smaller."""
    row = EXPECTED["rows"][0]
    done = rnnviz.run(opened(name, layer, way, review=told(row), label=1))
    model = bridge.read((FOLDER / name).read_bytes()).in_precision(float)

    def loss(moved):
        z = np.array(by_hand.last_numbers(moved, row))
        p = reading.classes.probabilities(model.final, z[:, None])[0, 0]
        return -np.log(p)

    own, step = model.recurrent[layer].ways[way].params, 1e-5
    scale = max(float(np.abs(done.gradients.params[k]).max()) for k in done.cell.draws if k in own)
    for key in {gate.weights[0] for gate in done.cell.gates}:
        felt = done.gradients.params[key]
        at = np.unravel_index(np.abs(felt).argmax(), felt.shape)
        values = []
        for sign in (1, -1):
            target = own[key]

            def change(array, _, target=target, at=at, sign=sign):
                if array is not target:
                    return array
                array = array.copy()
                array[at] += sign * step
                return array

            values.append(loss(model.changed(change)))
        slope = (values[0] - values[1]) / (2 * step)
        # Single precision through a few steps; the difference itself is good to step squared.
        assert felt[at] == pytest.approx(slope, rel=1e-3, abs=1e-4 * scale)


@pytest.mark.slow
@each_layer
def test_every_picture_of_it_agrees(name, layer, way):
    experiment = opened(name, layer, way, review=told([3, 1, 4, 1, 5, 9]), label=2)
    for title, one in showings(experiment).items():
        verdicts = one.checks()
        assert not [v for v in verdicts if isinstance(v, Check) and not v.passed], title
        assert all(check.passed for check in as_drawn(one.draw(), one.marks(), "light")), title


def test_what_it_sees_is_read_by_hand():
    given = opened(BOTH, 2, review=told([0, 0, 3, 1, 4, 1])).given
    by_other_means, allowed = given.by_hand()
    assert given.x.shape == by_other_means.shape == (2, 1, 4) and allowed < 1e-4
    assert np.abs(given.x - by_other_means).max() <= allowed
    assert np.abs(given.x[:, :, ::-1] - by_other_means).max() > allowed


def test_an_output_that_it_does_not_have_is_not_shown():
    layer = rnnviz.run(opened(STACK, 0))
    whole = rnnviz.run(rnnviz.Experiment(weights="run-lstm"))
    for one, there in ((layer, False), (whole, True)):
        assert one.reads_out is there
        head, arrays = received(message([one], 0, 0, 0, "forward", False))
        assert any(node["kind"] == "output" for node in head["nodes"]) is there
        assert any(row["kind"] == "output" for group in head["panels"] for row in group) is there
        assert ("y" in arrays) is there
        assert any("{class:}" in clause["text"] for clause in head["tells"]["there"]) is there
        assert ("likeliest" in player_caption(one)) is there
        assert ("no output of its own" in player_caption(one)) is not there
        flow = showings(one.experiment)["step-flow"]
        assert ("y" in flow.table()) is there
    alone = rnnviz.pass_of("rnn", [np.ones((3, 5)), np.eye(5), np.zeros(5)], np.ones((3, 1, 4)))
    assert not alone.reads_out


@pytest.mark.slow
def test_its_file_and_its_link_open_it_again():
    experiment = opened(BOTH, 1, 1, review=told([3, 1, 4]))
    packed = experiment.network.pack()
    assert f"file-{experiment.network.digest[: shelf.DIGITS]}" == experiment.weights
    assert networks.taken(packed) == experiment.weights
    again, problems = from_link(to_link(experiment))
    assert again == experiment and not problems
    assert opened(BOTH, 1, 0).weights != experiment.weights != opened(BOTH, 0, 1).weights
    carried = capsule.read(io.BytesIO(data.made(capsule.write, rnnviz.run(experiment))))
    assert carried.experiment == experiment


@pytest.mark.parametrize(
    "changed",
    [{"layer": 9}, {"layer": -1}, {"way": 2}, {"layer": "0"}, {"layer": True}, {"layer": None},
     {"padded": [1, 2]}, {"vocabulary": 3}],
)  # fmt: skip
def test_a_file_that_names_no_layer_of_its_model_is_refused(changed):
    arrays, reads = array_files.unpacked(opened(BOTH, 0).network.pack())
    with pytest.raises(rnnviz.ExperimentError) as error:
        networks.taken(array_files.packed(arrays, reads | changed), own=True)
    assert 20 < len(str(error.value)) < 300


def test_a_file_whose_model_is_none_is_refused():
    arrays, reads = array_files.unpacked(opened(BOTH, 0).network.pack())
    for content in (b"", b"PK", bytes(500), arrays["model"].tobytes()[:-200]):
        held = {"model": np.frombuffer(content, np.uint8)}
        with pytest.raises(rnnviz.ExperimentError):
            networks.taken(array_files.packed(held, reads), own=True)


@pytest.mark.slow
def test_its_script_computes_it_again(tmp_path):
    run = rnnviz.run(opened(STACK, 0, review=told([3, 1, 4, 1, 5, 9])))
    (tmp_path / "script.py").write_bytes(data.made(data.script, run))
    (tmp_path / "arrays.npz").write_bytes(data.made(data.npz, run))
    arrays = runpy.run_path(str(tmp_path / "script.py"))["arrays"]
    for name, array in tolerance.tidy.arrays(run).items():
        assert np.abs(arrays[name] - array).max() <= tolerance.apart(run.experiment)[name], name


@pytest.mark.slow
@pytest.mark.parametrize("page", ["1_Step", "2_States", "3_Gates", "4_Gradients", "5_Compare"])
def test_it_opens_on_the_pages_of_runs(page):
    link = to_link(opened(STACK, 0, review=told([3, 1, 4, 1, 5, 9])))
    app = open_page(f"pages/{page}.py", **link)
    app.session_state["drawer Equations"] = True
    app.run()
    lines = [one.value for one in app.latex]
    # Beside it stand cells that are drawn, which have an output.
    assert lines and any("softmax" in one for one in lines) == (page == "5_Compare")
    assert not app.exception and not app.error and not app.warning
    assert charts(app) and app.query_params["weights"] == link["weights"]
    said = " ".join(one.value for one in app.sidebar.caption)
    assert "the layer lstm alone" in said and "at the end of the whole model" in said


@pytest.mark.slow
def test_inside_opens_the_layer_that_it_looks_into():
    app = open_page("pages/7_Inside.py")
    content = (FOLDER / BOTH).read_bytes()
    app.file_uploader[0].set_value((BOTH, content, "application/octet-stream")).run()
    app.text_area[0].set_value("3 1 4 1 5 9").run()
    links = {}
    for layer, way in ((2, 0), (0, 1)):
        next(box for box in app.selectbox if box.label == "Look into").set_value((layer, way)).run()
        assert not app.exception and not app.error
        experiment, problems = from_link(opening(app, "States")[0])
        assert not problems and experiment.weights == opened(BOTH, layer, way).weights
        links[layer, way] = rnnviz.run(experiment).words
    assert links[0, 1] == ("9", "5", "1", "4", "1", "3") == links[2, 0][::-1]


def test_no_layer_is_taken_of_a_model_of_values():
    cell = rnnviz.CELLS["gru"]
    random = np.random.RandomState(3)
    params = {k: random.randn(*s) for k, s in cell.shapes(2, 3, 2).items()}
    model = one_layer(cell, params, random.randn(9, 2))
    values = replace(model, final="values")
    with pytest.raises(rnnviz.ExperimentError, match="tells classes apart"):
        trained_networks.of_content(b"", values)
    assert not isinstance(trained_networks.of_content(b"", model), layered.Layered)

"""The diagram and the tape as SVG: their numbers, colours and places are the run's at the step."""

import re
import shlex
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from conftest import ROOT
from kinds import KINDS
from PIL import Image

import rnnviz
from rnnviz import CELLS, Experiment, ExperimentError
from rnnviz.__main__ import main
from rnnviz.core.diagram import wiring
from rnnviz.export import again, images, stills
from rnnviz.export.diagram import shapes
from rnnviz.export.dress import fitted, look
from rnnviz.export.stills import Still
from rnnviz.figures import theme

SVG = "{http://www.w3.org/2000/svg}"
AT = {"t": 6, "sequence": 2, "unit": 3}
WILD = {"seed": 9, "n_x": 3, "n_a": 5, "n_y": 4, "m": 4, "T_x": 11, "loss": "cross_entropy_every"}
RUNS = {cell: rnnviz.run(Experiment(cell=cell, **WILD)) for cell in CELLS}
every_cell = pytest.mark.parametrize("cell", CELLS)


def root(cell, kind, worn=None, **more):
    text = stills.svg(RUNS[cell], Still(kind, **AT | more), worn or look("light"))
    return ET.fromstring(text)


def words(element):
    return "".join(element.itertext())


def written(text):
    return float(text.replace("−", "-"))


def near(text, value):
    """Two decimals, or one digit where two decimals would say nothing."""
    size = abs(value)
    allowed = 0.005 if 0.005 <= size < 1000 else 0.5 * 10 ** np.floor(np.log10(size or 1))
    return abs(written(text) - value) <= allowed * (1 + 1e-9)


def values(cell, t=AT["t"], sequence=AT["sequence"], unit=AT["unit"]):
    """What the numbered boxes hold, from the run's arrays alone."""
    trace, at = RUNS[cell].trace, (unit, sequence, t)
    held = {f"z_{name}": z[at] for name, z in trace.preactivations.items()}
    held |= {name: gate[at] for name, gate in trace.gates.items()}
    for name, state in trace.states.items():
        before = trace.initial[name][unit, sequence] if t == 0 else state[unit, sequence, t - 1]
        held |= {name: state[at], f"{name}_prev": before}
    return held


@every_cell
@pytest.mark.parametrize("t", [0, 6, 10])
def test_every_number_of_the_diagram_is_the_runs(cell, t):
    drawn = root(cell, "diagram", t=t)
    due = values(cell, t=t)
    found = {one.get("data-value"): words(one) for one in drawn.iter(f"{SVG}text")}
    found.pop(None, None)
    order = wiring(RUNS[cell].cell).nodes
    boxes = {n.name for n in order if n.kind in ("gate", "block", "previous", "state")}
    assert boxes <= set(found) <= set(due)
    for name, text in found.items():
        assert near(text, due[name]), (name, text, due[name])
    (output,) = (words(one) for one in drawn.iter(f"{SVG}text") if one.get("data-output"))
    shares = [float(one) for one in RUNS[cell].trace.y[:, AT["sequence"], t]]
    likeliest, share = output.split(": ")
    assert shares[int(likeliest) - 1] == max(shares) and near(share, max(shares))
    x = RUNS[cell].trace.x[:, AT["sequence"]]
    for one in drawn.iter(f"{SVG}rect"):
        if n := one.get("data-input"):
            place = 0.5 + x[int(n) - 1, t] / abs(x).max() / 2
            assert one.get("fill") == theme.colour_at(theme.MODES["light"].diverging, place)
    told = " ".join(words(one) for one in drawn.iter(f"{SVG}text"))  # a long title has two lines
    assert f"t = {t + 1}, sequence 3, unit 4" in told


@every_cell
def test_the_new_states_are_coloured_on_their_own_scale(cell):
    trace, ink = RUNS[cell].trace, theme.MODES["light"]
    boxes = {one.get("data-name"): one for one in root(cell, "diagram").iter(f"{SVG}rect")}
    for name, state in trace.states.items():
        # The scale of the sequence's own heatmap, its initial state included.
        every = [*state[:, 2].ravel(), *trace.initial[name][:, 2]]
        share = values(cell)[name] / max(map(abs, every))
        assert boxes[name].get("fill") == theme.colour_at(ink.diverging, 0.5 + share / 2)


@every_cell
def test_every_wire_ends_at_the_edges_of_its_boxes(cell):
    drawn, diagram = root(cell, "diagram"), wiring(RUNS[cell].cell)
    boxes = {one.get("data-name"): one for one in drawn.iter(f"{SVG}rect") if one.get("data-name")}
    paths = [one.get("d") for one in drawn.iter(f"{SVG}path") if one.get("fill") == "none"]
    for wire in diagram.wires:
        for name, end in ((wire.source, 0), (wire.target, -1)):
            if name not in boxes:  # a join is a dot
                continue
            x, y, w, h = (float(boxes[name].get(one)) for one in ("x", "y", "width", "height"))
            ends = [re.findall(r"-?[\d.]+ -?[\d.]+", d)[end].split() for d in paths]
            assert any(
                (abs(abs(float(px) - x - w / 2) - w / 2) < 0.02 and y <= float(py) <= y + h)
                or (abs(abs(float(py) - y - h / 2) - h / 2) < 0.02 and x <= float(px) <= x + w)
                for px, py in ends
            ), (name, wire)  # fmt: skip


@every_cell
def test_without_values_it_is_the_cell_alone(cell):
    drawn = root(cell, "diagram", values=False)
    assert not [one for one in drawn.iter(f"{SVG}text") if one.get("data-value")]
    later = root(cell, "diagram", values=False, t=8, sequence=1, unit=0)
    paths = [[ET.tostring(one) for one in tree.iter(f"{SVG}path")] for tree in (drawn, later)]
    assert paths[0] == paths[1]


@every_cell
@pytest.mark.parametrize("mode", ["light", "dark", "print"])
def test_every_cell_of_the_tape_has_the_runs_colour(cell, mode):
    run, ink = RUNS[cell], theme.MODES[mode]
    groups = {
        one.get("data-name"): [*one]
        for one in root(cell, "tape", look(mode)).iter(f"{SVG}g")
        if one.get("data-name")
    }
    due = {"x": run.trace.x, **run.trace.gates, **run.trace.states}
    assert set(due) == set(groups)
    for name, array in due.items():
        shown = array[:, 2]
        gate = next((g for g in run.cell.shown_gates if g.name == name), None)
        signed = gate.range[0] < 0 if gate else True
        top = 1.0 if gate else np.abs(shown).max()
        left = float(groups[name][0].get("x"))
        wide = (float(groups[name][-1].get("x")) + float(groups[name][-1].get("width")) - left) / 11
        tall = float(groups[name][0].get("height"))
        above = float(groups[name][0].get("y"))
        colours = {}
        assert len(groups[name]) > 5
        for one in groups[name]:
            x, y, w = (float(one.get(word)) for word in ("x", "y", "width"))
            first, row = round((x - left) / wide), round((y - above) / tall)
            for t in range(first, first + round(w / wide)):
                colours[row, t] = theme.rgb(one.get("fill"))
        assert len(colours) == shown.size
        for (unit, t), colour in colours.items():
            share = shown[unit, t] / top
            share = 0.5 + share / 2 if signed else share
            exact = theme.colour_at(ink.diverging if signed else ink.sequential, share)
            # One of 1,024 levels: half a level off, no channel moves by more than this.
            assert np.abs(np.subtract(colour, theme.rgb(exact))).max() <= 2, (name, unit, t)


@pytest.mark.parametrize("cell", KINDS)
def test_the_tapes_numbers_are_those_of_the_step(cell):
    run, drawn = RUNS[cell], root(cell, "tape")
    numbers = [words(one) for one in drawn.iter(f"{SVG}text")]
    assert "t = 7" in numbers and "\u00a0of 11" in numbers and "unit 4 now" in numbers
    for name in (*run.trace.states, *run.trace.gates):
        value = values(cell)[name]
        close = [one for one in numbers if re.fullmatch(r"−?\d+\.\d{4}", one)]
        assert any(abs(written(one) - value) <= 5.001e-5 for one in close) or abs(value) < 1e-3
    back = [words(one) for one in root(cell, "tape-back").iter(f"{SVG}text")]
    assert any("How the loss at every step" in one for one in back)


def test_the_cursor_stands_at_the_step():
    frames = {}
    for t in (0, 6, 10):
        ink = theme.MODES["light"]
        frame = next(
            one for one in root("lstm", "tape", t=t).iter(f"{SVG}rect")
            if one.get("stroke") == ink.now
        )  # fmt: skip
        frames[t] = float(frame.get("x")) + float(frame.get("width")) / 2
    cells = next(one for one in root("lstm", "tape").iter(f"{SVG}g") if one.get("data-name"))
    left = float(cells[0].get("x"))
    wide = (float(cells[-1].get("x")) + float(cells[-1].get("width")) - left) / 11
    for t, middle in frames.items():
        assert abs(middle - (left + (t + 0.5) * wide)) <= 1


@pytest.mark.parametrize("kind", stills.KINDS)
def test_a_width_on_paper_is_in_the_file_and_a_title_may_be_left_out(kind):
    whole, bare = (
        root("gru", kind, fitted(look("print", "120mm"), title=one)) for one in (True, False)
    )
    assert whole.get("width") == bare.get("width") == "120mm"
    assert float(bare.get("height")[:-2]) < float(whole.get("height")[:-2])
    assert "GRU" in words(whole) and not [
        one for one in bare.iter(f"{SVG}text") if words(one).startswith("GRU")
    ]
    assert "Helvetica" in whole.get("font-family")


def test_many_steps_are_one_picture_a_row():
    run = rnnviz.run(Experiment(cell="gru", **WILD | {"n_a": 64, "T_x": 400, "m": 1}))
    tree = ET.fromstring(stills.svg(run, Still("tape", t=123), look("light")))
    assert len([*tree.iter(f"{SVG}image")]) == 4  # update, reset, candidate and a


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        (
            {"kind": "wave"},
            "pictures must be one of diagram, diagram-back, tape, tape-back, got wave",
        ),
        ({"t": 11}, "at must be between 1 and 11, got 12"),
        ({"sequence": -1}, "sequence must be between 1 and 4, got 0"),
        ({"unit": 5}, "unit must be between 1 and 5, got 6"),
    ],
)
def test_what_there_is_not_is_one_sentence(chosen, sentence):
    with pytest.raises(ExperimentError, match=sentence):
        stills.svg(RUNS["lstm"], Still(**{"kind": "diagram"} | AT | chosen), look("light"))


def test_boxes_are_as_large_as_the_players():
    script = (ROOT / "assets" / "player" / "figure.js").read_text()
    assert [int(n) for n in re.findall(r"const (?:COLUMN|ROW) = (\d+);", script)] == [
        shapes.COLUMN,
        shapes.ROW,
    ]
    sizes = script[script.index("const SIZES") : script.index("const OPERATION")]
    theirs = {
        name: (float(w), float(h))
        for name, w, h in re.findall(r"(\w+): \[([\d.]+), ([\d.]+)\]", sizes)
    }
    assert theirs == shapes.SIZES
    signs = script[script.index("const SYMBOLS") : script.index("const NUMBERED")]
    assert dict(re.findall(r'(\w+): "([^"]*)"', signs)) == shapes.SYMBOLS


WORDS = ["export", "--cell", "gru", "--seed", "9", "--n-a", "5", "--m", "4", "--steps", "11",
         "--n-x", "3", "--n-y", "4", "--loss", "cross_entropy_every", "--init", "notebook",
         "--forget-bias", "0"]  # fmt: skip


def test_the_command_writes_the_step_that_is_asked_for(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(images, "missing", lambda: "no Chrome")  # SVG needs none
    asked = ["--pictures", "diagram,tape", "--at", "7", "--sequence", "3", "--unit", "4"]
    assert main([*WORDS, *asked, "--out", str(tmp_path)]) == 0
    run = rnnviz.run(Experiment(cell="gru", init="notebook", forget_bias=0.0, **WILD))
    for kind in ("diagram", "tape"):
        text = (tmp_path / f"{kind}.svg").read_text()
        assert text == stills.svg(run, Still(kind, **AT), look("light"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["diagram.svg", "tape.svg"]
    bare = [*WORDS, *asked, "--values", "no", "--title", "no", "--theme", "print"]
    assert main([*bare, "--out", str(tmp_path / "bare")]) == 0
    tree = ET.fromstring((tmp_path / "bare" / "diagram.svg").read_text())
    told = " ".join(words(one) for one in tree.iter(f"{SVG}text"))
    assert "t = 7" not in told and not re.search(r"\d\.\d\d", told)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (
            ["--pictures", "wave"],
            "pictures must be one of diagram, diagram-back, tape, tape-back, got wave",
        ),
        (["--pictures", "tape", "--at", "12"], "at must be between 1 and 11, got 12"),
        (["--pictures", "tape", "--unit", "0"], "unit must be between 1 and 5, got 0"),
        (["--pictures", "tape", "--values", "maybe"], "values must be one of yes, no, got maybe"),
        (["--pictures", "tape", "--format", "csv"], "pictures must be in png, svg, pdf, webp, got"),
        (["--units", "1,x"], "units must be between 1 and 5, got x"),
        (["--lag", "12"], "lag must be between 1 and 11, got 12"),
        (["--clip", "-1"], "clip must be above 0, got -1.0"),
        (["--band", "1"], "band must be between 2 and 100, got 1"),
    ],
)
def test_the_command_refuses_in_one_sentence(tmp_path, capsys, asked, sentence):
    assert main([*WORDS, *asked, "--out", str(tmp_path / "out")]) == 2
    told = capsys.readouterr().err
    assert sentence in told and told.count("\n") == 1 and not (tmp_path / "out").exists()


@pytest.mark.slow
@pytest.mark.skipif(images.missing() is not None, reason="takes a Chrome")
def test_other_programs_read_the_pdf_and_the_png(tmp_path):
    from pypdf import PdfReader

    asked = ["--pictures", "diagram,tape", "--at", "7", "--sequence", "3", "--unit", "4"]
    asked += ["--theme", "print", "--width", "120mm", "--format", "pdf,png"]
    assert main([*WORDS, *asked, "--out", str(tmp_path)]) == 0
    for kind in ("diagram", "tape"):
        (page,) = PdfReader(tmp_path / f"{kind}.pdf").pages
        drawn = root("gru", kind, look("print", "120mm"))
        size = [float(drawn.get(side)[:-2]) for side in ("width", "height")]
        points = np.array([page.mediabox.width, page.mediabox.height], float)
        assert np.abs(points - np.multiply(size, 72 / 25.4)).max() < 1
        assert "T_x 11" in page.extract_text()
        with Image.open(tmp_path / f"{kind}.png") as picture:
            assert abs(picture.width - 120 / 25.4 * 300) <= 2
            assert abs(picture.height - size[1] / 25.4 * 300) <= 4
            assert round(picture.info["dpi"][0]) == 300


@pytest.mark.parametrize("kind", stills.KINDS)
@pytest.mark.parametrize("values", [True, False])
def test_the_command_beside_a_picture_makes_the_same_bytes(tmp_path, kind, values, capsys):
    equations = "# mine\nz = sigmoid(Wz @ [a_prev, x] + bz)\na = tanh(U @ [z * a_prev, x] + bu)"
    wild = WILD | {"forget_bias": -0.5, "gain": 1.25, "dtype": "float32", "equations": equations}
    run, still = rnnviz.run(Experiment(**wild)), Still(kind, **AT, values=values)
    worn = fitted(look("print", "120mm"), values, 8) if values else fitted(look("dark"), values)
    told = again.command(
        run.experiment, ["--out", str(tmp_path), *stills.flags(still, worn, "svg")]
    )
    python, *words = shlex.split(told)
    assert [python, *words[:2]] == ["python", "-m", "rnnviz"] and main(words[2:]) == 0
    assert (tmp_path / f"{kind}.svg").read_text() == stills.svg(run, still, worn)


def test_a_command_says_every_setting():
    """Those of a trained network are its own; the numbers of a file stand in no command."""
    told = again.command(Experiment(), [])
    named = {*re.findall(r"--([a-z-]+)", told)}
    assert named == {
        *("cell", "seed", "n-x", "n-a", "n-y", "m", "steps", "init", "gain", "forget-bias"),
        *("signal", "loss", "activation", "dtype"),
    }
    told = again.command(Experiment(weights="run-lstm", review="a good film", label=1), [])
    assert told.endswith("export --weights run-lstm --review 'a good film' --label 1")
    series = {"signal": "csv", "series": ((0.0, 1.0),) * 3, "n_x": 2, "T_x": 3}
    assert "--signal FILE.csv" in again.command(Experiment(**series), [])

"""Options of a saved figure, and the command beside it, which makes the same figure again."""

import json
import shlex
import xml.etree.ElementTree as ET
from types import SimpleNamespace

import numpy as np
import plotly.graph_objects as go
import pytest

import rnnviz
from rnnviz import Experiment, ExperimentError
from rnnviz.__main__ import main
from rnnviz.exhibits import of_run, sentiment
from rnnviz.export import again, command, images, pages
from rnnviz.export.dress import dress, fitted, look
from rnnviz.sentiment import runs
from rnnviz.ui import saving

WILD = {"seed": 9, "n_x": 3, "n_a": 5, "n_y": 4, "m": 4, "T_x": 11, "loss": "cross_entropy_every"}
WILD |= {"init": "notebook", "forget_bias": -0.5, "gain": 1.25}
OWN = "z = sigmoid(Wz @ [a_prev, x] + bz)\na = tanh(U @ [z * a_prev, x] + bu)"
CHOSEN = {"t": 6, "sequence": 2, "unit": 3, "units": [1, 4], "lag": 5, "clip": 0.25, "seeds": 3}
WORN = fitted(look("print", "120mm"), False, 8.5, "Times New Roman", "3-9")._replace(common=True)


@pytest.fixture
def written(monkeypatch):
    """What the command hands to a Chrome: figures by the names of their files."""
    figures: dict[str, go.Figure] = {}

    def draw(orders):
        for order in orders:
            figures[f"{order.name}.{order.format}", order.scale] = order.make()
            yield order, b""

    monkeypatch.setattr(command, "images", SimpleNamespace(
        FORMATS=command.images.FORMATS, missing=lambda: None, draw=draw, Order=None))  # fmt: skip
    return figures


@pytest.mark.slow
@pytest.mark.parametrize("more", [{"cell": "gru"}, {"cell": "rnn", "equations": OWN}], ids=str)
@pytest.mark.parametrize("worn", [look("dark", "700"), WORN], ids=["screen", "paper"])
def test_the_command_makes_the_same_figure(written, tmp_path, more, worn):
    run = rnnviz.run(Experiment(**WILD | more))
    for name, plain in of_run(run).items():
        showing = plain.exhibit.show(plain.subject, **CHOSEN)
        told = again.of_showing(showing, worn, "png", 3)
        words = shlex.split(told)[3:]
        words[words.index("--out") + 1] = str(tmp_path)
        assert main(words) == 0
        (((file, scale), drawn),) = written.items()
        assert (file, scale) == (f"{name}.png", 3)
        assert drawn.to_json() == dress(showing, worn).to_json(), told
        written.clear()


def test_trainings_side_by_side_have_no_command():
    histories = {folder.id: folder.history() for folder in runs.included()}
    assert again.of_showing(sentiment.curves.show(histories), look("dark", "700"), "png") == ""


@pytest.mark.slow
def test_the_command_turns_a_scene_as_somebody_has(written, tmp_path):
    run = rnnviz.run(Experiment(cell="gru", n_a=4, T_x=8))
    showing = of_run(run, asked=True)["solid-portrait"]
    worn = look("light")._replace(camera=(-1.25, 2e-7, 0.5, 0.125, -3.0, 0.0, 0.0, 0.0, 1.0))
    words = shlex.split(again.of_showing(showing, worn, "png"))[3:]
    words[words.index("--out") + 1] = str(tmp_path)
    assert main(words) == 0
    (drawn,) = written.values()
    assert drawn.layout.scene.camera.eye.x == -1.25
    assert drawn.to_json() == dress(showing, worn).to_json()


@pytest.mark.parametrize("said", ["1,2", "a", "1,2,3,4,5,6,7,8,nan", "1,2,3,4,5,6,7,8,1e9"])
def test_a_camera_that_makes_no_sense_is_named(said, tmp_path, capsys):
    assert main(["export", "--out", str(tmp_path), f"--camera={said}"]) == 2
    assert "camera must be nine numbers, got" in capsys.readouterr().err


@pytest.mark.parametrize("page", ["States", "Compare"])
def test_the_command_puts_the_same_pictures_into_one_file(monkeypatch, tmp_path, page):
    run, made = rnnviz.run(Experiment(**WILD)), []

    def draw(orders):
        for order in orders:
            made.append(order.make().to_json())
            yield order, b'<svg height="9" >'

    monkeypatch.setattr(pages.images, "draw", draw)
    monkeypatch.setattr(command.images, "missing", lambda: None)
    asked = {
        name: one.exhibit.show(one.subject, **CHOSEN)
        for name, one in of_run(run).items()
        if one.exhibit.page == page
    }
    assert len(asked) > 2
    (*_, whole) = pages.together(asked, "panels", WORN)
    here, made[:] = list(made), []
    words = shlex.split(again.of_several(asked, "panels", WORN, "svg"))[3:]
    words[words.index("--out") + 1] = str(tmp_path)
    assert main(words) == 0 and made == here
    (file,) = tmp_path.iterdir()
    assert file.read_bytes() == whole


def test_pictures_of_several_experiments_or_choices_have_no_one_command():
    one, other = (of_run(rnnviz.run(Experiment(seed=seed, T_x=5))) for seed in (1, 2))
    name = "states-overview"
    assert again.of_several({name: one[name]}, "pdf", WORN)
    assert not again.of_several({name: one[name], "other": other[name]}, "pdf", WORN)
    exhibit, run = one[name].exhibit, one[name].subject
    first, second = (exhibit.show(run, sequence=n) for n in (0, 1))
    assert not again.of_several({name: first, "other": second}, "pdf", WORN)


def test_a_saved_picture_is_the_one_of_its_command():
    showing = of_run(rnnviz.run(Experiment(**WILD)))["states-overview"]
    asked = {"format": "svg", "scale": 2, "theme": "print", "width": "120mm", "title": False}
    asked |= {"type": 8.5, "font": "Times New Roman", "range": "3-9", "common": True}
    order = saving._order(showing, asked)
    assert order.look == WORN
    assert again.of_showing(showing, order.look, order.format, order.scale).count("--") > 20


def laid_out(worn, name="states-overview"):
    showing = of_run(rnnviz.run(Experiment(**WILD)))[name]
    return json.loads(dress(showing, worn).to_json())["layout"]


def test_without_a_title_the_plots_stay_as_large():
    whole, bare = (laid_out(fitted(look("light"), title=one)) for one in (True, False))
    assert whole["title"]["text"] and not bare["title"]["text"]
    kept = [one["height"] - one["margin"]["t"] - one["margin"]["b"] for one in (whole, bare)]
    assert kept[0] == kept[1] and bare["height"] < whole["height"]


@pytest.mark.parametrize("points", [5.0, 6.8, 8.5, 12.0])
def test_type_on_paper_is_as_large_as_was_asked_for(points):
    worn = fitted(look("print", "120mm"), points=points)
    # 14 px of a picture that is worn.width px and 120 mm wide, in points of 1/72 inch.
    assert 14 / worn.width * 120 / 25.4 * 72 == pytest.approx(points, rel=0.01)
    # Half a px, which the width is rounded by, in dots of a raster.
    assert abs(worn.density * worn.width - 120 / 25.4 * 300) <= 0.5 * worn.density


def test_a_range_is_that_of_every_time_axis_and_of_no_other():
    worn = fitted(look("light"), steps="3-9")
    axes = [axis for name, axis in laid_out(worn).items() if name.startswith("xaxis")]
    assert len(axes) > 1 and all(axis["range"] == [2.5, 9.5] for axis in axes)
    for name in ("step-flow", "states-trajectory", "compare-parameters"):
        assert laid_out(worn, name)["xaxis"].get("range") != [2.5, 9.5]


def test_a_font_is_that_of_words_and_title():
    layout = laid_out(fitted(look("light"), font="Times New Roman"))
    for font in (layout["font"], layout["title"]["font"]):
        assert font["family"].startswith("'Times New Roman', ")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"points": 9}, "type must be of a width in mm, got a width of 960 px"),
        ({"points": 4}, "type must be between 5 and 14 pt, got 4"),
        ({"points": np.nan}, "type must be between 5 and 14 pt, got nan"),
        ({"points": 14, "width": "60mm"}, r"type must be at most 9\.8 pt at 60 mm, got 14"),
        ({"font": "a';}"}, "font must be a name such as Times New Roman"),
        ({"steps": "9-3"}, "range must be such as 5-20, rising, got 9-3"),
        ({"steps": "all"}, "range must be such as 5-20, rising, got all"),
    ],
)
def test_a_bad_option_is_one_sentence(given, sentence):
    worn = look("light", "") if given == {"points": 9} else look("print", given.get("width", ""))
    with pytest.raises(ExperimentError, match=sentence):
        fitted(worn, **{name: one for name, one in given.items() if name != "width"})


def test_panels_are_few(capsys, tmp_path):
    words = ["export", "--together", "panels", "--steps", "5", "--out", str(tmp_path / "out")]
    assert main(words) == 2 and not (tmp_path / "out").exists()
    told = capsys.readouterr().err
    assert "panels must be of 1 to 8 figures, got 1" in told and told.count("\n") == 1


def test_panels_stand_above_one_another_with_their_letters():
    part = '<svg class="x" width="474" height="{0}" viewBox="0 0 474 {0}"><text>{0}</text></svg>'
    whole = pages.lettered([part.format(h) for h in (300, 200, 100)], look("print", "120mm"))
    tree = ET.fromstring(whole)
    assert tree.get("width") == "120mm" and tree.get("viewBox") == "0 0 696 600"
    assert float(tree.get("height")[:-2]) == pytest.approx(120 * 600 / 696, abs=0.01)
    inner = [one for one in tree if one.get("y") and one.get("height")]
    assert [float(one.get("y")) for one in inner] == [0, 300, 500]
    letters = [one for one in tree if one.tag.endswith("text")]
    assert [one.text for one in letters] == ["a", "b", "c"]
    for one, letter in zip(inner, letters, strict=True):
        top = float(one.get("y"))
        assert top < float(letter.get("y")) < top + float(one.get("height"))
        assert float(letter.get("x")) < float(one.get("x"))


@pytest.mark.slow
@pytest.mark.skipif(images.missing() is not None, reason="takes a Chrome")
def test_panels_are_one_picture_with_one_footer(tmp_path):
    words = ["--figures", "states-overview,gates-overview", "--cell", "gru", "--seed", "4"]
    words += ["--steps", "12", "--together", "panels", "--theme", "print", "--format", "svg"]
    assert main(["export", *words, "--out", str(tmp_path)]) == 0
    (file,) = tmp_path.iterdir()
    assert file.name == "gru-seed4-panels.svg"
    tree = ET.fromstring(file.read_text())
    texts = ["".join(one.itertext()) for one in tree.iter("{http://www.w3.org/2000/svg}text")]
    assert sum("rnnviz 0." in one for one in texts) == 1
    assert {"a", "b", "unit of a", "update", "reset"} <= set(texts)

"""Inside with a file that was sent: its classes, padding, words and directions."""

import numpy as np
import pytest
from made_files import bidirectional, four_classes, shipped
from test_pages import charts, decoded, open_page, sent
from test_state_dict import safetensors, tensors

from rnnviz.sentiment import bridge, runs
from rnnviz.sentiment.reading import read

pytestmark = pytest.mark.slow
IDS = [1, 14, 22, 16, 43]
SPELLED = "1, 14, 22, 16, 43"


def opened(content, text=SPELLED):
    app = sent(open_page("pages/7_Inside.py", run="lstm"), content)
    app.text_area[0].set_value(text).run()
    assert not app.exception and not app.error
    return app


def box(app, label):
    return next(one for one in app.selectbox if one.label == label)


def below(fig):
    """The axis of words, under the lowest plot of a picture."""
    axes = [name for name in fig["layout"] if name.startswith("xaxis")]
    return fig["layout"][max(axes, key=lambda name: int(name[5:] or 1))]


def lines(app):
    """The curves of all classes in the first picture, by name."""
    fig = next(fig for fig in charts(app) if "lost" in str(fig))
    curves = [trace for trace in fig["data"] if trace["type"] == "scatter"]
    return {trace["name"]: decoded(trace["y"]) for trace in curves}


def test_all_classes_are_told_and_words_weighed_for_the_one_chosen():
    app = opened(four_classes())
    model = bridge.read(four_classes())
    reading = read(model, IDS)
    for k, name in enumerate(f"class {k}" for k in range(4)):
        np.testing.assert_allclose(lines(app)[name], reading.each_class[k], rtol=1e-6)
    (said,) = [one.value for one in app.markdown if one.value.startswith("**class")]
    assert said.startswith(f"**class {reading.outputs.argmax()}**")
    for k, p in enumerate(reading.outputs):
        assert f"P(class {k}) = {p:.4f}" in said
    next(one for one in app.text_input if "Names" in one.label).set_value("calm, angry").run()
    box(app, "Words are weighed for").select(1).run()
    fig = next(fig for fig in charts(app) if "lost" in str(fig))
    bars = [decoded(trace["y"]) for trace in fig["data"] if trace["type"] == "bar"]
    np.testing.assert_allclose(bars[1], read(model, IDS, target=1).influence, rtol=1e-5)
    assert [*lines(app)] == ["angry", "calm", "class 2", "class 3"]


def test_a_model_of_numbers_shows_a_unit_and_says_what_is_not_there():
    content = safetensors({n: a for n, a in tensors("gru").items() if n.startswith("rnn")})
    app = sent(open_page("pages/7_Inside.py", run="lstm"), content)
    assert not app.exception and not app.error
    model = bridge.read(content)
    captions = " ".join(one.value for one in app.caption)
    for note in model.notes:
        assert note[1:] in captions
    assert "Until a file is here, it reads 3 sines of 50 steps." in captions
    t = np.arange(50)
    sines = np.sin(2 * np.pi * (t[:, None] / 25 + np.arange(3) / 3))
    for unit in (None, 3):
        if unit:
            box(app, "Steps are weighed for").select(unit - 1).run()
        reading = read(*model.fed(sines), target=unit and unit - 1)
        ((name, drawn),) = lines(app).items()
        assert name == f"unit {reading.target + 1}"
        np.testing.assert_allclose(drawn, reading.each_class[reading.target], atol=1e-6)


def test_padding_is_guessed_said_and_chosen():
    content = four_classes(length=8, masked=False)
    app, model = opened(content), bridge.read(content)
    assert box(app, "Padding").value == "front"
    assert any("in front is a guess" in one.value for one in app.caption)
    rows = {"front": [0, 0, 0, *IDS], "back": [*IDS, 0, 0, 0], "none": IDS}
    ends = set()
    for side, row in rows.items():
        box(app, "Padding").select(side).run()
        expected = read(model, row).each_class
        for k in range(4):
            drawn = lines(app)[f"class {k}"]
            np.testing.assert_allclose(drawn, expected[k], rtol=1e-6)
        ends.add(round(float(drawn[-1]), 7))
    assert len(ends) == 3  # else the choice would say nothing
    app.number_input[0].set_value(3).run()
    np.testing.assert_allclose(
        lines(app)["class 0"], read(model, IDS[-3:]).each_class[0], rtol=1e-6
    )
    assert any("the last 3 of 5 ids are read" in one.value for one in app.caption)


def test_a_direction_is_looked_into_and_stands_under_the_words():
    content = bidirectional()
    app, model = opened(content), bridge.read(content)
    for way, word in enumerate(("forwards", "backwards")):
        choice = box(app, "Look into")
        assert choice.options[way].endswith(word)
        choice.select((0, way)).run()
        reading = read(model, IDS, way=way)
        assert reading.backwards == bool(way)
        heat = next(fig for fig in charts(app) if "holds over time" in str(fig["layout"]))["data"][
            0
        ]
        z = np.frombuffer(decoded(heat["z"]), np.float32).reshape(-1, len(IDS))
        a = reading.run.trace.states["a"][:, 0]
        np.testing.assert_allclose(z, a[:, ::-1] if way else a, rtol=1e-6)
    margins = [(fig["layout"]["margin"]["l"], fig["layout"]["margin"]["r"]) for fig in charts(app)]
    assert len(margins) == 4 and len(set(margins)) == 1
    assert {tuple(below(fig)["range"]) for fig in charts(app)} == {(0.3, len(IDS) + 0.7)}
    assert {tuple(below(fig)["ticktext"]) for fig in charts(app)} == {tuple(map(str, IDS))}


def test_a_vocabulary_beside_the_file_lets_words_be_typed():
    app = sent(open_page("pages/7_Inside.py", run="lstm"), shipped())
    words = (runs.find("lstm").path / "words.json").read_bytes()
    app.file_uploader[1].set_value(("words.json", words, "application/json")).run()
    app.text_area[0].set_value("the film is xyzzy good").run()
    assert not app.exception and not app.error
    said = [one.value for one in app.markdown if "outside its vocabulary" in one.value]
    assert "1 of 5 words (20%)" in said[0] and "▸ at t = 1 marks the start" in said[0]
    app.file_uploader[1].set_value(("words.json", b"{}", "application/json")).run()
    assert not charts(app) and "must hold words" in app.error[0].value


def test_a_gru_that_resets_after_its_product_is_shown():
    app = sent(open_page("pages/7_Inside.py", run="lstm"), safetensors(tensors("gru")))
    app.text_area[0].set_value(SPELLED.replace("22", "12").replace("43", "3")).run()
    assert not app.exception and not app.error and len(charts(app)) == 4
    assert not any("opens on no other page" in one.value for one in app.caption)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x89HDF\r\n\x1a\n" + b"\0" * 99])
def test_what_is_no_model_is_one_sentence_and_no_picture(content):
    app = sent(open_page("pages/7_Inside.py", run="lstm"), content or b"x")
    assert not app.exception and not charts(app) and len(app.error) == 1

"""The gallery: a page for every public figure, and its lines make the figure in its picture."""

import re
import sys
import xml.etree.ElementTree as ET

import numpy as np
import plotly
import plotly.graph_objects as go
import pytest
from conftest import ROOT

import rnnviz
from rnnviz import figures

sys.path.insert(0, str(ROOT / "docs"))
import gallery

every_figure = pytest.mark.parametrize("name", gallery.functions())
SVG = "{http://www.w3.org/2000/svg}"


def texts(svg):
    return ["".join(text.itertext()) for text in ET.fromstring(svg).iter(f"{SVG}text")]


def paths(svg):
    """The numbers of every drawn path, and how many there are of each kind of mark."""
    drawings = [path.get("d", "") for path in ET.fromstring(svg).iter(f"{SVG}path")]
    return [np.array(re.findall(r"-?\d+\.?\d*", d), float) for d in drawings]


def test_every_public_figure_has_a_page_and_no_page_is_left_over():
    names = set(gallery.functions())
    assert {"states-overview", "reviews-verdict", "compare-band"} <= names
    assert {path.stem for path in gallery.GALLERY.glob("*.svg")} == names, "run make gallery"
    assert {path.stem for path in gallery.GALLERY.glob("*.md")} == names | {"README"}
    index = (gallery.GALLERY / "README.md").read_text()
    assert all(f"({name}.md)" in index and f"({name}.svg)" in index for name in names)


@pytest.mark.slow
@every_figure
def test_the_lines_run_and_make_the_figure_of_the_page(name):
    lines = [line for line in gallery.lines(name).splitlines() if line]
    assert len(lines) <= 10 and max(map(len, lines)) <= 100
    fig, words = gallery.made(name)
    text = (gallery.GALLERY / f"{name}.md").read_text()
    assert text == gallery.page(name, gallery.functions()[name], fig)  # its numbers in words, too
    picture = (gallery.GALLERY / f"{name}.svg").read_text()
    assert fig.layout.title.text in texts(picture) and words in texts(picture)


@pytest.mark.slow
@every_figure
def test_a_notebook_shows_it(name, monkeypatch):
    fig, _ = gallery.made(name)
    monkeypatch.setattr(plotly.io.renderers, "default", "plotly_mimetype")  # as notebooks have it
    assert isinstance(fig, go.Figure)
    assert "plotly" in fig._repr_html_()
    assert "application/vnd.plotly.v1+json" in fig._repr_mimebundle_()


@pytest.mark.browser
def test_the_pictures_are_what_the_lines_draw_today():
    from rnnviz.export import images

    drawings = {name: gallery.made(name) for name in gallery.functions()}
    orders = [gallery.order(name, *made) for name, made in drawings.items()]
    for order, content in images.draw(orders):
        kept = (gallery.GALLERY / f"{order.name}.svg").read_text()
        assert sorted(texts(content)) == sorted(texts(kept)), order.name
        if order.name.startswith("diagrams-"):  # of chaos: each processor rounds to other numbers
            continue
        now, before = paths(content), paths(kept)
        assert [len(path) for path in now] == [len(path) for path in before], order.name
        for one, other in zip(now, before, strict=True):  # a font of another machine moves a label
            np.testing.assert_allclose(one, other, atol=25, err_msg=order.name)


def test_the_package_is_enough_without_the_dashboard():
    run = rnnviz.run(rnnviz.Experiment(T_x=6))
    fig = figures.states.overview(run)
    assert fig.data[0].z.shape == (16, 6)

"""The cell's diagram in films and on the way back: the stills' drawing, the run's numbers."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from kinds import KINDS
from PIL import Image
from test_stills import AT, RUNS, SVG, near, words

import rnnviz
from rnnviz import CELLS, Experiment
from rnnviz.core.diagram import wiring
from rnnviz.export import stills
from rnnviz.export.diagram import Diagram
from rnnviz.export.diagram.felt import felt_at
from rnnviz.export.dress import look
from rnnviz.export.film import Film, make
from rnnviz.export.film.figure import DiagramScene
from rnnviz.export.film.painting import Painting
from rnnviz.export.film.scene import Scene
from rnnviz.export.film.view import view
from rnnviz.figures import theme

every_cell = pytest.mark.parametrize("cell", CELLS)
SLOPE = {"sigmoid": lambda g: g * (1 - g), "tanh": lambda g: 1 - g**2, "relu": np.sign}


@every_cell
def test_the_loss_is_felt_from_box_to_box_as_the_engine_has_it(cell):
    """Where it meets the engine's numbers again: behind the squashing of every gate."""
    run, at = RUNS[cell], (AT["unit"], AT["sequence"], AT["t"])
    drawn = Diagram(run, AT["t"], AT["sequence"], AT["unit"], "light", "backward")
    nodes, wires = felt_at(run, at, wiring(run.cell), drawn.values)
    dz = rnnviz.core.recompute.gate_gradients(run, AT["sequence"], np.array([AT["t"]]))[0]
    met = 0
    for node in wiring(run.cell).nodes:
        if node.kind == "gate" and node.squash in SLOPE:
            through = nodes[node.name] * SLOPE[node.squash](drawn.values[node.name])
            # A handful of products and sums, and a difference from 1, in another order.
            assert through == pytest.approx(dz[node.name][AT["unit"], 0], rel=1e-11, abs=1e-18)
            met += 1
    for name in run.cell.states:
        assert nodes[name] == run.gradients.states[name][at]
        into = [felt for (_, target), felt in wires.items() if target == name]
        assert len(into) == 1 and np.isfinite(into[0])
    assert met or cell not in ("lstm", "gru")


@every_cell
def test_on_the_way_back_a_box_has_the_gradient_as_number_and_as_colour(cell):
    run, (unit, sequence, t) = RUNS[cell], (AT["unit"], AT["sequence"], AT["t"])
    tree = ET.fromstring(stills.svg(run, stills.Still("diagram-back", **AT), look("light")))
    told = {one.get("data-value"): words(one) for one in tree.iter(f"{SVG}text")}
    boxes = {one.get("data-name"): one.get("fill") for one in tree.iter(f"{SVG}rect")}
    first = run.gradients.state(run.cell.states[0])[..., sequence]
    for name in run.cell.states:
        for box, moment in ((name, t + 1), (f"{name}_prev", t)):
            if box not in boxes:
                continue
            number = run.gradients.state(name)[moment, unit, sequence]
            assert near(told[box], number)
            share = np.clip(np.log10(abs(number) / np.abs(first).max()) / 6 + 1, 0, 1)
            due = theme.colour_at(theme.MODES["light"].diverging, 0.5 + np.sign(number) * share / 2)
            assert boxes[box] == due
    assert not [one for one in tree.iter(f"{SVG}rect") if one.get("data-input")]


@pytest.mark.parametrize("way", ["forward", "backward"])
@pytest.mark.parametrize("mode", ["light", "dark"])
@every_cell
def test_a_film_shows_the_stills_diagram(cell, mode, way):
    run, t = RUNS[cell], AT["t"]
    film = Film(picture="diagram", theme=mode, height=720, sequence=2, unit=3)
    kind = "diagram" if way == "forward" else "diagram-back"
    text = stills.svg(run, stills.Still(kind, **AT), look(mode)._replace(title=False))
    _, foot, wide, _ = map(float, re.search(r'viewBox="([^"]+)"', text)[1].split())
    left, top, right, bottom = view(run, film, way).geometry.figure
    sheet = Diagram(run, t, 2, 3, mode, way).draw(title=False, values=False)
    scale = min((right - left) / sheet.width, (bottom - top) / sheet.height)
    size = np.floor(3 * scale * np.array(sheet.size) / 3)  # in whole pixels
    start = np.array([(left + right - size[0]) // 2, (top + bottom - size[1]) // 2])
    pixels, checked = DiagramScene(view(run, film, way)).picture(t), 0
    assert (wide, foot) == (sheet.width, sheet.origin[1])
    for one in ET.fromstring(text).iter(f"{SVG}rect"):
        kind = (one.get("data-name") or "").removesuffix("_prev")
        if kind not in run.cell.states:
            continue
        x, y, high = (float(one.get(word)) for word in ("x", "y", "height"))
        place = start + scale * (np.array([x + 5, y + high / 2]) - sheet.origin)  # beside the words
        seen = np.array(pixels.getpixel(tuple(round(v) for v in place.tolist())))
        assert np.abs(seen - theme.rgb(one.get("fill"))).max() <= 2
        checked += 1
    assert checked >= len(run.cell.states)


@pytest.mark.parametrize("way", ["forward", "backward"])
def test_beside_the_diagram_the_tape_is_the_films_own(way):
    run = rnnviz.run(Experiment(cell="lstm", n_a=4, T_x=9, m=3))
    seen = view(run, Film(picture="both", height=720, sequence=2, unit=3), way)
    both, tape = DiagramScene(seen).picture(4), Scene(seen).picture(4)
    start, high = seen.geometry.start, seen.geometry.size[1]
    cut = (start, 0, seen.geometry.size[0], high)
    assert both.crop(cut).tobytes() == tape.crop(cut).tobytes()
    assert both.tobytes() != tape.tobytes()
    alone = view(run, Film(height=720), way).geometry
    for left, _, right, _ in seen.geometry.boxes:
        assert start < left < right == alone.boxes[0][2]


@pytest.mark.slow
@pytest.mark.parametrize("picture", ["diagram", "both"])
def test_the_diagram_walks_through_time_and_back(tmp_path, picture):
    run, film = rnnviz.run(Experiment(cell="gru", n_a=3, T_x=4, m=2)), Film(
        picture=picture, height=360, unit=2, pace=1.0, format="webp"
    )  # fmt: skip
    make(run, film, tmp_path / "film.webp")
    steps = [("forward", t) for t in range(4)] + [("backward", t) for t in reversed(range(4))]
    with Image.open(tmp_path / "film.webp") as read:
        assert read.n_frames == len(steps)
        for index, (way, t) in enumerate(steps):
            read.seek(index)
            due = DiagramScene(view(run, film, way)).picture(t)
            assert read.convert("RGB").tobytes() == due.tobytes(), (way, t)


@pytest.mark.parametrize("cell", KINDS)
def test_a_painting_has_room(cell):
    run = rnnviz.run(Experiment(cell=cell, n_a=4, T_x=3))
    for room in ((300, 400), (900, 200)):
        one = Diagram(run, 0, 0, 0, "dark").draw(
            False, on=lambda *given, room=room: Painting(*given, room=room)
        )
        wide, high = one.picture().size
        assert wide <= room[0] and high <= room[1] and (wide > room[0] - 3 or high > room[1] - 3)

"""A film holds the run's numbers: read again by other programs, pixel by pixel."""

import json
import shutil
import subprocess
import weakref
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kinds import KINDS
from minimal import registered
from PIL import Image, ImageChops

import rnnviz
from rnnviz import ExperimentError
from rnnviz.export.film import Film, canvas, choices, colours, make, pictures, video
from rnnviz.export.film.colours import FAINT
from rnnviz.export.film.scene import Scene
from rnnviz.export.film.view import view
from rnnviz.figures import theme

SMALL = rnnviz.Experiment(n_a=3, T_x=6, m=2)
EXPLODES = rnnviz.Experiment(
    cell="rnn", activation="linear", gain=100.0, T_x=300, n_a=3, m=2, dtype="float32"
)
every_cell = pytest.mark.parametrize("cell", KINDS)
every_theme = pytest.mark.parametrize("mode", choices.CHOICES["theme"])


@pytest.fixture
def film_of(tmp_path):
    """Write a film of SMALL; gives its path."""

    def write(**how):
        film = Film(height=360, **how)
        path = tmp_path / f"film.{film.ending}"
        make(rnnviz.run(SMALL), film, path)
        assert list(tmp_path.iterdir()) == [path], "nothing is left over"
        return path

    return write


def read(path):
    """Every picture of a film with its milliseconds, by Pillow."""
    with Image.open(path) as film:
        for index in range(film.n_frames):
            film.seek(index)
            yield film.convert("RGB"), film.info["duration"]


# -- the numbers in the picture --------------------------------------------------------------------


def expected_colour(value, limits, mode):
    """The theme's own colour of a value, computed in another way than the film's table."""
    ink = theme.MODES[mode]
    if not np.isfinite(value):
        return np.array(theme.rgb(ink.grid))
    low, high = limits
    scale = ink.diverging if low < 0 else ink.sequential
    share = min(max((float(value) / high - low / high) / (1 - low / high), 0), 1)
    return np.array(theme.rgb(theme.colour_at(scale, share)))


def signed_log(gradient):
    """Six decades below the largest, on each side of zero."""
    top, small = np.abs(gradient).max(), np.abs(gradient).max() * 1e-6
    return np.array([[np.sign(v) * np.log(max(abs(v), small) / small) / np.log(top / small)
                      for v in row] for row in gradient])  # fmt: skip


def cell_pixel(scene, picture, box, n, unit, t):
    """The pixel in the middle of one cell of a row."""
    left, top, right, bottom = box
    x = left + (t + 0.5) * (right - left) / scene.geometry.T_x
    y = top + (unit + 0.5) * (bottom - top) / n
    return np.array(picture.getpixel((int(x), int(y))))


def check_cells(run, film, way, t):
    """Each cell of each row at step t: what is reached has its colour, the rest a hint of it."""
    scene = Scene(view(run, film, way))
    picture, ground = scene.picture(t), np.array(theme.rgb(scene.view.ink.ground))
    trace, sequence = run.trace, film.sequence
    states = {name: state[:, sequence] for name, state in trace.states.items()}
    if way == "forward":
        gates = {gate.name: trace.gates[gate.name][:, sequence] for gate in run.cell.shown_gates}
        arrays = [trace.x[:, sequence], *gates.values(), *states.values()]
        limits = [None, *(gate.range for gate in run.cell.shown_gates), *(None for _ in states)]
    else:
        felt = [gradient[:, sequence] for gradient in run.gradients.states.values()]
        felt = [signed_log(gradient) for gradient in felt]
        arrays = [*states.values(), *felt]
        limits = [*(None for _ in states), *((-1.0, 1.0) for _ in felt)]
    assert len(arrays) == len(scene.view.rows) == len(scene.geometry.boxes)
    for index, (array, pair, box) in enumerate(
        zip(arrays, limits, scene.geometry.boxes, strict=True)
    ):
        top = np.abs(array[np.isfinite(array)]).max(initial=0) or 1.0
        pair = pair or (-top, top)
        for (unit, step), value in np.ndenumerate(array):
            if abs(step - t) * (box[2] - box[0]) < 3 * scene.geometry.T_x and step != t:
                continue  # under the cursor
            colour = expected_colour(value, pair, film.theme)
            felt = way == "backward" and index >= len(states)
            if (way == "forward" and step > t) or (felt and step < t):
                colour = ground + (colour - ground) * FAINT
            actual = cell_pixel(scene, picture, box, len(array), unit, step)
            assert np.abs(actual - colour).max() <= 2, (way, unit, step, value)


@pytest.mark.slow
@every_theme
@every_cell
@pytest.mark.parametrize("way", ["forward", "backward"])
def test_a_cell_has_the_themes_colour_of_its_number(cell, mode, way):
    run = rnnviz.run(rnnviz.Experiment(cell=cell, n_a=4, T_x=9, m=3))
    film = Film(sequence=2, unit=3, theme=mode, height=720)
    for t in (0, 4, 8):
        check_cells(run, film, way, t)


@pytest.mark.slow
def test_a_new_cell_is_filmed():
    with registered():
        run = rnnviz.run(rnnviz.Experiment(cell="mgu", n_a=4, T_x=9, m=3))
        for way in ("forward", "backward"):
            check_cells(run, Film(height=540), way, 5)


@pytest.mark.parametrize("way", ["forward", "backward"])
def test_a_run_without_numbers_is_filmed_as_such(way):
    run = rnnviz.run(EXPLODES)
    broken = run.trace.nonfinite_step
    assert broken and np.isnan(run.trace.states["a"]).any()
    scene = Scene(view(run, Film(), way))
    grey = theme.rgb(scene.view.ink.grid)
    row, box = scene.view.rows[-1], scene.geometry.boxes[-1]
    step = int(np.flatnonzero(~np.isfinite(row.numbers[1]))[-1])
    assert tuple(cell_pixel(scene, scene.whole, box, 3, 1, step)) == grey
    for t in (0, broken, EXPLODES.T_x - 1):
        scene.picture(t)


@pytest.mark.slow
@pytest.mark.parametrize("T_x", [1, 2, 50, 1400, 5000])
def test_long_runs_have_the_colour_of_a_step_in_every_pixel(T_x):
    run = rnnviz.run(rnnviz.Experiment(n_a=2, T_x=T_x, m=1, loss="upstream_last"))
    scene = Scene(view(run, Film(height=540), "forward"))
    left, top, right, bottom = scene.geometry.boxes[-1]
    values = run.trace.states["c"][0, 0]
    most = np.abs(run.trace.states["c"]).max()
    row = np.asarray(scene.whole)[top + (bottom - top) // 4, left:right]
    for pixel in range(0, right - left, 37):
        first = int(pixel * T_x / (right - left))  # the step on which this pixel begins
        near = values[max(first - 1, 0) : first + 2]
        colours = [expected_colour(value, (-most, most), "light") for value in near]
        assert min(np.abs(row[pixel] - colour).max() for colour in colours) <= 2


@pytest.mark.parametrize("t", [0, 3, 19])
@pytest.mark.parametrize("way", ["forward", "backward"])
def test_the_cursor_stands_at_now(way, t):
    run = rnnviz.run(rnnviz.Experiment(T_x=20, n_a=4, m=2))
    scene = Scene(view(run, Film(height=720), way))
    now = theme.rgb(scene.view.ink.now)
    left, top, right, bottom = scene.geometry.panel
    picture = np.asarray(scene.picture(t))
    high = (picture[top:bottom] == now).all(axis=-1).mean(axis=0)
    drawn = np.flatnonzero(high > 0.5)  # dots lie over it
    middle = left + (t + 0.5) * (right - left) / 20
    assert len(drawn) and abs(drawn.mean() + 0.5 - middle) <= 1
    # The frame around the step's column, between two rows.
    gap = scene.geometry.boxes[0][3] + 1
    drawn = np.flatnonzero((picture[gap, : right + 9] == now).all(axis=-1))
    step = (right - left) / 20
    assert abs(drawn.min() - (left + t * step)) <= 3 and abs(drawn.max() - middle - step / 2) <= 3


def colour_rows(picture, x, colour):
    """The pixels of one column that have a colour, nearly."""
    column = np.asarray(picture)[:, int(x)].astype(int)
    return np.flatnonzero(np.abs(column - theme.rgb(colour)).max(axis=-1) <= 3)


def test_a_norm_stands_at_its_height_on_the_log_scale():
    run = rnnviz.run(rnnviz.Experiment(cell="gru", T_x=20, n_a=4, m=2))
    scene = Scene(view(run, Film(height=1080, sequence=1), "backward"))
    marks = scene.panel.marks()
    assert ("10⁻³" in dict(marks).values()) == (-3.0 in dict(marks))
    grid = theme.rgb(scene.view.ink.grid)
    left, top, _, bottom = scene.geometry.panel
    bare = np.asarray(scene.bare)[top - 2 : bottom - 3, left + 3]
    lines = top - 2 + np.flatnonzero((bare == grid).all(axis=-1))
    upper, lower = lines.min() + 0.5, lines.max() + 0.5  # the highest and the lowest power of ten
    shown = [exponent for exponent, _ in marks if scene.panel.y(exponent) < bottom - 3]
    per_decade = (lower - upper) / (max(shown) - min(shown))
    for t in (0, 7, 19):
        norm = np.linalg.norm(run.gradients.states["a"][:, 1, t])
        expected = lower - (np.log10(norm) - min(shown)) * per_decade
        colour = theme.line("a", "light")["color"]
        x = left + (t + 0.5) * (scene.geometry.panel[2] - left) / 20
        dot = colour_rows(scene.picture(t).crop((0, top, 1920, bottom)), x, colour) + top
        assert abs(dot.mean() - expected) <= 2


def test_the_numbers_at_the_right_change_with_the_step():
    scene = Scene(view(rnnviz.run(SMALL), Film(height=540), "forward"))
    right = (
        scene.geometry.panel[2] + 5,
        scene.geometry.boxes[1][1],
        960,
        scene.geometry.boxes[-1][3],
    )
    one, other = (scene.picture(t).crop(right) for t in (2, 3))
    assert ImageChops.difference(one, other).getbbox()


@pytest.mark.parametrize("kind", canvas._FACES)
def test_a_typeface_has_the_glyphs_that_are_set_in_it(kind):
    face = canvas.font(40, 400, kind)
    missing = bytes(face.getmask("\U000f1234"))
    more = "" if "serif" in kind else "‖−→←·⁻⁰¹²³⁴⁵⁶⁷⁸⁹"
    for letter in f"abcLTMt0123456789()/%=:;{more}":
        assert bytes(face.getmask(letter)) != missing, letter


# -- when which picture comes ----------------------------------------------------------------------


@given(
    T_x=st.integers(1, 5000),
    pace=st.floats(*choices.BOUNDS["pace"]),
    rate=st.integers(*choices.BOUNDS["rate"]),
    direction=st.sampled_from(choices.CHOICES["direction"]),
)
@settings(max_examples=60, deadline=None)
def test_any_length_at_any_speed(T_x, pace, rate, direction):
    film = Film(pace=pace, rate=rate, direction=direction)
    shots = list(film.shots(T_x))
    for way in film.ways:
        steps = [shot.t for shot in shots if shot.way == way]
        assert steps == sorted(set(steps), reverse=way == "backward")
        assert steps[-1] == (T_x - 1 if way == "forward" else 0)
        ticks = sum(shot.ticks for shot in shots if shot.way == way)
        assert abs(ticks / rate - T_x * pace - choices.HOLD) <= 2 / rate
    assert all(shot.ticks >= 1 for shot in shots)
    if pace * rate >= 1:
        assert len(shots) == T_x * len(film.ways)


@pytest.mark.parametrize(
    ("seconds", "direction"), [(5.0, "forward"), (30.0, "both"), (2.5, "both")]
)
def test_a_film_lasts_as_long_as_was_asked(seconds, direction):
    film = Film(direction=direction, pace=choices.pace_for(seconds, direction, 50))
    lasts = sum(shot.ticks for shot in film.shots(50)) / film.rate
    assert abs(lasts - seconds) <= 2 / film.rate


@pytest.mark.slow
def test_pictures_are_drawn_one_by_one(tmp_path, monkeypatch):
    alive, most = weakref.WeakValueDictionary(), []
    draw = Scene.picture

    def noted(scene, t):
        picture = draw(scene, t)
        alive[id(picture)] = picture
        return picture

    monkeypatch.setattr(Scene, "picture", noted)
    for kind in ("webp", "apng", "gif"):
        film = Film(height=360, format=kind)
        make(rnnviz.run(SMALL), film, tmp_path / "film", lambda *_: most.append(len(alive)))
    assert max(most) <= 3


@pytest.mark.parametrize(
    ("how", "T_x", "sentence"),
    [
        ({"pace": 1.0}, 5000, "at most 12000 pictures and last 1800 s, got 10000 pictures"),
        ({"sequence": 10}, 50, "sequence must be between 1 and 10, got 11"),
        ({"unit": 5}, 50, "unit must be between 1 and 5, got 6"),
    ],
)
def test_what_cannot_be_filmed_is_one_sentence(how, T_x, sentence):
    experiment = rnnviz.Experiment(T_x=T_x, n_x=1, n_a=5)
    with pytest.raises(ExperimentError, match=sentence):
        next(pictures(rnnviz.run(experiment), Film(**how)))


@pytest.mark.parametrize(
    "how",
    [{"height": 361}, {"height": "1080"}, {"pace": float("nan")}, {"pace": "1"}, {"rate": True},
     {"loop": 1}, {"format": ["gif"]}, {"theme": "print"}, {"unit": -1}, {"sequence": 1.5}],
)  # fmt: skip
def test_a_film_out_of_bounds_is_refused(how):
    with pytest.raises(ExperimentError, match=f"^{next(iter(how))} must be .* got "):
        Film.from_dict(how)
    with pytest.raises(ExperimentError, match=r"film must have of .* got evil"):
        Film.from_dict({"evil": 1})


# -- the files -------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["webp", "apng"])
@every_theme
def test_another_reader_finds_every_pixel(film_of, kind, mode):
    path = film_of(format=kind, theme=mode, pace=0.5)
    with Image.open(path) as film:
        assert film.format == {"webp": "WEBP", "apng": "PNG"}[kind]
        assert film.size == (640, 360) and film.info["loop"] == 0
    drawn = list(pictures(rnnviz.run(SMALL), Film(height=360, theme=mode, pace=0.5)))
    read_back = list(read(path))
    assert len(read_back) == len(drawn) == 12
    for (picture, ticks), (again, lasts) in zip(drawn, read_back, strict=True):
        assert lasts == pytest.approx(ticks * 40)
        assert ImageChops.difference(picture, again).getbbox() is None


@pytest.mark.slow
def test_a_gif_has_one_palette_and_every_picture(film_of):
    path = film_of(format="gif")
    drawn = [picture for picture, _ in pictures(rnnviz.run(SMALL), Film(height=360))]
    read_back = list(read(path))
    assert len(read_back) == len(drawn) == 12
    assert sum(lasts for _, lasts in read_back) == 12 * 200 + 2 * 1000
    for picture, (again, _) in zip(drawn, read_back, strict=True):
        away = np.asarray(ImageChops.difference(picture, again)).max(axis=-1)
        assert away.mean() < 0.8 and np.quantile(away, 0.999) <= 24
    data = path.read_bytes()
    assert data[:6] == b"GIF89a" and data[10] == 0xF7  # one table of 256 colours for all
    assert data[13 : 13 + 768] == colours.gif_palette("light")
    assert all(not flags & 0x80 for flags in gif_pictures(data))  # none brings its own


def gif_pictures(data):
    """The flags of every picture of a GIF, block by block (GIF89a, section 20)."""
    at, flags_of = 13 + 768, []
    while data[at] != 0x3B:
        if data[at] == 0x2C:
            flags_of.append(data[at + 9])
            at += 11  # and the size of LZW's first codes
        else:
            assert data[at] == 0x21
            at += 2
        while data[at]:
            at += data[at] + 1
        at += 1
    assert at == len(data) - 1
    return flags_of


@every_theme
def test_the_palette_holds_every_ink_and_the_whole_of_each_scale(mode):
    palette = np.frombuffer(colours.gif_palette(mode), np.uint8).reshape(256, 3).astype(int)
    ink = theme.MODES[mode]

    def away(colour):
        return np.abs(palette[:255] - colour).max(axis=-1).min()

    for colour in (ink.ground, ink.text, ink.quiet, ink.grid, ink.now, *ink.lines.values()):
        assert away(theme.rgb(colour)) == 0
    for scale in (ink.diverging, ink.sequential):
        for share in np.linspace(0, 1, 101):
            assert away(theme.rgb(theme.colour_at(scale, share))) <= 6


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["webp", "apng", "gif"])
def test_a_film_that_plays_once(film_of, kind):
    with Image.open(film_of(format=kind, loop=False)) as film:
        assert film.info.get("loop") in (1, None)
    with Image.open(film_of(format=kind)) as film:
        assert film.info["loop"] == 0


def test_mp4_where_ffmpeg_is(film_of, monkeypatch):
    if not shutil.which("ffmpeg"):
        with pytest.raises(ExperimentError, match="mp4 needs ffmpeg"):
            film_of(format="mp4")
        return
    path = film_of(format="mp4")
    command = ["ffprobe", "-v", "error", "-count_frames", "-of", "json", "-show_streams", path]
    (stream,) = json.loads(subprocess.check_output(command))["streams"]
    ticks = sum(shot.ticks for shot in Film().shots(SMALL.T_x))
    assert int(stream["nb_read_frames"]) == ticks
    assert (stream["width"], stream["height"]) == (640, 360) and stream["codec_name"] == "h264"
    command = ["ffmpeg", "-v", "error", "-ss", "0.1", "-i", path, "-frames:v", "1"]
    command += ["-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    first = np.frombuffer(subprocess.check_output(command), np.uint8).reshape(360, 640, 3)
    drawn, _ = next(pictures(rnnviz.run(SMALL), Film(height=360)))
    assert np.abs(first.astype(int) - np.asarray(drawn)).mean() < 3


def test_mp4_without_ffmpeg_is_one_sentence(film_of, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(ExperimentError) as caught:
        film_of(format="mp4")
    assert str(caught.value) == video.MISSING and "apt install ffmpeg" in video.MISSING


def test_a_film_given_up_leaves_nothing(tmp_path):
    def stop(done, count):
        if done == 3:
            raise KeyboardInterrupt

    for kind in ("webp", "mp4") if shutil.which("ffmpeg") else ("webp",):
        with pytest.raises(KeyboardInterrupt):
            make(rnnviz.run(SMALL), Film(height=360, format=kind), tmp_path / "film", stop)
        assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_the_lines_of_the_docs_make_a_film(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = (Path(__file__).parent.parent / "docs" / "FILMS.md").read_text()
    exec(text.split("```python")[1].split("```")[0], {})
    with Image.open("gru.gif") as film:
        assert film.n_frames == 30 and film.size == (1280, 720)


@pytest.mark.slow
def test_progress_counts_every_picture(tmp_path):
    heard = []
    make(rnnviz.run(SMALL), Film(height=360), tmp_path / "f", lambda *said: heard.append(said))
    assert heard == [(done, 12) for done in range(13)]


@pytest.mark.parametrize("height", [360, 480, 720, 1080])
def test_sizes_are_even_and_nothing_leaves_the_picture(height):
    film = Film(height=height)
    width, tall = film.size
    assert tall == height and width % 2 == 0 and abs(width / tall - 16 / 9) < 0.01
    for way in ("forward", "backward"):
        picture = np.asarray(Scene(view(rnnviz.run(SMALL), film, way)).picture(3))
        edges = [picture[0], picture[-1], picture[:, 0], picture[:, -1]]
        ground = Counter(map(tuple, np.concatenate(edges).tolist()))
        assert list(ground) == [theme.rgb(theme.MODES["light"].ground)]

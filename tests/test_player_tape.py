"""The tape's own pixels and words are the run's: every row, every step, of a sequence, unit and
step that are not the first, in a run in which no two numbers are alike."""

import numpy as np
import pytest
from minimal import registered
from players import (
    PLAYER,
    SHADE,
    SMALL,
    digits,
    felt,
    most_felt,
    most_held,
    mounted,
    opened_by,
    scrub,
    signed,
)

import rnnviz
from rnnviz.figures import theme
from rnnviz.figures.notation import plain

pytestmark = pytest.mark.browser
CELLS = ["rnn", "lstm", "gru", "mgu"]
T_x, n_a = int(SMALL["T_x"]), int(SMALL["n_a"])
UNIT, SEQUENCE, NOW = 2, 1, 6  # from 0
WAYS = ["forward", "backward"]

# Every word that a canvas writes, kept with its place.
LISTEN = """() => {
    const write = CanvasRenderingContext2D.prototype.fillText;
    window.written = [];
    CanvasRenderingContext2D.prototype.fillText = function (text, x, y, ...more) {
        window.written.push({ text: `${text}`, x, y });
        return write.call(this, text, x, y, ...more);
    };
}"""

# The tape's frame as it is drawn, and the colours of its pixels: of each heatmap (unit, step) at a
# quarter of the cell's width, where no cursor stands; of each curve all pixels of its column.
LOOK = """(root) => {
    const { canvas, left, right, panels, ratio, run, bottom } = root.player.tape;
    const image = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const pixel = (x, y) => {
        const from = 4 * (Math.floor(y * ratio) * image.width + Math.floor(x * ratio));
        return [...image.data.slice(from, from + 4)];
    };
    const x = (column) => left + ((right - left) * column) / run.count;
    const range = (count) => [...Array(count).keys()];
    const rows = (panel) => root.player.tape.rows(panel);
    const row = (panel, unit) => panel.y + ((unit + 0.5) * panel.height) / rows(panel);
    return {
        left, bottom, count: run.count, xs: range(run.count).map((k) => x(k + 0.5)),
        panels: panels.map((panel) => ({
            ...panel,
            cells: panel.kind === "norms" ? [] : range(rows(panel)).map((unit) =>
                range(run.count).map((k) => pixel(x(k + 0.25), row(panel, unit)))),
            arrows: panel.kind === "norms" ? [] : range(run.n_a).map((unit) =>
                pixel(left - 5, row(panel, unit))),
            cursor: range(run.count).map((k) => pixel(x(k + 0.5), panel.y - 2)),
            columns: range(run.count).map((k) =>
                range(Math.floor(panel.height)).map((y) => pixel(x(k + 0.5) + 3, panel.y + y))),
        })),
    };
}"""


@pytest.fixture(params=[*((cell, "light") for cell in CELLS), ("lstm", "dark")], ids="-".join)
def cell_and_mode(request):
    return request.param


def experiment(cell, **more):
    with registered():
        given = {"n_a": n_a, "T_x": T_x, "m": 3, "loss": "upstream_every"}
        return rnnviz.run(rnnviz.Experiment(cell=cell, **given | more))


def stage(browser, player, run, direction, **more):
    return mounted(browser, player, run, (UNIT, SEQUENCE, NOW), direction, **more)


@pytest.fixture
def player():
    return PLAYER


def expected_colour(runs, panel, mode):
    """A function from (unit, step) to the theme's colour for the engine's number."""
    ink, of, run = theme.MODES[mode], panel["of"], runs[panel["run"]]
    if panel["kind"] == "gradient":
        top = most_felt(runs, SEQUENCE)
        return lambda unit, t: felt(ink, run.gradients.states[of][unit, SEQUENCE, t], top)
    if panel["kind"] == "input":
        x = run.trace.x[:, SEQUENCE]
        return lambda row, t: signed(ink, x[row, t], abs(x).max())
    if panel["kind"] == "output":
        return lambda row, t: opened_by(ink, run.trace.y[row, SEQUENCE, t])
    if panel["kind"] == "state":
        top = most_held(runs, of, SEQUENCE)
        return lambda unit, t: signed(ink, run.trace.states[of][unit, SEQUENCE, t], top)
    gate = next(gate for gate in run.cell.shown_gates if gate.name == of)
    if gate.squash == "sigmoid":
        return lambda unit, t: opened_by(ink, run.trace.gates[of][unit, SEQUENCE, t])
    return lambda unit, t: signed(ink, run.trace.gates[of][unit, SEQUENCE, t], 1)


def counted(run, panel):
    """How many rows a heatmap has."""
    return {"input": run.trace.n_x, "output": run.trace.n_y}.get(panel["kind"], n_a)


def bright(panel, t, direction):
    """Whether a step has been reached: what is to come is faint."""
    if panel["kind"] in ("gradient", "norms"):
        return direction == "backward" and t >= NOW
    return direction == "backward" or t <= NOW


@pytest.mark.parametrize("direction", WAYS)
def test_every_cell_of_the_tape_has_the_colour_of_the_engines_number(
    browser, player, cell_and_mode, direction
):
    cell, mode = cell_and_mode
    run = experiment(cell)
    with stage(browser, player, run, direction, mode=mode) as page:
        panels = page.locator(".player").evaluate(LOOK)["panels"]
    maps = [panel for panel in panels if panel["kind"] != "norms"]
    rows = ["x", *run.cell.states, *(gate.name for gate in run.cell.shown_gates), "y"]
    assert [panel["name"] for panel in maps] == rows + [f"d_{s}" for s in run.cell.states]
    assert_colours([run], maps, mode, direction)


def assert_colours(runs, maps, mode, direction):
    """Every pixel of some heatmaps that was looked at is that of the engine's number."""
    for panel in maps:
        colour = expected_colour(runs, panel, mode)
        for unit in range(counted(runs[panel["run"]], panel)):
            for t in range(T_x):
                *seen, alpha = panel["cells"][unit][t]
                assert (alpha == 255) == bright(panel, t, direction)
                # A canvas keeps colours times alpha, and alpha, as bytes, and may cut the first:
                # one and a half of their last digits.
                off = np.abs(np.subtract(seen, colour(unit, t))).max()
                most = SHADE + (alpha < 255) * 1.5 * 255 / alpha
                assert off <= most, (panel["name"], unit, t, seen)


@pytest.mark.parametrize("cell", CELLS)
def test_the_pointer_reads_off_the_engines_number(browser, player, cell):
    run = experiment(cell)
    with stage(browser, player, run, "forward") as page:
        panels = page.locator(".player").evaluate(LOOK)["panels"]
        frame, box = page.locator(".tape").bounding_box(), page.locator(".player .hover")
        for panel in panels:
            rows, t = counted(run, panel), (NOW + 3) % T_x
            unit = (UNIT + len(panel.get("name", ""))) % rows
            x = frame["x"] + panels_x(page, t)
            row = 0.5 if panel["kind"] == "norms" else (unit + 0.5) / rows
            page.mouse.move(x, frame["y"] + panel["y"] + row * panel["height"])
            assert box.inner_text() == expected_words(run, panel, unit, t)
            place = box.bounding_box()
            assert place["x"] >= frame["x"]
            assert place["x"] + place["width"] <= frame["x"] + frame["width"] + 1
        page.mouse.move(frame["x"] + 2, frame["y"] + 2)  # where no number stands
        assert box.is_hidden()


def panels_x(page, t):
    return page.locator(".player").evaluate(LOOK)["xs"][t]


def expected_words(run, panel, unit, t):
    """What the pointer is told of a panel's unit at a step."""
    if panel["kind"] == "norms":
        felt = run.gradients.states
        each = {s: np.linalg.norm(felt[s][:, SEQUENCE, t]) for s in run.cell.states}
        told = ", ".join(f"‖dL/d{s}‖ {digits(norm)}" for s, norm in each.items())
        return f"{told}, sequence {SEQUENCE + 1}, t = {t + 1}"
    if panel["kind"] in ("input", "output"):
        held, said = (run.trace.x, "number") if panel["kind"] == "input" else (run.trace.y, "class")
        value = digits(held[unit, SEQUENCE, t])
        return f"{panel['word']} {panel['symbol']}, {said} {unit + 1}, t = {t + 1}: {value}"
    held = {"gradient": run.gradients.states, "state": run.trace.states}
    value = held.get(panel["kind"], run.trace.gates)[panel["of"]][unit, SEQUENCE, t]
    word = "" if panel["kind"] == "gradient" else f"{panel['word']} "
    return f"{word}{panel['symbol']}, unit {unit + 1}, t = {t + 1}: {digits(value)}"


@pytest.mark.parametrize("direction", WAYS)
@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_the_marks_stand_at_the_unit_and_the_step(browser, player, cell, direction):
    run, now = experiment(cell), (*theme.rgb(theme.MODES["light"].now), 255)
    with stage(browser, player, run, direction) as page:
        panels = page.locator(".player").evaluate(LOOK)["panels"]
    for panel in panels:
        assert [tuple(p) == now for p in panel["cursor"]] == [t == NOW for t in range(T_x)]
        if panel["kind"] not in ("norms", "input", "output"):  # whose rows are no units
            assert [tuple(p) == now for p in panel["arrows"]] == [u == UNIT for u in range(n_a)]


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_the_curve_is_the_norm_of_the_gradient(browser, player, cell):
    run = experiment(cell)
    with stage(browser, player, run, "backward") as page:
        panel = page.locator(".player").evaluate(LOOK)["panels"][-1]
    low, high = panel["decades"]
    name = run.cell.states[0]  # the whole line; a second one is dashed, and may lie over it
    hues = [theme.rgb(theme.line(s, "light")["color"]) for s in run.cell.states]
    logs = np.log10(run.gradients.sequence_norms[name][SEQUENCE])
    for t in range(NOW + 1, T_x - 1):
        inked = [
            y
            for y, (*seen, alpha) in enumerate(panel["columns"][t])
            if any(np.abs(np.subtract(seen, hue)).max() < 40 and alpha > 200 for hue in hues)
        ]
        beside = np.interp(t + 3 * T_x / 500, np.arange(T_x), logs)  # 3 px right of the cursor
        y = panel["height"] * (high - beside) / (high - low)
        # Half of the line's 2.2 px, a pixel's own height, and the slope over the pixels beside.
        slope = abs(logs[t + 1] - logs[t]) * panel["height"] / (high - low) * T_x / 200
        assert min(abs(y - one) for one in inked) <= 2.1 + slope, (t, y, inked)


@pytest.mark.parametrize("cell", CELLS)
def test_the_words_of_the_tape_name_rows_and_times(browser, player, cell):
    run = experiment(cell)
    with stage(browser, player, run, "forward", first=LISTEN) as page:
        drawn, written = page.locator(".player").evaluate(LOOK), page.evaluate("window.written")
    times = [word for word in written if abs(word["y"] - drawn["bottom"] - 13) < 1]
    times = [word for word in times if word["text"] != "time t"]
    assert {word["text"] for word in times} >= {"1", f"{T_x}"}
    width = drawn["xs"][1] - drawn["xs"][0]
    for word in times:  # those at the edges move inwards, by less than half a step
        assert abs(word["x"] - drawn["xs"][int(word["text"]) - 1]) < width / 2
    symbols = {s: s for s in (*run.cell.states, "x", "y")}
    symbols |= {gate.name: plain(gate.symbol) for gate in run.cell.shown_gates}
    symbols |= {f"d_{s}": f"dL/d{s}" for s in run.cell.states}
    for panel in drawn["panels"][:-1]:
        middle = panel["y"] + panel["height"] / 2
        here = {word["text"].strip() for word in written if abs(word["y"] - middle) < 1}
        assert symbols[panel["name"]] in here


@pytest.mark.parametrize("direction", WAYS)
@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_the_players_words_are_of_this_step_unit_and_sequence(browser, player, cell, direction):
    run = experiment(cell)
    of, name = (run.trace, "{}") if direction == "forward" else (run.gradients, "gradient of {}")
    numbers = {s: digits(of.states[s][UNIT, SEQUENCE, NOW]) for s in run.cell.states}
    parts = (f"{name.format(s)} {number}" for s, number in numbers.items())
    sentence = f"step {NOW + 1} of {T_x}, unit {UNIT + 1}: {', '.join(parts)}"
    sentence = sentence.replace(" × 10", " × 10 to the ")
    with stage(browser, player, run, direction) as page:
        page.wait_for_function("document.querySelector('.live').textContent")
        assert scrub(page).get_attribute("aria-valuetext") == sentence
        assert scrub(page).input_value() == f"{NOW}"
        assert page.locator(".player .live").inner_text().startswith(sentence)
        bar = page.locator(".player .bar").inner_text()
        for words in (f"unit {UNIT + 1} of {n_a}", f"sequence {SEQUENCE + 1} of 3"):
            assert words in bar
        assert page.locator(".player .now").inner_text() == f"t = {NOW + 1} of {T_x}"

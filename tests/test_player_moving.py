"""Looked at while it moves: at every instant the player shows one step, and shows it right.

The browser's frames are taken from it: each comes when the test says so, a 64th of a second after
the one before, so that a step at 4 steps a second is 16 frames on any machine.
"""

import re

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
    number,
    signed,
    values_at,
)

import rnnviz
from rnnviz.core import recompute
from rnnviz.core.diagram import nodes
from rnnviz.figures import theme

pytestmark = pytest.mark.browser
CELLS = ["rnn", "lstm", "gru", "mgu"]
FRAMES = 16  # of a step at 4 steps a second
T_x = int(SMALL["T_x"])
UNIT, SEQUENCE = 2, 1
INK = theme.MODES["light"]

# Play in the root of a player, with frames by hand; what is drawn after each of them.
PLAY = """(root, [frames, speed]) => {
    const queue = [], own = window.requestAnimationFrame;
    const menu = root.querySelector("select");
    menu.value = speed;
    menu.dispatchEvent(new Event("change"));
    const tall = (node, part) => Number(node.querySelector(part).getAttribute("height"));
    const looks = (cell) => ({
        lines: [...cell.querySelectorAll(".equation p:not(.title)")].map((p) => p.textContent),
        boxes: Object.fromEntries([...cell.querySelectorAll(".node")].map((node) => [
            node.dataset.name,
            {
                text: node.querySelector(".value").textContent,
                before: node.classList.contains("before"),
                fill: node.querySelector(".box").style.fill,
                level: node.matches(".gate") && tall(node, ".level") / tall(node, ".box"),
                squares: [...node.querySelectorAll(".square")].map((one) => one.style.fill),
            },
        ])),
    });
    const look = () => ({
        time: root.querySelector(".now").textContent,
        slider: Number(root.querySelector(".scrub").value),
        backward: root.querySelectorAll(".word")[1].getAttribute("aria-pressed") === "true",
        cells: [...root.querySelectorAll(".cell")].map(looks),
        flowing: [...root.querySelectorAll(".wire.flow")]
            .some((wire) => Number.parseFloat(wire.style.strokeDashoffset)),
    });
    const seen = [];
    window.requestAnimationFrame = (frame) => queue.push(frame);
    try {
        root.querySelector("button.play").click();
        for (let n = 0; n < frames && queue.length; n++) {
            queue.splice(0).forEach((frame) => frame((1000 * n) / 64));
            seen.push(look());
        }
    } finally {
        window.requestAnimationFrame = own;
    }
    return seen;
}"""


def played(page, frames, speed="4"):
    """What is seen after each frame, of the first cell."""
    return [of_cell(0, seen) for seen in played_together(page, frames, speed)]


def played_together(page, frames, speed="4"):
    """The same, of all cells."""
    return page.locator(".player").evaluate(PLAY, [frames, speed])


def of_cell(place, instant):
    """What is seen of one cell."""
    return instant | instant["cells"][place]


def short(value):
    """A number as a box of the diagram shows it."""
    if value == 0:
        return "0"
    if 0.005 <= abs(value) < 1000:
        return f"{value:.2f}".replace("-", "−")
    mantissa, exponent = f"{value:.0e}".split("e")
    return f"{mantissa}e{int(exponent)}".replace("-", "−")


def experiment(cell):
    with registered():
        given = {"n_a": 4, "T_x": T_x, "m": 3, "loss": "upstream_every"}
        return rnnviz.run(rnnviz.Experiment(cell=cell, **given))


def forward_numbers(run, t):
    """What stands in every box at step t, by the box's name."""
    return values_at(run, (UNIT, SEQUENCE, t))


def backward_numbers(run, t):
    """How the loss feels what stands in the boxes at step t: that is the engine's own, but for a
    gate, where the engine gives it behind the gate's squashing."""
    numbers = {}
    for state in run.cell.states:
        numbers[state] = run.gradients.states[state][UNIT, SEQUENCE, t]
        numbers[f"{state}_prev"] = run.gradients.state(state)[t, UNIT, SEQUENCE]
    dz, _ = recompute.gate_gradients(run, SEQUENCE, np.array([t]))
    values = forward_numbers(run, t)
    for node in nodes(run.cell):
        if node.kind == "block":
            numbers[node.name] = dz[node.name.removeprefix("z_")][UNIT, 0]
        if node.kind == "gate":
            v = values[node.name]
            slope = v * (1 - v) if node.squash == "sigmoid" else 1 - v * v
            numbers[node.name] = dz[node.name][UNIT, 0] / slope
    return numbers


def numbered(run):
    """The names of the boxes in which a number stands."""
    kinds = ("gate", "block", "previous", "state")
    return [node.name for node in nodes(run.cell) if node.kind in kinds]


def agrees(text, value):
    """Whether a box's text is a number rounded to the digits that are there; the last digit may be
    the next one, where the value lies between two and was computed in another order."""
    digit = 10.0 ** (int(text.split("e")[1].replace("−", "-")) if "e" in text else -2)
    return abs(number(text) - value) <= digit * (0.5 + 1e-9) or text == short(value)


def lines_of(run, t, backward):
    """What the lines below the diagram end in, first the memory's, by the state's name."""
    ends = {}
    for state in run.cell.states:
        if not backward:
            ends[state] = digits(run.trace.states[state][UNIT, SEQUENCE, t])
            continue
        column = run.gradients.states[state][:, SEQUENCE, t]
        norm, value = digits(np.linalg.norm(column)), digits(column[UNIT])
        ends[state] = f"{value}, norm {norm}" if len(run.cell.states) > 1 else value
    return ends


def fills(run, name, backward, value, box, beside=()):
    """Whether what fills a box is the number that stands in it, by colour or by height, on the
    scale that it shares with the runs beside it."""
    runs = [run, *beside]
    if backward:
        return not box["level"] and near(box["fill"], felt(INK, value, most_felt(runs, SEQUENCE)))
    state = name.removesuffix("_prev")
    if state in run.cell.states:
        return near(box["fill"], signed(INK, value, most_held(runs, state, SEQUENCE)))
    squashes = {gate.name: gate.squash for gate in run.cell.shown_gates}
    share = value if squashes.get(name) == "sigmoid" else abs(value) / 2
    return box["fill"] == "" and (name not in squashes or abs(box["level"] - share) < 1e-3)


def assert_what_goes_in_and_comes_out_is_right(run, instant, t):
    """x stands in its box as colours and y as the likeliest class, once they are there; neither
    on the way back."""
    boxes, back = instant["boxes"], instant["backward"]
    x, y = run.trace.x[:, SEQUENCE], run.trace.y[:, SEQUENCE, t]
    squares = boxes["x"]["squares"]
    if back or boxes["x"]["before"]:
        assert squares == ["none"] * len(x)
    else:
        for square, value in zip(squares, x[:, t], strict=True):
            assert near(square, signed(INK, value, abs(x).max()))
    likely = f"{y.argmax() + 1}: {short(y.max())}"
    assert boxes["output y"]["text"] == ("" if back or boxes["output y"]["before"] else likely)


def near(fill, expected):
    """Whether "rgb(..)" is a colour, but for the steps in which the browser mixes scales."""
    return all(
        abs(int(one) - other) <= SHADE
        for one, other in zip(re.findall(r"\d+", fill), expected, strict=True)
    )


def assert_an_instant_is_right(run, instant, t, complete):
    """All that is drawn is of step t, or visibly not yet there."""
    assert_boxes_are_right(run, instant, t, complete)
    backward, two = instant["backward"], len(run.cell.states) > 1
    letters, numbers = instant["lines"]
    shown = dict(zip(reversed(run.cell.states), (letters, numbers), strict=True)) if two else {}
    shown = shown or {run.cell.states[0]: letters if backward else numbers}
    for state, end in lines_of(run, t, backward).items():
        there = shown[state].endswith(f" = {end}")
        assert there != instant["boxes"][state]["before"], (shown[state], end)


def assert_boxes_are_right(run, instant, t, complete, beside=()):
    """The same of the time and the boxes."""
    backward = instant["backward"]
    assert instant["time"] == f"t = {t + 1} of {T_x}"
    assert instant["slider"] == t
    expected = (backward_numbers if backward else forward_numbers)(run, t)
    for name in numbered(run):
        assert name in instant["boxes"], name
        box = instant["boxes"][name]
        assert box["before"] == (box["text"] == ""), name  # faint, and no number
        assert not (complete and box["before"]), name
        assert box["before"] or agrees(box["text"], expected[name]), (name, box, expected[name])
        assert box["before"] or fills(run, name, backward, expected[name], box, beside), name
    assert_what_goes_in_and_comes_out_is_right(run, instant, t)


@pytest.fixture
def player():
    return PLAYER


@pytest.mark.parametrize("cell", CELLS)
def test_the_way_there_shows_one_step_at_every_instant(browser, player, cell):
    run = experiment(cell)
    with mounted(browser, player, run, (UNIT, SEQUENCE, 0), "backward") as page:
        seen = played(page, FRAMES * T_x)  # from the end of the way back: all over again
    assert len(seen) == FRAMES * T_x and not any(instant["backward"] for instant in seen)
    for n, instant in enumerate(seen):
        t, part = divmod(n, FRAMES)
        assert_an_instant_is_right(run, instant, t, complete=part >= FRAMES // 2)
    waited = [seen[n]["boxes"]["a"]["before"] for n in range(FRAMES)]
    assert waited == sorted(waited, reverse=True) and 0 < sum(waited) <= FRAMES // 2


@pytest.mark.parametrize("cell", CELLS)
def test_the_way_back_shows_one_step_at_every_instant(browser, player, cell):
    run = experiment(cell)
    with mounted(browser, player, run, (UNIT, SEQUENCE, T_x - 1)) as page:
        seen = played(page, FRAMES * T_x)
    assert len(seen) == FRAMES * T_x and all(instant["backward"] for instant in seen)
    for n, instant in enumerate(seen):
        t, part = T_x - 1 - n // FRAMES, n % FRAMES
        assert_an_instant_is_right(run, instant, t, complete=part >= FRAMES // 2)
    waited = [seen[n]["boxes"]["a_prev"]["before"] for n in range(FRAMES)]
    assert waited == sorted(waited, reverse=True) and 0 < sum(waited) <= FRAMES // 2


def test_the_turn_shows_one_step_at_every_instant(browser, player):
    run = experiment("lstm")
    with mounted(browser, player, run, (UNIT, SEQUENCE, T_x - 2)) as page:
        seen = played(page, 6 * FRAMES)
    ways = [instant["backward"] for instant in seen]
    assert ways == sorted(ways) and set(ways) == {False, True}
    for n, instant in enumerate(seen[: ways.index(True)]):
        assert_an_instant_is_right(run, instant, T_x - 1, complete=n >= FRAMES // 2)
    for n, instant in enumerate(seen[ways.index(True) :][:FRAMES]):
        assert_an_instant_is_right(run, instant, T_x - 1, complete=n >= FRAMES // 2)


@pytest.mark.parametrize("speed", ["8", "60"])
def test_no_wave_where_no_eye_would_follow_it(browser, player, speed):
    run = experiment("lstm")
    with mounted(browser, player, run, (UNIT, SEQUENCE, 0)) as page:
        seen = played(page, 64, speed)
    assert len({instant["time"] for instant in seen}) > 6
    for instant in seen:
        assert not instant["flowing"]
        assert_an_instant_is_right(run, instant, instant["slider"], complete=True)

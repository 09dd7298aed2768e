"""The player in a browser, for the tests that read it: on the Step page, or alone."""

import base64
import re
from collections.abc import Callable
from contextlib import contextmanager
from typing import NamedTuple
from urllib.parse import parse_qs, urlparse

import numpy as np
from test_wiring import FUNCTIONS

from rnnviz.core.diagram import evaluate, nodes
from rnnviz.core.versions import VERSION
from rnnviz.export.modules import one_module
from rnnviz.export.player.message import message
from rnnviz.figures import theme
from rnnviz.sitemap import ROOT

SMALL = {"v": VERSION, "n_a": "4", "T_x": "12", "m": "3"}


def words(**link):
    return "&".join(f"{name}={word}" for name, word in (SMALL | link).items())


def address(page):
    return {name: words[0] for name, words in parse_qs(urlparse(page.url).query).items()}


@contextmanager
def opened(browser, server, settings=None, on="Step", **link):
    """A tab on the Step page, or another one, with the player in it, closed afterwards."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}} | (settings or {}))
    page = context.new_page()
    page.goto(f"{server}/{on}?{words(**link)}")
    rests(page)
    yield page
    context.close()


def rests(page):
    """Wait until the player stands, and the script behind it has ended."""
    page.wait_for_selector(".player .node", timeout=30_000)
    page.wait_for_selector(".js-plotly-plot .main-svg", timeout=30_000)
    page.wait_for_function(
        """() => !document.querySelector('[data-testid="stStatusWidget"]')
            && !document.querySelector('[data-stale="true"]')"""
    )
    page.wait_for_timeout(300)


class Player(NamedTuple):
    """What makes a player: its script, and the function that writes its message."""

    script: str
    message: Callable[..., bytes]


FOLDER = ROOT / "assets" / "player"
PLAYER = Player(one_module(FOLDER / "main.js"), message)
MOUNT = """async ([script, message]) => {
    const module = await import(`data:text/javascript;charset=utf-8,${encodeURIComponent(script)}`);
    const data = Uint8Array.from(atob(message), (letter) => letter.charCodeAt(0));
    const parentElement = document.querySelector("main");
    module.default({ parentElement, data, setTriggerValue() {} });
}"""


@contextmanager
def mounted(browser, player, run, at, direction="forward", mode="light", first="() => {}"):
    """A blank page with nothing but a player in it, at (unit, sequence, t) of a run, or of a list
    of several; `first` is a function of JavaScript that is called before it is mounted."""
    unit, sequence, t = at
    page = browser.new_page(viewport={"width": 1100, "height": 900})
    parts = {name: (FOLDER / f"player.{name}").read_text() for name in ("css", "html")}
    page.set_content(
        f"<html style='color-scheme: {mode}'><style>{parts['css']}</style>"
        f"<main>{parts['html']}</main></html>"
    )
    page.evaluate(first)
    runs = run if isinstance(run, list) else [run]
    sent = player.message(runs, t, sequence, unit, direction, False)
    page.evaluate(MOUNT, [player.script, base64.b64encode(sent).decode()])
    yield page
    page.close()


def scrub(page):
    return page.get_by_role("slider", name="Time step", exact=True)


def step(page):
    """The step that the player stands on, from 1."""
    return int(re.search(r"step (\d+) of", scrub(page).get_attribute("aria-valuetext"))[1])


def digits(value):
    """A number as the player writes it."""
    text = f"{value:.4g}"
    if "e" in text:
        mantissa, exponent = text.split("e")
        text = f"{mantissa} × 10{int(exponent)}"
    return text.replace("-", "−")


def number(text):
    return float(re.sub(r" × 10(−?\d+)", r"e\1", text).strip("() ").replace("−", "-"))


def look_at(page, name):
    """Focus a node of the diagram; the two lines below it."""
    page.locator(f'.player .node[data-name="{name}"]').focus()
    return [page.locator(f".player .{kind}").last.inner_text() for kind in ("letters", "numbers")]


def values_at(run, at):
    """What every node holds, for (unit, sequence, t)."""
    unit, sequence, t = at
    given = {f"{s}_prev": run.trace.state(s)[t][unit, sequence] for s in run.cell.states}
    given |= {f"z_{name}": z[at] for name, z in run.trace.preactivations.items()}
    return evaluate(nodes(run.cell), given | {"x": 0.0}, FUNCTIONS)


def signed(ink, value, top):
    """The colour of a number of either sign, on the diverging scale from -top to top."""
    return theme.rgb(theme.colour_at(ink.diverging, 0.5 + value / top / 2))


def opened_by(ink, value):
    """The colour of a gate's value from 0 to 1."""
    return theme.rgb(theme.colour_at(ink.sequential, value))


def felt(ink, value, top):
    """The colour of a gradient: a shade for each power of ten below the largest, six of them."""
    strength = min(1, max(0, 1 + np.log10(abs(value) / top) / 6)) if value else 0
    return theme.rgb(theme.colour_at(ink.diverging, 0.5 + np.sign(value) * strength / 2))


def largest(run, state, sequence, of="trace"):
    """A state's largest size in a sequence, the initial one included."""
    return abs(getattr(run, of).state(state)[:, :, sequence]).max()


def most_held(runs, state, sequence):
    """What a state's scale ends at: its own size, that of all states where cells are compared."""
    every = [(run, name) for run in runs for name in run.cell.states]
    alone = len(runs) == 1
    return max(largest(*one, sequence) for one in every if not alone or one[1] == state)


def most_felt(runs, sequence):
    """What the one scale of all gradients ends at."""
    every = ((run, name) for run in runs for name in run.cell.states)
    return max(largest(*one, sequence, "gradients") for one in every)


# The browser mixes scales in 256 steps: half a step of the share is at most 0.9 of 255 on the
# steepest stretch of a scale (113 of 255 in a quarter), and both sides round once.
SHADE = 2

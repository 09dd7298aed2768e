"""The Step page's player in a browser, for the tests that read it."""

import re
from contextlib import contextmanager
from urllib.parse import parse_qs, urlparse

from test_wiring import FUNCTIONS

from rnnviz.core.diagram import evaluate, nodes

SMALL = {"n_a": "4", "T_x": "12", "m": "3"}


def words(**link):
    return "&".join(f"{name}={word}" for name, word in (SMALL | link).items())


def address(page):
    return {name: found[0] for name, found in parse_qs(urlparse(page.url).query).items()}


@contextmanager
def opened(browser, server, settings=None, **link):
    """A tab on the Step page with the player in it, closed afterwards."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, **(settings or {}))
    page = context.new_page()
    page.goto(f"{server}/Step?{words(**link)}")
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

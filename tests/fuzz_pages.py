"""What a hostile browser says to the pages: `python tests/fuzz_pages.py --cases 500`, a few in CI.

A page is opened by a spoiled link, or with a spoiled run among those kept, and then told what its
components and widgets never say: other types, sizes, NaN, deep JSON. It may leave that out or say
a sentence; a traceback on the page is a fault.
"""

import argparse
import json
import os
import random
import re
import resource
import sys
import tempfile
import time
import traceback
from pathlib import Path
from unittest import mock

import fuzz
from fuzz import WORDS, spoiled, spoiled_object
from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from test_pages import PAGES, open_page

from rnnviz.core import link
from rnnviz.core.experiment import Experiment
from rnnviz.heard import makes_sense
from rnnviz.lessons import LESSONS
from rnnviz.sitemap import ROOT

SECONDS = fuzz.SECONDS
# What the pages keep in their links beside an experiment, each with a word that is read.
CHOICES = {
    "t": "3", "sequence": "1", "unit": "2", "units": "1-2", "direction": "backward", "tour": "1",
    "cells": "rnn-gru", "scenes": "lstm.1.7.f~rnn.2.5.b", "scene": "1", "lesson": "vanishing",
    "weights": "run-0123abcd", "review": "the film is good", "clip": "1", "pair": "1-2",
    "seeds": "3", "term": "a", "class": "ABCDEF", "number": "1", "along": "gain", "lag": "2",
    "training": "adding-gru-units~8-view~duel", "update": "20", "film": "0123abcd", "held": "1",
    "surgery": "3", "since": "2", "value": "0.5", "row": "1", "view": "2",
}  # fmt: skip
DRAWERS = re.findall(  # what stands folded at the foot of a page
    r"(?:part|unfolded)\(\"(.+?)\"", "".join(p.read_text() for p in ROOT.glob("rnnviz/ui/**/*.py"))
)
TRIGGERS = ("chosen", "asked", "edited", "typed", "save", "click", "kept", "at")
SAID = [
    {"t": 2, "sequence": 0, "unit": 1, "direction": "forward"}, "lstm", "seed", "add scene",
    {"t": 1, "row": 0}, fuzz.EQUATIONS, {"x": 0.5, "y": 1.5, "id": 7}, {"vanishing": "yes"}, 3,
    {"id": 1, "format": "svg", "theme": "dark", "width": 400, "scale": 1, "camera": None},
    {"id": 2, "format": "png", "theme": "light", "width": 400, "scale": 2},
]  # fmt: skip
FLOATS = [-1e308, 1e308, -1.0, 0.0, 3.5, 1e6, float("nan"), float("inf")]
NUMBERS = [10**400, -(10**400), 10**18, -1, 0.5, float("nan"), float("inf"), -float("inf"), True]


def hostile_link(draw: random.Random) -> dict[str, str]:
    """Words of a link, of which some are no such thing."""
    words = link.to_link(Experiment(cell=draw.choice(("rnn", "gru")), n_a=3, T_x=5, m=2))
    words |= {name: CHOICES[name] for name in draw.sample(list(CHOICES), 4)}
    if draw.random() < 0.3:
        words["lesson"] = draw.choice(list(LESSONS))
    for name in draw.sample(list(words), draw.randint(1, 4)):
        words[name] = draw.choice([spoiled(draw, words[name]), draw.choice(WORDS)])
    return {name: as_utf8(word) for name, word in words.items()}


def hostile_value(draw: random.Random):
    """What a component of ours might say, spoiled."""
    value = draw.choice(SAID)
    if isinstance(value, dict) and draw.random() < 0.5:
        name = draw.choice(list(value))
        return value | {name: draw.choice([*NUMBERS, draw.choice(WORDS), [name], {name: []}])}
    return spoiled_object(draw, value) if draw.random() < 0.8 else draw.choice(NUMBERS)


def hostile_word(draw: random.Random, one: WidgetState) -> None:
    """Make a widget of Streamlit's say what it cannot, in its own kind of value."""
    kind, words = one.WhichOneof("value"), [as_utf8(draw.choice(WORDS)) for _ in range(5)]
    if kind == "double_array_value":
        data = one.double_array_value.data
        data[:] = [float(draw.choice(FLOATS)) for _ in data]
    elif kind == "int_value":
        one.int_value = draw.choice([-(2**63), 2**63 - 1, -1, 0])
    elif kind == "double_value":
        one.double_value = draw.choice(FLOATS)
    elif kind == "string_value":
        one.string_value = words[0]
    elif kind == "string_array_value":
        one.string_array_value.data[:] = words
    elif kind == "bool_value":
        one.bool_value = not one.bool_value


def as_utf8(word: str) -> str:
    """A word as it can be sent at all."""
    return word.encode("utf-8", "replace").decode()


def hostile_states(draw: random.Random, app) -> WidgetStates:
    """What all widgets say, a few of them something that they cannot."""
    said = app._tree.get_widget_states()
    by_id = {one.id: one for one in said.widgets}
    ours = [part.proto.id for part in app.get("bidi_component") if part.proto.id]
    for id in draw.sample(ours, min(len(ours), draw.randint(0, 3))):
        pairs = [(name, hostile_value(draw)) for name in draw.sample(TRIGGERS, 4)]
        text = json.dumps([{"event": name, "value": value} for name, value in pairs])
        if draw.random() < 0.2:
            text = draw.choice([*WORDS, "[" * 100_000, "9" * 10_000, text[: len(text) // 2]])
            text = as_utf8(text)
        said.widgets.append(WidgetState(id=_make_trigger_id(id, "events"), json_trigger_value=text))
        if draw.random() < 0.3:
            state = json.dumps({name: hostile_value(draw) for name in TRIGGERS})
            said.widgets.append(WidgetState(id=id, json_value=state))
    some = draw.choice((0, 1, 3, len(by_id)))  # one alone, so that no other hides it
    for id in draw.sample(list(by_id), min(len(by_id), some)):
        hostile_word(draw, by_id[id])
    return said


def fault_on(app) -> str | None:
    """The traceback on a page, or a sentence that is none."""
    if app.exception:
        one = app.exception[0]
        return f"{one.proto.type}: {one.message[:300]} {''.join(one.stack_trace[-6:])}"
    for box in [*app.error, *app.warning]:
        if len(box.value) > 700:
            return f"no sentence: {box.value[:200]!r}"
    return None


def case(page: str, seed: int, folder: Path) -> str | None:
    """What went wrong on a page in one case; None where it stood."""
    draw = random.Random(f"{page} {seed}")
    words, start, fault = hostile_link(draw), time.process_time(), None
    if draw.random() < 0.3:
        fuzz.KINDS["a_run_folder"](draw, folder)
        words |= {"runs": "0123abcd-lstm", "run": "0123abcd"}
    try:
        app = open_page(page, **words)
        if draw.random() < 0.5:
            for name in DRAWERS:
                app.session_state[f"drawer {name}"] = True
        for _ in range(2):
            fault = fault or fault_on(app)
            said = [one for one in hostile_states(draw, app).widgets if makes_sense(one)]
            fault = fault or fault_on(app._run(WidgetStates(widgets=said)))
    except Exception:
        fault = traceback.format_exc(limit=-4)
    seconds = time.process_time() - start
    if not fault and seconds > 3 * SECONDS:  # three reruns
        fault = f"{seconds:.1f} s"
    return f"{page} {seed}: {fault}" if fault else None


def run(cases: int, first: int = 0, pages=tuple(PAGES)) -> list[str]:
    """So many cases, shared out over the pages; what went wrong in each that did."""
    with tempfile.TemporaryDirectory() as made, mock.patch.dict(os.environ, RNNVIZ_RUNS=made):
        each = [(page, first + n) for n in range(-(-cases // len(pages))) for page in pages]
        return [wrong for page, seed in each if (wrong := case(page, seed, Path(made)))]


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--cases", type=int, default=500)
    asked.add_argument("--first", type=int, default=0, help="seed of the first")
    asked.add_argument("--pages", nargs="*", default=PAGES, choices=PAGES)
    chosen = asked.parse_args()
    faults = run(chosen.cases, chosen.first, tuple(chosen.pages))
    print("\n".join(faults))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(f"{chosen.cases} cases, {len(faults)} of them wrong; at most {peak} MB")
    sys.exit(bool(faults))

"""The first two minutes: five screens that drive the player, in this run's own cell and numbers.

A place in a text is one of telling.py's; the browser fills it with the numbers of the step that the
screen stands on (assets/player/tour.js).
"""

from typing import Any

from rnnviz.core.types import Pass
from rnnviz.export.player.telling import telling
from rnnviz.figures import parts, theme
from rnnviz.figures.notation import Notation

Screen = dict[str, Any]  # "title", "text", "t" (from 0), "backward", the "node" that is looked at
STEP = 2  # at which something is remembered already


def tour(run: Pass, notation: Notation) -> list[Screen]:
    """The screens of a run.

    >>> from rnnviz import Experiment, run
    >>> from rnnviz.core.diagram import nodes
    >>> done = run(Experiment())
    >>> [screen["node"] for screen in tour(done, Notation(done.cell, nodes(done.cell)))]
    ['x', 'a', 'c', 'forget', 'c']
    """
    last = parts.drawn_steps(run) - 1
    t = min(STEP, last)
    return [
        _screen(
            "x: what comes in",
            "A recurrent network reads one step after another. What comes in at a step is x: "
            f"{_count(run)}, in colour in its box. On the tape every column is one step.",
            t, "x",
        ),
        _screen(
            "a: what it shows",
            "From x and from what it had before, the cell makes its hidden state a: here {value:a} "
            "in unit {unit:}, one of "
            f"{run.trace.n_a}. The output y, and the next step, see a.",
            t, "a",
        ),
        _screen(*_memory(run, notation), t, run.cell.remembered),
        _screen(*_gate(run, notation), t, _gate_node(run)),
        _screen(
            "Backward: who is to blame, and how much",
            "The loss says how wrong the output was. Walking back, each step gets its share of the "
            f"blame, the gradient. At t = {last + 1} its norm is "
            f"{{felt:{run.cell.remembered}}}; {{left:{run.cell.remembered}}} times as much goes on "
            "to the step before. Where that number stays below 1, the blame dies out on the way.",
            last, run.cell.remembered, backward=True,
        ),
    ]  # fmt: skip


def _screen(title: str, text: str, t: int, node: str, backward: bool = False) -> Screen:
    return {"title": title, "text": text, "t": t, "node": node, "backward": backward}


def _count(run: Pass) -> str:
    n = run.trace.n_x
    return "one number" if n == 1 else f"{n} numbers"


def _memory(run: Pass, notation: Notation) -> tuple[str, str]:
    """What the cell remembers by, and how it goes on."""
    state = run.cell.remembered
    if state == "a":
        return "a is its memory, too", (
            "This cell has no other memory: what it is to remember must stay in a, which goes from "
            "{value:a_prev} to {value:a} at this step."
            if "a_prev" in notation.nodes
            else "This cell has no other memory: what it is to remember must stay in a, now "
            "{value:a}."
        )
    return f"{state}: what it remembers", (
        f"Beside a the cell carries {theme.title_of(state)} along: {{value:{state}_prev}} before "
        f"this step, {{value:{state}}} after it. The next step gets it as it is."
    )


def _gate(run: Pass, notation: Notation) -> tuple[str, str]:
    """What the first gate does at the step, in the words of telling.py."""
    told = telling(run.cell, notation)["there"]
    clauses = [one for one in told if one["node"] != run.cell.remembered]
    if not clauses:
        return "No gate", (
            "Some cells have gates, numbers from 0 (shut) to 1 (open) that say what is kept. This "
            "one has none: it writes its whole state anew at every step. Try the LSTM or the GRU."
        )
    return "What a gate does", (
        "A gate is a number from 0 (shut) to 1 (open) by which something is multiplied. Here: "
        f"{clauses[0]['text']}."
    )


def _gate_node(run: Pass) -> str:
    gates = [gate.name for gate in run.cell.shown_gates if gate.range[0] == 0]
    return gates[0] if gates else run.cell.remembered

"""A cell's equations, written from its own description, in letters and with one step's numbers."""

import re

import numpy as np
import streamlit as st

from rnnviz.core.calculus import Node, function_of, latex
from rnnviz.core.cells import Cell
from rnnviz.core.types import Pass, Trace
from rnnviz.ui.foot import part


def lines(cell: Cell, reads_out: bool = True) -> list[str]:
    """LaTeX of every equation and of the output, if it has one, in the order in which they
    happen."""
    W, b = map(latex.parameter, cell.readout)
    written = [cell.latex(letter) for letter in cell.derived.equations.lines]
    if not reads_out:
        return written
    return [*written, rf"y_t = \operatorname{{softmax}}({W} a_t + {b})"]


def aligned(cell: Cell, reads_out: bool = True) -> None:
    """Draw them under one another."""
    for line in lines(cell, reads_out):
        st.latex(line)


def equations(*runs: Pass) -> None:
    """Draw those of some runs' cells at the page's foot."""
    place = part("Equations")
    if place is None:
        return
    for run in runs:
        cell = run.cell
        with place:
            st.markdown(f"The {cell.title}, {cell.source}")
            aligned(cell, run.reads_out)
            if cell.note:
                st.caption(cell.note)


def substituted(run: Pass, t: int, sequence: int, unit: int) -> list[str]:
    """The same equations for one unit at one step, with this run's own numbers."""
    cell, trace = run.cell, run.trace
    at = (unit, sequence, t)
    names = {s: trace.states[s][at] for s in cell.states}
    names |= {f"{s}_prev": trace.state(s)[t][unit, sequence] for s in cell.states}
    names |= {name: gate[at] for name, gate in trace.gates.items()}
    names |= {f"z_{name}": z[at] for name, z in trace.preactivations.items()}
    names |= {name: run.params[name][unit, 0] for name in cell.derived.vectors}
    for letter, node in cell.derived.lines.items():
        if letter not in names:  # a line between: it is computed where it is needed
            names[letter] = _between(trace, letter, node, at)
    numbers = {name: _number(value) for name, value in names.items()}
    gates = {gate.letter: gate for gate in cell.gates}
    by_line = {equation.defines: equation for equation in cell.equations}
    written = []
    for letter in cell.derived.equations.lines:
        if letter in by_line:
            value = by_line[letter].numbers.format_map(numbers)
            left, _, right = value.partition(" = ")
            symbol = latex.symbol(cell.derived, cell.letters, letter)
            written.append(f"{symbol} = {right} = {left}")
            continue
        gate = gates[letter]
        z = numbers[f"z_{gate.name}"]
        if gate.squash:
            function = r"\sigma" if gate.squash == "sigmoid" else r"\tanh"
            written.append(rf"{gate.symbol}_t = {function}({z}) = {numbers[gate.name]}")
        else:
            written.append(rf"{gate.symbol}_t = {z}")
    # A negative number stands in brackets, but not in a function's as well, nor as a result.
    written = [re.sub(r"\((\([^()]*\))\)", r"\1", line) for line in written]
    return [re.sub(r"= \(([^()]*)\)$", r"= \1", line) for line in written]


def _between(trace: Trace, letter: str, node: Node, at: tuple[int, int, int]) -> float:
    unit, sequence, t = at
    names = {one: value[t] for one, value in trace.values.items()} | dict(trace.vectors)
    for line, inner in trace.cell.derived.lines.items():
        if line not in names:
            names[line] = function_of(inner, tuple(names))(tuple(names.values()))
    return np.broadcast_to(names[letter], names["a"].shape)[unit, sequence]


def _number(value: float) -> str:
    """Four significant digits; brackets around what would put two signs side by side."""
    if not np.isfinite(value):
        text = r"\text{undefined}" if np.isnan(value) else r"\infty"
        return rf"(-{text})" if value < 0 else text
    text = f"{value + 0.0:.4g}"
    if "e" in text:
        mantissa, exponent = text.split("e")
        text = rf"{mantissa} \times 10^{{{int(exponent)}}}"
    return f"({text})" if value < 0 else text

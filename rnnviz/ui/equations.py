"""A cell's equations, written from its own description, in letters and with one step's numbers."""

import re

import numpy as np
import streamlit as st

from rnnviz.core.cells import Cell, Gate
from rnnviz.core.types import Pass


def lines(cell: Cell) -> list[str]:
    """LaTeX of every block, of the states and of the output, in the order in which they happen."""
    late = {gate.name for gate in cell.late_gates}
    blocks = cell.shown_gates or cell.gates
    written = [
        _block(gate, cell.operand_latex if gate.name in late else "a_{t-1}") for gate in blocks
    ]
    written += [equation.latex for equation in cell.equations]
    W, b = (_letter(name) for name in cell.readout)
    return [*written, rf"y_t = \operatorname{{softmax}}({W} a_t + {b})"]


def equations(cell: Cell) -> None:
    """Draw them in a drawer."""
    with st.expander(f"The equations of the {cell.title}"):
        for line in lines(cell):
            st.latex(line)
        if cell.note:
            st.caption(cell.note)
        st.caption(f"Source: {cell.source}.")


def substituted(run: Pass, t: int, sequence: int, unit: int) -> list[str]:
    """The same equations for one unit at one step, with this run's own numbers."""
    cell, trace = run.cell, run.trace
    at = (unit, sequence, t)
    names = {s: trace.states[s][at] for s in cell.states}
    names |= {f"{s}_prev": trace.state(s)[t][unit, sequence] for s in cell.states}
    names |= {name: gate[at] for name, gate in trace.gates.items()}
    names |= {f"z_{name}": z[at] for name, z in trace.preactivations.items()}
    numbers = {name: _number(value) for name, value in names.items()}
    written = []
    for gate in cell.shown_gates or cell.gates:
        z = numbers[f"z_{gate.name}"]
        if gate.squash:
            function = _function(gate)
            written.append(rf"{gate.symbol}_t = {function}({z}) = {numbers[gate.name]}")
        else:
            written.append(rf"{gate.symbol}_t = {z}")
    for equation in cell.equations:
        value = equation.numbers.format_map(numbers)
        left, _, right = value.partition(" = ")
        written.append(rf"{equation.defines}_t = {right} = {left}")
    # A negative number stands in brackets, but not in a function's as well, nor as a result.
    written = [re.sub(r"\((\([^()]*\))\)", r"\1", line) for line in written]
    return [re.sub(r"= \(([^()]*)\)$", r"= \1", line) for line in written]


def _block(gate: Gate, operand: str) -> str:
    terms = (
        rf"{_letter(gate.weights[0])} [{operand}, x_t]"
        if len(gate.weights) == 1
        else rf"{_letter(gate.weights[0])} {operand} + {_letter(gate.weights[1])} x_t"
    )
    terms += f" + {_letter(gate.bias)}"
    return (
        rf"{gate.symbol}_t = {_function(gate)}({terms})"
        if gate.squash
        else rf"{gate.symbol}_t = {terms}"
    )


def _function(gate: Gate) -> str:
    return r"\sigma" if gate.squash == "sigmoid" else r"\tanh"


def _letter(name: str) -> str:
    return f"{name[0]}_{{{name[1:]}}}"


def _number(value: float) -> str:
    """Four significant digits; brackets around what would put two signs side by side."""
    if not np.isfinite(value):
        text = r"\text{undefined}" if np.isnan(value) else r"\infty"
        return rf"(-{text})" if value < 0 else text
    text = f"{value:.4g}"
    if "e" in text:
        mantissa, exponent = text.split("e")
        text = rf"{mantissa} \times 10^{{{int(exponent)}}}"
    return f"({text})" if value < 0 else text

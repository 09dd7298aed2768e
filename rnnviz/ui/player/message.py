"""A run as the bytes that the player reads: a small header, then arrays of float64.

4 bytes with the header's length, the header as JSON, and one (rows, columns) array after another in
the header's order (assets/player/data.js). The numbers are the engine's, every digit of them.
"""

import json
from typing import Any

import numpy as np

from rnnviz.core import recompute
from rnnviz.core.diagram import parameter_values, wiring
from rnnviz.core.types import Pass
from rnnviz.figures import parts, theme
from rnnviz.ui.player.notation import Notation, plain

MOST_CELLS = 40_000  # units x steps of one array; of a longer run every k-th step is sent


def kept_steps(n_a: int, end: int, t: int) -> tuple[np.ndarray, int]:
    """The steps 0 .. end - 1 that are sent, and every how many-th they are; t and the last are."""
    every = max(1, -(-n_a * end // MOST_CELLS))
    extra = [min(t, end - 1), end - 1]
    return np.union1d(np.arange(0, end, every), extra), every


def message(
    run: Pass, t: int, sequence: int, unit: int, direction: str, large: bool, plays: bool = False
) -> bytes:
    """The bytes; t, sequence and unit (from 0) are where the player stands at first."""
    cell, end = run.cell, parts.drawn_steps(run)
    steps, every = kept_steps(run.trace.n_a, end, t)
    moments = np.union1d(steps, steps + 1)  # in a state's buffer, which holds the initial one first
    arrays = _arrays(run, sequence, steps, moments)
    first_back = _first_back(run, steps)
    diagram = wiring(cell)
    notation = Notation(cell, diagram.nodes)
    head = {
        "title": cell.title,
        "states": cell.states,
        "n_a": run.trace.n_a,
        "m": run.trace.m,
        "T_x": run.trace.T_x,
        "steps": (steps + 1).tolist(),
        "words": [run.words[k] for k in steps] if run.words else [],
        "before": np.searchsorted(moments, steps).tolist(),
        "after": np.searchsorted(moments, steps + 1).tolist(),
        "back_to": first_back,
        **{"t": t, "sequence": sequence, "unit": unit, "direction": direction},
        "k": int(np.searchsorted(steps, min(t, end - 1))),
        "note": _note(run, every),
        "nodes": [_node(node, diagram, notation, run) for node in diagram.nodes],
        "wires": [{"source": w.source, "target": w.target, "points": w.points}
                  for w in diagram.wires],
        "panels": _panels(run),
        "inks": {mode: _ink(run, mode) for mode in theme.MODES},
        **{"font": theme.FONT, "large": large, "plays": plays},
        "arrays": [(name, *array.shape) for name, array in arrays.items()],
    }  # fmt: skip
    text = json.dumps(head).encode()
    blocks = (np.ascontiguousarray(array, np.float64).tobytes() for array in arrays.values())
    return b"".join([len(text).to_bytes(4, "little"), text, *blocks])


def _arrays(run: Pass, sequence: int, steps, moments) -> dict[str, np.ndarray]:
    """Everything that is shown, by name, (rows, columns): states and their gradients at the
    moments, all else at the steps."""
    trace, cell = run.trace, run.cell
    arrays = {"x": trace.x[:, sequence, steps]}
    for name in cell.states:
        arrays[name] = trace.state(name)[moments, :, sequence].T
        arrays[f"d_{name}"] = run.gradients.state(name)[moments, :, sequence].T
        arrays[f"norm_{name}"] = run.gradients.sequence_norms[name][sequence, steps][None]
    arrays |= {gate.name: trace.gates[gate.name][:, sequence, steps] for gate in cell.shown_gates}
    z = recompute.preactivations(trace, sequence, steps)
    dz, d_operand = recompute.gate_gradients(run, sequence, steps)
    arrays |= {f"z_{name}": values for name, values in z.items()}
    arrays |= {f"d_z_{name}": values for name, values in dz.items()}
    if d_operand is not None:
        arrays["d_operand"] = d_operand
    return arrays | parameter_values(cell, run.params)


def _first_back(run: Pass, steps: np.ndarray) -> int:
    """The first kept step at which every gradient is finite; their number where none is."""
    T_x = run.trace.T_x
    if run.trace.finite_steps < T_x:
        return len(steps)
    return int(np.searchsorted(steps, T_x - run.gradients.finite_steps))


def _note(run: Pass, every: int) -> str:
    """What the reader must know about the steps that are drawn."""
    sentences = []
    if every > 1:
        teen = every // 10 % 10 == 1
        ending = "th" if teen else {1: "st", 2: "nd", 3: "rd"}.get(every % 10, "th")
        sentences.append(f"Every {every}{ending} step is drawn, with its exact numbers.")
    forward, backward = run.trace.finite_steps, run.gradients.finite_steps
    if forward == 0:
        sentences.append("There is nothing to play: the numbers overflow at t = 1.")
    elif forward < run.trace.T_x:
        sentences.append(f"The player stops before t = {forward + 1}, where the numbers overflow.")
    elif backward < run.trace.T_x:
        last = run.trace.T_x - backward + 1
        sentences.append(f"The way back stops after t = {last}: the gradient overflows there.")
    return " ".join(sentences)


def _ink(run: Pass, mode: str) -> dict:
    """The colours of a mode; the browser knows which one it shows, and when that changes."""
    ink, cell = theme.MODES[mode], run.cell
    names = ("ground", "text", "quiet", "grid", "now", "diverging", "sequential")
    things = (*cell.states, *(gate.name for gate in (*cell.gates, *cell.shown_gates)))
    hues = {name: theme.line(name, mode)["color"] for name in things}
    return {name: getattr(ink, name) for name in names} | {"hues": hues}


def _node(node, diagram, notation: Notation, run: Pass) -> dict:
    """A node as the player draws it."""
    drawn = {
        **{"name": node.name, "kind": node.kind, "inputs": node.inputs},
        "place": diagram.places[node.name],
        "symbol": notation.symbol(node.name),
        "letters": notation.letters(node),
        "title": notation.title(node),
        "open": node.squash == "sigmoid" or node.kind in ("complement", "sigmoid"),
    }
    if node.name in notation.named and node.kind != "gate":  # a gate that is no block's own
        drawn |= {"of": node.name, "named": node.name, "open": node.kind in ("sigmoid", "exp")}
    if node.kind in ("gate", "block"):
        gate = notation.gate(node)
        drawn |= {"of": gate.name, "plain": plain(gate.symbol), "squash": gate.squash}
    if node.kind in ("previous", "state"):
        drawn["of"] = node.name.removesuffix("_prev")
    if node.kind == "join":
        drawn["widths"] = [run.trace.n_x if one == "x" else run.trace.n_a for one in node.inputs]
    if node.name in notation.roots:
        state = notation.roots[node.name]
        drawn |= {"root": state, "rootSymbol": f"{state}_{{t}}"}
    return drawn


def _panels(run: Pass) -> list[list[dict]]:
    """The rows of the tape, in groups: states and gates, then what the loss feels."""
    cell, a_row = run.cell, []
    for name in cell.states:
        word, _, symbol = theme.title_of(name).rpartition(" ")
        entry: dict[str, Any] = {
            "kind": "state",
            "name": name,
            "word": word.split(" ")[0],
            "symbol": symbol,
        }
        a_row.append(entry | {"of": name, "spoken": theme.title_of(name)})
    for gate in cell.shown_gates:
        entry = {"kind": "gate", "name": gate.name, "word": gate.name, "symbol": plain(gate.symbol)}
        more = {"open": gate.range[0] == 0, "top": 1.0, "of": gate.name, "spoken": gate.name}
        a_row.append(entry | more)
    felt: list[dict[str, Any]] = [
        {"kind": "gradient", "name": f"d_{s}", "symbol": f"dL/d{s}", "spoken": f"gradient of {s}"}
        | {"of": s}
        for s in cell.states
    ]
    felt.append({"kind": "norms", "names": cell.states, "spoken": "norm of the gradient"})
    a_row[0]["heading"] = "what the network holds, units × time"
    felt[0]["heading"] = "what the loss feels, a shade for each power of ten"
    return [a_row, felt]

"""A cell's diagram at one step of a run: boxes, wires, and the numbers that they carry."""

import textwrap
from collections.abc import Callable

import numpy as np

from rnnviz.core.diagram import (
    Node,
    Wire,
    output_place,
    wiring,
)
from rnnviz.core.types import Pass
from rnnviz.exhibits.footer import footer_of
from rnnviz.export.diagram import shapes
from rnnviz.export.diagram.felt import Felt, felt_at
from rnnviz.export.diagram.held import short, values_at
from rnnviz.export.sheet import Sheet
from rnnviz.figures import parts, theme
from rnnviz.figures.notation import Notation

_MARGIN = 31, 27  # around the outermost places
_TITLE, _FOOT = 19, 11  # type
_NUMBERED = ("gate", "block", "previous", "state")
_OUTPUT = Node("output y", "output", ("a",))
_SQUARES = 8  # numbers of an input that are coloured, as in the player


class Diagram:
    """The drawing of one step: `sheet` once `draw` is through."""

    def __init__(
        self, run: Pass, t: int, sequence: int, unit: int, mode: str, way: str = "forward"
    ):
        self.run, self.at, self.mode = run, (unit, sequence, t), mode
        self.ink, self.wiring = theme.MODES[mode], wiring(run.cell)
        self.notation = Notation(run.cell, self.wiring.nodes)
        self.nodes = {node.name: node for node in self.wiring.nodes}
        self.places, self.wires = dict(self.wiring.places), self.wiring.wires
        if run.reads_out:
            self.nodes[_OUTPUT.name] = _OUTPUT
            self.places[_OUTPUT.name] = output_place(self.wiring)
            out = Wire("a", _OUTPUT.name, (self.places["a"], self.places[_OUTPUT.name]))
            self.wires = (*self.wires, out)
        self.values, self.felt = values_at(run, t, sequence, unit), Felt({}, {})
        self.back = way == "backward"
        if self.back:
            self.felt = felt_at(run, self.at, self.wiring, self.values)

    def draw(
        self, title: bool = True, values: bool = True, foot: str = "",
        on: Callable[..., Sheet] = Sheet,
    ) -> Sheet:  # fmt: skip
        """With a title, with what every box and wire carries, and with a line at the foot, or
        without any; `on` is what it is drawn on."""
        x, y, width, height = self._extent()
        unit, sequence, t = self.at
        of = f"{self.run.cell.title}, dL/d of every box" if self.back else self.run.cell.title
        heads = _wrapped(
            f"{of}: t = {t + 1}, sequence {sequence + 1}, unit {unit + 1}" if values
            else self.run.cell.title, width, _TITLE,
        ) if title else []  # fmt: skip
        feet = _wrapped(foot, width, _FOOT) if foot else []
        top, bottom = len(heads) * 1.3 * _TITLE, len(feet) * 1.35 * _FOOT
        sheet = on((width, height + top + bottom), self.mode, (x, y - top))
        for n, line in enumerate(heads):
            place = (x + 6, y - top + (1.1 + 1.2 * n) * _TITLE)
            sheet.text(place, line, _TITLE, self.ink.text, weight=600, serif=True)
        self._wires(sheet, values)
        for node in self.nodes.values():
            self._node(sheet, node, values)
        for n, line in enumerate(feet):
            place = (x + 6, y + height + (0.6 + 1.25 * n) * _FOOT)
            sheet.text(place, line, _FOOT, self.ink.quiet)
        return sheet

    def _extent(self) -> tuple[float, float, float, float]:
        """Left, top, width and height of all boxes, and of the wires that swing around them."""
        places = [*self.places.values()]
        places += [point for wire in self.wires for point in wire.points]
        points = np.array([shapes.placed(place) for place in places])
        low, high = points.min(axis=0) - _MARGIN, points.max(axis=0) + _MARGIN
        return (*low, *(high - low))

    def _gate(self, node: Node) -> bool:
        return node.kind == "gate" or node.name in self.notation.named

    def _size(self, node: Node):
        symbol = self.notation.symbol(node.name) if node.kind == "parameter" else ""
        return shapes.half_size(node, self._gate(node), symbol)

    def _opens(self, node: Node) -> bool:
        """Whether a node's value lies between 0 and 1."""
        kinds = (
            ("sigmoid", "exp") if node.name in self.notation.named else ("complement", "sigmoid")
        )
        return node.squash == "sigmoid" or (node.kind in kinds and node.kind != "gate")

    def _hue(self, node: Node) -> str | None:
        """The quantity of theme.py that a box is of."""
        if node.kind in ("gate", "block"):
            return self.notation.gate(node).name
        if node.name in self.notation.named:
            return node.name
        kept = node.kind in ("previous", "state")
        return node.name.removesuffix("_prev") if kept else None

    def _number(self, node: Node) -> float:
        """What stands in a node's box: its value, or how the loss feels it."""
        return (self.felt.nodes if self.back else self.values).get(node.name, np.nan)

    def _carried(self, wire: Wire) -> float:
        """What a wire carries; back to a state before the step all that reaches it."""
        source = self.nodes[wire.source]
        if not self.back or source.kind == "previous":
            return self._number(source)
        return self.felt.wires.get((wire.source, wire.target), np.nan)

    def _look(self, node: Node, value: float) -> tuple[str, float]:
        """The colour of a number of a node, and its size as a share of its scale: its own, or that
        of all gradients, of theme.DECADES powers of ten."""
        if self.back and np.isfinite(value):
            first = self.run.gradients.state(self.run.cell.states[0])[..., self.at[1]]
            size = abs(value) / parts.largest(first)
            share = max(0.0, min(1.0, 1 + np.log10(size) / theme.DECADES)) if size else 0.0
            middle = 0.5 + np.copysign(share, value) / 2
            return theme.colour_at(self.ink.diverging, middle), share
        if not np.isfinite(value):
            return self.ink.grid, 0.0
        if self._opens(node):
            return theme.colour_at(self.ink.sequential, value), value
        share = value / self._top(node)
        return theme.colour_at(self.ink.diverging, 0.5 + share / 2), abs(share)

    def _top(self, node: Node) -> float:
        trace, sequence = self.run.trace, self.at[1]
        held = self.notation.roots.get(node.name) or self._hue(node)
        if held and node.kind == "block":
            return parts.largest(trace.preactivations[held][:, sequence])
        if held and held in trace.states:
            return parts.largest(trace.state(held)[..., sequence])
        return 1.0

    def _wires(self, sheet: Sheet, values: bool) -> None:
        every = []
        for wire in self.wires:
            source, target = self.nodes[wire.source], self.nodes[wire.target]
            points = [shapes.placed(point) for point in wire.points]
            points = shapes.trimmed(points, self._size(source), self._size(target))
            every.append((source, points, self._carried(wire)))
        style = {"fill": "none", "stroke_linejoin": "round"}
        for source, points, number in every:
            colour, weight = self._look(source, number)
            known = values and source.kind != "join" and np.isfinite(number)
            width, d = 2.5 + 5 * min(1.0, weight), shapes.path(points)
            edge = width + 1.6 if known else 2
            sheet.add("path", d=d, stroke=self.ink.quiet, stroke_width=edge, **style)
            if known:
                sheet.add("path", d=d, stroke=colour, stroke_width=width, **style)
        for _, points, _ in every:
            tip = points[::-1] if self.back else points
            sheet.add("path", d=shapes.arrow(tip), fill=self.ink.quiet)
        for x, y in shapes.dots([(source.name, points) for source, points, _ in every]):
            sheet.add("circle", cx=x, cy=y, r=3.5, fill=self.ink.quiet)

    def _node(self, sheet: Sheet, node: Node, values: bool) -> None:
        x, y = shapes.placed(self.places[node.name])
        w, h = self._size(node)
        box = {"x": x - w, "y": y - h, "width": 2 * w, "height": 2 * h}
        if node.kind == "join":
            sheet.add("rect", **box, rx=h, fill=self.ink.quiet)
            return
        gate, hue, ink = self._gate(node), self._hue(node), self.ink.text
        two = values and (gate or node.kind in (*_NUMBERED, "input", "output"))
        shown = two and not (self.back and node.kind in ("input", "output"))
        fill, value = self.ink.ground, self._number(node)
        kept = node.kind in ("previous", "state") or (self.back and node.kind != "output")
        if shown and kept:
            fill, _ = self._look(node, value)
            ink = theme.ink_on(fill)
        line = theme.line(hue, self.mode)["color"] if hue else self.ink.quiet
        rounded = {"rx": 6 if gate or node.kind == "block" else h}
        sheet.add(
            "rect", **box, **rounded, fill=fill, stroke=line, stroke_width=2.2,
            data_name=node.name,
        )  # fmt: skip
        if two and gate and not self.back and np.isfinite(value):
            share = 2 * h * min(1.0, value) if self._opens(node) else h * min(1.0, abs(value))
            edge = y + h - share if self._opens(node) else (y - share if value > 0 else y)
            level = box | {"y": edge, "height": share}
            sheet.add("rect", **level, fill=line, opacity="0.24")
        sign = node.kind in shapes.SYMBOLS and not gate
        symbol = shapes.SYMBOLS[node.kind] if sign else self._symbol(node)
        small = 16 if sign or node.kind == "parameter" else 19
        words = symbol if sign else f"*{symbol}*"
        place = (x, y - 4) if two else (x, y + 0.33 * small)
        sheet.text(place, words, small, ink, align="middle")
        if shown and node.kind == "input":
            self._input(sheet, x, y)
        elif shown and node.kind == "output":
            shares = self.run.trace.y[:, self.at[1], self.at[2]]
            likely = int(shares.argmax())
            words = f"{likely + 1}: {short(float(shares[likely]))}"
            sheet.text((x, y + 15), words, 14, ink, align="middle", data_output="y")
        elif shown:
            sheet.text((x, y + 15), short(value), 14, ink, align="middle", data_value=node.name)

    def _symbol(self, node: Node) -> str:
        return "y_{t}" if node.kind == "output" else self.notation.symbol(node.name)

    def _input(self, sheet: Sheet, x: float, y: float) -> None:
        """The first numbers that come in, on the scale of their row; a single one is written."""
        every = self.run.trace.x[:, self.at[1]]
        numbers, top = every[:_SQUARES, self.at[2]], parts.largest(every)
        if len(numbers) == 1:
            words = short(float(numbers[0]))
            sheet.text((x, y + 15), words, 14, self.ink.text, align="middle")
            return
        width = min(9, 40 / len(numbers))
        for i, number in enumerate(numbers):
            colour = theme.colour_at(self.ink.diverging, 0.5 + number / top / 2)
            left = x + (i - len(numbers) / 2) * width
            size = {"width": width, "height": 9}
            sheet.add("rect", x=left, y=y + 5, **size, fill=colour, data_input=str(i + 1))


def diagram(
    run: Pass, at: tuple[int, int, int], mode: str, way: str = "forward",
    title: bool = True, values: bool = True,
) -> Sheet:  # fmt: skip
    """The diagram at a step, sequence and unit (`at`, from 0): what the boxes hold, or on the way
    back how the loss feels it."""
    return Diagram(run, *at, mode, way).draw(title, values, footer_of(run))


def _wrapped(words: str, width: float, size: float) -> list[str]:
    return textwrap.wrap(words, max(12, int((width - 12) / (0.49 * size))))

"""Cells by chance, over all of the notation, each from its own seed."""

import random

from rnnviz.core.cells import Cell
from rnnviz.core.errors import ExperimentError

ONE = ("sigmoid", "tanh", "relu", "exp", "abs", "sin", "cos", "softplus")
STATES = ("a", "c", "h", "n")


class _Author:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.count, self.lines = 0, {}
        self.states = STATES[: self.random.choice((1, 1, 2, 2, 3))]

    def new(self, letter):
        self.count += 1
        return f"{letter}{self.count}"

    def leaf(self):
        known = [f"{s}_prev" for s in self.states] + list(self.lines) * 2
        if self.random.random() < 0.15:
            return self.random.choice((self.new("p"), "0.5", "2"))
        return self.random.choice(known)

    def expression(self, depth):
        if depth == 0 or self.random.random() < 0.15:
            return self.leaf()
        u, v = self.expression(depth - 1), self.expression(depth - 1)
        kind = self.random.randrange(12)
        if kind < 4:
            return f"({u}) * ({v})"
        if kind < 6:
            return f"({u}) {self.random.choice('+-')} ({v})"
        if kind == 6:  # a blend
            blend = f"({u}) * ({v}) + (1 - ({u})) * {self.leaf()}"
            return self.random.choice((blend, f"-({u}) - ({v})"))
        if kind == 7:
            return f"({u}) / (1.5 + ({v}) * ({v}))"
        if kind == 8:
            return f"{self.random.choice(('log', 'sqrt'))}(1.5 + ({u}) * ({u}))"
        if kind == 9:
            return f"{self.random.choice(('max', 'min'))}({u}, {v})"
        if kind == 10 and self.random.random() < 0.4:
            return f"softmax({u})"
        function = self.random.choice(ONE)
        return f"exp(tanh({u}))" if function == "exp" else f"{function}({u})"

    def product(self):
        seen = self.random.choice(
            ("x", f"{self.random.choice(self.states)}_prev", self.changing(), self.changing())
        )
        if seen == "x" or self.random.random() < 0.2:
            return f"{self.new('W')} @ {seen if seen.isidentifier() else f'({seen})'}"
        entries = [seen, "x"] if self.random.random() < 0.8 else ["x", seen]
        return f"{self.new('W')} @ [{', '.join(entries)}]"

    def changing(self):
        """Something that changes in time."""
        state = f"{self.random.choice(self.states)}_prev"
        if self.lines and self.random.random() < 0.5:
            return f"{self.random.choice(list(self.lines))} * {state}"
        return state

    def map(self):
        terms = [self.product() for _ in range(self.random.choice((1, 1, 1, 2)))]
        if self.random.random() < 0.8:
            terms.append(self.new("b"))
        if self.random.random() < 0.2:
            terms.append(f"({self.expression(1)})")
        self.random.shuffle(terms)
        return " + ".join(terms)

    def text(self):
        for _ in range(self.random.randint(1, 4)):
            name = self.new("g")
            function = self.random.choice(("sigmoid({})", "sigmoid({})", "tanh({})", "{}"))
            self.lines[name] = function.format(self.map())
        for _ in range(self.random.randint(0, 2)):
            self.lines[self.new("q")] = self.expression(2)
        for state in reversed(self.states):
            inner = self.expression(3)
            if self.random.random() < 0.15:
                inner = f"{inner} + {self.random.choice(('', '-'))}({self.map()})"
            self.lines[state] = f"tanh({inner})" if self.random.random() < 0.5 else inner
        joined = "\n".join(self.lines.values())
        unused = [n for n in self.lines if n not in joined and n not in self.states]
        lost = [s for s in self.states if f"{s}_prev" not in joined and s != "a"]
        more = [*unused, *(f"0.3 * {s}_prev" for s in (*lost, self.states[-1]))]
        if " x" not in joined and "[x" not in joined:
            more.append(f"{self.new('W')} @ x")
        self.lines["a"] = f"0.9 * tanh(({self.lines['a']})) + 0.1 * ({' + '.join(more)})"
        return "\n".join(f"{name} = {right}" for name, right in self.lines.items())


def cells(count, first=0):
    """That many cells that are accepted, with their seeds."""
    seed, made = first, 0
    while made < count:
        text = _Author(seed).text()
        try:
            cell = Cell("random", "Random", "1999", text)
            assert cell.derived
        except ExperimentError as error:
            known = (
                "operations",
                "products must",
                "see different",
                "used, got",
                "parameters alone",
            )
            assert any(word in str(error) for word in known), (seed, text, error)
        else:
            made += 1
            yield seed, cell
        seed += 1

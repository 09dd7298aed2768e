"""What a script calls the things of a cell, and its expressions as the text of NumPy."""

import builtins
from functools import cached_property

from rnnviz.core.calculus import Node, infix, latex
from rnnviz.core.cells import Cell

_TAKEN = set(  # names that the rest of the script uses
    "Path np random x y t m n_x n_a n_y T_x a0 gain labels G loss upstream one phase series names "
    "shown needed felt arrays sigmoid softmax norm glorot recurrent rows d z_y log_y hit operand "
    "given beside worst where there here finite scale gap held file label pooled source others top "
    "margin share name".split()
) | set(dir(builtins))
_STAGES = ("W", "v", "dW", "dz", "dv")
_CALLS = {
    "sigmoid": "sigmoid({})",
    "relu": "np.maximum({}, 0)",
    "softmax": "softmax({})",
    "max": "np.maximum({})",
    "min": "np.minimum({})",
    "softplus": "np.logaddexp({}, 0)",
    "greater": "np.greater({}).astype(x.dtype)",
    "not_less": "np.greater_equal({}).astype(x.dtype)",
} | {one: f"np.{one}({{}})" for one in ("tanh", "exp", "log", "sqrt", "abs", "sin", "cos", "sign")}
_SIGNS = {
    r"\odot": "⊙",
    r"\tilde c": "c̃",
    r"\tilde a": "ã",
    r"\operatorname{softmax}": "softmax",
    r"\sigma": "σ",
    "_{t-1}": "_(t-1)",
    "\\": "",
    "{": "",
    "}": "",
    "_(t-1)": "_{t-1}",
}


class Names:
    """The names in the script of one cell."""

    def __init__(self, cell: Cell):
        self.cell, self.derived = cell, cell.derived
        letters = {*self.derived.equations.lines, *self.derived.equations.parameters}
        own = {f"d{one}" for one in letters} | {f"{one}_next" for one in letters}
        stages = {f"{one}{self.suffix(at)}" for one in _STAGES for at in range(len(cell.stages))}
        self.taken = _TAKEN | own | stages
        self.looks = [one for one in self.derived.values if one.startswith("_look")]
        self.made = {name: node for node, name in self.derived.kept.items()}

    def suffix(self, stage: int) -> str:
        """Of what belongs to a stage of products; the first has none."""
        return ("", "_late")[stage] if stage < 2 else f"_late{stage}"

    def of(self, letter: str) -> str:
        """The script's name of a value: its own, where nothing else has it."""
        if letter.startswith("_look"):
            at = self.looks.index(letter)
            return f"operand{at + 1 if at else ''}"
        if letter.startswith("_kept"):
            return self.kept[letter]
        if letter.startswith("_"):
            return f"part{letter}"
        before = letter.removesuffix("_prev")
        return f"{before}_{letter[len(before) :]}" if before in self.taken else letter

    @cached_property
    def kept(self) -> dict[str, str]:
        """tanh_c of tanh(c)."""
        short = {}
        for letter, node in self.made.items():
            plain = node.args[0].op == "name" and not node.args[0].args[0].startswith("_")
            name = f"{node.op}_{node.args[0].args[0]}" if plain else f"part{letter}"
            known = {*self.derived.equations.lines, *self.derived.equations.parameters}
            short[letter] = f"part{letter}" if name in known | self.taken else name
        return short

    def z(self, letter: str) -> str:
        """A block's pre-activation."""
        block = next(one for one in self.derived.blocks if one.letter == letter)
        return f"z_{letter}" if block.squash else self.of(letter)

    def text(self, node: Node, within: int = 0) -> str:
        """An expression; what has been computed before by its name."""
        return infix(node, self.of, _CALLS, within)

    def said(self, letter: str) -> str:
        """The comment that is a line's equation."""
        printed = self.cell.latex(letter)
        for one in self.derived.equations.parameters:
            printed = printed.replace(latex.parameter(one), one)
        for sign, word in _SIGNS.items():
            printed = printed.replace(sign, word)
        return f"  # {printed}"

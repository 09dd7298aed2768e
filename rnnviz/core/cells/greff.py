"""The LSTM with one change each (Greff et al. 2017): the variants of one description."""

from rnnviz.core.cells.base import Cell, register

_LINES = {
    "f": "sigmoid(Wf @ [a_prev, x] + bf)",
    "i": "sigmoid(Wi @ [a_prev, x] + bi)",
    "k": "tanh(Wc @ [a_prev, x] + bc)",
    "c": "f * c_prev + i * k",
    "o": "sigmoid(Wo @ [a_prev, x] + bo)",
    "a": "o * tanh(c)",
}
_GREFF = "Greff et al. 2017"
_GATES = "sigmoid(W{0} @ [a_prev, i_prev, f_prev, o_prev, x] + b{0})"


def _variant(name: str, title: str, source: str, note: str, **changed: str) -> None:
    """The LSTM with some lines changed, or left out ("")."""
    lines = {letter: line for letter, line in (_LINES | changed).items() if line}
    register(Cell(
        name, title, source,
        "\n".join(f"{letter} = {line}" for letter, line in lines.items()),
        words={"f": "forget", "i": "input", "o": "output", "k": "candidate"},
        letters={"k": r"\tilde c"},
        group="lstm",
        note=note,
    ))  # fmt: skip


_variant(
    "lstm97", "LSTM of 1997", "Hochreiter & Schmidhuber 1997",
    "Without a forget gate (NFG in Greff et al. 2017): the memory is never let go.",
    f="", c="c_prev + i * k",
)  # fmt: skip
_variant(
    "peephole", "LSTM, peepholes", "Gers & Schmidhuber 2000",
    "The gates see the memory, each unit its own; the output gate sees the new one.",
    f="sigmoid(Wf @ [a_prev, x] + pf * c_prev + bf)",
    i="sigmoid(Wi @ [a_prev, x] + pi * c_prev + bi)",
    o="sigmoid(Wo @ [a_prev, x] + po * c + bo)",
)  # fmt: skip
_variant(
    "cifg", "LSTM, coupled gates", _GREFF,
    "CIFG: what is not written is kept. The input gate writes, 0 keeps the old memory.",
    f="", c="(1 - i) * c_prev + i * k",
)  # fmt: skip
_variant("lstm_nig", "LSTM, no input gate", _GREFF, "NIG: every candidate is taken in whole.",
         i="", c="f * c_prev + k")  # fmt: skip
_variant("lstm_nog", "LSTM, no output gate", _GREFF, "NOG: the memory is always shown.",
         o="", a="tanh(c)")  # fmt: skip
_variant("lstm_niaf", "LSTM, linear input", _GREFF,
         "NIAF: the candidate is not squashed.", k="Wc @ [a_prev, x] + bc")  # fmt: skip
_variant("lstm_noaf", "LSTM, linear output", _GREFF,
         "NOAF: the memory is shown without a tanh.", a="o * c")  # fmt: skip
_variant(
    "lstm_fgr", "LSTM, gates see gates", _GREFF,
    "FGR: the three gates also see all three of the step before, which are states here.",
    **{gate: _GATES.format(gate) for gate in "fio"},
)  # fmt: skip

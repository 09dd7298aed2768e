"""The scalar LSTM of xLSTM (Beck et al. 2024): exponential gates, a normaliser, a stabiliser."""

from rnnviz.core.cells.base import Cell, register

register(Cell(
    "slstm", "sLSTM", "Beck et al. 2024",
    """
    j = Wf @ [a_prev, x] + bf
    l = Wi @ [a_prev, x] + bi
    o = sigmoid(Wo @ [a_prev, x] + bo)
    k = tanh(Wk @ [a_prev, x] + bk)
    s = max(j + s_prev, l)
    f = exp(j + s_prev - s)
    i = exp(l - s)
    c = f * c_prev + i * k
    n = f * n_prev + i
    a = o * c / n
    """,
    words={"j": "log-forget", "l": "log-input", "f": "forget", "i": "input", "o": "output",
           "k": "candidate"},
    letters={"j": r"\tilde f", "l": r"\tilde \imath", "k": r"\tilde c"},
    group="lstm",
    note="Forget and input gate are exp of their sums, the choice f = exp of the paper. s, "
         "its m, is the stabiliser: it keeps both at most 1 and cancels in c / n, so that the loss "
         "does not feel it.",
))  # fmt: skip

"""Equations in the letters of an address: short, bounded on their way back, never trusted."""

import base64
import zlib

from rnnviz.core.calculus.parse import MOST_LETTERS
from rnnviz.core.errors import ExperimentError

# What equations are mostly made of, so that a short link stays short. It never changes: links that
# were packed with it are out in the world.
_USUAL = (
    b"# exp(log(sqrt(abs(sin(cos(softplus(max(min(softmax(relu(activation(z)c_prev = 1 - a_prev\n"
    b"r = sigmoid(Wr @ [r * a_prev, x] + br)\nz = Waa @ a_prev + Wax @ x + ba\n"
    b"f = sigmoid(Wf @ [a_prev, x] + bf)\ni = sigmoid(Wi @ [a_prev, x] + bi)\n"
    b"o = sigmoid(Wo @ [a_prev, x] + bo)\nk = tanh(Wc @ [a_prev, x] + bc)\n"
    b"a = i * k + (1 - i) * a_prev\nc = f * c_prev + i * k\na = o * tanh(c)"
)


def packed(equations: str) -> str:
    """The word of a link.

    >>> len(packed("a = o * tanh(c)"))
    6
    """
    squeezed = zlib.compressobj(9, zlib.DEFLATED, -15, zdict=_USUAL)
    data = squeezed.compress(equations.encode()) + squeezed.flush()
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def unpacked(word: str) -> str:
    """The text; ExperimentError where the word is none of ours, or of a longer text than any.

    >>> unpacked(packed("a = o * tanh(c)"))
    'a = o * tanh(c)'
    """
    problem = ExperimentError("equations must be a text as this program packs it")
    if len(word) > 2 * MOST_LETTERS:
        raise problem
    try:
        data = base64.b64decode((word + "=" * (-len(word) % 4)).encode(), b"-_", validate=True)
        plain = zlib.decompressobj(-15, zdict=_USUAL)
        text = plain.decompress(data, 2 * MOST_LETTERS)  # a bound, lest it is a bomb
        if word and (plain.unconsumed_tail or not plain.eof):
            raise problem
        return text.decode()
    except (ValueError, zlib.error):
        raise problem from None

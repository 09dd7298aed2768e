"""What a student may predict, how what was typed is read, and how far off it was, in a sentence."""

import math
import re
from dataclasses import dataclass

from rnnviz.core.errors import ExperimentError, shown

_NARROW = "\u202f"  # a narrow space at which no line breaks
_FLAT, _RAISED = "-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"
_POWER = re.compile(r"(?:([-+]?[\d.]+)[x×*·])?10\^([-+]?\d+)")


def told(value: float, digits: int = 4) -> str:
    """A number as a sentence has it: a few digits, powers of ten where there are many zeros."""
    mantissa, _, exponent = f"{value + 0.0:.{digits}g}".partition("e")
    mantissa = mantissa.replace("-", "−")
    if not exponent:
        return mantissa
    power = f"10{str(int(exponent)).translate(str.maketrans(_FLAT, _RAISED))}"
    return power if mantissa == "1" else f"{mantissa}{_NARROW}×{_NARROW}{power}"


def _flat(raised: re.Match) -> str:
    return "^" + raised[0].translate(str.maketrans(_RAISED, _FLAT))


@dataclass(frozen=True)
class Number:
    """A number in some unit, right where it is off by the tolerance at most."""

    unit: str
    tolerance: float

    @property
    def ask(self) -> str:
        """What stands over the field."""
        return f"Your prediction ({self.unit})" if self.unit else "Your prediction"

    def read(self, word: str) -> float:
        """What was typed as a number; also 3e-5, 10^-5 and 3 × 10⁻⁵. Else ExperimentError."""
        text = re.sub(f"[{_RAISED}]+", _flat, "".join(word.split()).replace("−", "-"))
        power = _POWER.fullmatch(text)
        try:
            if (not text.isascii() and not power) or len(text) > 40 or "_" in text:
                raise ValueError
            value = float(f"{power[1] or 1}e{power[2]}" if power else text)
            if not math.isfinite(value):
                raise ValueError
        except ValueError:
            came = shown(word)
            raise ExperimentError(f"a prediction must be a number, got {came}") from None
        return value

    def right(self, said: float, answer: float) -> bool:
        """Whether a prediction counts as right."""
        return abs(said - answer) <= self.tolerance

    def difference(self, said: float, answer: float) -> str:
        """How far off, in one sentence."""
        there = f"You said {self.told(said)}; it is **{self.told(answer)}**"
        if self.right(said, answer):
            return f"{there}. That is right."
        return f"{there}: {self.missed(said, answer)}."

    def missed(self, said: float, answer: float) -> str:
        """By how much, in words."""
        return f"too {'high' if said > answer else 'low'} by {self.told(abs(said - answer))}"

    def told(self, value: float) -> str:
        """A number with its unit."""
        return f"{told(value)} {self.unit}".rstrip()


@dataclass(frozen=True)
class Factor(Number):
    """A number that may span many powers of ten, right within a factor of the tolerance."""

    @property
    def ask(self) -> str:
        return f"{super().ask}, such as 20, 0.05 or 3e-7"

    def right(self, said: float, answer: float) -> bool:
        return said * answer > 0 and abs(math.log(said / answer)) <= math.log(self.tolerance)

    def missed(self, said: float, answer: float) -> str:
        if said * answer <= 0:
            return "no factor lies between the two"
        ratio = abs(said / answer)
        way = "high" if ratio > 1 else "low"
        return f"too {way} by a factor of {told(max(ratio, 1 / ratio))}"

    def difference(self, said: float, answer: float) -> str:
        there = f"You said {self.told(said)}; it is **{self.told(answer)}**"
        if self.right(said, answer):
            return f"{there}. That is right, within a factor of {self.tolerance:g}."
        if said * answer <= 0:
            return f"{there}, so that {self.missed(said, answer)}."
        return f"{there}: {self.missed(said, answer)}."


@dataclass(frozen=True)
class Choice:
    """One of several sentences."""

    options: tuple[str, ...]

    ask = "Your prediction"

    def read(self, word: str) -> str:
        """The option itself, else ExperimentError."""
        if word not in self.options:
            raise ExperimentError(f"a prediction must be one of the options, got {shown(word)}")
        return word

    def right(self, said: str, answer: str) -> bool:
        """Whether it is the option that came true."""
        return said == answer

    def missed(self, said: str, answer: str) -> str:
        """What a wrong option is."""
        return "another option"

    def told(self, value: str) -> str:
        """An option as it is."""
        return value

    def difference(self, said: str, answer: str) -> str:
        """What was chosen and what came, in one sentence."""
        if self.right(said, answer):
            return f"You chose “{said}”. That is right."
        return f"You chose “{said}”; it is **“{answer}”**."

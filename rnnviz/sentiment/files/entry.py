"""A layer as a Keras file describes it."""

from dataclasses import dataclass

from rnnviz.core.errors import ExperimentError, shown


@dataclass(frozen=True, eq=False)
class Entry:
    """A layer of a file: its class, its name, its settings, the `key` of its weights, which spells
    the class, and its `number` among the layers of it, from 0.

    `within` are the models that it is in, the outermost first; `part` is where in the layer its
    weights are, `before` how many others stand before them there, `suffix` what tells it from
    others of the layer.
    """

    kind: str
    name: str
    config: dict
    key: str
    number: int = 0
    within: tuple["Entry", ...] = ()
    part: str = ""
    before: int = 0
    suffix: str = ""

    @property
    def told(self) -> str:
        """The layer as a sentence names it."""
        return f"{shown(self.name)} ({self.kind})"

    @property
    def title(self) -> str:
        """What a menu calls it."""
        return self.name + self.suffix

    def size(self, setting: str, most: int) -> int:
        """A whole number of its settings, from 1 to `most`."""
        value = self.config[setting]
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
            raise ExperimentError(
                f"{setting} of {self.told} must be between 1 and {most}, got {shown(value)}"
            )
        return value

    def expect(self, **values) -> None:
        """Settings that must be as they are here; one that the file does not name is."""
        for setting, value in values.items():
            came = self.config.get(setting, value)
            if came != value:
                raise ExperimentError(
                    f"{setting} of {self.told} must be {value}, got {shown(came)}: "
                    f"train it with {setting}={value!r}"
                )


def snake(kind: str) -> str:
    """A class as Keras spells it in its weights."""
    words = {"SimpleRNN": "simple_rnn", "LSTM": "lstm", "GRU": "gru", "ReLU": "re_lu", "ELU": "elu"}
    words |= {"RNN": "rnn", "Model": "functional"}
    if kind in words:
        return words[kind]
    spelled = "".join(f"_{c.lower()}" if c.isupper() else c for c in kind)
    return spelled.lstrip("_")

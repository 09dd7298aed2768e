"""The small trainings that come with the package; `make tasks` makes them.

Each lesson about learning compares two ways to train one network, over SEEDS.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from rnnviz.core.training import Settings, Training
from rnnviz.tasks.find import Asked
from rnnviz.tasks.kept import Kept
from rnnviz.tasks.networks import kept

SEEDS = (1, 2, 3)


@dataclass(frozen=True)
class Trial:
    """One way to train: what a picture calls it, the task, the settings, and the other way."""

    label: str
    asked: Asked
    settings: Settings
    beside: str


_ADDING, _ECHO, _PARITY = Asked("adding"), Asked("echo", delay=10), Asked("parity")
_STEEP = Settings(cell="rnn", steps=50, updates=100, optimiser="sgd", rate=0.1)
_LSTM = Settings(cell="lstm", steps=50, updates=500)
_CUT = Settings(cell="rnn", steps=50, updates=300)
_RELU = Settings(cell="rnn", activation="relu", steps=30, updates=1000, rate=0.001)
_BITS = Settings(steps=20, updates=600)
TRIALS: Mapping[str, Trial] = MappingProxyType(
    {
        "free": Trial("no clipping", _ADDING, replace(_STEEP, clip=0.0), "clipped"),
        "clipped": Trial("clipped at 1", _ADDING, _STEEP, "free"),
        "bias0s": Trial("forget bias 0", _ADDING, replace(_LSTM, forget_bias=0.0), "bias1s"),
        "bias1s": Trial("forget bias 1", _ADDING, _LSTM, "bias0s"),
        "cut5s": Trial("cut every 5 steps", _ECHO, replace(_CUT, truncation=5), "cut12s"),
        "cut12s": Trial("cut every 12 steps", _ECHO, replace(_CUT, truncation=12), "cut5s"),
        "identity": Trial("identity", _ADDING, replace(_RELU, init="identity"), "orthogonal"),
        "orthogonal": Trial("orthogonal", _ADDING, _RELU, "identity"),
        "mingru": Trial("minGRU", _PARITY, replace(_BITS, cell="mingru"), "rnn"),
        "rnn": Trial("RNN", _PARITY, replace(_BITS, cell="rnn"), "mingru"),
    }
)


def made(name: str, seed: int) -> Kept:
    """Train one of the TRIALS."""
    trial = TRIALS[name]
    one = Training(trial.asked.task(), replace(trial.settings, seed=seed))
    for _ in one.run():
        pass
    return Kept.of(trial.asked, one)


def of_seeds(name: str) -> list[Kept]:
    """One of the TRIALS as it is shipped, of each seed."""
    return [kept(f"{name}{seed}") for seed in SEEDS]

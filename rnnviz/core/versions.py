"""What a link or a file of settings meant by what it left out, version by version."""

from types import MappingProxyType

# A version's row never changes: links and files of it are out in the world. Whoever changes a
# default of Experiment adds a row and makes VERSION its key. A field that Experiment gains later
# needs a default under which the earlier versions' runs stay the same.
VERSION = "2"
UNSAID = "1"  # the version of a link that names fields and says none
DEFAULTS = MappingProxyType(
    {
        "1": MappingProxyType(
            {
                "cell": "lstm",
                "seed": 1,
                "n_x": 3,
                "n_a": 5,
                "n_y": 2,
                "m": 10,
                "T_x": 50,
                "init": "notebook",
                "gain": 1.0,
                "forget_bias": 0.0,
                "signal": "gaussian",
                "loss": "cross_entropy_last",
                "activation": "tanh",
                "dtype": "float64",
                "series": (),
                "weights": "drawn",
                "review": "",
                "label": 2,
                "text": "",
                "equations": "",
            }
        ),
        "2": MappingProxyType(
            {
                "cell": "lstm",
                "seed": 1,
                "n_x": 3,
                "n_a": 16,
                "n_y": 2,
                "m": 10,
                "T_x": 50,
                "init": "orthogonal",
                "gain": 1.0,
                "forget_bias": 1.0,
                "signal": "gaussian",
                "loss": "cross_entropy_last",
                "activation": "tanh",
                "dtype": "float64",
                "series": (),
                "weights": "drawn",
                "review": "",
                "label": 2,
                "text": "",
                "equations": "",
            }
        ),
    }
)

"""Models in forms that are not read here, told by content, and what to save in their place."""

from collections.abc import Sequence

from rnnviz.core.errors import ExperimentError
from rnnviz.sentiment.files import state_dict

_KERAS = "save it with model.save('model.keras')"
_EITHER = f"a PyTorch model: {state_dict.EXPORT}; a Keras model: {_KERAS}"


def check(content: bytes, names: Sequence[str]) -> None:
    """Raise ExperimentError where a file, or a zip of files by their names, is surely another."""
    head = content[:256].lstrip()
    if any(name.endswith(".pkl") for name in names):
        _refuse("a pickle of PyTorch, which could run anything", state_dict.EXPORT)
    if any(name.rpartition("/")[2] == "saved_model.pb" for name in names):
        _refuse("a SavedModel, which is a program", _KERAS)
    if content[:1] == b"\x80" and content[1:2] in b"\2\3\4\5":
        _refuse("a pickle, which could run anything", _EITHER)
    if content[4:8] == b"TFL3":
        _refuse("a model of TensorFlow Lite", _KERAS)
    if b"saved_model_main_op" in content:
        _refuse("a graph of TensorFlow, which is a program", _KERAS)
    if content[:1] == b"\x08" and content[2:3] == b"\x12":  # versions, then the program's name
        _refuse("an ONNX graph", _EITHER)
    if head.startswith(b"{"):
        _refuse("a description in JSON without weights", _KERAS)
    if content[:2] == b"\x1f\x8b":
        _refuse("a packed file", "unpack it first")


def _refuse(what: str, change: str) -> None:
    raise ExperimentError(
        f"a model must be a .keras, .h5, .safetensors or .npz file, got {what}: {change}"
    )

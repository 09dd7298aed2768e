"""A functional model as the chain of layers that it must be."""

from rnnviz.core.errors import ExperimentError, shown

MASKS = "NotEqual"  # the operation by which a functional model of Keras 3 finds its padding
_IDS = ("InputLayer", "TextVectorization")  # what hands on ids
_STATES = ("SimpleRNN", "LSTM", "GRU")  # have their state a as their second output


def chained(every: list[dict], outputs: list) -> list[dict]:
    """A functional model must be a chain: each layer called once, on the layer before alone; a mask
    may be handed to it, where it says which ids are not 0."""
    chain, masks, before = [], set(), None
    for one in every:
        calls = [_call(node) for node in one.get("inbound_nodes", [])]
        name = one.get("name") or one["config"]["name"]
        if one["class_name"] == MASKS:
            ids = [earlier["name"] for earlier in chain if earlier["class_name"] in _IDS]
            if [inputs for inputs, _ in calls] not in ([[(one, 0), 0]] for one in ids):
                raise ExperimentError(f"{shown(name)} must say which ids are not 0, got another")
            if not any(earlier["config"].get("mask_zero") for earlier in chain):
                raise ExperimentError(
                    f"{shown(name)} masks ids that the Embedding does not: embed with mask_zero"
                )
            masks.add(name)
            continue
        if len(calls) != (before is not None):
            _branch(name)
        for inputs, options in calls:
            if [source for source, _ in inputs] != [before]:
                _branch(name)
            chain[-1] = _handing_on(chain[-1], inputs[0][1])
            for option, value in options.items():
                masking = option == "mask" and isinstance(value, tuple) and value[0] in masks
                if value not in (None, False) and not masking:
                    raise ExperimentError(
                        f"{shown(name)} ({one['class_name']}) must be called with its input alone, "
                        f"got {shown(option)}: call it without"
                    )
        chain.append(one | {"name": name})
        before = name
    several = isinstance(outputs[0], list)
    if several and len(outputs) != 1:
        raise ExperimentError(
            f"a functional model must have one output, got {len(outputs)}: save a model of one"
        )
    end, _, tensor = outputs[0] if several else outputs
    if end != before:
        raise ExperimentError("a functional model must end in its output, got one from within")
    chain[-1] = _handing_on(chain[-1], tensor)
    return chain


def _handing_on(one: dict, tensor: int) -> dict:
    """A layer of which one output is used: the first, or of a recurrent one the last state."""
    if tensor == 1 and one["class_name"] in _STATES:
        state = {"return_sequences": False, "zero_output_for_mask": False}
        return one | {"config": one["config"] | state}
    if tensor:
        raise ExperimentError(
            f"{shown(one['name'])} ({one['class_name']}) must hand on its output or its state a, "
            f"got its output {tensor + 1}: use the first"
        )
    return one


def _branch(name: str) -> None:
    raise ExperimentError(
        f"a functional model must be a chain of layers, got a branch at {shown(name)}: save the "
        "part that is a chain as a model of its own"
    )


def _call(node) -> tuple[list, dict]:
    """Names of the layers with the number of their output (or plain numbers) that a call takes, and
    its options; of Keras 3, or of Keras 2, whose calls are lists [name, node, tensor, options]."""
    if isinstance(node, dict):
        inputs = [_source(one) for one in node["args"]]
        return inputs, {option: _source(value) for option, value in node["kwargs"].items()}
    options: dict = {}
    for one in node:
        options |= one[3] if len(one) > 3 else {}
    return [(one[0], one[2]) for one in node], options


def _source(value):
    """The layer that a tensor comes from, and which of its outputs; anything else as it is."""
    if isinstance(value, dict) and "keras_history" in value.get("config", {}):
        return value["config"]["keras_history"][0], value["config"]["keras_history"][2]
    return value

"""A training done once more, from the file of its network: is it the same to the last bit?"""

from pathlib import Path

import numpy as np

from rnnviz.tasks.kept import Kept
from rnnviz.tasks.runs import NETWORK, Folder, prepared


def asked_again(path: Path, one: Kept) -> Folder:
    """A folder in which to train what a network was trained by, as many updates as it has seen.

    The learning rate of a schedule follows from all updates that were asked for. Raises
    ExperimentError.
    """
    return prepared(path, one.asked, one.settings, one.data)


def compared(one: Kept, folder: Folder) -> str:
    """What was noted in the first training beside what a folder's has come to, in a sentence."""
    again = Kept.read((folder.path / NETWORK).read_bytes())
    count = min(one.done, again.done)
    same = one.loss[:count] == again.loss[:count]
    first = count if same.all() else int(same.argmin())
    if first < count:
        apart = abs(again.loss[count - 1] / one.loss[count - 1] - 1)
        return (
            f"Trained again: the first {first:,} of {count:,} losses agree to the last bit; the "
            f"last ones are {apart:.1%} apart. Another processor, or NumPy, rounds otherwise."
        )
    if one.done != again.done:
        return f"Trained again: the first {count:,} losses agree to the last bit."
    equal = int(np.count_nonzero(one.weights == again.weights))
    each = f"all {len(one.weights):,}" if equal == len(one.weights) else f"{equal:,}"
    return f"Trained again: all {count:,} losses and {each} weights agree to the last bit."

"""How a pass is computed fast, behind one door; docs/ENGINE.md says why it is built so.

`forward` and `backward` are a whole pass; `StepsBack` is the chain rule of single steps, which
`dynamics` feeds other gradients than the loss's; `StepMap` is one step of many states at once,
`ColumnMap` one of many networks. The other modules are this folder's own.
"""

from rnnviz.core.engine.column_map import ColumnMap
from rnnviz.core.engine.step_map import StepMap
from rnnviz.core.engine.steps_back import StepsBack
from rnnviz.core.engine.unroll import backward, forward

__all__ = ["ColumnMap", "StepMap", "StepsBack", "backward", "forward"]

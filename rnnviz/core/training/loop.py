"""The loop: batch, forward, loss, backward, step; whoever stops it can go on to the same bits."""

from collections.abc import Iterator, Mapping
from contextlib import suppress

import numpy as np

from rnnviz.core.engine import backward, forward
from rnnviz.core.training.batches import PROBED, TESTED, Batch, Key, Learnable, held_out
from rnnviz.core.training.broken import walk_back
from rnnviz.core.training.culprit import Fault, backward_culprit, forward_culprit
from rnnviz.core.training.flat import Flat
from rnnviz.core.training.heads import counted, judge, share_right
from rnnviz.core.training.mistakes import MISTAKES
from rnnviz.core.training.record import TEST_EVERY, Record
from rnnviz.core.training.seen import Probe, by_lag, recurrent_matrix
from rnnviz.core.training.settings import Settings
from rnnviz.core.training.still import SMALL, kept, still
from rnnviz.core.types import Gradients, Trace

ALL = "all"  # the one name of the vector, for the optimisers


class Training:
    """One network that learns one task; `advance` is an update, `done` counts them.

    `record` is what is kept (`Record`), `fault` why it ended before its time.

    >>> from rnnviz.tasks import TASKS
    >>> one = Training(TASKS["adding"], Settings(cell="gru", units=8, steps=10, updates=20))
    >>> for update in one.run():
    ...     pass
    >>> one.done, len(one.record.loss), one.fault is None
    (20, 20, True)
    """

    def __init__(self, task: Learnable, settings: Settings):
        self.task, self.settings, self.cell = task, settings, settings.cell_object
        self.dtype = np.dtype(settings.dtype)
        self.params = Flat.of(settings.start(task.n_x, task.n_y), self.dtype)
        self.gradient = Flat.of(self.params.views)
        self.moments = settings.optimiser_at(0).start({ALL: self.params.vector})
        self.states: dict[str, np.ndarray] = {}  # that an endless task goes on with
        self.done, self.record = 0, Record.for_steps(settings.steps)
        self.fault: Fault | None = None
        self.spectra: dict[int, np.ndarray | None] = {}  # by update, of the frames asked after
        self._traces: dict[int, Trace] = {}
        self._grads: dict[int, Gradients] = {}
        self._upstream: dict[int, np.ndarray] = {}
        self._tested: Trace | None = None
        self.test = self._held_out("test", TESTED)
        probed = self._held_out("probe", PROBED)
        self.probe = Probe(self.cell, task.head, probed, self.dtype)
        self.probe.goes_back = not self._tells_lags(probed)

    def _batch(self, key: Key, m: int) -> Batch:
        batch = self.task.draw(key, m, self.settings.steps)
        return batch._replace(x=batch.x.astype(self.dtype))

    def _tells_lags(self, batch: Batch) -> bool:
        """Whether a batch's loss is at the last step alone, and its gradient goes all the way."""
        m, T_x = batch.mask.shape
        last_alone = np.count_nonzero(batch.mask[:, -1]) == m == np.count_nonzero(batch.mask)
        return last_alone and not 0 < self.settings.truncation < T_x

    def _held_out(self, part: str, m: int) -> Batch:
        batch = held_out(self.task, part, self.settings.seed, m, self.settings.steps)
        return batch._replace(x=batch.x.astype(self.dtype))

    def run(self, updates: int | None = None) -> Iterator[int]:
        """Updates one after another, their numbers; to the end of the settings by default."""
        last = self.settings.updates if updates is None else self.done + updates
        while self.done < min(last, self.settings.updates) and self.advance():
            yield self.done

    def advance(self) -> bool:
        """One update more; False where a number is no longer finite, and `fault` says which."""
        if self.fault:
            return False
        n, settings = self.done, self.settings
        if self.record.frames.wants(n) or n % TEST_EVERY == 0:
            self._look(n)
        batch = self._batch(Key(settings.seed, n), settings.batch)
        with np.errstate(all="ignore"):
            loss = self._gradients(batch)
            if loss is None:
                return False
            norms = self.gradient.norms()
            norm = float(np.sqrt(np.square(norms).sum()))
            self.follow(n, norm)
        self.record.loss.append(loss)
        self.record.norms.append(norms.astype("f4"))
        self.done += 1
        return True

    def weights(self, vector: np.ndarray) -> dict[str, np.ndarray]:
        """The parameters by name in a vector of all, such as a frame of the record keeps."""
        other = Flat.of(self.params.views, vector.dtype)
        other.vector[...] = vector
        return dict(other.views)

    def eigenvalues(self, frame: int = -1) -> np.ndarray | None:
        """Those of the candidate's weights on the state at a frame of the record, (n_a,); None of a
        cell that has no such weights.

        They follow from the weights and would be a third of a frame's time: whoever looks computes
        them, not the training.
        """
        update = self.record.frames.updates[frame]
        if update not in self.spectra:
            weights = self.weights(self.record.frames.rows[frame]["weights"])
            found = recurrent_matrix(self.cell, weights)
            values = np.linalg.eigvals(found[1]).astype("c8") if found else None
            self.spectra[update] = values
        return self.spectra[update]

    def follow(self, update: int, norm: float | None = None) -> None:
        """Clip what stands in `gradient`, and step along it."""
        clip, optimiser = self.settings.clip, self.settings.optimiser_at(update)
        norm = float(np.linalg.norm(self.gradient.vector)) if norm is None else norm
        if clip and norm > clip:
            self.gradient.vector[...] *= self.dtype.type(clip / norm)
        if self.settings.decay:
            self.params.vector[...] *= 1 - optimiser.learning_rate * self.settings.decay
        after, self.moments = optimiser.step(
            {ALL: self.params.vector}, {ALL: self.gradient.vector}, self.moments
        )
        self.params.vector[...] = after[ALL]

    def _gradients(self, batch: Batch) -> float | None:
        """The loss of a batch; its gradient into `gradient`, the states handed on. None where a
        number is not finite: `fault` then says which."""
        settings, T_x = self.settings, batch.x.shape[-1]
        length = min(settings.truncation or T_x, T_x)
        states, count = self.states, max(1, np.count_nonzero(batch.mask))
        self.gradient.vector[...] = 0
        loss = 0.0
        for start in range(0, T_x, length):
            window = slice(start, min(start + length, T_x))
            trace, grads, part = self._window(batch, window, states, count)
            loss += part
            if not (np.isfinite(part) and np.isfinite(self.gradient.vector).all()):
                self._blame(trace, grads, start, part)
                return None
            if window.stop < T_x or self.task.endless:
                states = {name: trace.state(name)[-1].copy() for name in self.cell.states}
        if self.task.endless:
            self.states = states
        if self._tells_lags(batch) and self.record.lags.wants(self.done):
            self.record.lags.add(self.done, by_lag(grads))
        return loss

    def _window(self, batch: Batch, window: slice, states, count: int):
        """Forward and backward over some steps; the way back ends where they begin."""
        size, cell = window.stop - window.start, self.cell
        params, (W, b) = self.params.views, cell.readout
        trace = forward(
            cell, params, batch.x[..., window], states, self._traces.get(size), reads_out=False
        )
        mask, mistake = batch.mask[:, window], self.settings.mistake
        wrong = bool(mistake) and MISTAKES[mistake].of_gradient
        counting = np.count_nonzero(mask)
        # No other step has a loss of its own.
        at_end = not wrong and counting == np.count_nonzero(mask[:, -1])
        steps = slice(-1 if at_end else 0, None)
        judged = judge(
            self.task.head, trace.states["a"][..., steps], params[W], params[b],
            batch.target[..., window][..., steps], mask[:, steps], count,
            None if at_end else self._upstream.get(size),
        )  # fmt: skip
        if at_end:
            felt = None, {"a": judged.upstream[..., 0]}
        else:
            felt = judged.upstream, {}
            self._upstream[size] = judged.upstream
        if wrong:
            grads = walk_back(trace, params, judged.upstream, mistake).gradients
        else:
            grads = backward(trace, *felt, into=self._grads.get(size), inputs=False)
        self._traces[size], self._grads[size] = trace, grads
        self.gradient.add({**grads.params, W: judged.dW, b: judged.db})
        return trace, grads, float(judged.losses.sum(dtype=float))

    def _blame(self, trace: Trace, grads: Gradients, first: int, loss: float) -> None:
        found = forward_culprit(trace, self.params.views, first)
        if found is None and np.isfinite(loss):
            found = backward_culprit(grads, first)
        self.fault = Fault(self.done, *(found or ("the loss", 0)))

    def _look(self, n: int) -> None:
        """A frame of the record, a test, or both."""
        with np.errstate(all="ignore"):
            if self.record.frames.wants(n):
                frame = {"weights": self.params.vector.astype("f4")}
                if np.isfinite(frame["weights"]).all():  # else it is about to end
                    self.record.frames.add(n, frame | self.probe.look(self.params.views))
                    with suppress(np.linalg.LinAlgError):
                        self._look_still(n, self.record.frames.rows[-1])
            if n % TEST_EVERY == 0:
                self.record.tests.append((n, *self.tested()))

    def _look_still(self, n: int, frame: Mapping[str, np.ndarray]) -> None:
        """The fixed points of a small network, now and then."""
        visited = np.concatenate(frame["states"])
        if len(visited) <= SMALL and self.record.points.wants(n):
            found = still(self.cell, self.weights(frame["weights"]), visited)
            self.record.points.add(n, kept(found, len(visited)))

    def tested(self, batch: Batch | None = None) -> tuple[float, float]:
        """Loss and share of right answers on sequences that are not trained on, or on a batch."""
        own = batch is None
        batch = self.test if batch is None else batch
        params, (W, b) = self.params.views, self.cell.readout
        trace = forward(
            self.cell, params, batch.x.astype(self.dtype),
            into=self._tested if own else None, reads_out=False,
        )  # fmt: skip
        if own:
            self._tested = trace
        head, some = self.task.head, counted(batch.mask)
        a, target, mask = trace.states["a"][..., some], batch.target[..., some], batch.mask[:, some]
        judged = judge(head, a, params[W], params[b], target, mask)
        right = share_right(head, a, params[W], params[b], target, mask)
        return float(judged.losses.sum(dtype=float)), right

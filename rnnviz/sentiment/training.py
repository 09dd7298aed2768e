"""One run from its settings to its result; it happens in a worker process of its own.

The same settings give the same history on the same machine: one thread, seeded, deterministic
operations, batches drawn from the seed alone (so that every cell sees the same ones).
"""

import os
import time
from functools import partial

import numpy as np

from rnnviz.sentiment import data, examples, models
from rnnviz.sentiment.data import Dataset, Split
from rnnviz.sentiment.runs import Folder
from rnnviz.sentiment.scores import scores
from rnnviz.sentiment.settings import Settings

_SECONDS = 0.4  # between two notes of where a run stands


def carry_out(folder: Folder) -> None:
    """Train what the folder's settings ask for, from the last whole epoch where there is one."""
    settings = folder.settings
    folder.note("running", pid=os.getpid(), stage="reading the reviews")
    dataset = data.load(settings)
    folder.write("words.json", {"words": dataset.words})
    if settings.cell == "bow":
        from rnnviz.sentiment.baseline import fit

        result = fit(settings, dataset, folder)
    else:
        result = _fit(settings, dataset, folder)
    common = {"cell": settings.cell, "data": dataset.title, "settings": settings.to_dict()}
    common |= {"classes": dataset.classes, "told": dataset.told}
    folder.write("result.json", common | result)
    folder.note("done", epoch=settings.epochs, epochs=settings.epochs)


def padded(ids: list[np.ndarray], settings: Settings, length: int) -> np.ndarray:
    """Reviews as one array (n, length): the last `settings.length` ids, zeros before (or after)."""
    rows = np.zeros((len(ids), length), np.int32)
    for row, review in zip(rows, ids, strict=True):
        kept = review[-min(settings.length, length) :]
        if settings.padding == "pre":
            row[length - len(kept) :] = kept
        else:
            row[: len(kept)] = kept
    return rows


def seen(settings: Settings, ids: np.ndarray) -> np.ndarray:
    """What the model reads of one review: its last words, padded where padding is not masked."""
    length = min(len(ids), settings.length) if settings.masked else settings.length
    return padded([ids], settings, length)[0]


def row(settings: Settings, ids: np.ndarray) -> np.ndarray:
    """One review as a row of a batch: `seen`, and the zero for which a masked batch has room."""
    length = min(len(ids), settings.length) + 1 if settings.masked else settings.length
    return padded([ids], settings, length)[0]


def _batches(split: Split, settings: Settings, epoch: int | None):
    """Index arrays of one epoch's batches; in order where epoch is None.

    A batch holds reviews of about the same length, so that little of it is padding.
    """
    lengths = np.minimum([len(review) for review in split.ids], settings.length)
    random = np.random.default_rng([settings.seed, epoch or 0])
    mixed = random.random(len(lengths)) * (0 if epoch is None else 8)
    if not settings.embedding:  # raw ids have one fixed length
        order = np.arange(len(lengths)) if epoch is None else random.permutation(len(lengths))
    else:
        order = np.argsort(lengths + mixed, kind="stable")
    size = settings.batch if epoch is not None else 256
    groups = [order[i : i + size] for i in range(0, len(order), size)]
    if epoch is not None and not (epoch == 0 and settings.short_first):
        groups = [groups[i] for i in random.permutation(len(groups))]
    return groups


def _arrays(split: Split, settings: Settings, which: np.ndarray):
    ids = [split.ids[i] for i in which]
    if not settings.embedding:
        x = padded(ids, settings, settings.length)[..., None].astype(np.float32)
    else:
        # One place more than the longest, so that the mask lies alike on every row: a maximum
        # over time sees the empty state, too, where padding stands in front.
        longest = max(min(len(review), settings.length) for review in ids)
        x = padded(ids, settings, longest + 1 if settings.masked else settings.length)
    return x, split.labels[which].astype(np.float32)


def probabilities(model, split: Split, settings: Settings) -> np.ndarray:
    """P(class 1) of every review, (n,)."""
    import tensorflow as tf

    call = tf.function(
        lambda x: model(x, training=False), input_signature=[_signature(tf, settings)]
    )
    p = np.empty(len(split.labels))
    for which in _batches(split, settings, None):
        x, _ = _arrays(split, settings, which)
        p[which] = call(tf.constant(x))[:, 0]
    return p


def _fit(settings: Settings, dataset: Dataset, folder: Folder) -> dict:
    folder.note("running", pid=os.getpid(), stage="starting TensorFlow")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import keras
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    keras.utils.set_random_seed(settings.seed)
    tf.config.experimental.enable_op_determinism()
    words = len(dataset.words) + data.FIRST
    model = models.build(settings, words)
    steps = -(-len(dataset.train.labels) // settings.batch)
    rate = settings.rate
    if settings.cosine:
        rate = keras.optimizers.schedules.CosineDecay(rate, settings.epochs * steps)
    optimizer = _noted(keras.optimizers.Adam)(rate, clipnorm=settings.clip or None)
    loss = keras.losses.BinaryCrossentropy(label_smoothing=settings.smoothing)
    model.compile(optimizer, loss, metrics=["accuracy"])
    log = _callback(keras, settings, dataset, folder, steps, optimizer)
    backup = folder.path / "backup"
    callbacks = [keras.callbacks.BackupAndRestore(backup), log]
    start = time.perf_counter()
    epochs = len(folder.history())
    source = _stream(tf, dataset.train, settings, epochs)
    if epochs < settings.epochs:
        model.fit(
            source, epochs=settings.epochs, verbose=0, callbacks=callbacks, steps_per_epoch=steps
        )
    rows = folder.history()
    best = best_epoch(rows)
    if settings.recipe == "modern" and log.best.exists():
        model.load_weights(log.best)
    folder.note("running", pid=os.getpid(), stage="testing", epoch=settings.epochs)
    p = probabilities(model, dataset.test, settings)
    result = scores(p, dataset.test.labels, dataset.test.distances)
    if settings.embedding:
        folder.write("examples.json", examples.choose(p, dataset.test, partial(seen, settings)))
    if dataset.subset is not None:
        result["notebook_test"] = scores(p[dataset.subset], dataset.test.labels[dataset.subset])
    part = folder.path / ".model.keras"
    keras.Sequential(model.layers).save(part)  # without the optimizer's memory
    os.replace(part, folder.model)
    log.best.unlink(missing_ok=True)
    return result | {
        "parameters": model.count_params(),
        "seconds_per_epoch": float(np.mean([row["seconds"] for row in rows])),
        "seconds": float(sum(row["seconds"] for row in rows)),
        "seconds_all": time.perf_counter() - start,
        "validation_accuracy": best["val_accuracy"],
        "chosen_epoch": int(best["epoch"]) if settings.recipe == "modern" else settings.epochs,
    }


def best_epoch(rows: list[dict]) -> dict:
    """The row of the epoch that validates best, the first of several: the one that is kept."""
    return max(rows, key=lambda row: row["val_accuracy"])


def _stream(tf, split: Split, settings: Settings, first: int):
    """The batches of all epochs from `first` on, as a dataset that never waits to tune itself."""

    def batches():
        for epoch in range(first, settings.epochs):
            for which in _batches(split, settings, epoch):
                yield _arrays(split, settings, which)

    signature = (_signature(tf, settings), tf.TensorSpec((None,), tf.float32))
    stream = tf.data.Dataset.from_generator(batches, output_signature=signature)
    options = tf.data.Options()
    options.autotune.enabled = False
    options.threading.private_threadpool_size = 1
    return stream.with_options(options)


def _signature(tf, settings: Settings):
    """What the model takes: ids (n, T_x), or raw ids as numbers (n, length, 1)."""
    if settings.embedding:
        return tf.TensorSpec((None, None), tf.int32)
    return tf.TensorSpec((None, settings.length, 1), tf.float32)


def _noted(base):
    """The optimizer, which also keeps the norm of the last gradient (before it was clipped)."""
    import tensorflow as tf

    class Noted(base):
        def __init__(self, *arguments, **options):
            super().__init__(*arguments, **options)
            self.norm = tf.Variable(0.0, trainable=False, dtype=tf.float32)

        def apply(self, grads, trainable_variables=None):
            dense = [tf.convert_to_tensor(g) for g in grads]
            self.norm.assign(tf.linalg.global_norm(dense))
            return super().apply(grads, trainable_variables)

    return Noted


def _callback(keras, settings, dataset, folder, steps, optimizer):
    class Log(keras.callbacks.Callback):
        """Notes every batch, keeps every epoch, and the weights that validate best."""

        best = folder.path / "best.weights.h5"

        def on_train_begin(self, logs=None):
            self.begun, self.noted, self.done = time.perf_counter(), 0.0, 0

        def on_epoch_begin(self, epoch, logs=None):
            self.epoch, self.start, self.norms = epoch, time.perf_counter(), []

        def on_train_batch_end(self, batch, logs=None):
            self.done += 1
            self.norms.append(float(optimizer.norm.numpy()))
            now = time.perf_counter()
            if now - self.noted < _SECONDS:
                return
            self.noted = now
            left = settings.epochs * steps - self.epoch * steps - batch - 1
            folder.note(
                "running",
                **{"pid": os.getpid(), "stage": "training", "epoch": self.epoch},
                **{"epochs": settings.epochs, "batch": batch + 1, "batches": steps},
                **{"loss": float(logs["loss"]), "accuracy": float(logs["accuracy"])},
                **{"gradient_norm": self.norms[-1]},
                seconds_left=(now - self.begun) / self.done * left,
            )

        def on_epoch_end(self, epoch, logs=None):
            seconds = time.perf_counter() - self.start
            split = dataset.validation
            held = scores(probabilities(self.model, split, settings), split.labels)
            row = {"epoch": epoch + 1, "loss": logs["loss"], "accuracy": logs["accuracy"]}
            row |= {"val_loss": held["loss"], "val_accuracy": held["test_accuracy"]}
            row |= {"gradient_norm": float(np.mean(self.norms)), "seconds": seconds}
            rows = [*folder.history()[:epoch], row]
            if best_epoch(rows) is row:
                self.model.save_weights(self.best)
            folder.write_history(rows)

    return Log()

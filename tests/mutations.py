"""Mistakes of the kind that engines have, each in place of what is right, for `test_mutations`."""

import sys
from dataclasses import replace
from functools import partial

import numpy as np
import review_laws
from numpy import multiply

import rnnviz
from rnnviz.core import dynamics, measures, recompute, types
from rnnviz.core.cells.gru import GRU
from rnnviz.core.cells.lstm import LSTM
from rnnviz.core.cells.rnn import RNN
from rnnviz.core.engine import chain, unroll
from rnnviz.core.engine.buffers import columns
from rnnviz.core.losses.base import LOSSES, _registry
from rnnviz.core.run import run_many
from rnnviz.exhibits import inside
from rnnviz.figures import reviews
from rnnviz.sentiment import baseline, scores, training

MUTATIONS = {}  # name -> (cell, the picture that must notice, what is done)
OF_REVIEWS = {}  # name -> (the law that must notice, what is done)


def mutation(cell, noticed_by, **experiment):
    def kept(mutate):
        MUTATIONS[mutate.__name__.strip("_")] = (cell, noticed_by, experiment, mutate)
        return mutate

    return kept


def of_reviews(law):
    def kept(mutate):
        OF_REVIEWS[mutate.__name__] = (law, mutate)
        return mutate

    return kept


class Engine:
    """Puts a wrong function in place of a right one, wherever it was imported to."""

    def __init__(self, monkeypatch):
        self.monkeypatch = monkeypatch

    def put(self, right, wrong):
        modules = [m for name, m in sys.modules.items() if name.startswith("rnnviz.core")]
        places = [(m, name) for m in modules for name, value in vars(m).items() if value is right]
        assert places
        for module, name in places:
            self.monkeypatch.setattr(module, name, wrong)

    def losses(self, wrong):
        """`wrong` gets the right `evaluate` of each loss in front of its arguments."""
        for name, loss in LOSSES.items():
            put = replace(loss, evaluate=partial(wrong, loss.evaluate))
            self.monkeypatch.setitem(_registry, name, put)

    def method(self, cell, name, wrong):
        """`wrong` gets the right method in front of its arguments."""
        right = getattr(cell, name)
        self.monkeypatch.setattr(cell, name, lambda self, *v, **k: wrong(self, right, *v, **k))


# -- the chain rule of the cells -------------------------------------------------------------------


@mutation("lstm", "gradients-norms")
def the_memory_is_not_felt_through_tanh_c(engine):
    def wrong(self, right, by_a, by_c, d_by_a, d_by_c, da, dc_next, dc):
        multiply(da, by_a, out=d_by_a)
        dc[...] = dc_next
        multiply(dc, by_c, out=d_by_c)

    engine.method(LSTM, "backstep", wrong)


@mutation("lstm", "gradients-singular_values")
def the_forget_gate_is_left_out_of_the_way_back(engine):
    def wrong(self, right, *views, out):
        right(self, *views, out=out)
        out[-1][...] = 1

    engine.method(LSTM, "local_derivatives", wrong)


@mutation("lstm", "gradients-norms")
def a_candidate_without_its_one_minus_k_squared(engine):
    def wrong(self, right, o, f, i, *views, out):
        right(self, o, f, i, *views, out=out)
        out[4][...] = i

    engine.method(LSTM, "local_derivatives", wrong)


@mutation("gru", "gradients-norms")
def the_update_gate_with_the_other_sign(engine):
    def wrong(self, right, *views, out):
        right(self, *views, out=out)
        multiply(out[2], -1, out=out[2])

    engine.method(GRU, "local_derivatives", wrong)


@mutation("gru", "gradients-norms")
def the_reset_gate_is_not_felt(engine):
    def wrong(self, right, by_ra, d_by_ra, d_ra, dz):
        right(self, by_ra, d_by_ra, d_ra, dz)
        d_by_ra[1][...] = 0

    engine.method(GRU, "backoperand", wrong)


@mutation("rnn", "gradients-singular_values")
def one_minus_a_for_one_minus_a_squared(engine):
    def wrong(self, right, z, a_prev, a, out):
        out[0] = 1 - a

    engine.method(RNN, "local_derivatives", wrong)


# -- the cells themselves --------------------------------------------------------------------------


@mutation("lstm", "states-overview")
def forget_and_input_swapped(engine):
    # Forward and backward alike: the gradient is right, of another cell.
    def step(self, right, o, f, i, *views):
        right(self, o, i, f, *views)

    def local_derivatives(self, right, o, f, i, k, a_prev, c_prev, *views, out):
        right(self, o, i, f, k, a_prev, c_prev, *views, out=out)
        multiply(c_prev * i, 1 - i, out=out[3])
        multiply(k * f, 1 - f, out=out[2])

    engine.method(LSTM, "step", step)
    engine.method(LSTM, "local_derivatives", local_derivatives)


@mutation("gru", "states-overview")
def the_update_gate_keeps_instead_of_writing(engine):
    engine.method(GRU, "step", lambda self, right, r, i, *views: right(self, r, 1 - i, *views))


@mutation("gru", "step-flow")
def the_reset_gate_after_the_product(engine):
    def wrong(self, right, r, i, a_prev, out):
        out[...] = a_prev

    engine.method(GRU, "operand", wrong)


# -- time ------------------------------------------------------------------------------------------


@mutation("lstm", "gradients-norms")
def each_loss_is_felt_one_step_late(engine):
    right = unroll.backward

    def wrong(trace, upstream, *more):
        return right(trace, np.roll(upstream, 1, axis=-1), *more)

    engine.put(right, wrong)


@mutation("gru", "gradients-norms")
def weights_are_moved_by_the_operand_of_the_step_before(engine):
    def wrong(buffer, out):
        operand = buffer.shape[-2] == 5 + 3 + 1  # [a; x; 1], not dz of two or three gates
        return columns(np.roll(buffer, 1, axis=0) if operand else buffer, out)

    engine.put(columns, wrong)


@mutation("rnn", "states-overview")
def the_initial_state_is_forgotten(engine):
    right = unroll.forward
    engine.put(right, lambda cell, params, x, initial=None, into=None: right(cell, params, x))


@mutation("lstm", "gradients-itemised")
def items_begin_one_step_late(engine):
    right = dynamics.gradients_by_loss_step

    def wrong(run, steps=None, lag=None):
        for k, items in right(run, steps, lag):
            yield k, items * (np.arange(len(items)) > 0)[:, None, None]

    engine.put(right, wrong)


@mutation("gru", "gradients-itemised")
def truncation_goes_one_step_too_far(engine):
    right = dynamics.gradients_by_loss_step

    def wrong(run, steps=None, lag=None):
        return right(run, steps, None if lag is None else lag + 1)

    engine.put(right, wrong)


# -- weights, biases, losses -----------------------------------------------------------------------


@mutation("rnn", "gradients-singular_values")
def recurrent_weights_not_transposed(engine):
    right = chain._transposed
    engine.put(right, lambda W: W.copy() if W.shape[-1] == W.shape[-2] else right(W))


@mutation("lstm", "gradients-norms")
def no_gradient_for_the_bias(engine):
    right = unroll.backward

    def wrong(trace, *more):
        grads = right(trace, *more)
        for gate in trace.cell.gates:
            grads.params[gate.bias] *= 0
        return grads

    engine.put(right, wrong)


@mutation("gru", "gradients-norms")
def the_readout_is_summed_over_sequences_not_averaged(engine):
    def wrong(right, a, *more):
        seen, m = right(a, *more), a.shape[-2]
        return seen._replace(dW=m * seen.dW, db=m * seen.db)

    engine.losses(wrong)


@mutation("rnn", "gradients-norms")
def the_loss_is_half_of_what_its_gradient_says(engine):
    def wrong(right, *arguments):
        seen = right(*arguments)
        return seen._replace(losses=seen.losses / 2)

    engine.losses(wrong)


@mutation("lstm", "step-flow")
def outputs_without_their_bias(engine):
    right = unroll.forward

    def wrong(cell, params, *more):
        bias = cell.readout[1]
        return right(cell, {**params, bias: 0 * params[bias]}, *more)

    engine.put(right, wrong)


@mutation("lstm", "step-flow")
def halved_preactivations_are_shown(engine):
    right = types.Trace.preactivations.func
    shown = property(lambda trace: {name: z / 2 for name, z in right(trace).items()})
    engine.monkeypatch.setattr(types.Trace, "preactivations", shown)


@mutation("gru", "step-flow")
def a_sigmoid_that_is_a_tanh(engine):
    engine.put(unroll._squash, lambda z, sigmoid, half: np.tanh(z, out=z))


@mutation("lstm", "player")
def the_output_gate_is_felt_twice(engine):
    right = recompute.gate_gradients

    def wrong(run, sequence, steps):
        dz, late = right(run, sequence, steps)
        return dz | {"output": 2 * dz["output"]}, late

    engine.put(right, wrong)


# -- what is measured ------------------------------------------------------------------------------


@mutation("lstm", "gradients-norms")
def clipping_by_value(engine):
    right = measures.clip

    def wrong(gradients, threshold):
        cut = {name: np.clip(g, -threshold, threshold) for name, g in gradients.items()}
        return cut, right(gradients, threshold)[1]

    engine.put(right, wrong)


@mutation("rnn", "gradients-norms")
def norms_of_the_first_sequence_alone(engine):
    right = types.norm

    def wrong(array, axis):
        return right(array[:1], axis) if axis == -2 else right(array, axis)

    engine.put(right, wrong)


@mutation("gru", "gates-memory")
def a_half_life_in_doublings(engine):
    right = measures.half_life
    engine.put(right, lambda kept: right(kept) / np.log(2))


@mutation("lstm", "gates-saturation")
def stuck_gates_counted_in_one_sequence(engine):
    right = measures.gate_saturation
    engine.put(right, lambda gate, *limits: right(gate[:, :1], *limits))


@mutation("rnn", "states-saturation")
def saturation_of_the_positive_side_alone(engine):
    engine.put(measures.saturated_share, lambda states: (states > 0.95).mean(axis=(0, 1)))


@mutation("lstm", "states-trajectory")
def components_of_states_that_are_not_centred(engine):
    right = measures.principal_components
    engine.put(right, lambda a: right(np.concatenate([a, -a], axis=1)))


@mutation("rnn", "gradients-singular_values")
def singular_values_not_rooted(engine):
    right = dynamics.singular_values
    engine.put(right, lambda *arguments: np.square(right(*arguments)))


@mutation("gru", "compare-parameters")
def parameters_counted_without_biases(engine):
    right = measures.parameter_count

    def wrong(run):
        counts = right(run)
        return counts | {"cell": counts["cell"] - len(run.cell.all_gates) * run.trace.n_a}

    engine.put(right, wrong)


@mutation("lstm", "compare-band", m=1)
def every_seed_of_the_band_is_the_first(engine):
    right = run_many

    def wrong(experiment, seeds):
        first, *rest = seeds
        return right(experiment, [first, *(first for _ in rest)])

    engine.put(right, wrong)
    engine.monkeypatch.setattr(rnnviz, "run_many", wrong)


# -- reviews: what is trained, told and drawn ------------------------------------------------------


@of_reviews(review_laws.training_keeps_the_chosen_epoch_and_reports_the_test_half)
def test_accuracy_of_the_validation_half(patch):
    right = training._fit
    wrong = lambda s, dataset, f: right(s, replace(dataset, test=dataset.validation), f)  # noqa: E731
    patch.setattr(training, "_fit", wrong)


@of_reviews(review_laws.training_keeps_the_chosen_epoch_and_reports_the_test_half)
def the_worst_epoch_is_kept(patch):
    worst = lambda rows: min(rows, key=lambda row: row["val_accuracy"])  # noqa: E731
    patch.setattr(training, "best_epoch", worst)


@of_reviews(review_laws.a_bag_of_words_reports_the_test_half)
def a_bag_of_words_tested_on_the_validation_half(patch):
    right = baseline.fit
    wrong = lambda s, dataset, f: right(s, replace(dataset, test=dataset.validation), f)  # noqa: E731
    patch.setattr(baseline, "fit", wrong)


@of_reviews(review_laws.confusion_is_drawn_as_it_was_counted)
def the_confusion_matrix_is_transposed(patch):
    right = reviews.confusion
    patch.setattr(reviews, "confusion", lambda matrix, *more: right(np.transpose(matrix), *more))


@of_reviews(review_laws.bars_have_the_colour_of_their_sign)
def verdict_colours_are_inverted(patch):
    right = reviews._ends

    def wrong(ink):
        colours = [colour for _, colour in right(ink)]
        return list(zip([0, 0.5, 0.5, 1], colours[::-1], strict=True))

    patch.setattr(reviews, "_ends", wrong)


@of_reviews(review_laws.calibration_has_a_point_for_each_of_ten_bins)
def calibration_bins_are_merged(patch):
    patch.setattr(scores, "_BINS", 5)


@of_reviews(review_laws.calibration_has_a_point_for_each_of_ten_bins)
def calibration_bins_are_merged_as_they_are_drawn(patch):
    right = reviews.calibration

    def wrong(told, **more):
        pairs = {
            label: list(zip(rows[::2], rows[1::2], strict=True)) for label, rows in told.items()
        }
        return right(
            {label: [_joined(*pair) for pair in rows] for label, rows in pairs.items()}, **more
        )

    patch.setattr(reviews, "calibration", wrong)


def _joined(one, other):
    count = one["count"] + other["count"]
    means = {
        name: (one[name] * one["count"] + other[name] * other["count"]) / count
        for name in ("probability", "share")
    }
    return means | {"count": count}


@of_reviews(review_laws.the_sentence_is_that_of_the_review_without_the_word)
def without_it_would_be_with_the_wrong_sign(patch):
    right = inside.verdict_caption

    def wrong(one):
        return right(one._replace(reading=replace(one.reading, missed=-one.reading.missed)))

    patch.setattr(inside, "verdict_caption", wrong)


@of_reviews(review_laws.the_sentence_is_that_of_the_review_without_the_word)
def the_sentence_names_the_word_before(patch):
    right = inside.verdict_caption
    patch.setattr(
        inside, "verdict_caption", lambda one: right(one._replace(words=[*one.words[1:], "end"]))
    )

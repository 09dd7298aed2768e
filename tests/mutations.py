"""Mistakes of the kind that engines have, each in place of what is right, for `test_mutations`."""

import sys
from dataclasses import replace
from functools import lru_cache, partial

import numpy as np
import review_laws

import rnnviz
from rnnviz.core import dynamics, measures, recompute, types
from rnnviz.core.calculus import backward as written_back
from rnnviz.core.calculus import derive, expression, simplify, writer
from rnnviz.core.calculus import forward as written
from rnnviz.core.calculus.expression import ONE, ZERO, add, mul, sub
from rnnviz.core.calculus.expression import name as leaf
from rnnviz.core.engine import unroll, workspace
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

    def deriver(self, right, wrong):
        """A function of `core/calculus`, with nothing kept of what was derived before."""
        self.put(derive.derived, lru_cache(derive.derived.__wrapped__))
        self.monkeypatch.setattr(workspace, "_kept", {})
        self.put(right, wrong)

    def edges(self, wrong):
        """`wrong` gets each edge and gives another one, or None."""
        right = derive._Deriver.local
        self.deriver(simplify.blended, simplify.blended)
        self.monkeypatch.setattr(
            derive._Deriver, "local",
            lambda deriver, source: [
                other for edge in right(deriver, source) if (other := wrong(edge)) is not None
            ],
        )  # fmt: skip

    def rule(self, operation, derivative):
        """Another derivative of one operation."""
        self.deriver(simplify.blended, simplify.blended)
        wrong = replace(expression.OPERATIONS[operation], derivative=derivative)
        self.monkeypatch.setitem(expression.OPERATIONS, operation, wrong)

    def text(self, right, wrong):
        """Another equation than the cell's own text has."""
        known, there = derive.derived, lru_cache(derive.derived.__wrapped__)

        def derived(text, activation="tanh"):
            return there(text.replace(right, wrong), activation)

        self.monkeypatch.setattr(workspace, "_kept", {})
        self.put(known, derived)


# -- the chain rule of the cells, as it is derived -------------------------------------------------


@mutation("lstm", "gradients-norms")
def the_memory_is_not_felt_through_tanh_c(engine):
    engine.edges(lambda edge: None if (edge.source, edge.target) == ("a", "c") else edge)


@mutation("lstm", "gradients-singular_values")
def the_forget_gate_is_left_out_of_the_way_back(engine):
    engine.edges(lambda edge: replace(edge, factor=ONE) if edge.target == "c_prev" else edge)


@mutation("lstm", "gradients-norms")
def a_candidate_without_its_one_minus_k_squared(engine):
    engine.edges(lambda edge: replace(edge, factor=leaf("i")) if edge.target == "k" else edge)


@mutation("gru", "gradients-norms")
def a_difference_with_the_other_sign(engine):
    engine.rule("sub", lambda y, u, v: (ONE, ONE))


@mutation("gru", "gradients-norms")
def the_reset_gate_is_not_felt(engine):
    engine.edges(lambda edge: replace(edge, factor=ZERO) if edge.target == "r" else edge)


@mutation("rnn", "gradients-singular_values")
def one_minus_a_for_one_minus_a_squared(engine):
    engine.rule("tanh", lambda y, u: (sub(ONE, y),))


@mutation("rnn", "gradients-singular_values", activation="softmax")
def a_softmax_whose_units_do_not_feel_each_other(engine):
    engine.edges(lambda edge: replace(edge, softmax=False))


@mutation("rnn", "gradients-norms", activation="relu")
def a_relu_that_is_felt_everywhere(engine):
    engine.rule("relu", lambda y, u: (ONE,))


@mutation("lstm", "gradients-norms")
def a_product_taken_for_another(engine):
    right = simplify.shortened

    def wrong(node, known):
        return right(node, {one: "c" if value == "a" else value for one, value in known.items()})

    engine.deriver(right, wrong)


@mutation("gru", "gradients-norms")
def what_later_stages_feel_is_not_handed_on(engine):
    right = written_back._Back.added

    def wrong(self, places):
        return right(self, places[:1])

    def handed(self, state):
        self.places = {target: places[:1] for target, places in self.places.items()}
        hand_on(self, state)

    hand_on = written_back._Back.hand_on
    engine.deriver(simplify.blended, simplify.blended)
    engine.monkeypatch.setattr(written_back._Back, "added", wrong)
    engine.monkeypatch.setattr(written_back._Back, "hand_on", handed)


# -- the cells themselves --------------------------------------------------------------------------


@mutation("lstm", "states-overview")
def forget_and_input_swapped(engine):
    # Forward and backward alike: the gradient is right, of another cell.
    engine.text("c = f * c_prev + i * k", "c = i * c_prev + f * k")


@mutation("gru", "states-overview")
def the_update_gate_keeps_instead_of_writing(engine):
    engine.text("i * k + (1 - i) * a_prev", "(1 - i) * k + i * a_prev")


@mutation("gru", "states-overview")
def a_blend_the_wrong_way(engine):
    right = simplify.blended

    def wrong(node):
        shorter = right(node)
        if shorter == node or shorter.op != "add":
            return shorter
        q, (_, (u, difference)) = shorter.args
        p, _ = difference.args
        return add(p, mul(u, sub(q, p)))

    engine.deriver(right, wrong)


@mutation("gru", "step-flow")
def the_reset_gate_after_the_product(engine):
    engine.text("r * a_prev", "(1 + r - r) * a_prev")


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
    right = workspace._transposed
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
    right = written.forward

    def wrong(derived):
        code = right(derived)
        text = code.text.replace("add(sigmoid_0, n0, sigmoid_0)", "pass")
        assert text != code.text
        return code._replace(function=writer.compiled(text, "forward"))

    engine.put(right, wrong)


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
        return counts | {"cell": counts["cell"] - len(run.cell.gates) * run.trace.n_a}

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

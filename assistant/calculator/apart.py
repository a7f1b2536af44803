"""How far two supports lie apart, where that is asked: of two documents, or of two classes of one rule."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.answer import Amount
from assistant.calculator.assign import assign
from assistant.calculator.rule_choice import CANDIDATES, Chosen, RuleChooser, amount_of
from assistant.calculator.said import Turn, choices_said
from assistant.computed import Computed
from assistant.evidence import Evidence, RankedUnit
from assistant.outcome import Outcome
from assistant.question import Question

__all__ = ["alike", "better", "difference"]

_NAMED = 0.6


@dataclass(frozen=True, slots=True)
class _Side:
    chosen: Chosen
    outcome: Outcome
    amount: Amount


def difference(
    chooser: RuleChooser, question: Question, evidence: Evidence, turns: Sequence[Turn]
) -> Computed | None:
    """The higher figure less the lower; None where the question does not set two figures side by side."""
    sides = (
        _two_classes(chooser, question, evidence, turns)
        or _two_rules(chooser, question, evidence, turns)
        or _two_units(chooser, question, evidence, turns)
        or _two_states(chooser, question, evidence, turns)
    )
    if sides is None:
        return None
    high, low = sorted(sides, key=lambda side: -side.amount.value)
    one, two = high.outcome, low.outcome
    apart = high.amount.value - low.amount.value
    step = f"{one.label} {high.amount.value:f}万元 − {two.label} {low.amount.value:f}万元 = {apart:f}万元"
    label = one.label if one.label == two.label else f"{one.label}与{two.label}"
    outcome = replace(one, label=f"{label}相差", verdicts=(), missing=(), other_readings=(), branches=())
    return _of_both(high, low, outcome, Amount(apart, "exact"), step)


def better(
    chooser: RuleChooser, question: Question, evidence: Evidence, turns: Sequence[Turn]
) -> Computed | None:
    """The higher of two supports of one unit that the question sets side by side; None where it names not two."""
    sides = _named_sides(chooser, question, evidence.units[:1], turns)
    if sides is None or sides[0].outcome.missing or sides[1].outcome.missing:
        return None
    high, low = sorted(sides, key=lambda side: -side.amount.value)
    step = f"{high.outcome.label} {high.amount.value:f}万元，{low.outcome.label} {low.amount.value:f}万元；取高者"
    return _of_both(high, low, replace(high.outcome, other_readings=()), high.amount, step)


def alike(
    chooser: RuleChooser, question: Question, evidence: Evidence, turns: Sequence[Turn]
) -> Computed | None:
    """The one figure that two units give alike; None where they differ, which the texts tell better."""
    sides = _two_units(chooser, question, evidence, turns)
    if sides is None or sides[0].amount != sides[1].amount or not sides[0].amount.value:
        return None
    one, two = (side.outcome for side in sides)
    step = f"{one.label}与{two.label}相同：{sides[0].amount.value:f}万元"
    outcome = replace(one, label=f"{one.label}、{two.label}", missing=(), other_readings=(), branches=())
    return _of_both(*sides, outcome, sides[0].amount, step)


def _of_both(high: _Side, low: _Side, outcome: Outcome, amount: Amount, step: str) -> Computed:
    """The calculation that rests on both sides and ends with `step`."""
    one, two = high.outcome, low.outcome
    return Computed(
        high.chosen.rule,
        tuple(dict.fromkeys((high.chosen.unit, low.chosen.unit))),
        high.chosen.assignment.unused,
        outcome,
        amount,
        tuple(dict.fromkeys((*one.steps, *two.steps, step))),
        tuple(dict.fromkeys((*one.citations, *two.citations))),
        about_amount=True,
    )


def _two_units(
    chooser: RuleChooser, question: Question, evidence: Evidence, turns: Sequence[Turn]
) -> tuple[_Side, _Side] | None:
    """The figure of each of the two units found; a unit stands for its document where that was named."""
    if len(evidence.units) < 2:
        return None
    sides = []
    for unit in evidence.units[:2]:
        beside = tuple(
            other
            for other in evidence.others
            if other.unit.doc == unit.unit.doc and unit.unit.doc in question.docs
        )
        one = replace(evidence, units=(unit, *beside), others=())
        sides.append(_side(chooser, question, chooser.choose(question, one, turns)))
    one_side, two_side = sides
    return (one_side, two_side) if one_side and two_side else None


def _two_classes(
    chooser: RuleChooser, question: Question, evidence: Evidence, turns: Sequence[Turn]
) -> tuple[_Side, _Side] | None:
    """The figures of two classes (`国际首创` and `国内首创`) that the question sets side by side."""
    best = chooser.choose(question, evidence, turns)
    if best is None:
        return None
    for name, spec in best.rule.inputs.items():
        said = list(dict.fromkeys(value for _, value in choices_said(turns[-1], spec)))
        if len(said) != 2:
            continue
        one, two = (
            _side(
                chooser,
                question,
                replace(
                    best,
                    assignment=replace(best.assignment, given={**best.assignment.given, name: choice}),
                ),
            )
            for choice in said
        )
        if one and two:
            return one, two
    return None


def _two_rules(
    chooser: RuleChooser, question: Question, evidence: Evidence, turns: Sequence[Turn]
) -> tuple[_Side, _Side] | None:
    """The figures of two supports, a grant and an interest subsidy say, that are both named: of one unit, else of
    the units found."""
    for units in (evidence.units[:1], (*evidence.units, *evidence.others)[:CANDIDATES]):
        sides = _named_sides(chooser, question, units, turns)
        if sides:
            return sides
    return None


def _two_states(
    chooser: RuleChooser, question: Question, evidence: Evidence, turns: Sequence[Turn]
) -> tuple[_Side, _Side] | None:
    """The figures of a conversation before and after its last turn (`再多促成一个，会多出来多少`)."""
    best = chooser.choose(question, evidence, turns) if len(turns) > 1 else None
    if best is None:
        return None
    after = _side(chooser, question, best)
    before = _side(chooser, question, replace(best, assignment=assign(best.rule, turns[:-1])))
    return (before, after) if before and after and before.amount != after.amount else None


def _named_sides(
    chooser: RuleChooser, question: Question, units: Sequence[RankedUnit], turns: Sequence[Turn]
) -> tuple[_Side, _Side] | None:
    found = chooser.named_in(question, units, turns, _NAMED, own_words=True)
    sides = [side for chosen in found[:2] if (side := _side(chooser, question, chosen))]
    return (sides[0], sides[1]) if len(sides) == 2 else None


def _side(chooser: RuleChooser, question: Question, best: Chosen | None) -> _Side | None:
    outcome = chooser.outcome(best.rule, best.assignment) if best else None
    amount = amount_of(question, outcome) if outcome else None
    return _Side(best, outcome, amount) if best and outcome and amount else None

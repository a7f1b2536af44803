"""Question and evidence → a rule applied to the user's figures (step 3 of 5)."""

import re
from collections.abc import Container, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TypeAlias

from assistant.answer import Amount
from assistant.calculator.assign import Assignment, assign, deciding_inputs, rule_constants
from assistant.calculator.evaluate import calculate
from assistant.calculator.reverse import required_input
from assistant.calculator.said import Turn, said_choice
from assistant.calculator.totals import by_year_lists, first_years, shared_out, side_by_side, summed
from assistant.computed import Computed
from assistant.evidence import Evidence, RankedUnit
from assistant.outcome import Eligibility, Outcome, Requirement
from assistant.question import Intent, Question
from assistant.wording import Rarity, grams
from corpus.errors import InvalidInput
from corpus.quantities.measures import Measure
from corpus.quantities.numerals import parse_integer
from corpus.quantities.quantity import Quantity
from corpus.rulebook.model import Rule
from corpus.rulebook.parts import Answers
from corpus.rules import RuleBook

__all__ = ["Calculator"]

_NOT_COMPUTED = (Intent.PROCEDURE, Intent.VALIDITY)
_YEAR_SUM = re.compile(
    r"(?:前|头)([两二三23])年|(?<!后)([两二三23])年.{0,8}(?:一共|合计|总共|加起来|累计|下来|加一块|全)|(?:一共|合计|总共|累计).{0,4}([两二三23])年"
)
_BESIDE = re.compile("和|与|跟|同|比|，|,|、")
_CANDIDATES = 6
_FOUND = 0.35
_FITTING = 0.25
_NAMED = 0.34

_Side: TypeAlias = tuple[Rule, RankedUnit, Assignment, Outcome, Amount]


class Calculator:
    """Proposes rules of the retrieved units and applies the one that fits the question."""

    def __init__(self, book: RuleBook, rarity: Rarity) -> None:
        self._book = book
        self._rarity = rarity

    def calculate(self, question: Question, evidence: Evidence) -> Computed | None:
        """The calculation that the question asks for, or None where it asks for none."""
        if evidence.refusal or evidence.validity or not evidence.units:
            return None
        if not self._asked(question):
            return None
        turns = [Turn.read(turn) for turn in (*question.context, question.text)]
        if len(evidence.units) > 1 and question.shows("compared") and not question.shows("apart"):
            return None
        several = self._difference(question, evidence, turns) or self._several(question, evidence, turns)
        if several is not None:
            return several
        best = self._choose(question, evidence, turns)
        if best is None:
            return None
        rule, unit, assignment = best
        outcome = self._outcome(rule, assignment)
        if outcome is None:
            return None
        return self._computed(question, rule, unit, assignment, outcome)

    def _asked(self, question: Question) -> bool:
        if any(question.has(intent) for intent in _NOT_COMPUTED) and not question.mentions:
            return False
        return question.wants_amount or question.has(Intent.ELIGIBILITY) or bool(question.mentions)

    def _choose(
        self, question: Question, evidence: Evidence, turns: Sequence[Turn]
    ) -> tuple[Rule, RankedUnit, Assignment] | None:
        units = list(evidence.units)
        if self._may_look_further(question, evidence):
            units += [unit for unit in evidence.others if unit not in units]
        top = max((unit.score for unit in units), default=1.0) or 1.0
        asked, said = grams(question.search), grams(question.topic)
        found: list[tuple[float, int, Rule, RankedUnit, Assignment]] = []
        for place, unit in enumerate(units[:_CANDIDATES]):
            for rule in self._book.for_unit(unit.unit.doc, unit.unit.label):
                assignment = assign(rule, turns)
                if unit not in evidence.units and not assignment.given:
                    continue
                score = unit.score / top + 0.8 * self._named(rule, asked) + 0.2 * self._named(rule, said)
                score += 0.15 * min(assignment.firm, 3) - 0.1 * len(assignment.unused)
                score += 0.1 * min(_stated(rule, assignment), 3)
                score += _FOUND / (1 + place) if unit in evidence.units else 0.0
                wanted = question.wants_amount or question.shows("reverse")
                score += _FITTING if wanted == (rule.answers is not Answers.ELIGIBILITY) else 0.0
                score += _FITTING if question.shows("reverse") and rule.answers is Answers.THRESHOLD else 0.0
                found.append((score, -place, rule, unit, assignment))
        if not found:
            return None
        _, _, rule, unit, assignment = max(found, key=lambda item: item[:2])
        return rule, unit, assignment

    def _may_look_further(self, question: Question, evidence: Evidence) -> bool:
        """Whether a rule of a unit further down may answer: only where the best unit has none for the user's money."""
        if any(self._book.for_unit(unit.unit.doc, unit.unit.label) for unit in evidence.units):
            return False
        figures = {mention.quantity.measure for mention in question.mentions}
        return question.has(Intent.ELIGIBILITY) or (
            question.wants_amount and bool(figures & {Measure.MONEY, Measure.RATIO})
        )

    def _named(self, rule: Rule, asked: Container[str]) -> float:
        names = (rule.label, *rule.aliases)
        return max(self._rarity.share(grams(name), asked, strict=True) for name in names)

    def _outcome(self, rule: Rule, assignment: Assignment) -> Outcome | None:
        given = dict(assignment.given)
        spread = by_year_lists(rule, given)
        if spread:
            return summed([calculate(rule, one) for one in spread])
        for _ in range(len(given) + 1):
            try:
                return calculate(rule, given)
            except InvalidInput:
                if not given:
                    return None
                given.popitem()
        return None

    def _computed(
        self, question: Question, rule: Rule, unit: RankedUnit, assignment: Assignment, outcome: Outcome
    ) -> Computed:
        about_amount = question.wants_amount or bool(question.shows("claim") and question.mentions)
        if (
            question.shows("reverse")
            and not question.shows("total")
            and outcome.eligibility is not Eligibility.NOT_ELIGIBLE
        ):
            needed = self._reverse(question, rule, assignment)
            if needed and needed.value is not None and needed.value.measure is Measure.MONEY:
                least = Amount(self._still_needed(question, assignment, needed), "exact")
                return Computed(
                    rule,
                    (unit,),
                    assignment.unused,
                    outcome,
                    least,
                    needed.steps,
                    outcome.citations,
                    True,
                    needed,
                )
        years = _YEAR_SUM.search(question.text)
        if years:
            outcome = (
                first_years(
                    rule, dict(assignment.given), parse_integer(years[1] or years[2] or years[3]) or 0
                )
                or outcome
            )
        amount = _amount(question, outcome) if about_amount else None
        return Computed(
            rule, (unit,), assignment.unused, outcome, amount, outcome.steps, outcome.citations, about_amount
        )

    def _several(self, question: Question, evidence: Evidence, turns: Sequence[Turn]) -> Computed | None:
        """The sum over several support items, where the question adds them up and gives each its own figure."""
        if not question.shows("total") or not question.wants_amount:
            return None
        units = [*evidence.units, *(unit for unit in evidence.others if unit not in evidence.units)][
            :_CANDIDATES
        ]
        asked = grams(question.search)
        places = {
            rule.id: unit
            for unit in units
            for rule in self._book.for_unit(unit.unit.doc, unit.unit.label)
            if rule.answers is Answers.SUBSIDY and self._named(rule, asked) >= _NAMED
        }
        found = shared_out([self._book.rule(rule) for rule in places], turns)
        outcomes = [outcome for rule, assignment in found if (outcome := self._outcome(rule, assignment))]
        total = side_by_side(self._book, outcomes) if len(outcomes) > 1 else None
        if total is None:
            return None
        amount, steps = total
        rule, assignment = found[0]
        cited = tuple(citation for outcome in outcomes for citation in outcome.citations)
        sources = tuple(dict.fromkeys(places[outcome.rule] for outcome in outcomes))
        main = replace(outcomes[0], label="、".join(outcome.label for outcome in outcomes), other_readings=())
        return Computed(
            rule, sources, assignment.unused, main, Amount(amount.in_wan(), main.kind), steps, cited, True
        )

    def _difference(self, question: Question, evidence: Evidence, turns: Sequence[Turn]) -> Computed | None:
        """How far two figures lie apart, where that is asked: of two documents, or of two classes of one rule."""
        if not question.shows("apart"):
            return None
        sides = self._two_rules(question, evidence, turns) or self._two_classes(question, evidence, turns)
        if sides is None:
            return None
        (rule, first, assignment, one, high), (_, second, _, two, low) = sorted(
            sides, key=lambda side: -side[4].value
        )
        apart = high.value - low.value
        step = f"{one.label} {high.value:f}万元 − {two.label} {low.value:f}万元 = {apart:f}万元"
        label = one.label if one.label == two.label else f"{one.label}与{two.label}"
        return Computed(
            rule,
            tuple(dict.fromkeys((first, second))),
            assignment.unused,
            replace(one, label=f"{label}相差", verdicts=(), missing=(), other_readings=(), branches=()),
            Amount(apart, "exact"),
            tuple(dict.fromkeys((*one.steps, *two.steps, step))),
            tuple(dict.fromkeys((*one.citations, *two.citations))),
            about_amount=True,
        )

    def _two_rules(
        self, question: Question, evidence: Evidence, turns: Sequence[Turn]
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
            sides.append(self._side(question, self._choose(question, one, turns)))
        one_side, two_side = sides
        return (one_side, two_side) if one_side and two_side else None

    def _two_classes(
        self, question: Question, evidence: Evidence, turns: Sequence[Turn]
    ) -> tuple[_Side, _Side] | None:
        """The figures of two classes (`国际首创` and `国内首创`) that the question sets side by side."""
        best = self._choose(question, evidence, turns)
        parts = [Turn.read(part) for part in _BESIDE.split(question.text)]
        if best is None or len(parts) < 2:
            return None
        rule, unit, assignment = best
        for name, spec in rule.inputs.items():
            said = (
                list(dict.fromkeys(c for part in parts if (c := said_choice([part], spec))))
                if spec.choices
                else []
            )
            if len(said) != 2:
                continue
            one, two = (
                self._side(
                    question, (rule, unit, replace(assignment, given={**assignment.given, name: choice}))
                )
                for choice in said
            )
            if one and two:
                return one, two
        return None

    def _side(self, question: Question, best: tuple[Rule, RankedUnit, Assignment] | None) -> _Side | None:
        outcome = self._outcome(best[0], best[2]) if best else None
        amount = _amount(question, outcome) if outcome else None
        if best is None or outcome is None or amount is None:
            return None
        return *best, outcome, amount

    def _still_needed(self, question: Question, assignment: Assignment, needed: Requirement) -> Decimal:
        """What is to be added to the figure given, where that is asked; else the whole."""
        assert needed.value is not None
        given = assignment.given.get(needed.name)
        if question.shows("lacking") and isinstance(given, Quantity) and given.value < needed.value.value:
            return needed.value.in_wan() - given.in_wan()
        return needed.value.in_wan()

    def _reverse(self, question: Question, rule: Rule, assignment: Assignment) -> Requirement | None:
        """How much of the deciding input reaches the figure that the question names, or the ceiling."""
        names = [
            n
            for n in deciding_inputs(rule)
            if rule.inputs[n].measure is Measure.MONEY and rule.inputs[n].required
        ]
        if not names or rule.answers in (Answers.THRESHOLD, Answers.ELIGIBILITY):
            return None
        constants = {constant for constant in rule_constants(rule) if constant.measure is Measure.MONEY}
        wanted = [m.quantity for m in question.mentions if m.quantity in constants]
        given = {name: value for name, value in assignment.given.items() if name != names[0]}
        for target in (*wanted, "cap"):
            try:
                needed = required_input(rule, target, names[0], given)  # type: ignore[arg-type]
            except InvalidInput:
                continue
            if needed.value is not None:
                return needed
        return None


def _stated(rule: Rule, assignment: Assignment) -> int:
    """How many choices and yes-or-no facts of the rule the user stated."""
    return sum(name in rule.inputs and rule.inputs[name].measure is None for name in assignment.given)


def _amount(question: Question, outcome: Outcome) -> Amount | None:
    """The figure asked for, in 万元; the ceiling where only that is asked; None where it is open."""
    if outcome.answers == Answers.ELIGIBILITY.value:
        return Amount(Decimal(0), "exact") if outcome.eligibility is Eligibility.NOT_ELIGIBLE else None
    quantity = outcome.amount
    kind = outcome.kind
    if quantity is None and outcome.high is not None and question.shows("ceiling"):
        quantity, kind = outcome.high, "upper_bound"
    if quantity is None or quantity.measure is not Measure.MONEY:
        return None
    return Amount(quantity.in_wan(), kind)

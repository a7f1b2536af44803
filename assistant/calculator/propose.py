"""Question and evidence → a rule applied to the user's figures (step 3 of 5)."""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from assistant.answer import Amount
from assistant.calculator.apart import alike, better, difference
from assistant.calculator.assign import Assignment, assign
from assistant.calculator.backwards import asks_backwards, still_needed, what_it_takes, without_targets
from assistant.calculator.case_sums import total_of
from assistant.calculator.instances import Case, Kind, cases_of, parties_of
from assistant.calculator.items import ITEM
from assistant.calculator.rule_choice import CANDIDATES, RuleChooser, amount_of, speaks_of_equity
from assistant.calculator.said import Turn, words_of
from assistant.calculator.set_aside import without_failing_items
from assistant.calculator.totals import first_years, of_each, shared_out, side_by_side, years_alike
from assistant.computed import Computed
from assistant.evidence import Evidence, RankedUnit
from assistant.outcome import Eligibility, Outcome
from assistant.question import Intent, Question
from assistant.wording import Rarity
from corpus.folding import fold
from corpus.quantities.measures import Measure
from corpus.quantities.numerals import parse_integer
from corpus.quantities.quantity import Mention, Quantity, find_quantities
from corpus.rulebook.model import Rule
from corpus.rulebook.parts import Answers
from corpus.rules import RuleBook

__all__ = ["Calculator"]

_NOT_COMPUTED = (Intent.PROCEDURE, Intent.VALIDITY)
_YEAR_SUM = re.compile(
    r"(?:前|头)([两二三23])年|(?<![后第])([两二三四五2-5])年.{0,8}(?:一共|合计|总共|加起来|累计|下来|加一块|全[部加拿领算])|(?:一共|合计|总共|累计).{0,4}([两二三四五2-5])年"
)
_EVERY_YEAR = re.compile("每年|每一?年度|一年[的花要投]|年预算|年均")
_WHOLE_TERM = re.compile(
    "(?:整个|全部|全)(?:租|支持|合同|贷款|项目|服务)?期|从头到尾|前前后后|自始至终|从第一年到最后"
)
_THIS_ALONE = re.compile("(?:单|光|只(?:算|看|说|问))[^，,。；;有]{0,4}[这那]一?[场项笔个块家座]")
_NAMED = 0.34
_CLEARLY_NAMED = 0.75


class Calculator:
    """Proposes rules of the retrieved units and applies the one that fits the question."""

    def __init__(self, book: RuleBook, rarity: Rarity) -> None:
        self._book = book
        self._chooser = RuleChooser(book, rarity)

    def calculate(self, question: Question, evidence: Evidence) -> Computed | None:
        """The calculation that the question asks for, or None where it asks for none."""
        if evidence.refusal or evidence.validity or not evidence.units:
            return None
        if not self._asked(question):
            return None
        turns = [Turn.read(turn, question.as_of) for turn in (*question.context, question.text)]
        if len(turns) > 1 and _THIS_ALONE.search(question.text):
            turns = turns[-1:]
        wanted: tuple[Mention, ...] = ()
        last = turns[-1]
        backwards = asks_backwards(question)
        if backwards:
            turns[-1], wanted = without_targets(turns[-1])
        if question.shows("compared") and question.shows("ceiling") and not question.shows("apart"):
            higher = better(self._chooser, question, evidence, turns)
            if higher is not None:
                return higher
        if (
            len(evidence.units) > 1
            and question.shows("compared")
            and not (question.shows("apart") or question.shows("total"))
        ):
            return alike(self._chooser, question, evidence, turns) if question.shows("ceiling") else None
        between = difference(self._chooser, question, evidence, turns) if question.shows("apart") else None
        several = between or self._several(question, evidence, turns)
        if several is not None:
            return several
        best = self._chooser.choose(question, evidence, turns)
        if best is None:
            return None
        rule, unit, assignment = best.rule, best.unit, best.assignment
        if backwards and rule.answers in (Answers.CONTRIBUTION, Answers.THRESHOLD):
            # Of what is to be paid in, the sum named is what it depends on, not what is wanted.
            turns[-1], wanted = last, ()
            assignment = assign(rule, turns)
        outcome = self._chooser.outcome(rule, assignment)
        if outcome is None:
            return None
        needed = what_it_takes(question, rule, assignment, wanted) if backwards else None
        if needed is not None:
            least = Amount(still_needed(question, assignment, needed), "exact")
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
        computed = self._computed(question, rule, unit, assignment, outcome, turns)
        if backwards and rule.answers is Answers.SUBSIDY and not (wanted or question.mentions):
            # What it takes is not known from the rule: what it grants was not asked.
            return replace(computed, amount=None, about_amount=False)
        return computed

    def _asked(self, question: Question) -> bool:
        if any(question.has(intent) for intent in _NOT_COMPUTED) and not question.mentions:
            return False
        asks_verdict = question.has(Intent.ELIGIBILITY) and not question.shows("conditions")
        return question.wants_amount or asks_verdict or bool(question.mentions) or _varies(question)

    def _computed(
        self,
        question: Question,
        rule: Rule,
        unit: RankedUnit,
        assignment: Assignment,
        outcome: Outcome,
        turns: Sequence[Turn],
    ) -> Computed:
        about_amount = question.wants_amount or (bool(question.mentions) and _supposes(question))
        about_amount = (
            about_amount or _varies(question) or (bool(question.mentions) and question.shows("total"))
        )
        if about_amount:
            whole = self._over_all(question, rule, assignment, turns)
            if whole is None:
                found = without_failing_items(rule, turns, assignment, self._chooser.outcome)
                assignment, outcome = found or (assignment, outcome)
            outcome = whole or outcome
        refuted = bool(question.mentions) and outcome.eligibility is Eligibility.NOT_ELIGIBLE
        amount = amount_of(question, outcome, assignment.unused) if about_amount or refuted else None
        if amount and rule.answers is Answers.THRESHOLD and question.shows("lacking"):
            amount = _lacking(amount, assignment.unused)
        claimed = without_targets(turns[-1])[1] if question.shows("claim") else ()
        return Computed(
            rule,
            (unit,),
            assignment.unused,
            outcome,
            amount,
            outcome.steps,
            outcome.citations,
            about_amount,
            claimed=claimed[-1].quantity if claimed else None,
        )

    def _by_party(self, units: Sequence[RankedUnit], turns: Sequence[Turn]) -> list[tuple[Rule, Assignment]]:
        """The support of each applicant, where they claim different ones; [] otherwise."""
        chosen = [self._chooser.best_named(units, [turn]) for turn in parties_of(turns)]
        found = [(one.rule, one.assignment) for one in chosen if one is not None]
        return found if len({rule.id for rule, _ in found}) == len(chosen) > 1 else []

    def _without_figures(
        self, question: Question, evidence: Evidence, turns: Sequence[Turn], taken: Collection[str]
    ) -> list[tuple[Rule, Assignment]]:
        """Supports of the units found that are clearly named and need no figure: a prize, a listing, a share."""
        found = []
        for chosen in self._chooser.named_in(question, evidence.units, turns, _CLEARLY_NAMED, own_words=True):
            outcome = self._chooser.outcome(chosen.rule, chosen.assignment)
            figures = any(isinstance(value, Quantity) for value in chosen.assignment.given.values())
            figures = figures or self._is_detail(chosen.rule, taken, turns[-1])
            if chosen.rule.id not in taken and outcome and outcome.amount and not figures:
                found.append((chosen.rule, chosen.assignment))
        return found

    def _is_detail(self, named: Rule, taken: Collection[str], turn: Turn) -> bool:
        """Whether the words that name a support are a fact of one that has its figures (`租了套共性技术平台的设备`)."""
        names = {fold(name) for name in (named.label, *named.aliases)}
        inputs = (spec for rule in taken for spec in self._book.rule(rule).inputs.values())
        facts = (word for spec in inputs if spec.is_flag for word in words_of(spec))
        return any(word in names and f"{word}的" in turn.text for word in facts)

    def _over_all(
        self, question: Question, rule: Rule, assignment: Assignment, turns: Sequence[Turn]
    ) -> Outcome | None:
        """The sum over the cases or years that the question adds up; None where it adds up nothing."""
        listed = any(isinstance(value, tuple) for value in assignment.given.values())
        left = any(mention.quantity.measure is Measure.MONEY for mention in assignment.unused)
        years = _YEAR_SUM.search(question.text)
        adds_up = question.shows("total") or ITEM in turns[-1].text or years is not None
        cases = cases_of(rule, turns) if listed or adds_up or left else []
        separate = _differ_in_class(cases) and (listed or (left and all(case.has_figure for case in cases)))
        if cases and (adds_up or separate or (left and cases[0].kind is Kind.PARTY)):
            total = self._sum_of(rule, cases, turns)
            if total is not None:
                return total
        count = parse_integer(years[1] or years[2] or years[3]) if years else _term(question)
        if not count:
            return None
        given = dict(assignment.given)
        yearly = any(_EVERY_YEAR.search(turn.text) for turn in turns)
        return first_years(rule, given, count) or (years_alike(rule, given, count) if yearly else None)

    def _by_class(self, rule: Rule, turns: Sequence[Turn]) -> Outcome | None:
        """The sum over the classes that the question names of one support among several; None for one class."""
        cases = cases_of(rule, turns)
        if not cases or not _differ_in_class(cases):
            return None
        return self._sum_of(rule, cases, turns)

    def _sum_of(self, rule: Rule, cases: Sequence[Case], turns: Sequence[Turn]) -> Outcome | None:
        return total_of(rule, cases, lambda one: self._chooser.outcome(rule, one), turns[-1].text)

    def _several(self, question: Question, evidence: Evidence, turns: Sequence[Turn]) -> Computed | None:
        """The sum over several support items, where the question adds them up and gives each its own figure."""
        if not question.shows("total") or not question.wants_amount:
            return None
        units = [*evidence.units, *(unit for unit in evidence.others if unit not in evidence.units)][
            :CANDIDATES
        ]
        named = self._chooser.named_in(question, units, turns, _NAMED)
        ids = {chosen.rule.id for chosen in named}
        named = [
            one
            for one in named
            if one.assignment.firm or not self._is_detail(one.rule, ids - {one.rule.id}, turns[-1])
        ]
        places = {
            rule.id: unit
            for unit in reversed(units)
            for rule in self._book.for_unit(unit.unit.doc, unit.unit.label)
        }
        parties = self._by_party(evidence.units, turns)
        found = parties or shared_out([chosen.rule for chosen in named], turns, self._chooser.named_by)
        found += self._without_figures(question, evidence, turns, {rule.id for rule, _ in found})
        outcomes = [
            outcome
            for rule, assignment in found
            if (outcome := self._by_class(rule, turns) or self._chooser.outcome(rule, assignment))
        ]
        if speaks_of_equity(question):
            outcomes = [replace(outcome, answers=Answers.SUBSIDY.value) for outcome in outcomes]
        together = of_each(outcomes) if parties else side_by_side(self._book, outcomes)
        total = together if len(outcomes) > 1 else None
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


def _term(question: Question) -> int | None:
    """The years of a whole term whose sum is asked for (`租期5年……整个租期总共`); None where none is named."""
    named = _WHOLE_TERM.search(question.text) and [
        mention for mention in question.mentions if mention.quantity.measure is Measure.YEAR
    ]
    return int(named[0].quantity.value) if named and question.shows("total") else None


def _lacking(line: Amount, unused: Sequence[Mention]) -> Amount:
    """What the one sum that was told lacks of a line that no input leads to; the line itself where it lacks nothing."""
    told = [m.quantity.in_wan() for m in unused if m.quantity.measure is Measure.MONEY]
    return replace(line, value=line.value - told[0]) if len(told) == 1 and told[0] < line.value else line


def _differ_in_class(cases: Sequence[Case]) -> bool:
    """Whether each case was called by another class, so that they cannot be meant as one."""
    classes = {tuple(v for v in case.assignment.given.values() if isinstance(v, str)) for case in cases}
    return bool(cases) and cases[0].kind is Kind.CLASS and len(classes) > 1


def _varies(question: Question) -> bool:
    """Whether another fact is put in a conversation about sums (`那如果改造里上了液冷呢`)."""
    figures = (mention for turn in question.context for mention in find_quantities(turn))
    return question.shows("supposed") and any(m.quantity.measure is Measure.MONEY for m in figures)


def _supposes(question: Question) -> bool:
    """Whether figures are stated to be judged, or put in the place of earlier ones (`要是合同1500万呢`)."""
    return question.shows("claim") or bool(question.context and question.shows("supposed"))

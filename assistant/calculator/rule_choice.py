"""Which rule of the units found answers a question, and what it yields on the figures given."""

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from assistant.answer import Amount
from assistant.calculator.assign import Assignment, assign
from assistant.calculator.evaluate import calculate
from assistant.calculator.said import Turn, clause_with
from assistant.calculator.totals import by_year_lists, summed
from assistant.evidence import Evidence, RankedUnit
from assistant.outcome import Eligibility, Outcome
from assistant.question import Intent, Question
from assistant.wording import Rarity, grams
from corpus.errors import InvalidInput
from corpus.folding import any_word
from corpus.lexicon import load_lexicon
from corpus.quantities.measures import Measure
from corpus.quantities.quantity import Mention
from corpus.rulebook.model import Rule
from corpus.rulebook.parts import Answers
from corpus.rules import RuleBook

__all__ = ["CANDIDATES", "Chosen", "RuleChooser", "affirmed", "amount_of", "speaks_of_equity"]

CANDIDATES = 6
_FOUND = 0.35
_FITTING = 0.25
_ASIDE = 0.6
_PLACED, _LEFT, _STATED, _AGAIN = 0.2, 0.15, 0.1, 0.15
_LATEST = 0.5
# Of 329 right amounts of the dev cases one stood below.
_SPOKEN_OF = 0.3
_CLAUSE, _CLEARLY = 0.25, 0.5
# The last turn adds to what was talked of before.
_ON_TOP = re.compile("^(?:那)?(?:再|另外)?(?:加上|算上|连同)|连上面|加上[前上]面|加上之前")
_ASKS = re.compile("多少|几[万成个]|多大|上限|封顶|顶格")
# Times of the question that no input takes say little against a rule.
_TIMES = (Measure.ORDINAL,)
# Without a figure or a fact for it, a rule of a unit that is far less likely than the best is not meant.
_UNASKED = 0.4
_PUT_ASIDE = re.compile(
    r"(?:不[看按算选走要用]|不考虑|撇开|除开|先不[管说看])[^，,。；;）)？?]{1,8}|[(（]不是[^)）]{1,10}[)）]"
    r"|[^，,。；;）)？?]{2,10}(?:先|暂时|就)?不(?:上|搞|做|报|弄|挂|申请|考虑|办|去|投|建)了"
    r"|(?<![是要])不是[^，,。；;）)？?]{2,8}(?=[，,](?:就是|而是|只是|是|我?(?:说|问|指)的是))"
    r"|[^，,。；;）)？?]{2,10}(?:另外?算|另说|单算|先不说|不谈|不算(?=[，,。；;）)？?]|$))"
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A rule, the unit that it stands in, and the user's figures as its inputs."""

    rule: Rule
    unit: RankedUnit
    assignment: Assignment


class RuleChooser:
    """Weighs the rules of retrieved units by retrieval, by their names and by the figures that they can use."""

    def __init__(self, book: RuleBook, rarity: Rarity) -> None:
        self._book = book
        self._rarity = rarity

    def choose(self, question: Question, evidence: Evidence, turns: Sequence[Turn]) -> Chosen | None:
        """The rule that fits best, or None where no unit found has one."""
        units = list(evidence.units)
        if self._may_look_further(question, evidence):
            units += [unit for unit in evidence.others if unit not in units]
        candidates = [
            (unit, rule, assignment)
            for unit in units[:CANDIDATES]
            for rule in self._book.for_unit(unit.unit.doc, unit.unit.label)
            if (assignment := assign(rule, turns)).given
            or (unit in evidence.units and unit.chance >= _UNASKED * evidence.units[0].chance)
        ]
        if not candidates:
            return None
        weigh = _Weighing(self, question, evidence, units)
        unit, rule, assignment = max(candidates, key=lambda one: weigh.score(*one))
        stated = _stated(rule, assignment) if unit in evidence.units else 0
        if not (assignment.firm or stated or weigh.is_named(rule)):
            return None
        return Chosen(rule, unit, assignment)

    def named_in(
        self,
        question: Question,
        units: Sequence[RankedUnit],
        turns: Sequence[Turn],
        least: float,
        *,
        own_words: bool = False,
    ) -> list[Chosen]:
        """The supports of `units` of whose name at least the share `least` was said, best named first.

        With `own_words` the terms that the texts use for what was said do not count. Shares that the city takes
        count only where the question speaks of them.
        """
        kinds = {Answers.SUBSIDY, *([Answers.EQUITY] if speaks_of_equity(question) else [])}
        own = question.topic if _ON_TOP.search(question.text) else question.text
        asked = grams(affirmed(own if own_words else question.search))
        found = [
            (share, rule, unit)
            for unit in units
            for rule in self._book.for_unit(unit.unit.doc, unit.unit.label)
            if rule.answers in kinds and (share := self.named(rule, asked)) >= least
        ]
        ordered = sorted(found, key=lambda part: -part[0])
        return [Chosen(rule, unit, assign(rule, turns)) for _, rule, unit in ordered]

    def best_named(self, units: Sequence[RankedUnit], turns: Sequence[Turn]) -> Chosen | None:
        """The support of `units` that the words and figures of `turns` alone speak of."""
        words = grams(affirmed(turns[-1].text))
        found = [
            (self.named(rule, words) + _PLACED * assignment.firm, Chosen(rule, unit, assignment))
            for unit in units
            for rule in self._book.for_unit(unit.unit.doc, unit.unit.label)
            if (assignment := assign(rule, turns)).given
        ]
        return max(found, key=lambda part: part[0])[1] if found else None

    def _may_look_further(self, question: Question, evidence: Evidence) -> bool:
        """Whether a rule of a unit further down may answer: only where the best unit has none for the user's money."""
        if any(self._book.for_unit(unit.unit.doc, unit.unit.label) for unit in evidence.units):
            return False
        figures = {mention.quantity.measure for mention in question.mentions}
        return question.has(Intent.ELIGIBILITY) or (
            question.wants_amount and bool(figures & {Measure.MONEY, Measure.RATIO})
        )

    def named(self, rule: Rule, asked: Container[str]) -> float:
        """The share of a rule's name, weighed by rarity, that stands in the words asked."""
        names = _name_grams(rule.label, rule.aliases)
        return max(self._rarity.share(name, asked, strict=True) for name in names)

    def named_by(self, rule: Rule, words: str) -> float:
        """The share of a rule's name that stands in `words`."""
        return self.named(rule, grams(words))

    def outcome(self, rule: Rule, assignment: Assignment) -> Outcome | None:
        """What the rule yields; a figure that it rejects is left out."""
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


class _Weighing:
    """How well a rule fits one question; the weights were set by measuring on the dev cases."""

    def __init__(
        self, chooser: RuleChooser, question: Question, evidence: Evidence, units: Sequence[RankedUnit]
    ) -> None:
        self._named = chooser.named
        self._question = question
        self._places = {id(unit): place for place, unit in enumerate(evidence.units)}
        self._top = max((unit.score for unit in units), default=1.0) or 1.0
        self._asked, self._said = grams(affirmed(question.search)), grams(affirmed(question.topic))
        self._latest = grams(affirmed(question.text)) if question.context else {}
        self._clause = grams(clause_with(affirmed(question.text), _ASKS))
        self._equity = speaks_of_equity(question)
        self._aside = grams("，".join(_PUT_ASIDE.findall(question.text)))

    def is_named(self, rule: Rule) -> bool:
        """Whether the question speaks of the support at all, and not only of another one of the same unit."""
        return self._named(rule, self._asked) >= _SPOKEN_OF

    def score(self, unit: RankedUnit, rule: Rule, assignment: Assignment) -> float:
        """Retrieval, the rule's name in the question, and what it can do with the figures."""
        score = (
            unit.score / self._top
            + 0.8 * self._named(rule, self._asked)
            + 0.2 * self._named(rule, self._said)
        )
        named = self._named(rule, self._clause)
        score += _CLAUSE * named * (named >= _CLEARLY)
        score += _LATEST * self._named(rule, self._latest) - _ASIDE * self._named(rule, self._aside)
        left = sum(mention.quantity.measure not in _TIMES for mention in assignment.unused)
        score += _PLACED * min(assignment.firm, 3) - _LEFT * left + _AGAIN * min(assignment.again, 1)
        score += _STATED * min(_stated(rule, assignment), 4)
        place = self._places.get(id(unit))
        score += _FOUND / (1 + place) if place is not None else 0.0
        wanted = self._question.wants_amount or self._question.shows("reverse")
        score += _FITTING if wanted == (rule.answers is not Answers.ELIGIBILITY) else 0.0
        score += _FITTING * (self._equity and rule.answers is Answers.EQUITY)
        return score + _FITTING * (self._question.shows("reverse") and rule.answers is Answers.THRESHOLD)


def speaks_of_equity(question: Question) -> bool:
    """Whether shares that the city takes are asked about, and not put aside (`先不管入股的钱`)."""
    return question.shows("equity") and bool(_equity().search(affirmed(question.text)))


@cache
def _equity() -> re.Pattern[str]:
    return any_word(load_lexicon().cues["equity"])


def affirmed(text: str) -> str:
    """`text` without what the question puts aside (`不看增速`)."""
    return _PUT_ASIDE.sub("，", text)


def _stated(rule: Rule, assignment: Assignment) -> int:
    """How many choices and yes-or-no facts of the rule the user stated."""
    return sum(name in rule.inputs and rule.inputs[name].measure is None for name in assignment.given)


def amount_of(question: Question, outcome: Outcome, unused: Sequence[Mention] = ()) -> Amount | None:
    """The figure asked for, in 万元; the ceiling where only that is asked and no sum of the user's is left `unused`;
    None where it is open."""
    if outcome.answers == Answers.ELIGIBILITY.value:
        return Amount(Decimal(0), "exact") if outcome.eligibility is Eligibility.NOT_ELIGIBLE else None
    quantity = outcome.amount
    kind = outcome.kind
    open_sum = any(mention.quantity.measure is Measure.MONEY for mention in unused)
    if quantity is None and outcome.high is not None and question.shows("ceiling") and not open_sum:
        quantity, kind = outcome.high, "upper_bound"
    if quantity is None or quantity.measure is not Measure.MONEY:
        return None
    return Amount(quantity.in_wan(), kind)


# As many as there are rules; every question meets most of them.
@cache
def _name_grams(label: str, aliases: tuple[str, ...]) -> tuple[Mapping[str, int], ...]:
    return tuple(grams(name) for name in (label, *aliases))

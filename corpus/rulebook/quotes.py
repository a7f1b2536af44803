"""Every quote stands in its clause, and every constant stands in a quote."""

import hashlib
from collections.abc import Iterator
from typing import Protocol

from corpus.errors import UnknownUnit
from corpus.folding import squeeze
from corpus.model import Clause, Unit
from corpus.quantities.quantity import Measure, Quantity, find_quantities
from corpus.rulebook.model import Group, Rule
from corpus.rulebook.parts import Quote
from corpus.rulebook.walk import Location, constants_of, parts_of

__all__ = ["Finding", "Texts", "check_constants", "check_quotes", "group_faults", "quote_faults", "text_hash"]

Finding = tuple[Location, str]
_COUNTED = frozenset(
    {Measure.PERSON, Measure.FIRM, Measure.ITEM, Measure.PIECE, Measure.COUNT, Measure.PLAIN, Measure.ORDINAL}
)


class Texts(Protocol):
    """Where rules find the words of the documents (`corpus.catalog.Corpus`)."""

    def unit(self, doc: str, label: str) -> Unit:
        """The unit; raises UnknownUnit."""

    def clause(self, doc: str, path: str) -> Unit | Clause:
        """The unit or clause; raises UnknownUnit."""


def text_hash(unit: Unit) -> str:
    """The mark of a unit's words that `reviewed` must carry; layout does not count."""
    return hashlib.sha256(squeeze(unit.text).encode()).hexdigest()[:12]


def check_quotes(rule: Rule, texts: Texts) -> Iterator[Finding]:
    """The quotes of a rule that do not stand where they are said to stand."""
    for at, quote in _quotes(rule):
        for message in quote_faults(texts, rule.doc, quote.path or rule.path, quote.quote):
            yield (*at, "quote"), message


def quote_faults(texts: Texts, doc: str, path: str, quote: str) -> Iterator[str]:
    """Why `quote` does not stand at `path`, if it does not."""
    try:
        clause = texts.clause(doc, path)
    except UnknownUnit as error:
        yield str(error)
        return
    if squeeze(quote) not in squeeze(clause.text):
        yield f"引文不在{path}的原文里，请逐字核对（含标点的全角半角）：“{quote}”"


def check_constants(rule: Rule) -> Iterator[Finding]:
    """The constants that stand in none of the quotes they rest on.

    A constant of a condition or ceiling stands in the quote of that condition or ceiling, one of the formula
    in the rule's quotes; 0 needs no quote.
    """
    for at, tree in rule.trees():
        quotes = _quotes_for(rule, at)
        known = [quantity for quote in quotes for quantity in _quantities(rule, quote)]
        for place, part in parts_of(tree, at):
            for constant in constants_of(part):
                if constant.value and not any(_same(constant, quantity) for quantity in known):
                    yield place, f"常数“{constant}”不在引文里：{'；'.join(quotes[:3])}"


def group_faults(group: Group) -> Iterator[str]:
    """Why the ceiling of a group does not stand in its quote, if it does not."""
    if not any(_same(group.at, mention.quantity) for mention in find_quantities(group.quote)):
        yield f"常数“{group.at}”不在引文里：{group.quote}"


def _quotes_for(rule: Rule, at: Location) -> list[str]:
    match at:
        case ("caps", int() as index, "at"):
            return [rule.caps[index].quote]
        case ("conditions", int() as index, "test"):
            return [rule.conditions[index].quote]
        case ("formula", *_) | ("readings", int(), "formula"):
            return [quote.quote for quote in rule.quotes]
    return [quote for _, quote in rule.quoted()]


def _quantities(rule: Rule, quote: str) -> Iterator[Quantity]:
    for mention in find_quantities(quote):
        yield mention.quantity
        if mention.upper is not None:
            yield mention.upper
    for meaning in rule.meanings:
        if squeeze(meaning.words) in squeeze(quote):
            yield meaning.means


def _same(constant: Quantity, found: Quantity) -> bool:
    counted = constant.measure in _COUNTED and found.measure in _COUNTED
    return constant.value == found.value and (constant.measure is found.measure or counted)


def _quotes(rule: Rule) -> Iterator[tuple[Location, Quote]]:
    for name in ("quotes", "conditions", "caps", "stacking", "judgement"):
        for index, quote in enumerate(getattr(rule, name)):
            yield (name, index), quote
    for index, reading in enumerate(rule.readings):
        for number, cap in enumerate(reading.caps or ()):
            yield ("readings", index, "caps", number), cap
    if rule.period.quote:
        yield ("period",), Quote(quote=rule.period.quote, path=rule.period.path)
    elif rule.period.max_years is not None:
        yield ("period",), Quote(quote="（period 写了 max_years 就要写 quote）")

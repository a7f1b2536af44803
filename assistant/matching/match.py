"""An enterprise against every rule: verdict, amount, what decides, and the best permitted combination."""

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import replace
from datetime import date
from decimal import Decimal

from assistant.calculator.deciding import deciding_inputs
from assistant.calculator.evaluate import calculate
from assistant.calculator.facts import Value, read_facts
from assistant.calculator.portfolio import Portfolio, best_combination
from assistant.matching.fact_placing import Placement, place_facts
from assistant.matching.profile import Fact, Profile, profile_template, read_profile
from assistant.matching.profile_terms import load_terms
from assistant.matching.result import STATUS_WORDS, MatchItem, MatchResult
from assistant.matching.shortfall import shortfall
from assistant.matching.table import match_table
from assistant.matching.workbook import write_workbook
from assistant.outcome import Eligibility, Outcome, VerdictState
from corpus.catalog import Corpus
from corpus.errors import InvalidInput
from corpus.model import Status
from corpus.rulebook.formula import Fixed, Flag
from corpus.rulebook.model import Rule
from corpus.rulebook.parts import Answers, InputSpec, Period
from corpus.rules import RuleBook

__all__ = [
    "Fact",
    "MatchItem",
    "MatchResult",
    "Profile",
    "match_profile",
    "match_table",
    "profile_template",
    "read_profile",
    "write_workbook",
]

_PERIODS = {"one_off": "一次性", "yearly": "每年", "term": "分年度支持同一项目"}
_STATUS_ORDER = list(STATUS_WORDS)
_VERDICT_ORDER = [Eligibility.ELIGIBLE, Eligibility.UNKNOWN, Eligibility.NOT_ELIGIBLE]


def match_profile(book: RuleBook, corpus: Corpus, profile: Profile, as_of: date) -> MatchResult:
    """Judge `profile` on every rule of `book` as documents stand on `as_of`; documents in force come first.

    Raises InvalidInput or UnknownRule where the values given for single rules cannot be used.
    """
    placement = place_facts(book.rules, profile.facts, as_of)
    for rule_id, values in profile.rules.items():
        _give(book.rule(rule_id), values, placement)
    shared = _shared_names(book)
    items = [_item(rule, corpus, as_of, placement.given.get(rule.id, {}), shared) for rule in book.rules]
    portfolio = _combined(book, items, Eligibility.ELIGIBLE)
    possible = _combined(book, items, Eligibility.ELIGIBLE, Eligibility.UNKNOWN).total
    marked = [_marked(item, portfolio) for item in items]
    facts = tuple((fact.label, str(fact), placement.used.get(fact.label, 0)) for fact in profile.facts)
    return MatchResult(
        profile.name,
        as_of,
        tuple(sorted(marked, key=_rank)),
        portfolio,
        possible,
        facts,
        tuple(placement.notes),
    )


def _give(rule: Rule, values: Mapping[str, str | tuple[str, ...]], placement: Placement) -> None:
    """Put the values that the profile gives for one rule over those of its facts."""
    try:
        read = read_facts(rule, values).values
    except InvalidInput as error:
        raise InvalidInput(f"企业情况 rules 下的 {rule.id}：{error}") from error
    placement.given.setdefault(rule.id, {}).update(read)


def _item(rule: Rule, corpus: Corpus, as_of: date, given: Mapping[str, Value], shared: Set[str]) -> MatchItem:
    outcome = calculate(rule, given)
    related = bool(_own_inputs(rule, shared) & set(given))
    verdict = outcome.eligibility
    unsaid = dict(_unsaid(rule, given, shared))
    if verdict is Eligibility.ELIGIBLE and (unsaid or not related):
        verdict = Eligibility.UNKNOWN
    asked = {} if verdict is Eligibility.NOT_ELIGIBLE else {**dict(_asked(rule, outcome)), **unsaid}
    if not related and not asked:
        asked = {f"是否属于“{rule.applicant}”": f"请问是否属于“{rule.applicant}”？"}
    return MatchItem(
        rule=rule,
        document=corpus.document(rule.doc),
        status=corpus.validity(rule.doc, as_of).status,
        outcome=outcome,
        verdict=verdict,
        related=related,
        reasons=tuple(shortfall(rule, given, failed) for failed in outcome.failing),
        decided_by=tuple(asked),
        questions=tuple(asked.values()),
        period=_period(rule.period),
        used=outcome.inputs,
    )


def _shared_names(book: RuleBook) -> Set[str]:
    """The facts, by name, that whole documents require of everyone: registration, good standing and the like."""
    common = {(file.document, name) for file in book.files for name in file.common.inputs}
    return {
        _name(spec) for rule in book.rules for name, spec in rule.inputs.items() if (rule.doc, name) in common
    }


def _name(spec: InputSpec) -> str:
    return load_terms().name_of(spec.label)[0]


def _own_inputs(rule: Rule, shared: Set[str]) -> set[str]:
    """The inputs that are about this item: what decides its amount, or all but the facts asked of everyone."""
    own = {name for name, spec in rule.inputs.items() if _name(spec) not in shared}
    return own & {*deciding_inputs(rule), *rule.amount_choices} or own


def _asked(rule: Rule, outcome: Outcome) -> Iterator[tuple[str, str]]:
    """What decides: label and question of the inputs that the amount or a hard condition still lacks."""
    labels = {spec.question: spec.label for spec in rule.inputs.values()}
    for missing in outcome.missing:
        yield missing.label, missing.question
    for verdict in outcome.verdicts:
        if verdict.state is VerdictState.UNKNOWN and verdict.hard and not verdict.presumed:
            yield from ((labels.get(question, verdict.label), question) for question in verdict.ask)


def _unsaid(rule: Rule, given: Mapping[str, Value], shared: Set[str]) -> Iterator[tuple[str, str]]:
    """What a question takes for granted but a profile must say: the own facts of the item that must be so."""
    for condition in rule.conditions:
        test = condition.test
        if not (condition.presumed and condition.hard and isinstance(test, Flag)):
            continue
        spec = rule.inputs[test.input]
        if _name(spec) not in shared and test.input not in given:
            yield spec.label, spec.question


def _period(period: Period) -> str:
    words = _PERIODS[period.kind]
    if isinstance(period.max_years, Fixed):
        return f"{words}，不超过{period.max_years.value}"
    return words


def _combined(book: RuleBook, items: Iterable[MatchItem], *verdicts: Eligibility) -> Portfolio:
    """The best combination of the related items in force that have one of `verdicts`."""
    usable = [
        item.outcome
        for item in items
        if item.status is Status.IN_FORCE and item.related and item.verdict in verdicts
    ]
    return best_combination(book, usable)


def _marked(item: MatchItem, portfolio: Portfolio) -> MatchItem:
    """The item with whether its amount is counted, and why not."""
    if item.rule.id in portfolio.chosen:
        return replace(item, counted=True)
    dropped = next((part for part in portfolio.dropped if part.rule == item.rule.id), None)
    if item.status is not Status.IN_FORCE:
        return replace(item, remark=f"文件{STATUS_WORDS[item.status]}，不计入合计")
    if not item.related and item.verdict is Eligibility.UNKNOWN:
        return replace(item, remark="所给情况与本项无关，或没有说明")
    if dropped is not None and item.verdict is Eligibility.ELIGIBLE and item.outcome.missing:
        return replace(item, remark="金额未定，不计入合计")
    if dropped is not None:
        quote = f"（“{dropped.quote}”）" if dropped.quote else ""
        return replace(item, remark=f"{dropped.reason}{quote}")
    return item


def _rank(item: MatchItem) -> tuple[bool, int, int, bool, bool, Decimal, str]:
    """Related before unrelated, documents in force first, then by verdict; subsidies by amount."""
    high: Decimal = item.outcome.high.value if item.outcome.high is not None else Decimal(0)
    unrelated = not item.related and item.verdict is Eligibility.UNKNOWN
    return (
        unrelated,
        _STATUS_ORDER.index(item.status),
        _VERDICT_ORDER.index(item.verdict),
        not item.related,
        item.rule.answers is not Answers.SUBSIDY,
        -high,
        item.rule.id,
    )

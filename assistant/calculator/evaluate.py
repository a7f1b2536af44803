"""`calculate`: one rule on one set of facts, deterministic to the byte.

Choices that the amount depends on and that were not given are tried one by one; quantities that were not
given stand as the range of everything they may be. What differs then is what is missing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Context, localcontext
from itertools import product

from assistant.calculator.computation import Computation
from assistant.calculator.conditions import failing, merged
from assistant.calculator.facts import Facts, Single, Value, read_facts, read_value
from assistant.calculator.formula import Trace, holds
from assistant.calculator.ranges import ZERO, Range, hull, settled
from assistant.outcome import (
    Alternative,
    Citation,
    Eligibility,
    Missing,
    Outcome,
    Verdict,
    VerdictState,
)
from corpus.quantities.quantity import Quantity
from corpus.rulebook.formula import Formula
from corpus.rulebook.model import Rule
from corpus.rulebook.parts import YEARS, CapRule, Kind

__all__ = ["calculate"]

_CONTEXT = Context(prec=34)


def calculate(rule: Rule, given: Mapping[str, Value | list[Single]]) -> Outcome:
    """What `rule` yields for the facts `given` by input name.

    Values are quantities, texts (parsed: `1200万元`, a choice's value or label, 是/否), booleans, or tuples
    and lists of them for inputs that take several items or years; `years` may be given for yearly supports.
    Raises InvalidInput for an unknown name or an impossible value.
    """
    with localcontext(_CONTEXT):
        facts = read_facts(rule, given)
        named = tuple(
            (_label(facts, name), _shown(facts, name, value)) for name, value in facts.values.items()
        )
        facts, assumed = _with_assumed(facts)
        runs = _runs(facts, rule.formula, rule.caps)
        return _outcome(facts, runs, tuple(sorted(named)), assumed)


@dataclass(frozen=True, slots=True)
class _Run:
    """One evaluation with every choice settled."""

    supposed: Mapping[str, Value]
    amount: Range | None
    trace: Trace
    verdicts: tuple[Verdict, ...]
    touched: frozenset[str]
    crossed: tuple[str, ...]


def _with_assumed(facts: Facts) -> tuple[Facts, list[str]]:
    values: dict[str, Value] = {}
    notes = []
    for name, spec in facts.rule.inputs.items():
        if spec.assume is not None and not facts.given(name) and not facts.derivable(name):
            values[name] = read_value(spec, spec.assume)
            notes.append(f"未说明{spec.label}，按“{_shown(facts, name, values[name])}”计算")
    return facts.supposing(values), notes


def _runs(facts: Facts, formula: Formula | None, caps: tuple[CapRule, ...]) -> list[_Run]:
    return [_run(facts.supposing(choices), formula, caps, choices) for choices in _scenarios(facts)]


def _scenarios(facts: Facts) -> Iterator[dict[str, Value]]:
    """Every combination of the choices and flags that the amount depends on and that are not known."""
    unknown = [name for name in facts.rule.amount_choices if name not in facts.values]
    options: list[list[Value]] = []
    for name in unknown:
        spec = facts.rule.inputs[name]
        options.append([choice.value for choice in spec.choices] or [True, False])
    for combination in product(*options):
        yield dict(zip(unknown, combination, strict=True))


def _run(
    facts: Facts, formula: Formula | None, caps: tuple[CapRule, ...], supposed: Mapping[str, Value]
) -> _Run:
    computation = Computation(facts, formula, caps)
    amount = computation.total()
    found = merged(computation.cells, computation.names)
    if failing(found):
        amount = computation.nothing
    shown = None if formula is None else amount
    return _Run(supposed, shown, computation.trace, found, frozenset(facts.touched), tuple(facts.crossed))


def _outcome(
    facts: Facts, runs: list[_Run], named: tuple[tuple[str, str], ...], assumed: list[str]
) -> Outcome:
    rule = facts.rule
    found = _verdicts(runs)
    refused = failing(found)
    amounts = [run.amount for run in runs if run.amount is not None]
    total = hull(amounts) if amounts else None
    settled = total is not None and total.known
    shown = max(runs, key=lambda run: run.amount.high if run.amount else ZERO)
    crossed = [] if refused else list(dict.fromkeys(note for run in runs for note in run.crossed))
    return Outcome(
        rule=rule.id,
        version=rule.version,
        text_hash=rule.text_hash,
        label=rule.label,
        kind=Kind.EXACT.value if refused else rule.kind.value,
        answers=rule.answers.value,
        eligibility=_eligibility(found),
        amount=_low(total) if settled else None,
        low=_low(total),
        high=_high(total),
        inputs=named,
        steps=tuple(_steps(facts, runs, shown)),
        verdicts=tuple(sorted(found, key=lambda verdict: verdict not in refused)),
        missing=() if settled else tuple(_missing(rule, runs)),
        assumptions=(*assumed, *_readings_taken(facts, runs), *crossed),
        judgement=tuple(quote.quote for quote in rule.judgement),
        branches=() if settled else tuple(_branches(facts, runs)),
        other_readings=() if refused else tuple(_other_readings(facts, total, crossed)),
        citations=tuple(dict.fromkeys(_citations(facts, refused))),
    )


def _verdicts(runs: Sequence[_Run]) -> tuple[Verdict, ...]:
    """The verdicts that hold whatever the unknown choices are; where they differ, unknown."""
    by_id: dict[str, list[Verdict]] = {}
    for run in runs:
        for verdict in run.verdicts:
            by_id.setdefault(verdict.id, []).append(verdict)
    merged_verdicts = []
    for found in by_id.values():
        states = {verdict.state for verdict in found}
        if len(states) == 1 and len(found) == len(runs):
            merged_verdicts.append(found[0])
        else:
            first = next((verdict for verdict in found if verdict.state is VerdictState.UNKNOWN), found[0])
            merged_verdicts.append(replace(first, state=VerdictState.UNKNOWN, detail=""))
    return tuple(merged_verdicts)


def _eligibility(found: Sequence[Verdict]) -> Eligibility:
    if failing(found):
        return Eligibility.NOT_ELIGIBLE
    if any(v.hard and not v.presumed and v.state is VerdictState.UNKNOWN for v in found):
        return Eligibility.UNKNOWN
    return Eligibility.ELIGIBLE


def _low(total: Range | None) -> Quantity | None:
    return None if total is None else Quantity(settled(total.low, total.measure), total.measure)


def _high(total: Range | None) -> Quantity | None:
    if total is None or total.high.is_infinite():
        return None
    return Quantity(settled(total.high, total.measure), total.measure)


def _steps(facts: Facts, runs: Sequence[_Run], shown: _Run) -> list[str]:
    if len({run.amount for run in runs}) == 1 and len({tuple(run.trace) for run in runs}) == 1:
        return runs[0].trace
    supposed = "，".join(
        f"{_label(facts, n)}为“{_shown(facts, n, shown.supposed[n])}”" for n in _deciding(runs)
    )
    return [f"以下按{supposed}计算", *shown.trace] if supposed else shown.trace


def _deciding(runs: Sequence[_Run]) -> list[str]:
    """The supposed choices that change the amount."""
    return [name for name in runs[0].supposed if _decides(name, runs)]


def _missing(rule: Rule, runs: Sequence[_Run]) -> Iterator[Missing]:
    """The inputs that decide the amount: choices that change it, and quantities that leave it open."""
    open_runs = [run for run in runs if run.amount is not None and not run.amount.known]
    touched = {name for run in open_runs for name in run.touched}
    for name, spec in rule.inputs.items():
        if name in touched or (name in runs[0].supposed and _decides(name, runs)):
            yield Missing(name, spec.label, spec.question)


def _decides(name: str, runs: Sequence[_Run]) -> bool:
    """Whether the amount differs between values of `name` with all other choices the same."""
    amounts: dict[tuple[tuple[str, str], ...], set[Range | None]] = {}
    for run in runs:
        others = tuple((other, str(value)) for other, value in run.supposed.items() if other != name)
        amounts.setdefault(others, set()).add(run.amount)
    return any(len(found) > 1 for found in amounts.values())


def _branches(facts: Facts, runs: Sequence[_Run]) -> Iterator[Alternative]:
    if len({run.amount for run in runs}) == 1:
        return
    deciding = _deciding(runs)
    seen: set[str] = set()
    for run in runs:
        label = "，".join(
            f"{_label(facts, name)}：{_shown(facts, name, run.supposed[name])}" for name in deciding
        )
        low = _low(run.amount)
        if low is not None and label not in seen:
            seen.add(label)
            yield Alternative(label, low, _high(run.amount))


def _other_readings(facts: Facts, total: Range | None, crossed: Sequence[str]) -> Iterator[Alternative]:
    rule = facts.rule
    others: list[tuple[str, Facts, Formula | None, tuple[CapRule, ...]]] = [
        (reading.label, facts, reading.formula, rule.caps if reading.caps is None else reading.caps)
        for reading in rule.readings
    ]
    if crossed:
        others.append(("按后一档", facts.in_later_band(), rule.formula, rule.caps))
    for label, basis, formula, caps in others:
        runs = _runs(basis, formula, caps)
        other = hull([run.amount for run in runs if run.amount is not None])
        low = _low(other)
        if other != total and low is not None:
            yield Alternative(label, low, _high(other))


def _readings_taken(facts: Facts, runs: Sequence[_Run]) -> Iterator[str]:
    """The assumptions that bear on this case, whatever the choices that change nothing."""
    deciding = _deciding(runs)
    cases = [facts.supposing({name: run.supposed[name] for name in deciding}) for run in runs]
    for assumption in facts.rule.assumptions:
        if assumption.when is None or any(holds(assumption.when, case) for case in cases):
            yield assumption.text


def _citations(facts: Facts, refused: Sequence[Verdict]) -> Iterator[Citation]:
    rule = facts.rule
    for verdict in refused:
        yield Citation(rule.doc, rule.unit, verdict.path, verdict.quote)
    quotes = [
        *rule.quotes,
        *(cap for cap in rule.caps if cap.when is None or holds(cap.when, facts) is not False),
    ]
    for quote in quotes:
        yield Citation(rule.doc, rule.unit, quote.path or rule.path, quote.quote)


def _label(facts: Facts, name: str) -> str:
    return "支持年数" if name == YEARS else facts.rule.inputs[name].label


def _shown(facts: Facts, name: str, value: Value) -> str:
    if isinstance(value, tuple):
        return "、".join(_shown(facts, name, part) for part in value)
    if isinstance(value, bool):
        return "是" if value else "否"
    choice = facts.rule.inputs[name].choice(value) if isinstance(value, str) else None
    return choice.label if choice else str(value)

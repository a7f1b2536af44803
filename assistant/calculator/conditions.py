"""Conditions of a rule on the facts: each with its state, its quote, and what to ask for a wanting fact."""

from collections.abc import Iterable
from dataclasses import replace

from assistant.calculator.facts import Facts
from assistant.calculator.formula import evaluate, holds
from assistant.outcome import Verdict, VerdictState
from corpus.rulebook.formula import Compare, Model
from corpus.rulebook.model import Rule
from corpus.rulebook.parts import Condition

__all__ = ["failing", "merged", "verdicts"]

_STATES = {True: VerdictState.MET, False: VerdictState.NOT_MET, None: VerdictState.UNKNOWN}


def verdicts(rule: Rule, facts: Facts) -> list[Verdict]:
    """How each condition of `rule` that applies stands on `facts`."""
    facts = facts.fresh()
    return [
        _verdict(rule, condition, facts)
        for condition in rule.conditions
        if condition.when is None or holds(condition.when, facts) is not False
    ]


def failing(found: Iterable[Verdict]) -> list[Verdict]:
    """The hard conditions that are not met."""
    return [verdict for verdict in found if verdict.hard and verdict.state is VerdictState.NOT_MET]


def merged(cells: list[list[Verdict]], names: list[str]) -> tuple[Verdict, ...]:
    """One verdict a condition from those of several items or years, which are called by `names`.

    A condition that fails for some items only stands as met, with the failing items in its detail, unless no
    item is left at all.
    """
    if len(cells) == 1:
        return tuple(cells[0])
    nothing_left = all(failing(cell) for cell in cells)
    by_id: dict[str, list[tuple[str, Verdict]]] = {}
    for name, cell in zip(names, cells, strict=True):
        for verdict in cell:
            by_id.setdefault(verdict.id, []).append((name, verdict))
    return tuple(_one(list(found), nothing_left) for found in by_id.values())


def _one(found: list[tuple[str, Verdict]], nothing_left: bool) -> Verdict:
    failed = [(name, verdict) for name, verdict in found if verdict.state is VerdictState.NOT_MET]
    if not failed:
        unknown = [verdict for _, verdict in found if verdict.state is VerdictState.UNKNOWN]
        return unknown[0] if unknown else found[0][1]
    detail = "；".join(f"{name}不符合（{verdict.detail}）" for name, verdict in failed)
    state = VerdictState.NOT_MET if nothing_left or len(failed) == len(found) else VerdictState.MET
    return replace(failed[0][1], state=state, detail=detail)


def _verdict(rule: Rule, condition: Condition, facts: Facts) -> Verdict:
    path = condition.path or rule.path
    if condition.test is None:
        return _judged(condition, path, VerdictState.REVIEW)
    asking = facts.fresh()
    applies = condition.when is None or holds(condition.when, asking) is True
    met = holds(condition.test, asking)
    state = _STATES[met if applies or met else None]
    unknown = asking.touched if state is VerdictState.UNKNOWN else set()
    ask = tuple(spec.question for name, spec in rule.inputs.items() if name in unknown)
    return replace(_judged(condition, path, state), detail=_detail(condition.test, facts), ask=ask)


def _judged(condition: Condition, path: str, state: VerdictState) -> Verdict:
    presumed = condition.presumed
    return Verdict(condition.id, condition.label, state, condition.hard, presumed, path, condition.quote)


def _detail(test: Model, facts: Facts) -> str:
    if not isinstance(test, Compare):
        return ""
    value = evaluate(test.of, facts, [])
    return f"{value.words}，要求{test.words()}" if value.range.known else f"要求{test.words()}"

"""Questions asked backwards: from what one wants to get to what it takes (`想拿到600万，要投多少`)."""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import product
from typing import Literal

from assistant.calculator.assign import Assignment
from assistant.calculator.deciding import deciding_inputs, rule_constants
from assistant.calculator.facts import Value
from assistant.calculator.reverse import required_input
from assistant.calculator.said import Turn, clause_with, words_of
from assistant.outcome import Requirement
from assistant.question import Question
from corpus.errors import InvalidInput
from corpus.folding import fold
from corpus.quantities.measures import Measure
from corpus.quantities.quantity import Mention, Quantity
from corpus.rulebook.formula import Difference
from corpus.rulebook.model import Rule
from corpus.rulebook.parts import Answers
from corpus.rulebook.walk import inputs_of, leaves_of, parts_of

__all__ = ["asks_backwards", "still_needed", "what_it_takes", "without_targets"]

_GETTING = re.compile(
    r"(?:拿|领|补|奖|支持|得|分|批|申请|争取|要|贴|返|报销|凑|挣|出资|支持资金|补贴|补助|奖励)"
    r"(?:到手|到|满|够|足|下|上|回|齐)?(?:了|个|它)?(?:满|够|足)?(?:这|那)?$|(?:能|想|要|希望)(?:到|有|冲)$"
)
_GRANT_BEFORE = re.compile(r"(?:出资|股权|补贴|补助|奖励|支持|资助|贴息|奖)[^，。,；;0-9]{0,4}[到达]$")
_GRANT_AFTER = re.compile(
    r"的?(?:补贴|补助|支持|奖励|资助|奖金|贴息|补偿|上限|封顶|顶格|(?:那|这)?一?档)(?!了|过)"
)
# What a few yuan would reach has no door.
_LEAST_DOOR = Decimal(10_000)
_ASKED = re.compile("多少|多大|什么规模|什么水平")
_ANYTHING = Quantity(Decimal("0.01"), Measure.MONEY)

_Target = Quantity | Literal["cap"]


def without_targets(turn: Turn) -> tuple[Turn, tuple[Mention, ...]]:
    """The turn without the sums that its asker wants to get, and these."""
    wanted = tuple(mention for mention in turn.mentions if _is_target(turn, mention))
    return replace(turn, mentions=tuple(m for m in turn.mentions if m not in wanted)), wanted


def _is_target(turn: Turn, mention: Mention) -> bool:
    if mention.quantity.measure is not Measure.MONEY:
        return False
    before, after = turn.text[max(0, mention.start - 12) : mention.start], turn.text[mention.end :]
    return bool(_GETTING.search(before) or _GRANT_BEFORE.search(before) or _GRANT_AFTER.match(after))


def asks_backwards(question: Question) -> bool:
    """Whether the question asks what it takes rather than what one gets."""
    return question.shows("reverse") or (question.shows("aiming") and question.shows("effort"))


def what_it_takes(
    question: Question, rule: Rule, assignment: Assignment, wanted: Sequence[Mention]
) -> Requirement | None:
    """The least value of the deciding input that reaches the sum wanted, the ceiling, or any support at all."""
    # Of what must be paid in, 至少多少 asks for the figure itself.
    own_figure = rule.answers in (Answers.THRESHOLD, Answers.CONTRIBUTION) and not wanted
    if own_figure or rule.answers is Answers.ELIGIBILITY:
        return None
    constants = {constant for constant in rule_constants(rule) if constant.measure is Measure.MONEY}
    repeated = [m.quantity for m in question.mentions if m.quantity in constants]
    targets: list[_Target] = [*(mention.quantity for mention in wanted), *repeated, "cap"]
    names = _free_inputs(rule, assignment)
    alone: dict[str, Value] = {}
    if question.shows("entry") and not wanted:
        # The least that opens the door, through this input and no other.
        targets = [_ANYTHING]
        alone = dict.fromkeys(names, Quantity(Decimal(0), Measure.MONEY))
    door = _door(question, rule, assignment, names) if not wanted else None
    if door is not None:
        return door
    for name, target, hopeful in product(names, targets, (False, True)):
        given = {key: value for key, value in {**alone, **assignment.given}.items() if key != name}
        needed = _required(rule, target, name, given, hopeful=hopeful)
        if needed is None:
            continue
        if target is not _ANYTHING:
            return needed
        if needed.value and needed.value.value >= _LEAST_DOOR:
            return replace(needed, target=None)
    return None


def _least(label: str, needed: Requirement) -> str:
    return f"{label}超过 {needed.beyond}" if needed.beyond else f"{label}至少 {needed.value}"


def _door(question: Question, rule: Rule, assignment: Assignment, names: Sequence[str]) -> Requirement | None:
    """The least that a condition wants of the input asked for (`单笔贷款最低要做到多少`), which the formula does not read."""
    clause = clause_with(fold(question.text), _ASKED)
    decided = set(deciding_inputs(rule))
    said = {name: [w for w in words_of(rule.inputs[name]) if len(w) > 1 and w in clause] for name in names}
    for name in sorted(names, key=lambda name: -max(map(len, said[name]), default=0)):
        if name in decided or not said[name]:
            continue
        given = {key: value for key, value in assignment.given.items() if key != name}
        needed = _required(rule, _ANYTHING, name, given, hopeful=True)
        if needed is not None and needed.value and needed.value.value:
            return replace(needed, target=None, steps=(_least(rule.inputs[name].label, needed),))
    return None


def _required(
    rule: Rule, target: _Target, name: str, given: dict[str, Value], *, hopeful: bool
) -> Requirement | None:
    try:
        needed = required_input(rule, target, name, given, hopeful=hopeful)
    except InvalidInput:
        return None
    return needed if needed.value is not None else None


def _free_inputs(rule: Rule, assignment: Assignment) -> list[str]:
    """The inputs that one could raise, in money: of a difference whose earlier figure is known, the later one."""
    names: list[str] = []
    tests = (part for condition in rule.conditions if condition.test for _, part in parts_of(condition.test))
    tested = [name for part in tests for name in inputs_of(part)]
    for name in (*deciding_inputs(rule), *tested):
        spec = rule.inputs.get(name)
        if spec is None or spec.measure is not Measure.MONEY or not (spec.required or name in tested):
            continue
        derive = spec.derive
        if isinstance(derive, Difference):
            later, earlier = ([*inputs_of(part)] for part in (derive.of, derive.minus))
            if any(leaf in assignment.given for leaf in earlier):
                names += [leaf for leaf in later if leaf not in names]
                continue
        names += [name] if name not in names and not set(leaves_of(derive)) & set(names) else []
    return names


def still_needed(question: Question, assignment: Assignment, needed: Requirement) -> Decimal:
    """What is to be added to the figure given, where that is asked; else the whole, or the limit that must be
    exceeded. In 万元."""
    assert needed.value is not None
    least = needed.beyond or needed.value
    given = assignment.given.get(needed.name)
    if question.shows("lacking") and isinstance(given, Quantity) and given.value < least.value:
        return least.in_wan() - given.in_wan()
    return least.in_wan()

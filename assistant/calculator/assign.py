"""A conversation's figures → the inputs of a rule, without a model.

Figures go to inputs by measure, by the words that stand near them and by plausibility; figures that only
repeat the policy's own constants are no inputs. What finds no input is reported, not dropped.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from assistant.calculator.facts import Value
from assistant.calculator.placing import Placer
from assistant.calculator.relative import relative_choice
from assistant.calculator.said import COUNTED, Turn, choices_said, said_choice, said_flag, years_together
from corpus.quantities.numerals import parse_integer
from corpus.quantities.quantity import Mention, Quantity
from corpus.rulebook.model import Rule
from corpus.rulebook.parts import InputSpec, Many
from corpus.rulebook.walk import leaves_of

__all__ = ["Assignment", "assign"]

_MORE = re.compile(
    "再[授获签新招添]?(?:权|得|加)?[一二两三四五六七八九十0-9]+[件项个家名](?!月)|(?:再|又|还能?|要是|如果)多[^少，,。]{0,4}[0-9一二两三四五六七八九十]|再增加|再追加|再加上?[0-9一二两三四五六七八九十]"
)
_REACHED = re.compile("(?:凑|加|增|涨|达|做|攒|变|扩|补|升|提)(?:到|成|够|齐)了?$")
_CHANGED = re.compile(
    "第([一二三四五六1-6])(?:个|笔|单|家|份|项|台|年)[^，,。；;]{0,4}(?:换成|改成|变成|改为|换为|要是|如果是|是)"
)
_FIRST = re.compile("第一年|头一年|首年|第1年")
_STILL = re.compile("仍|还是|总|改|变|扩到|提到|调到")
_ADDED = re.compile(
    "又|再加|另外|还有一|另一[台家笔个份张单]|也(?:续|投|买|交|办|签)|还[收买并投签办][了购]|补投|追加|再来"
)


@dataclass(frozen=True, slots=True)
class Assignment:
    """`given` for `calculate`; `unused` figures that found no input; `firm` how many were placed by words; `again` how
    many inputs the last turn gave another figure."""

    given: Mapping[str, Value]
    unused: tuple[Mention, ...]
    firm: int
    sources: Mapping[str, int] = field(default_factory=dict)
    again: int = 0


def assign(rule: Rule, turns: Sequence[Turn]) -> Assignment:
    """Fill the inputs of `rule` from the turns of a conversation, later turns replacing earlier ones."""
    given: dict[str, Value] = {}
    unused: list[Mention] = []
    firm = again = 0
    sources: dict[str, int] = {}
    for number, turn in enumerate(turns):
        grown = number and _MORE.search(turn.text)
        reached = _reached(turn) if grown else None
        placer = Placer(rule, reached or turn, given)
        placed, left, sure = placer.place()
        placed |= {name: none for name, none in _denied(rule, turn).items() if name not in placed}
        again = len(placed.keys() & given.keys())
        for name in placed:
            sources[name] = number
        _forget_derived(rule, given, placed)
        if grown and not reached:
            placed = {name: _increased(given.get(name), value) for name, value in placed.items()}
        else:
            placed = {
                name: _continued(rule, turn, given, name, value, placer.starts.get(name))
                for name, value in placed.items()
            }
        given.update(placed)
        unused += left
        firm += sure
    again += sum(_said_again(turns, spec) for spec in rule.inputs.values() if spec.choices)
    for name, spec in rule.inputs.items():
        if spec.choices and spec.many is Many.ITEM and len(several := _all_said(turns, spec)) > 1:
            given[name] = several
        elif spec.choices:
            choice = said_choice(turns, spec) or relative_choice(turns, spec)
            if choice is not None:
                given[name] = choice
        elif spec.is_flag:
            flag = said_flag(turns, spec)
            if flag is not None:
                given[name] = flag
    return Assignment(given, tuple(unused), firm, sources, again)


def _said_again(turns: Sequence[Turn], spec: InputSpec) -> bool:
    """Whether the last turn names another choice than the turns before it."""
    before, now = said_choice(turns[:-1], spec), said_choice(turns[-1:], spec)
    return before is not None and now is not None and before != now


def _all_said(turns: Sequence[Turn], spec: InputSpec) -> tuple[str, ...]:
    """Every choice that the latest turn names, for an input that takes several."""
    named = (choices_said(turn, spec) for turn in reversed(turns))
    return tuple(choice for _, choice in next((said for said in named if said), ()))


def _reached(turn: Turn) -> Turn | None:
    """The turn without the step to the figure that it reaches (`再多促成一个，凑到5个`); None where it names none."""
    reached = next((m for m in turn.mentions if _REACHED.search(turn.text[: m.start])), None)
    if reached is None:
        return None
    steps = (m for m in turn.mentions if m.start < reached.start)
    alike = {
        m
        for m in steps
        if m.quantity.measure is reached.quantity.measure
        or {m.quantity.measure, reached.quantity.measure} <= COUNTED
    }
    return replace(turn, mentions=tuple(m for m in turn.mentions if m not in alike))


def _denied(rule: Rule, turn: Turn) -> dict[str, Value]:
    """Nothing, for what is counted and was denied without a figure (`还没拿到专利`)."""
    return {
        name: Quantity(Decimal(0), spec.measure)
        for name, spec in rule.inputs.items()
        if spec.measure in COUNTED and said_flag([turn], spec) is False
    }


def _adds(turn: Turn, start: int | None) -> bool:
    """Whether words of its sentence before the figure say that it comes on top (`又补投了一笔500万`)."""
    sentence = re.split("[。；;？?！!]", turn.text[:start])[-1]
    clause = re.split("[，,]", sentence)[-1]
    return start is not None and bool(_ADDED.search(sentence)) and not _STILL.search(clause)


def _continued(
    rule: Rule, turn: Turn, given: Mapping[str, Value], name: str, value: Value, start: int | None
) -> Value:
    """A new value beside or within what was given before, where the turn says so; else the value alone."""
    changed = _changed(turn, given.get(name), value)
    if changed is not None:
        return changed
    adds = _adds(turn, start) or _completes(rule, turn, given.get(name), name, value)
    return _appended(rule, given, name, value) if adds else value


def _changed(turn: Turn, earlier: Value | None, value: Value) -> Value | None:
    """The items given before with the one that the turn names changed (`第三个换成2000万`); None where it names none."""
    named = _CHANGED.search(turn.text)
    place = (parse_integer(named[1]) or 0) if named else 0
    if not isinstance(earlier, tuple) or isinstance(value, tuple) or not 0 < place <= len(earlier):
        return None
    return (*earlier[: place - 1], value, *earlier[place:])


def _completes(rule: Rule, turn: Turn, earlier: Value | None, name: str, value: Value) -> bool:
    """Whether the turn adds the later years to the first one given before (`第二年……第三年……，三年合计`)."""
    years = years_together(turn.text)
    if not years or earlier is None or name not in rule.inputs or rule.inputs[name].many is not Many.YEAR:
        return False
    known, new = (len(part) if isinstance(part, tuple) else 1 for part in (earlier, value))
    return known + new == years and not _FIRST.search(turn.text)


def _forget_derived(rule: Rule, given: dict[str, Value], placed: Mapping[str, Value]) -> None:
    """A new figure for what an input derives from replaces the input that was given before."""
    for name, spec in rule.inputs.items():
        if spec.derive is None or name not in given or name in placed:
            continue
        if placed.keys() & set(leaves_of(spec.derive)):
            given.pop(name)


def _appended(rule: Rule, given: Mapping[str, Value], name: str, value: Value) -> Value:
    """A new item beside those given before (`又补投了一笔500万`); a count grows (`又并进来5件`)."""
    spec = rule.inputs.get(name)
    if spec is None or name not in given:
        return value
    if spec.many is Many.NO:
        return _increased(given[name], value) if spec.measure in COUNTED else value
    earlier, new = given[name], value
    return (
        *(earlier if isinstance(earlier, tuple) else (earlier,)),
        *(new if isinstance(new, tuple) else (new,)),
    )


def _increased(earlier: Value | None, more: Value) -> Value:
    """`再多到账3个亿`: the figure given before and what comes on top of it."""
    if not isinstance(earlier, Quantity) or not isinstance(more, Quantity):
        return more
    if earlier.measure is more.measure or {earlier.measure, more.measure} <= COUNTED:
        return replace(more, value=earlier.value + more.value)
    return more

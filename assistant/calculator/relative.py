"""Calendar years as 当年 or 上年: `2023年纳规，2024年申报` for a choice between the year of claiming and the one before."""

import re
from collections.abc import Sequence

from assistant.calculator.said import Turn, clauses
from corpus.rulebook.parts import InputSpec

__all__ = ["relative_choice"]

_YEAR = re.compile(r"(?<![0-9])20([0-9]{2})年")
_CLAIM = re.compile("申报|申请|去报|来报|报的?时候")
_OFFSETS = {"当年": 0, "上年": 1, "上一年": 1, "前年": 2}


def relative_choice(turns: Sequence[Turn], spec: InputSpec) -> str | None:
    """The choice that the year of an event names, seen from the year of claiming; None where not both are said."""
    choices = {
        offset: choice.value
        for choice in spec.choices
        for word, offset in _OFFSETS.items()
        if choice.label.startswith(word)
    }
    if not choices:
        return None
    for turn in reversed(turns):
        claimed: set[int] = set()
        others: set[int] = set()
        for clause in clauses(turn.text):
            (claimed if _CLAIM.search(clause) else others).update(map(int, _YEAR.findall(clause)))
        if len(claimed) == 1 and len(others) == 1:
            return choices.get(claimed.pop() - others.pop())
    return None

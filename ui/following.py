"""What one would ask next: drawn from the answer's own data, never from a list of documents."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ui.backend.values import Reply, RuleFacts
from ui.sections import cut

__all__ = ["FollowUp", "follow_ups"]

_CHOICE = re.compile(r"请问(.+?)是哪一种[：:](.+?)[？?]?$")
_CONDITION = re.compile(r"条件|资格|要求")
_MOST = 4


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A question to offer; a `fresh` one turns to another matter and is asked without what came before."""

    question: str
    fresh: bool = False


def follow_ups(reply: Reply, rules: Sequence[RuleFacts]) -> tuple[FollowUp, ...]:
    """At most four questions: open choices of the calculation, what was left out, the neighbouring support."""
    if reply.refused or not reply.citations:
        return ()
    asked = (*_choices(reply), *_sides(reply), *_neighbours(reply, rules))
    return tuple(dict.fromkeys(asked))[:_MOST]


def _choices(reply: Reply) -> Iterator[FollowUp]:
    """Answers to the first question with a choice that the assistant put itself."""
    for question in cut(reply.answer).questions:
        if match := _CHOICE.match(question):
            for choice in match[2].split("、")[:2]:
                yield FollowUp(f"{match[1]}是{choice}呢？")
            return


def _sides(reply: Reply) -> Iterator[FollowUp]:
    """Conditions and validity, unless they were asked or told."""
    first = reply.citations[0]
    place = f"{first.doc_no or f'《{first.title}》'}{_spoken(first.unit)}"
    if not cut(reply.answer).conditions and not _CONDITION.search(reply.question):
        yield FollowUp(f"{place}的支持条件是什么？", fresh=True)
    if not reply.warnings and first.doc_no and "有效" not in reply.question:
        yield FollowUp(f"{first.doc_no}的有效期到什么时候？", fresh=True)


def _neighbours(reply: Reply, rules: Sequence[RuleFacts]) -> Iterator[FollowUp]:
    """Other support of the same document, the nearest in the text first."""
    first = reply.citations[0]
    here = [rule for rule in rules if rule.doc == first.doc and rule.kind == "upper_bound"]
    units = list(dict.fromkeys(rule.unit for rule in here))
    at = units.index(first.unit) if first.unit in units else 0
    cited = {(citation.doc, citation.unit) for citation in reply.citations}
    for rule in sorted(here, key=lambda rule: abs(units.index(rule.unit) - at)):
        if (rule.doc, rule.unit) not in cited:
            yield FollowUp(f"{rule.label}最高多少？", fresh=True)


def _spoken(unit: str) -> str:
    return f"第{unit}项" if unit.isdigit() else unit

"""Whether wordings of one question get one answer: refusal, amount and first unit cited."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from evals.cases import Case
from evals.reply import Reply

__all__ = ["CONSISTENCY", "consistency"]

CONSISTENCY = "consistency"


def consistency(cases: Sequence[Case], replies: Mapping[str, Reply]) -> dict[str, float]:
    """For each group of cases, the share of wordings that get the group's most frequent answer."""
    groups: defaultdict[str, list[object]] = defaultdict(list)
    for case in cases:
        if case.group:
            groups[case.group].append(_essence(replies[case.id]))
    return {name: max(Counter(answers).values()) / len(answers) for name, answers in groups.items()}


def _essence(reply: Reply) -> object:
    return reply.refused, reply.amount and reply.amount.value, reply.units[:1]

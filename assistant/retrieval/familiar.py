"""How near a question comes to the questions that are expected of each unit (step 2 of 5)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.wording import Weighed, grams
from indexer.index import Expected

__all__ = ["Familiar", "Likeness", "likeness", "question_grams"]

Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Likeness:
    """Of one unit's expected questions: the nearest and the second nearest by meaning (0 to 1 over all that were
    found), and the most words shared with one of them (0 to 1)."""

    nearest: float
    second: float
    words: float


Familiar = Mapping[Place, Likeness]


def likeness(found: Sequence[Expected], said: Weighed, docs: Collection[str] | None) -> dict[Place, Likeness]:
    """The likeness of every unit, within `docs` if given, that has one of the expected questions `found`."""
    found = [hit for hit in found if hit.question.doc]
    low = found[-1].score if found else 0.0
    span = (found[0].score - low if found else 0.0) or 1.0
    by_unit: dict[Place, list[Expected]] = {}
    for hit in found:
        if docs is None or hit.question.doc in docs:
            by_unit.setdefault((hit.question.doc, hit.question.unit), []).append(hit)
    return {
        place: Likeness(
            (hits[0].score - low) / span,
            (hits[1].score - low) / span if len(hits) > 1 else 0.0,
            max(said.likeness(question_grams(hit.question.text)) for hit in hits),
        )
        for place, hits in by_unit.items()
    }


@lru_cache(maxsize=4096)
def question_grams(text: str) -> frozenset[str]:
    """The bigrams of an expected question; every question asked meets some dozens of them."""
    return frozenset(grams(text))

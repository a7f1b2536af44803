"""Ranking by a rerank service (`/rerank`, the shape of Jina, Cohere and vLLM) over what the built-in one found best."""

from collections.abc import Sequence
from dataclasses import replace

import httpx

from assistant.evidence import RankedUnit
from assistant.question import Question
from assistant.retrieval.rank import Ranker
from assistant.retrieval.signals import Found, Place
from corpus.errors import ServiceFault
from indexer.remote import Remote

__all__ = ["ServiceRanker"]

_DOWN = "重排序服务这次没有给出可用的结果，条款按自带的方法排序。"


class ServiceRanker(Ranker):
    """Puts the best units of `ranker` in the order of the service; what comes after them stays."""

    def __init__(
        self, ranker: Ranker, model: str, base_url: str, key: str, seconds: float, most: int
    ) -> None:
        self._ranker = ranker
        self._model = model
        self._remote = Remote(base_url, key)
        self._seconds = seconds
        self._most = most

    def rank(self, question: Question, found: Found) -> list[RankedUnit]:
        """The units found, best first; raises ServiceFault.

        A unit takes over score and chance of the place where the service puts it, because the service's own scores
        are on a scale of each model, and the steps that follow compare chances.
        """
        ranked = self._ranker.rank(question, found)
        best = ranked[: self._most]
        if len(best) < 2:
            return ranked
        order = self._order(question.words or question.text, [_passage(unit) for unit in best])
        moved = [
            replace(best[place], score=held.score, chance=held.chance)
            for place, held in zip(order, best, strict=True)
        ]
        return [*moved, *ranked[self._most :]]

    def answers(self, unit: RankedUnit, cue: str) -> bool:
        """As the built-in ranking says."""
        return self._ranker.answers(unit, cue)

    def signals(self, question: Question, found: Found) -> dict[Place, dict[str, float]]:
        """What the built-in ranking weighs."""
        return self._ranker.signals(question, found)

    def _order(self, words: str, passages: Sequence[str]) -> list[int]:
        body = {"model": self._model, "query": words, "documents": list(passages), "top_n": len(passages)}
        try:
            results = self._remote.post("/rerank", body, self._seconds)["results"]
            scores = {int(one["index"]): float(one["relevance_score"]) for one in results}
            if not scores or not set(scores) <= set(range(len(passages))):
                raise ValueError("indices do not fit the passages")
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            raise ServiceFault(_DOWN, f"{type(error).__name__}: {error}") from error
        # Some services leave out what they find worthless: that comes last, as it was.
        return sorted(range(len(passages)), key=lambda place: (-scores.get(place, float("-inf")), place))


def _passage(ranked: RankedUnit) -> str:
    return f"{ranked.unit.heading}\n{ranked.unit.text}".strip()

"""What each step of the pipeline came to, as JSON that is kept with the answer."""

from collections.abc import Callable, Mapping
from typing import Any

from assistant.computed import Computed
from assistant.draft import Draft
from assistant.evidence import Evidence, RankedUnit
from assistant.question import Question
from assistant.worded import Rewritten, Worded

__all__ = ["STEPS", "WORD", "Trace"]

STEPS = ("understand", "retrieve", "calculate", "compose", "verify")
WORD = "word"
"""The step that follows where a language model is set."""


class Trace:
    """Collects the steps of one answer; `tell` hears of each as it ends."""

    def __init__(self, tell: Callable[[str, float], None]) -> None:
        self.steps: list[dict[str, Any]] = []
        self._tell = tell

    def __call__(self, step: str, result: object, seconds: float) -> None:
        """Note a step; the pipeline calls this."""
        self.steps.append({"step": step, "ms": round(seconds * 1000, 2), **_described(result)})
        self._tell(step, seconds)


def _described(result: object) -> Mapping[str, Any]:
    match result:
        case Question():
            return {
                "search": result.search,
                "as_of": result.as_of.isoformat(),
                "intents": [intent.value for intent in result.intents],
                "docs": list(result.docs),
                "units": [reference.text for reference in result.units],
                "quantities": [mention.text for mention in result.mentions],
                "corrections": [list(pair) for pair in result.corrections],
                "refusal": result.refusal and result.refusal.kind,
            }
        case Evidence():
            return {
                "units": [_ranked(unit) for unit in result.units],
                "others": [_ranked(unit) for unit in result.others],
                "documents": list(result.documents),
                "refusal": result.refusal and result.refusal.kind,
                "notes": list(result.notes),
            }
        case Computed():
            return {
                "rule": result.rule.id,
                "version": result.outcome.version,
                "text_hash": result.outcome.text_hash,
                "inputs": dict(result.outcome.inputs),
                "unused": [mention.text for mention in result.unused],
            }
        case Draft():
            return {
                "sentences": len(result.derivation) + len(result.conditions),
                "quotes": len(result.quoted),
            }
        case Rewritten():
            return {
                "outcome": result.reason or "model",
                "text": result.text,
                "brought": list(result.brought),
                "tokens": result.usage.tokens,
                "cost": str(result.usage.cost),
            }
        case Worded():
            return {
                "outcome": result.reason or "model",
                "faults": list(result.faults),
                "own_faults": list(result.own_faults),
                "shown": result.shown,
                "tools": list(result.tools),
                "attempts": result.attempts,
                "calls": result.usage.calls,
                "tokens": result.usage.tokens,
                "cost": str(result.usage.cost),
            }
        case _:
            return {}


def _ranked(unit: RankedUnit) -> dict[str, Any]:
    return {
        "doc": unit.unit.doc,
        "unit": unit.unit.label,
        "score": round(unit.score, 4),
        "chance": round(unit.chance, 4),
        "paths": list(unit.paths),
    }

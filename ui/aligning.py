"""Two documents side by side: which unit answers which, and where their words differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from ui.backend.values import UnitText

__all__ = ["Pair", "align", "differing"]

_ALIKE = 0.5
_COMPARED = 300


@dataclass(frozen=True, slots=True)
class Pair:
    """A unit of each side; None where the other has nothing like it."""

    left: UnitText | None
    right: UnitText | None


def align(left: Sequence[UnitText], right: Sequence[UnitText]) -> list[Pair]:
    """Units that say alike in pairs, in the order of the left; then what only the right has."""
    alike = sorted(
        (
            (ratio, i, j)
            for i, one in enumerate(left)
            for j, other in enumerate(right)
            if (ratio := _ratio(one, other)) >= _ALIKE
        ),
        key=lambda found: (-found[0], found[1], found[2]),
    )
    taken: dict[int, int] = {}
    for _, i, j in alike:
        if i not in taken and j not in taken.values():
            taken[i] = j
    pairs = [Pair(unit, right[taken[i]] if i in taken else None) for i, unit in enumerate(left)]
    return pairs + [Pair(None, unit) for j, unit in enumerate(right) if j not in taken.values()]


def differing(text: str, other: str) -> list[bool]:
    """Which characters of `text` the other one does not have."""
    mask = [False] * len(text)
    for kind, start, end, _, _ in SequenceMatcher(None, text, other, autojunk=False).get_opcodes():
        if kind != "equal":
            mask[start:end] = [True] * (end - start)
    return mask


def _ratio(one: UnitText, other: UnitText) -> float:
    """How alike two units are: their beginnings, which say the matter; cheap bounds first."""
    matcher = SequenceMatcher(None, _matter(one), _matter(other), autojunk=False)
    if matcher.real_quick_ratio() < _ALIKE or matcher.quick_ratio() < _ALIKE:
        return 0.0
    return matcher.ratio()


def _matter(unit: UnitText) -> str:
    return unit.text.removeprefix(unit.unit).strip()[:_COMPARED]

"""What changed from one version of a document to another: units added, removed and changed, word by word."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from functools import lru_cache

from rapidfuzz import fuzz

from corpus.folding import fold
from corpus.model import Document, Unit

__all__ = ["Change", "Kind", "Part", "differences"]

_WORD = re.compile(r"\d+(?:\.\d+)?%?|[A-Za-z]+|\s+|.", re.S)
_SIGN = re.compile(r"^第[一二三四五六七八九十百千零〇\d]+条(?:之[一二三四五六七八九十]+)?\s*")
_SAME_LABEL, _OTHER_LABEL = 35.0, 60.0


class Kind(StrEnum):
    """What became of a unit."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Part:
    """A run of words: `same`, `removed` from the old text or `added` in the new one."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """A unit that is not the same: `old` and `new` are its labels, "" where it is missing; a moved unit has the same
    words under another label."""

    kind: Kind
    old: str
    new: str
    heading: str
    parts: tuple[Part, ...]


def differences(old: Document, new: Document) -> tuple[Change, ...]:
    """Every unit that is not the same in both, in the order of the new text, removed ones where they stood."""
    pairs = _paired(old.units, new.units)
    partner = {id(two): one for one, two in pairs}
    gone = [unit for unit in old.units if all(unit is not one for one, _ in pairs)]
    changes: list[tuple[float, Change]] = []
    for place, unit in enumerate(new.units):
        one = partner.get(id(unit))
        change = (
            _change(one, unit)
            if one
            else Change(Kind.ADDED, "", unit.label, unit.heading, (Part("added", unit.text),))
        )
        if change:
            changes.append((float(place), change))
    for unit in gone:
        removed = Change(Kind.REMOVED, unit.label, "", unit.heading, (Part("removed", unit.text),))
        changes.append((_place(unit, old, new, pairs), removed))
    return tuple(change for _, change in sorted(changes, key=lambda pair: pair[0]))


_Pairs = Sequence[tuple[Unit, Unit]]


def _paired(old: Sequence[Unit], new: Sequence[Unit]) -> _Pairs:
    """Units that are versions of one another: the same words, the same label, then the likest."""
    left, right = list(old), list(new)
    pairs: list[tuple[Unit, Unit]] = []

    def pair(one: Unit, two: Unit) -> None:
        pairs.append((one, two))
        left.remove(one)
        right.remove(two)

    for one in old:
        same = [two for two in right if _words(one) == _words(two)]
        if same:
            pair(one, next((two for two in same if two.label == one.label), same[0]))
    for one in list(left):
        named = next((two for two in right if two.label == one.label), None)
        if (
            named
            and fuzz.ratio(_words(one), _words(named)) >= _SAME_LABEL
            and _likest(one, named, left, right)
        ):
            pair(one, named)
    for one, two in _alike(left, right):
        if one in left and two in right:
            pair(one, two)
    return pairs


def _alike(left: Sequence[Unit], right: Sequence[Unit]) -> list[tuple[Unit, Unit]]:
    """Pairs that share most of their words, the likest first."""
    scored = [(fuzz.ratio(_words(one), _words(two)), one, two) for one in left for two in right]
    scored.sort(key=lambda pair: -pair[0])
    return [(one, two) for score, one, two in scored if score >= _OTHER_LABEL]


def _likest(one: Unit, two: Unit, left: Sequence[Unit], right: Sequence[Unit]) -> bool:
    """Whether no other unit is much more like either of them: numbers shift where an article was put in."""
    own = fuzz.ratio(_words(one), _words(two))
    others = [fuzz.ratio(_words(one), _words(other)) for other in right if other is not two]
    others += [fuzz.ratio(_words(other), _words(two)) for other in left if other is not one]
    return own >= max(others, default=0.0) or own >= _OTHER_LABEL + max(others, default=0.0) / 4


def _words(unit: Unit) -> str:
    """The words of a unit without its number."""
    return _without_number(unit.text, unit.label)


# Every unit is held against every other one.
@lru_cache(maxsize=8192)
def _without_number(text: str, label: str) -> str:
    return fold(_SIGN.sub("", text).removeprefix(label))


def _change(one: Unit, two: Unit) -> Change | None:
    if _words(one) != _words(two):
        return Change(Kind.CHANGED, one.label, two.label, two.heading, tuple(_parts(one.text, two.text)))
    if one.label != two.label:
        return Change(Kind.MOVED, one.label, two.label, two.heading, ())
    return None


def _parts(one: str, two: str) -> Iterator[Part]:
    old, new = _WORD.findall(one), _WORD.findall(two)
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Part("same", "".join(old[i:j]))
            continue
        if i < j:
            yield Part("removed", "".join(old[i:j]))
        if k < m:
            yield Part("added", "".join(new[k:m]))


def _place(unit: Unit, old: Document, new: Document, pairs: _Pairs) -> float:
    """Just after the new place of the unit that stood before this one."""
    places = {id(two): place for place, two in enumerate(new.units)}
    found = {id(one): places[id(two)] for one, two in pairs}
    before = [found[id(other)] for other in old.units[: old.units.index(unit)] if id(other) in found]
    return (before[-1] if before else -1) + 0.5

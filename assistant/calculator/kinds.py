"""What kind of figure the words beside it call it: revenue, rent, a premium … (`figure_kinds` of the lexicon)."""

import re
from functools import cache

from assistant.calculator.said import Turn, words_of
from corpus.folding import any_word
from corpus.lexicon import load_lexicon
from corpus.quantities.quantity import Mention
from corpus.rulebook.parts import InputSpec

__all__ = ["clashes", "gathers"]

_BEFORE = 9
_AFTER = re.compile(r"元?的?")
_BREAK = re.compile(r"[，,。；;？?！!：:、\d]")
# An input that is made of costs of any name.
_GATHERING = re.compile("费用|经费|支出|总投资|投资额|成本|花费|薪酬|总额")


def gathers(spec: InputSpec) -> bool:
    """Whether the input is the sum of costs that may each have a name of their own."""
    return bool(_GATHERING.search(spec.label))


def clashes(turn: Turn, mention: Mention, spec: InputSpec) -> bool:
    """Whether the words at `mention` call it something that `spec` is not."""
    called = _called(turn, mention)
    if not called:
        return False
    own = _kinds_of(words_of(spec))
    if called & own:
        return False
    return bool(own) or bool(called & _standing())


def _called(turn: Turn, mention: Mention) -> frozenset[str]:
    """The kinds named in the words straight before the figure, else straight after it."""
    before = _BREAK.split(turn.text[max(0, mention.start - _BEFORE) : mention.start])[-1]
    after = turn.text[mention.end :]
    follows = _AFTER.match(after)
    behind = after[follows.end() : follows.end() + 4] if follows else ""
    found = [(match.end(), kind) for kind, words in _patterns().items() for match in words.finditer(before)]
    if found:
        return frozenset({max(found)[1]})
    return frozenset(kind for kind, words in _patterns().items() if words.match(behind))


@cache
def _kinds_of(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(
        kind for kind, pattern in _patterns().items() if any(pattern.search(word) for word in words)
    )


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    return {kind: any_word(words) for kind, words in load_lexicon().figure_kinds.items()}


@cache
def _standing() -> frozenset[str]:
    """Kinds that tell of the firm, not of what it spends."""
    return frozenset(load_lexicon().standing_kinds)

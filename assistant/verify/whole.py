"""What is wrong with an answer as a whole: its language, its length, sentences said twice."""

import re
from collections import Counter
from collections.abc import Sequence

from assistant.verify.proof import Fault, FaultKind, Statement
from corpus.folding import fold

__all__ = ["whole_faults"]

_CHINESE = re.compile("[\u4e00-\u9fff]")
_LETTER = re.compile("[^\\W\\d_]")
_OWN_SHARE = 0.6
_MOST_CHARS = 1500
_MOST_STATEMENTS = 24


def whole_faults(statements: Sequence[Statement]) -> tuple[Fault, ...]:
    """Faults of all statements together; () where the answer may be shown as far as they go."""
    text = "".join(statement.text for statement in statements)
    letters = len(_LETTER.findall(text))
    found = []
    if not letters:
        found.append(Fault(FaultKind.LENGTH, "回答是空的"))
    elif len(_CHINESE.findall(text)) < _OWN_SHARE * letters:
        found.append(Fault(FaultKind.LANGUAGE, "请用中文回答"))
    if len(text) > _MOST_CHARS or len(statements) > _MOST_STATEMENTS:
        found.append(Fault(FaultKind.LENGTH, f"回答太长，请不要超过 {_MOST_CHARS} 字、{_MOST_STATEMENTS} 句"))
    if any(count > 1 for count in Counter(fold(statement.text) for statement in statements).values()):
        found.append(Fault(FaultKind.LENGTH, "同一句话不要说两遍"))
    return tuple(found)

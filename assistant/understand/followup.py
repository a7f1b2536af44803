"""Which earlier turns a question depends on."""

import re
from collections.abc import Sequence

from corpus.folding import fold
from corpus.lexicon import Lexicon
from corpus.quantities.quantity import find_quantities

__all__ = ["Followups"]

_CUE = re.compile(
    r"^(?:那|那么|如果|要是|假如|若|换成|换|改成|改|再|还有|另外|它|他|这|其中|上面|上述|刚才|对了|第[一二三四五六七八九十\d]|"
    r"(?:[一二两三四五\d]+年)|一共|总共|合计|加起来|分别|登记完|同样|反过来|除此|同时)"
)
_BLOCK = re.compile("(?:那块|那个|那项|这块|那边|这边|那种)呢|按你说的|照你说的")
_OWN_TOPIC = 8
_NEW_TOPIC = 9
_QUESTION_WORDS = re.compile(
    r"[？?，,。！!、；;：:（）()\s]|能|给|补|拿|奖|报|算|要|会|呢|的|了|是|有|和|到|多|少|万|元|年|一|投|签"
)


class Followups:
    """Decides whether a question stands on its own."""

    def __init__(self, lexicon: Lexicon) -> None:
        words = sorted({*lexicon.fillers, *lexicon.amount_cues}, key=len, reverse=True)
        self._idle = re.compile("|".join(re.escape(fold(word)) for word in words))

    def context(self, question: str, history: Sequence[str]) -> tuple[str, ...]:
        """The earlier turns that `question` builds on, oldest first; () where it stands alone."""
        turns: list[str] = []
        current = question
        for earlier in reversed(history):
            if turns and not _CUE.match(fold(current)) and self._weight(current) >= _NEW_TOPIC:
                break
            if not turns and not self.depends(question):
                return ()
            turns.insert(0, earlier)
            current = earlier
        return tuple(turn for turn in turns if self._weight(turn) > 0)

    def depends(self, question: str) -> bool:
        """Whether `question` leaves its topic to what was said before."""
        folded = fold(question)
        return bool(_CUE.match(folded) or _BLOCK.search(folded)) or self._weight(question) < _OWN_TOPIC

    def _weight(self, question: str) -> int:
        """How many characters of its own topic a question has."""
        folded = fold(question)
        for mention in reversed(find_quantities(folded)):
            folded = folded[: mention.start] + folded[mention.end :]
        return len(_QUESTION_WORDS.sub("", self._idle.sub("", folded)))

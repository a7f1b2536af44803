"""What is never a question of policy, whatever it is about: attempts on the rules, forgery, errands, small talk."""

import re
from collections.abc import Iterable

from assistant.question import Refusal
from corpus.folding import any_word
from corpus.lexicon import Lexicon

__all__ = ["Unserved", "any_of"]

_ASK_POLICY = "请直接提出政策问题，例如“首创产品第一个合同1200万能补多少”。"


def any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    """One pattern for all of them."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


class Unserved:
    """Judges the intent of a question by its wording alone."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._injection = any_of(lexicon.injection)
        self._writing = any_of(lexicon.writing)
        self._chitchat = any_of(lexicon.chitchat)
        self._help, self._forgery, self._consequences = (
            any_word(words)
            for words in (lexicon.fraud.help, lexicon.fraud.forgery, lexicon.fraud.consequences)
        )

    def judge(self, folded: str) -> Refusal | None:
        """A refusal for what no policy text can answer."""
        return self.attempt(folded) or self._forging(folded) or self._errand(folded)

    def attempt(self, folded: str) -> Refusal | None:
        """A refusal for an attempt to change the rules or the role of the assistant."""
        if not self._injection.search(folded):
            return None
        return Refusal(
            "injection",
            "这段话要求改变或绕开回答规则。本助手只依据政策原文回答并注明条款，规则不能由提问改变。",
            _ASK_POLICY,
        )

    def _forging(self, folded: str) -> Refusal | None:
        wanted = self._help.search(folded) and self._forgery.search(folded)
        if not wanted or self._consequences.search(folded):
            return None
        return Refusal(
            "fraud",
            "这段话要求协助弄虚作假，不能提供帮助。以欺骗等不正当手段取得支持资金的，文件规定要追回资金并取消申报资格。",
            "可以问如实申报的条件和材料，例如“小微企业研发费用要增长多少才能申报”，或问“弄虚作假有什么后果”。",
        )

    def _errand(self, folded: str) -> Refusal | None:
        if self._writing.search(folded):
            return Refusal(
                "errand",
                "本助手不写作、翻译、编程或作图，只回答北京市支持政策的条款、条件、流程和金额。",
                _ASK_POLICY,
            )
        if self._chitchat.search(folded):
            return Refusal(
                "chitchat",
                "我是政策问答助手，只回答北京市支持政策的条款、条件、流程和金额。",
                "可以这样问：“科技保险保费能补多少”“三新产品认定要哪些材料”。",
            )
        return None

"""Questions that the corpus cannot answer, recognised by what they are about."""

import re
from collections.abc import Sequence

from assistant.question import OUT_OF_CORPUS, Refusal
from corpus.folding import fold
from corpus.lexicon import Lexicon

__all__ = ["Scope"]

_MOVED_HERE = re.compile(r"(?:来自|迁到|搬到|迁往|搬去|迁至|从|在|人在|是|对|和|与|同|面向|拓展到|去|到)$")
_OF_THERE = re.compile(
    r"(?:市|省|那边|这边|当地)?(?:的|有没有|有啥|有哪些|对|给|能给|能补|出台|政府|怎么|市里|补贴|奖励|支持)"
)
_CHAT_LIMIT = 20
_CJK = re.compile(r"[\u4e00-\u9fff]")
_LATIN = re.compile(r"[a-z]{2,}|\d[a-z]+")
_NEIGHBOUR = 2


class Scope:
    """Judges a question before any search."""

    def __init__(self, lexicon: Lexicon, corpus_text: str) -> None:
        self._lexicon = lexicon
        self._text = corpus_text
        self._places = re.compile("|".join(map(re.escape, sorted(lexicon.elsewhere, key=len, reverse=True))))
        self._home = re.compile("|".join(map(re.escape, lexicon.home)))

    def judge(self, question: str, *, names_document: bool) -> Refusal | None:
        """A refusal for injections, small talk, other places and topics that the corpus does not hold."""
        folded = fold(question)
        return (
            self._injection(folded)
            or self._unreadable(folded)
            or self._elsewhere(folded, names_document=names_document)
            or (None if names_document else self._outside(folded))
            or (None if names_document else self._chitchat(folded))
        )

    def _unreadable(self, folded: str) -> Refusal | None:
        """Nothing that could be a question: no Chinese, and no word that the corpus has."""
        if _CJK.search(folded) or any(word in self._text for word in _LATIN.findall(folded)):
            return None
        return Refusal(
            "unreadable",
            "没有看到可以回答的问题。",
            "请用中文写出要问的政策事项，例如“科技保险保费能补多少”。",
        )

    def _injection(self, folded: str) -> Refusal | None:
        if not _contains(folded, self._lexicon.injection):
            return None
        return Refusal(
            "injection",
            "这段话要求改变或绕开回答规则。本助手只依据政策原文回答并注明条款，规则不能由提问改变。",
            "请直接提出政策问题，例如“首创产品第一个合同1200万能补多少”。",
        )

    def _elsewhere(self, folded: str, *, names_document: bool) -> Refusal | None:
        for match in self._places.finditer(folded):
            before, after = folded[: match.start()], folded[match.end() :]
            home = self._home.search(before) or self._home.search(after)
            if not before and _OF_THERE.match(after) and "比" in after:
                home = None
            asks_there = _OF_THERE.match(after) or (not _MOVED_HERE.search(before) and not before)
            if not home and not names_document and asks_there:
                return Refusal(
                    "elsewhere",
                    f"知识库只收北京市的17份政策文件，没有{match.group()}的政策，不能回答那里的标准。",
                    OUT_OF_CORPUS,
                )
            if f"{match.group()}市给" in folded or f"{match.group()}市里" in folded:
                return Refusal(
                    "elsewhere", f"知识库只收北京市的17份政策文件，没有{match.group()}的政策。", OUT_OF_CORPUS
                )
        return None

    def _outside(self, folded: str) -> Refusal | None:
        for topic in self._lexicon.outside:
            for word in topic.words:
                at = folded.find(fold(word))
                if at >= 0 and not self._part_of_term(folded, at, at + len(fold(word))):
                    return Refusal("outside", f"“{word}”{topic.reason}，无法据以回答。", OUT_OF_CORPUS)
        return None

    def _part_of_term(self, folded: str, start: int, end: int) -> bool:
        """Whether the word stands in a longer term of the corpus (社保 in 社保基金)."""
        wider = {folded[start : end + _NEIGHBOUR], folded[max(0, start - _NEIGHBOUR) : end]}
        return any(len(term) >= end - start + _NEIGHBOUR and term in self._text for term in wider)

    def _chitchat(self, folded: str) -> Refusal | None:
        rest = folded
        hits = [word for word in self._lexicon.chitchat if fold(word) in folded]
        for word in hits:
            rest = rest.replace(fold(word), "")
        polite = [word for word in hits if word in self._lexicon.fillers]
        short = len(re.sub(r"\W", "", rest)) <= (2 if len(hits) == len(polite) else _CHAT_LIMIT)
        if hits and short:
            return Refusal(
                "chitchat",
                "我是政策问答助手，只回答北京市支持政策的条款、条件、流程和金额。",
                "可以这样问：“科技保险保费能补多少”“三新产品认定要哪些材料”。",
            )
        return None

    def left_to_notice(self, question: str, texts: str) -> Refusal | None:
        """A refusal where the question asks for what the yearly notice says and `texts` do not."""
        folded = fold(question)
        cue = next((word for word in self._lexicon.notice_bound if fold(word) in folded), None)
        if not cue or fold(cue) in texts:
            return None
        return Refusal(
            "notice",
            f"政策文件没有写明“{cue}”这一事项，具体以主管部门当年度发布的申报通知为准。",
            "请查看市科委、中关村管委会或相应主管部门当年的申报通知。",
        )


def _contains(folded: str, words: Sequence[str]) -> bool:
    return any(fold(word) in folded for word in words)

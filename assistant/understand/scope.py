"""Questions that the corpus cannot answer, recognised by what they ask for.

A word of an outside topic or of another place refuses only where it stands in what is asked; as a circumstance of
the asker it is left to the judgement after retrieval.
"""

import re
from collections.abc import Iterator

from assistant.question import OUT_OF_CORPUS, Refusal
from assistant.understand.unserved import Unserved, any_of
from corpus.folding import any_word, fold
from corpus.lexicon import Lexicon, Outside

__all__ = ["Scope"]

_CLAUSE = re.compile(r"[^,。;!?:]+[?]?")
_ASKING = re.compile(
    r"[吗呢么哪几吧?]|什么|啥|怎|咋|如何|多少|多久|多大|是否|能不能|可不可以|有没有|是不是|还是|(.)[不没]\1"
)
_MOVED_HERE = re.compile(
    r"(?:来自|迁到|搬到|迁往|搬去|迁去|迁至|从|在|人在|是|对|和|跟|与|同|面向|拓展到|去|到|出|与|被|由|请|雇的?|个)$"
)
_OF_THERE = re.compile(
    r"(?:市|省|区|那边|这边|当地)?(?:的|有没有|有啥|有哪些|对|给|能给|能补|出台|政府|怎么|市里|补贴|奖励|支持|区里|最高|一次)"
)
_GRANTS = re.compile(
    r"^(?:(?:市|省)(?:给|里|财政|政府)|(?:市|省|那边|那儿)?(?:(?:给|奖|补)(?:多少|几|不|吗|得)|呢[?]?$))"
)
# 深圳那边对新三板挂牌给多少; what is set up there is another matter.
_GRANTS_FOR = re.compile(
    r"^(?:(?:市|省)?(?:那边|那儿|那里)|(?:市|省)?对)[^,。;?设建办开]{1,12}(?:给|奖|补)(?:多少|几)"
)
# 申请南山区的运营补贴: a grant of there is what is wanted, wherever in the question that is said.
_WANTED = re.compile(r"(?:申请|申报|报名?|领|拿|问问?|咨询|了解|看看?|查查?|享受|争取|按)(?:一下)?$")
_GRANT_OF = re.compile(
    r"^(?:市|省|区|新区)?(?:的|那边的?|那儿的?|政府的?|当地的?)[^,。;?]{0,8}(?:补贴|补助|奖励|政策|资助|扶持|标准)(?!过|了)"
)
# 那上海建一座，是不是也按这个数补: whether there it is as it is here.
_TURNS_TO = re.compile(r"^(?:那么?|要是|如果|假如|换成|换到|换|改成|改到|若)*(?:在|到|去)?$")
_DONE_THERE = re.compile(r"^(?:市|省)?(?:那边|那儿|那里)?(?:也)?(?:再)?[建开办盖搞设做投]")
_LIKEWISE = re.compile("也[能给按有是可补奖这照一行]|同样|一样|照这|按这个|适用")
# 要是建在苏州，那边给多少
_GRANTED_THERE = re.compile(
    r"^[^。;?]{0,10}(?:那边|那儿|那里|当地)的?(?:政府|财政|市里|区里)?(?:能|会|要)?(?:给|补|奖|出|有没有|有什么|有啥)"
    r"|^(?:市|省|州|联邦|当地)?(?:政府|财政)(?:给|补|奖|出|有|会|能|对)"
)
# 上海的孵化器一年能拿多少，跟北京比哪个多
_SET_BESIDE = re.compile(
    r"(?:跟|和|与|同)(?:咱们?|我们)?(?:北京|本市|这边)(?:的)?[^,。;?]{0,6}(?:比|差|哪个|谁)|比(?:北京|本市|这边)"
)
# 在天津登记技术经理人要什么条件; who is registered there is another matter.
_FILED = re.compile(r"^(?:市|省)?(?:登记|申报|申请|认定|备案)(?!的|过|了|在|于)[^,。;?]{2}")
# 换成深圳的孵化器呢
_SWAPPED = re.compile(r"(?:换成|换到|换作|改成|改到)$")
_SETTLES = re.compile(r"(?:落户|落地|开在|注册到)$")
_GRANT = re.compile(r"补|给|奖|支持|拿|领|报(?!税|关)|申|认定|登记")
_CJK = re.compile(r"[\u4e00-\u9fff]")
_LATIN = re.compile(r"[a-z]{2,}|\d[a-z]+")
_LAW = re.compile(
    r"([\u4e00-\u9fff]{1,12}(?:(?<![办做方])法|条例|细则|司法解释))的?第[零一二三四五六七八九十百\d]+条"
)
_NEIGHBOUR = 2
_TERM = 3


class Scope:
    """Judges a question before any search."""

    def __init__(self, lexicon: Lexicon, corpus_text: str) -> None:
        self._lexicon = lexicon
        self._text = corpus_text
        self._unserved = Unserved(lexicon)
        self._places = any_word(lexicon.elsewhere)
        self._abroad = frozenset(fold(place) for place in lexicon.abroad)
        self._home = any_word(lexicon.home)
        self._bystander = re.compile(rf"的?(?:{any_word(lexicon.bystanders).pattern})")
        self._districts = any_word(lexicon.districts)
        self._district_own = any_of(lexicon.district_own)
        self._topics = [(topic, any_word(topic.words)) for topic in lexicon.outside]
        self._mentioned = any_of(lexicon.mentioned)
        cues = {
            *lexicon.amount_cues,
            *lexicon.generic,
            *(cue for cues in lexicon.intents.values() for cue in cues),
        }
        self._matters = any_word(word for word in lexicon.synonyms if len(word) >= _TERM and word not in cues)
        self._notice = [(re.compile(bound.asks), bound) for bound in lexicon.notice_bound]

    def judge(self, question: str, *, names_document: bool, follows: bool = False) -> Refusal | None:
        """A refusal for injections, errands, other places and topics that the corpus does not hold.

        What names a document, or `follows` earlier turns, may speak of an outside topic by the way: that is left to
        the judgement after retrieval.
        """
        folded = fold(question)
        refusal = self._unserved.attempt(folded) or self._unreadable(folded)
        refusal = refusal or self._outside(folded, bound=True)
        if refusal or names_document:
            return refusal or self._elsewhere(folded, bound=True) or self._district(folded)
        refusal = (
            self._unserved.judge(folded) or self._elsewhere(folded, bound=follows) or self._district(folded)
        )
        return refusal if refusal or follows else self._law(folded) or self._outside(folded)

    def mentions_outside(self, question: str) -> bool:
        """Whether a word of a topic outside the corpus, or of another place, occurs at all."""
        folded = fold(question)
        return bool(self._places.search(folded)) or any(True for _ in self._outside_words(folded))

    def _unreadable(self, folded: str) -> Refusal | None:
        """Nothing that could be a question: no Chinese, and no word that the corpus has."""
        if _CJK.search(folded) or any(word in self._text for word in _LATIN.findall(folded)):
            return None
        return Refusal(
            "unreadable",
            "没有看到可以回答的问题。",
            "请用中文写出要问的政策事项，例如“科技保险保费能补多少”。",
        )

    def _elsewhere(self, folded: str, *, bound: bool) -> Refusal | None:
        if not self._home.search(folded):
            for match in self._places.finditer(folded):
                before, after = folded[: match.start()], folded[match.end() :]
                wanted = _WANTED.search(self._places.sub("", before)) and _GRANT_OF.match(after)
                granted = _GRANTED_THERE.match(after)
                if wanted or granted or (bound and self._likewise(match.group(), before, after)):
                    return _of_place(match.group())
        for start, end in _clauses(folded):
            clause = folded[start:end]
            for match in self._places.finditer(clause):
                before, after = clause[: match.start()], clause[match.end() :]
                of_there = _GRANTS_FOR.match(after) and not _MOVED_HERE.search(before)
                turns_there = _TURNS_TO.fullmatch(before) and _GRANT_OF.match(after)
                compared = not before and _SET_BESIDE.search(folded)
                if of_there or _GRANTS.match(after) or (bound and (turns_there or compared)):
                    return _of_place(match.group())
                home = self._home.search(folded) and not (start == 0 and not before and "比" in folded)
                filed = not home and before.endswith("在") and _FILED.match(after)
                if filed:
                    return _of_place(match.group())
                if bound or home or _MOVED_HERE.search(before) or self._bystander.match(after):
                    continue
                settles = _SETTLES.search(before) and _GRANT.search(after)
                if not before or settles or _OF_THERE.match(after):
                    return _of_place(match.group())
        return None

    def _likewise(self, place: str, before: str, after: str) -> bool:
        """Whether a turn asks of another place within the border what was said of this one."""
        if place in self._abroad:
            return False
        turns = _TURNS_TO.match(before) and _DONE_THERE.match(after) and _LIKEWISE.search(after)
        return bool(turns or _SWAPPED.search(before))

    def _law(self, folded: str) -> Refusal | None:
        """An article of a law or of rules whose text the corpus does not have."""
        law = _LAW.search(folded)
        if not law:
            return None
        return Refusal("unknown_document", f"知识库里没有“{law[1]}”的条文。", OUT_OF_CORPUS)

    def _district(self, folded: str) -> Refusal | None:
        for match in self._districts.finditer(folded):
            before = folded[: match.start()]
            if _MOVED_HERE.search(before) or not self._district_own.match(folded[match.end() :]):
                continue
            return Refusal(
                "district",
                f"知识库只收北京市级部门的政策文件，没有{match.group()}自己出台或出资的政策。",
                "区里的标准请问该区科技或经信主管部门；也可以问同一事项的市级支持。",
            )
        return None

    def _outside(self, folded: str, *, bound: bool = False) -> Refusal | None:
        for topic, word, start, end in self._outside_words(folded):
            if bound and not topic.always:
                continue
            clause_end = next((high for low, high in _clauses(folded) if low <= start < high), None)
            if clause_end is None:
                continue
            after = folded[end:clause_end]
            if self._matters.search(after) and _GRANT.search(after):
                continue
            return Refusal("outside", f"“{word}”{topic.reason}，无法据以回答。", OUT_OF_CORPUS)
        return None

    def _outside_words(self, folded: str) -> Iterator[tuple[Outside, str, int, int]]:
        """Words of outside topics, unless they only tell of the asker or belong to a term of the corpus."""
        spared = [match.span() for match in self._mentioned.finditer(folded)]
        for topic, words in self._topics:
            for match in words.finditer(folded):
                start, end = match.span()
                if any(low <= start < high for low, high in spared) or self._part_of_term(folded, start, end):
                    continue
                yield topic, match.group(), start, end

    def _part_of_term(self, folded: str, start: int, end: int) -> bool:
        """Whether the word stands in a longer term of the corpus (社保 in 社保基金)."""
        wider = {folded[start : end + _NEIGHBOUR], folded[max(0, start - _NEIGHBOUR) : end]}
        return any(len(term) >= end - start + _NEIGHBOUR and term in self._text for term in wider)

    def left_to_notice(self, question: str, texts: str) -> Refusal | None:
        """A refusal where the question asks for what the yearly notice says and `texts` do not."""
        folded = fold(question)
        for asks, bound in self._notice:
            found = asks.search(folded)
            spared = any(fold(word) in folded for word in bound.but) or any(
                fold(thing) in folded and fold(thing) in texts for thing in bound.things
            )
            if found and not spared:
                return Refusal(
                    "notice",
                    f"政策文件没有写明“{found.group()}”这一事项，具体以主管部门当年度发布的申报通知和系统为准。",
                    "请查看市科委、中关村管委会或相应主管部门当年的申报通知。",
                )
        return None


def _of_place(place: str) -> Refusal:
    return Refusal(
        "elsewhere",
        f"知识库只收北京市的政策文件，没有{place}的政策，不能回答那里的标准。",
        OUT_OF_CORPUS,
    )


def _clauses(folded: str) -> list[tuple[int, int]]:
    """The clauses that ask something, first to last; all of them where none does."""
    clauses = [match.span() for match in _CLAUSE.finditer(folded)]
    asking = [(start, end) for start, end in clauses if _ASKING.search(folded[start:end])]
    return asking or clauses

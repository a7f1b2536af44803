"""Which documents and units a question names."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from assistant.question import PART, NamedRepeal, Nth, UnitReference
from assistant.understand.titles import LooseTitles
from corpus.catalog import Corpus
from corpus.entries import DocumentEntry
from corpus.folding import any_word, fold
from corpus.model import Document
from corpus.quantities.numerals import parse_integer

__all__ = ["DocumentNames", "NamedDocuments", "find_nth", "find_units"]

_CN = "一二三四五六七八九十百零〇两"
_NUMBER = re.compile(
    r"(?P<issuer>京[\u4e00-\u9fff]{0,4}发?)?[\[(]?(?P<year>(?:19|20)\d\d)?[\])]?年?[ \u3000]?[-第]?[\[(]?(?P<serial>\d{1,4})[\])]?号(?P<file>文件?)?"
)
# What may follow a number that stands for a document, not for a house or a day.
_ENDS = re.compile(r"$|[，,。；;：:、？?！!)]|[的里中第讲说写和跟与由对怎管]")
_DOC_WORD = "(?:支持资金)?(?:管理)?(?:暂行)?(?:办法|政策措施|政策|措施|文件|方案|指引|行动计划|计划|规定|意见稿|草案|草稿|稿子|条款|资金|文|[那这](?:\\d{1,2}|[二三]?十[一二三四五六七八九几来]?)(?:来|几|多)?条)"
_FILLER = "(?:产业|业|高质量|发展|水平|环境|支持|若干|建设|认定|服务|那个|这个|那份|那笔|那套|的|里|项目|工作|资金|专项|补贴|与?信息服务业|队伍)"
# What follows an article that is meant itself; a noun after it would be what is counted (二十条生产线).
_CLOSED = r"(?=$|[，,。；;：:、？?！!)和跟与]|说|讲|写|规定|里|的?内容|是|怎|到底|具体|管|提|呢|吗)"
# 二十六条 without 第: only from ten on.
_BARE = rf"(?<![{_CN}\d第那这共有的几城新])(?P<n5>[{_CN}]?十[{_CN}]?)(?P<w5>条){_CLOSED}"
_UNIT = re.compile(
    rf"第\(?(?P<n1>[{_CN}]+|\d+)\)?(?P<w1>条|点|项(?!目)|款)|(?<=[的里中])\((?P<n4>[{_CN}]+)\)|(?<![\d第那这共])(?P<n2>\d{{1,3}})(?P<w2>条)(?!政策|措施|意见)|{_BARE}|名词解释第?(?P<n3>[{_CN}]+|\d+)(?P<w3>个|条|项)?"
)
_CLAUSE = re.compile(
    rf"的?第?[（(]?(?P<n>[{_CN}]+|\d+)[)）]?(?P<w>款|项|点|目)|[（(](?P<b>[{_CN}]+|\d+)[)）]"
)
_NTH_TERM = re.compile(
    rf"第(?P<a>[{_CN}]+|\d+)(?:个|条|项)名词解释|名词解释[^第\d。？?]{{0,3}}第(?P<b>[{_CN}]+|\d+)(?:个|条|项)"
)
_MOST_UNITS = 5
_FEWEST_COUNTED = 10
_REMEMBERED = 64
_NESTED = re.compile(rf"(?<![{_CN}第])(?P<part>[{_CN}])\((?P<n>[{_CN}]+)\)")
_PART = re.compile(rf"第(?P<n>[{_CN}]+|\d+)(?:大?部分|大项(?!目)|大点|大块|章)")
# 最后一条, 倒数第二条: counted from the end.
_LAST = re.compile(rf"(?:(?:最后|最末|末尾)的?那?一?条|末条|倒数第(?P<n>[{_CN}]+|\d+)条){_CLOSED}")
_FIRST = re.compile(rf"(?:(?:开头|最前面|打头)的?那?一?条|(?<![一两三])首条|头一条){_CLOSED}")
_NTH = re.compile(
    rf"第(?P<n>[{_CN}]+|\d+)(?:个|条|项|点|种|步|类)?(?P<w>条件|要求|材料|步骤|环节|步|情形|档|程序|原则|任务|内容)"
)


@dataclass(frozen=True, slots=True)
class NamedDocuments:
    """`docs` in the corpus, `repeals` outside it but known, `unknown` numbers that nobody holds."""

    docs: tuple[str, ...]
    repeals: tuple[NamedRepeal, ...]
    unknown: tuple[str, ...]
    rest: str


class DocumentNames:
    """Finds documents by number, title, alias or a handle with a document word."""

    def __init__(self, corpus: Corpus) -> None:
        self._entries = tuple(corpus.entries.values())
        self._names = sorted(_names(self._entries), key=lambda pair: -len(pair[0]))
        self._repeal_names = sorted(_repeal_names(self._entries), key=lambda pair: -len(pair[0]))
        self._titles = LooseTitles(self._entries)
        topics = any_word(topic for entry in self._entries for topic in entry.topics).pattern
        self._denied = re.compile(
            rf"(?:不是|不属于|不做|不搞|不沾|没做|非)(?:做|搞|什么)?(?:{topics})(?:的|类|领域|行业|产业|企业)*(?=$|[，,。；;）)？?！!、])"
            rf"|(?:跟|和|与)(?:{topics})[^，,。；;]{{0,3}}(?:没关系|无关|不沾边|不搭)"
        )
        self._handles = [
            (re.compile(f"{re.escape(fold(handle))}{_FILLER}{{0,5}}{_DOC_WORD}"), entry.key)
            for entry in self._entries
            for handle in sorted(entry.handles, key=len, reverse=True)
        ]
        # 氢能的20条: a text known by how many items it has.
        self._counted = [
            (re.compile(f"{re.escape(fold(handle))}{_FILLER}{{0,5}}{count}条"), entry.key)
            for entry in self._entries
            if (count := _items(corpus.document(entry.key))) >= _FEWEST_COUNTED
            for handle in sorted(entry.handles, key=len, reverse=True)
        ]

    @lru_cache(maxsize=_REMEMBERED)  # noqa: B019 - one instance lives as long as the process
    def find(self, question: str) -> NamedDocuments:
        """Documents named in `question`; `rest` is the folded question without their names."""
        rest = fold(question)
        docs: list[str] = []
        repeals: list[NamedRepeal] = []
        unknown: list[str] = []
        for match in list(_NUMBER.finditer(rest)):
            self._by_number(match, docs, repeals, unknown)
        rest = _NUMBER.sub(
            lambda match: "" if match["issuer"] or match["year"] or match["file"] else match[0], rest
        )
        for name, named in self._repeal_names:
            if name in rest:
                wanted = self._detailed(named, rest)
                rest = rest.replace(name, "")
                if wanted not in repeals:
                    repeals.append(wanted)
        for name, key in self._names:
            if name in rest:
                rest = rest.replace(name, "")
                docs.append(key)
        while loosely := self._titles.find(rest):
            docs.append(loosely[0])
            rest = rest.replace(loosely[1], "")
        for pattern, key in (*self._handles, *self._counted):
            if key not in docs and pattern.search(rest):
                rest = pattern.sub("", rest)
                docs.append(key)
        return NamedDocuments(tuple(dict.fromkeys(docs)), tuple(repeals), tuple(unknown), rest)

    def without_denied(self, question: str) -> str:
        """`question` without the fields that it says are not its own (`跟氢能没关系`)."""
        return self._denied.sub("", question)

    def leaning(self, question: str) -> tuple[str, ...]:
        """Documents whose topic words occur, without being named."""
        folded = fold(question)
        return tuple(
            entry.key for entry in self._entries if any(fold(topic) in folded for topic in entry.topics)
        )

    def _detailed(self, named: NamedRepeal, question: str) -> NamedRepeal:
        """The implementing rules (细则) of the document named, where the question says 细则."""
        if "细则" not in question or "细则" in named.repeal.title:
            return named
        core = _core(named.repeal.title)
        entry = next(entry for entry in self._entries if entry.key == named.by)
        detailed = [
            repeal for repeal in entry.repeals if "细则" in repeal.title and core in _core(repeal.title)
        ]
        return NamedRepeal(named.by, detailed[0]) if detailed else named

    def _by_number(
        self, match: re.Match[str], docs: list[str], repeals: list[NamedRepeal], unknown: list[str]
    ) -> None:
        issuer, year, serial = match["issuer"], match["year"], match["serial"]
        if not (issuer or year or match["file"]):
            docs.extend(self._by_bare_number(match))
            return
        wanted = re.compile((re.escape(issuer) if issuer else ".*") + rf".*\[{year or '....'}\]{serial}号$")
        hits = [entry.key for entry in self._entries if wanted.match(fold(entry.number))]
        known = [
            NamedRepeal(entry.key, repeal)
            for entry in self._entries
            for repeal in entry.repeals
            if wanted.match(fold(repeal.number))
        ]
        if not hits and not known:
            unknown.append(match[0])
        elif hits:
            named = [
                entry.key for entry in self._entries if entry.key in hits and f"{serial}号文" in entry.aliases
            ]
            docs.extend(hits if len(hits) == 1 or (year and issuer) else (named or hits))
        else:
            repeals.extend(named for named in known if named not in repeals)

    def _by_bare_number(self, match: re.Match[str]) -> list[str]:
        """`升规稳规那个75号`: a number alone, of a document whose matter the question names too."""
        return [
            entry.key
            for entry in self._entries
            if f"{match['serial']}号文" in entry.aliases
            and _ENDS.match(match.string, match.end())
            and any(fold(word) in match.string for word in (*entry.handles, *entry.topics))
        ]


def _names(entries: tuple[DocumentEntry, ...]) -> Iterator[tuple[str, str]]:
    for entry in entries:
        for name in {entry.title, *entry.aliases, *_short_titles(entry.title)}:
            yield fold(name), entry.key


def _repeal_names(entries: tuple[DocumentEntry, ...]) -> Iterator[tuple[str, NamedRepeal]]:
    for entry in entries:
        for repeal in entry.repeals:
            for name in {repeal.title, *repeal.aliases, *_short_titles(repeal.title)}:
                yield fold(name), NamedRepeal(entry.key, repeal)


def _items(document: Document) -> int:
    """How many items a text has that numbers them through from 1; 0 for one of articles."""
    return sum(unit.label.isdigit() for unit in document.units)


def _core(title: str) -> str:
    return re.sub(r"（[^）]*）|[〈〉]|支持资金管理(?:暂行)?办法.*$", "", title)


def _short_titles(title: str) -> set[str]:
    """The title without brackets, place names and the opening verb, as people shorten it."""
    bare = re.sub(r"（[^）]*）|[〈〉]", "", title)
    short = re.sub(r"^(?:关于|北京市|中关村国家自主创新示范区)+", "", bare)
    shorter = re.sub(r"^(?:关于|推动|促进|支持|提升|优化)+", "", short)
    names = {
        bare,
        short,
        shorter,
        shorter.replace("支持资金管理办法", "办法"),
        shorter.replace("支持资金管理办法", "支持资金"),
        _core(shorter),
    }
    return {name for name in names if len(name) >= 5}


def find_units(question: str) -> tuple[UnitReference, ...]:
    """Units that `question` names by number, with the clauses named below them."""
    # 第10个名词解释 and 名词解释里第10个 are 名词解释10.
    folded = _NTH_TERM.sub(lambda match: f"名词解释{match['a'] or match['b']}", fold(question))
    folded = _FIRST.sub("第一条", folded)
    found: list[UnitReference] = []
    part = _PART.search(folded)
    for match in _LAST.finditer(folded):
        number = parse_integer(match["n"] or "1")
        if number:
            found.append(UnitReference(-number, "条", (), match[0]))
    folded = _LAST.sub("", folded)
    for match in _NESTED.finditer(folded):
        number = parse_integer(match["n"])
        if number is not None:
            found.append(UnitReference(number, "项", (f"{match['part']}部分",), match[0]))
    for match in _UNIT.finditer(folded):
        number = parse_integer(match["n1"] or match["n2"] or match["n3"] or match["n4"] or match["n5"])
        if number is None:
            continue
        word = "名词解释" if match["n3"] else (match["w1"] or match["w2"] or match["w5"] or "项")
        clauses, end = _clauses(folded, match.end())
        above = (f"{part['n']}部分",) if part and part.end() <= match.start() else ()
        if not (found and match.start() < _end_of(folded, found[-1])):
            found.append(UnitReference(number, word, above + clauses, folded[match.start() : end]))
    if part and not found and (number := parse_integer(part["n"])):
        found.append(UnitReference(number, PART, (), part[0]))
    return tuple(dict.fromkeys(found))[:_MOST_UNITS]


def _clauses(text: str, start: int) -> tuple[tuple[str, ...], int]:
    clauses: list[str] = []
    while match := _CLAUSE.match(text, start):
        number = parse_integer(match["n"] or match["b"])
        if number is None:
            break
        clauses.append(str(number))
        start = match.end()
    return tuple(clauses), start


def _end_of(text: str, reference: UnitReference) -> int:
    return text.find(reference.text) + len(reference.text)


def find_nth(question: str) -> Nth | None:
    """`第三个条件` and the like, or None."""
    match = _NTH.search(fold(question))
    number = parse_integer(match["n"]) if match else None
    return Nth(number, match["w"]) if match and number else None

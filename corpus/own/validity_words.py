"""The sentences of a policy that say from when and until when it holds, and what it repeals."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from corpus.entries import Draft, Effective, Ends, Period, Repeal, ValidityRules
from corpus.own.head import dated, numbered
from corpus.parsing.parser import ParsedDocument
from corpus.quantities.numerals import parse_integer

__all__ = ["Said", "read_validity"]

_CN = r"[\d一二三四五六七八九十两百]"
_DAY = rf"{_CN}{{4}}年{_CN}{{1,3}}月{_CN}{{1,3}}日"
_START = re.compile(
    rf"自(?:(?P<day>{_DAY})|(?:印发|发布|公布|颁布|下发|签发|通过)之日)(?:之日)?起?"
    rf"(?:的?第?(?P<days>{_CN}+)(?:个)?(?:自然)?日(?:之?后|起)?)?[,，]?(?:起)?(?:正式)?(?:施行|实施|执行|生效|试行|有效)"
)
_YEARS = re.compile(
    rf"(?:有效期|试行期|实施期|执行期)(?:限)?(?:为|暂定|暂定为|是)?(?P<years>{_CN}+)年|(?:试行|有效)(?P<tried>{_CN}+)年"
)
_UNTIL = re.compile(
    rf"(?:有效期|施行|实施|执行|有效|试行)(?:限)?(?:自.{{4,16}}起)?(?:截)?[至到](?P<day>{_DAY})"
)
_OWN = re.compile(
    r"^(?:第[一二三四五六七八九十百]+条)?\s*(?:[（(].{1,3}[）)]|\d+[.、])?本[\u4e00-\u9fff]{1,8}[^。；]{0,30}(?:施行|实施|执行|有效期|试行)"
)
_PERIOD = re.compile(r"[（(]\s*(?P<first>\d{4})\s*年?\s*[-—–－~至]+\s*(?P<last>\d{4})\s*年?\s*[）)]")
_DRAFT = re.compile("征求意见稿|公开征求意见|送审稿|[（(]草案[）)]|草案$|讨论稿")
_REPEALING = re.compile(
    "同时废止|予以废止|自行废止|即行废止|废止执行|同时失效|自动失效|不再执行|停止执行|废止"
)
_CITED = re.compile(r"《((?:[^《》]|《[^《》]*》)+)》(?:\s*[（(]([^（）()]*号)[）)])?")
_FORWARDED = re.compile(r"关于(?:印发|发布)[〈《](.+)[〉》]的(?:通知|公告|通告)$")
_SENTENCE = re.compile(r"[^。\n]+。?")
_TITLE_UNIT = "标题"


@dataclass(frozen=True, slots=True)
class Said:
    """What a document says of its validity, `period` of its title or text, and `repeals`."""

    rules: ValidityRules
    period: Period | None
    repeals: tuple[Repeal, ...]


def read_validity(title: str, parsed: ParsedDocument, issued: date | None) -> Said:
    """Read the sentences of a document; where none says from when it holds, it is counted from the day of issue."""
    parts = [(section.label, section.text) for section in parsed.sections]
    parts += [(unit.label, unit.text) for unit in parsed.units]
    texts = [(label, sentence[0]) for label, text in parts for sentence in _SENTENCE.finditer(text)]
    period = _period(parsed)
    draft = _draft(parsed)
    effective = None if draft else _effective(texts, period, issued)
    ends = None if draft else _ends(texts, period, effective)
    rules = ValidityRules(effective=effective, ends=ends, draft=draft)
    return Said(rules, period, tuple(_repeals(title, texts)))


_Texts = Sequence[tuple[str, str]]


def _effective(texts: _Texts, period: Period | None, issued: date | None) -> Effective | None:
    for label, sentence in reversed(texts):
        match = _START.search(sentence)
        if match and "《" not in sentence[max(0, match.start() - 6) : match.start()]:
            days = parse_integer(match["days"] or "0") or 0
            if match["day"]:
                return Effective(start="date", on=dated(match["day"]), unit=label, quote=match[0])
            return Effective(start="issued", days=days, unit=label, quote=match[0])
    if period:
        return Effective(
            start="period" if issued else "date", on=None if issued else date(period.first, 1, 1)
        )
    return Effective(start="issued") if issued else None


def _ends(texts: _Texts, period: Period | None, effective: Effective | None) -> Ends | None:
    for label, sentence in reversed(texts):
        if not (_OWN.search(sentence) or _START.search(sentence)):
            continue
        until, years = _UNTIL.search(sentence), _YEARS.search(sentence)
        if until and (day := dated(until["day"])):
            return Ends(until="date", on=day, unit=label, quote=until[0])
        if years and (number := parse_integer(years["years"] or years["tried"])):
            return Ends(years=number, unit=label, quote=years[0])
    if period and (effective is None or not effective.quote):
        return Ends(until="period")
    return None


def _period(parsed: ParsedDocument) -> Period | None:
    """The years that the title names."""
    for part in parsed.sections:
        match = _PERIOD.search(part.text) if part.label == _TITLE_UNIT else None
        if match and int(match["first"]) <= int(match["last"]):
            return Period(unit=part.label, quote=match[0], first=int(match["first"]), last=int(match["last"]))
    return None


def _draft(parsed: ParsedDocument) -> Draft | None:
    for part in parsed.sections:
        match = _DRAFT.search(part.text) if part.label == _TITLE_UNIT else None
        if match:
            return Draft(unit=part.label, quote=match[0])
    return None


def _repeals(title: str, texts: _Texts) -> Iterator[Repeal]:
    """The documents named in a sentence that repeals."""
    seen = {title}
    for label, sentence in texts:
        end = max((match.end() for match in _REPEALING.finditer(sentence)), default=0)
        for match in _CITED.finditer(sentence, 0, end):
            forwarded = _FORWARDED.search(match[1])
            named = forwarded[1] if forwarded else match[1]
            if named not in seen and label != _TITLE_UNIT:
                seen.add(named)
                number = numbered(match[2] or "") or (match[2] or "")
                yield Repeal(
                    title=named, number=number, unit=label, quote=sentence[match.start() : end].strip()
                )

"""What the head of a policy says about it: title, number, issuers, date of issue."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from corpus.folding import squeeze
from corpus.parsing.cleaning import Line
from corpus.parsing.segments import Segment
from corpus.quantities.dates import find_dates

__all__ = ["NUMBER", "Head", "bare_title", "dated", "numbered", "read_head"]

_OPEN, _CLOSE = r"[〔\[（(【﹝［]", r"[〕\]）)】﹞］]"
NUMBER = re.compile(
    rf"(?P<issuer>[\u4e00-\u9fff]{{2,10}}){_OPEN}(?P<year>\d{{4}}){_CLOSE}第?(?P<serial>\d+)号"
)
_ORDER = re.compile(r"[\u4e00-\u9fff]{2,24}令[（(]?第?[〇零一二三四五六七八九十百\d]+号[）)]?")
_KINDS = (
    "办法|措施|意见|通知|条例|规定|方案|细则|指引|指南|规划|计划|决定|公告|通告|准则|标准|法典|法|规则|章程|解释|批复"
    "|纲要|目录|清单|要点|政策|守则|制度|须知|说明|协议|公约|稿"
)
_TITLE_END = re.compile(rf"(?:{_KINDS})(?:[（(〔][^（）()]*[）)〕])*$")
_ADDED = re.compile(r"[（(][^（）()]{1,30}[）)]")
_HISTORY = re.compile(r"[（(].*(?:通过|修订|修正|公布|发布|印发|施行).*[）)]?$")
_CONTENTS = ("目录", "目次")
_NAMED = re.compile(r"《(.{4,80})》")
_LABELLED = {
    "title": re.compile(r"^(?:标题|名称|文件名称|信息名称)[:：】\]]\s*(.{4,})$"),
    "number": re.compile(r"(?:发文字号|文号|发文号)[:：】\]]"),
    "issuers": re.compile(
        r"^[\[【]?(?:发布机构|发文机关|发文单位|发布单位|制发机关|制定机关|印发机关)[\]】]?[:：]?(.{2,40})$"
    ),
    "issued": re.compile(r"(?:成文日期|印发日期|发文日期|发布日期|公布日期)[\]】]?[:：]?"),
}
_OFFICE = re.compile(r"[\u4e00-\u9fff、\s]{2,60}(?:局|委员会|委|厅|部|办公室|政府|院|中心|行|署|处|会|党组)$")
_PASSED = re.compile(r"([\u4e00-\u9fff]{0,12}(?:人民代表大会(?:常务委员会)?|国务院|人民政府))(?:第|令|关于)?")
_DAY = re.compile(
    r"[\d〇○零一二三四五六七八九十]{4}\s*年\s*[\d一二三四五六七八九十]{1,3}\s*月\s*[\d一二三四五六七八九十]{1,3}\s*日$"
)
_HEAD, _TAIL = 15, 6
_LONGEST_TITLE = 90
_ANCHOR = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Head:
    """What was found; "", () and None where nothing was."""

    title: str
    number: str
    issuers: tuple[str, ...]
    issued: date | None


def read_head(segment: Segment, lines: Sequence[Line]) -> Head:
    """The head of one document; `lines` are all lines of its file, in which a page may tell number and dates apart."""
    around = [squeeze(line.text) for line in (*lines[:_HEAD], *lines[-_TAIL:])]
    title = _title(segment) or _labelled_title(around)
    return Head(title, _number(segment, around), _issuers(segment, around), _issued(segment, around))


def numbered(text: str) -> str:
    """The first document number in `text` in its usual form (`京科发〔2022〕5号`), or ""."""
    match = NUMBER.search(squeeze(text))
    return f"{match['issuer']}〔{match['year']}〕{match['serial']}号" if match else ""


def bare_title(title: str) -> str:
    """A title without what changes between versions: 试行, the year of a revision."""
    return re.sub(r"[（(〔][^（）()]*[）)〕]|修订稿|修订|修正案?|试行|暂行", "", squeeze(title)).removeprefix(
        "关于印发"
    )


def dated(text: str) -> date | None:
    """The last day that `text` names, or None."""
    days = [
        found.first for found in find_dates(text.replace("○", "〇"), _ANCHOR) if found.first == found.last
    ]
    return days[-1] if days else None


def _title(segment: Segment) -> str:
    """The lines of the title up to the one that ends as titles do; else what the notice forwards."""
    title = ""
    for line in segment.title:
        text = squeeze(line.text)
        if text in _CONTENTS:
            break
        if title and _TITLE_END.search(title):
            if not _ADDED.fullmatch(text) or _HISTORY.fullmatch(text):
                break
            title += text
        elif not _HISTORY.fullmatch(text) and not NUMBER.search(text):
            title += text
    if title and len(title) <= _LONGEST_TITLE and _TITLE_END.search(title):
        return title
    forwarded = _NAMED.search("".join(squeeze(line.text) for line in segment.notice[:8]))
    if forwarded:
        return forwarded[1]
    return _heading(segment.notice) or title[:_LONGEST_TITLE]


def _heading(notice: Sequence[Line]) -> str:
    """The heading of a notice that forwards nothing: it is the document itself."""
    heading = ""
    for line in notice:
        text = squeeze(line.text)
        if NUMBER.search(text):
            break
        heading = text if _OFFICE.fullmatch(heading) else heading + text
    return heading if _TITLE_END.search(heading) else ""


def _labelled_title(around: Sequence[str]) -> str:
    found = (_LABELLED["title"].match(text) for text in around)
    return next((match[1] for match in found if match), "")


def _number(segment: Segment, around: Sequence[str]) -> str:
    if segment.number:
        return numbered(segment.number) or segment.number
    for text in around:
        if _LABELLED["number"].search(text) and (found := numbered(text)):
            return found
    for text in around[:_HEAD]:
        match = NUMBER.search(text)
        # A number after a title is that of another document.
        if match and "《" not in text[: match.start()]:
            return numbered(text)
        if _ORDER.fullmatch(text):
            return text.strip("（()）")
    return ""


def _issuers(segment: Segment, around: Sequence[str]) -> tuple[str, ...]:
    for found in (_of_heading(segment.notice), _of_signature(segment.notice)):
        if found:
            return found
    for text in around:
        match = _LABELLED["issuers"].match(text)
        if match:
            return (match[1],)
    for line in segment.title:
        text = squeeze(line.text)
        match = _PASSED.search(text) if _HISTORY.fullmatch(text) else None
        if match:
            return (re.sub(r"^[（(]?[\d年月日]+", "", match[1]),)
    return tuple(_of_signature(segment.body[-_TAIL:]))


def _of_heading(notice: Sequence[Line]) -> tuple[str, ...]:
    """The offices before 关于 or 印发 in the heading of a notice, one a line or parted by blanks."""
    found: list[str] = []
    for line in notice[:8]:
        before, sign, _ = line.text.partition("关于" if "关于" in line.text else "印发")
        found += [squeeze(part) for part in re.split(r"\s{2,}|　+", before.strip()) if part]
        if sign:
            return tuple(part for part in found if _OFFICE.fullmatch(part))
    return ()


def _of_signature(lines: Sequence[Line]) -> tuple[str, ...]:
    """The offices that sign above the date."""
    day = next((i for i in reversed(range(len(lines))) if _DAY.search(lines[i].text)), None)
    found: list[str] = []
    for line in reversed(lines[:day] if day is not None else []):
        if not _OFFICE.fullmatch(squeeze(line.text)):
            break
        found.insert(0, squeeze(line.text))
    return tuple(found)


def _issued(segment: Segment, around: Sequence[str]) -> date | None:
    return next(_dates(segment, around), None)


def _dates(segment: Segment, around: Sequence[str]) -> Iterator[date]:
    """The days that may be the one of issue, the likeliest first."""
    texts = [line.text for line in segment.notice if _DAY.fullmatch(squeeze(line.text))]
    texts += [text for text in around if _LABELLED["issued"].search(text)]
    texts += [squeeze(line.text) for line in segment.title if _HISTORY.fullmatch(squeeze(line.text))]
    texts += [text for text in reversed(around) if _DAY.fullmatch(text)]
    for text in texts:
        day = dated(text)
        if day:
            yield day

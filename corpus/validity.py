"""The status of a document on a date, with the sentence of the text that says so.

Dates are counted as 民法典第二百零一条、第二百零二条 say: the first day is not counted, a period of years ends
with the corresponding day, and that last day still belongs to it.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from corpus.entries import DocumentEntry, Evidence, Repeal
from corpus.model import Status

__all__ = ["Repealed", "Validity", "dates_of", "validity_of"]


@dataclass(frozen=True, slots=True)
class Repealed:
    """The day `on` which the document `by` repealed another one, and its words."""

    on: date
    repeal: Repeal
    by: DocumentEntry


@dataclass(frozen=True, slots=True)
class Validity:
    """`status` on the date asked for; `effective` first and `expires` last day, None where unlimited.

    `evidence` holds the words that decide, `rule` the Chinese sentence that says how the dates were reckoned.
    """

    status: Status
    effective: date | None
    expires: date | None
    evidence: tuple[Evidence, ...]
    rule: str


def dates_of(entry: DocumentEntry) -> tuple[date | None, date | None]:
    """First and last day of validity; None, None for a draft."""
    rules = entry.validity
    if rules.draft or rules.effective is None:
        return None, None
    if rules.effective.start == "date":
        return rules.effective.on, _last_day(entry, rules.effective.on)
    if entry.issued is None:
        return None, None
    if rules.effective.start == "period" and entry.period:
        first = max(entry.issued, date(entry.period.first, 1, 1))
    else:
        first = entry.issued + timedelta(days=rules.effective.days)
    return first, _last_day(entry, first)


def _last_day(entry: DocumentEntry, first: date | None) -> date | None:
    ends = entry.validity.ends
    if ends is None:
        return None
    if ends.until == "date":
        return ends.on
    if ends.years is not None and first is not None:
        year = first.year + ends.years
        return (
            first.replace(year=year, day=28)
            if (first.month, first.day) == (2, 29)
            else first.replace(year=year)
        )
    return date(entry.period.last, 12, 31) if entry.period else None


def validity_of(entry: DocumentEntry, as_of: date, repealed: Repealed | None = None) -> Validity:
    """Judge `entry` on `as_of`; `repealed` tells how another document repealed it."""
    first, last = dates_of(entry)
    if entry.validity.draft:
        status = Status.DRAFT
    elif repealed and as_of >= repealed.on:
        status = Status.REPEALED
    elif first and as_of < first:
        status = Status.NOT_YET
    elif last and as_of > last:
        status = Status.EXPIRED
    else:
        status = Status.IN_FORCE
    evidence, rule = _evidence(entry), _rule(entry, first, last)
    if status is Status.REPEALED and repealed:
        repeal = repealed.repeal
        rule += _repealing(repealed)
        if repeal.quote:
            evidence = (Evidence(unit=repeal.unit, quote=repeal.quote, doc=repealed.by.key), *evidence)
    return Validity(status, first, last, evidence, rule)


def _evidence(entry: DocumentEntry) -> tuple[Evidence, ...]:
    rules = entry.validity
    parts = (rules.draft, rules.ends, rules.effective)
    found = [Evidence(unit=part.unit, quote=part.quote) for part in parts if part is not None and part.quote]
    if entry.period and (not rules.ends or rules.ends.until == "period"):
        found.insert(0, Evidence(unit=entry.period.unit, quote=entry.period.quote))
    return tuple(found)


def _rule(entry: DocumentEntry, first: date | None, last: date | None) -> str:
    rules = entry.validity
    if rules.draft:
        return "这是征求意见稿，没有正式印发，不能作为申报依据。"
    if first is None or rules.effective is None:
        return "文中没有写明从哪一天起施行，效力请向发文单位核实。"
    issued = _chinese(entry.issued) if entry.issued else ""
    if rules.effective.start == "date":
        start = f"自{_chinese(first)}起施行"
    elif rules.effective.start == "period":
        start = f"文件于{issued}印发，标题载明的期间自{_chinese(first)}起"
    elif rules.effective.days:
        start = f"发布日期取印发日期{issued}，{rules.effective.days}日后即{_chinese(first)}起施行"
    else:
        start = f"自印发日期{issued}起算"
    if last is None:
        end = "文中没有规定有效期限"
    elif rules.ends and rules.ends.until == "date":
        end = f"有效期至{_chinese(last)}"
    elif rules.ends and rules.ends.years is not None and rules.effective.start == "date":
        end = f"有效期{rules.ends.years}年，最后一日为{_chinese(last)}"
    elif rules.ends and rules.ends.years is not None:
        end = f"有效期{rules.ends.years}年，最后一日为{_chinese(last)}（以印发日期而不是公报刊登日期起算）"
    else:
        end = f"标题载明的期间至{_chinese(last)}止"
    note = f"{rules.note}。" if rules.note else ""
    return f"{start}；{end}。{note}"


def _repealing(repealed: Repealed) -> str:
    by, words = repealed.by, "废止" if repealed.repeal.quote else "取代（按题名、文号和日期认出的新版本）"
    number = f"（{by.number}）" if by.number else ""
    return f"{_chinese(repealed.on)}起由《{by.title}》{number}{words}。"


def _chinese(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"

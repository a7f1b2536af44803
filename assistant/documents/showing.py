"""Documents that are to be added, as the command line shows them."""

from collections.abc import Iterator
from typing import Any

from corpus.entries import DocumentEntry
from corpus.own.proposal import Proposal
from corpus.validity import dates_of

__all__ = ["described", "lines_of"]


def described(proposal: Proposal) -> dict[str, Any]:
    """A proposal as JSON."""
    entry = proposal.entry
    first, last = dates_of(entry)
    rules = entry.validity
    return {
        "file": proposal.file,
        "key": entry.key,
        "title": entry.title,
        "number": entry.number,
        "issuers": list(entry.issuers),
        "issued": _iso(entry.issued),
        "effective": _iso(first),
        "expires": _iso(last),
        "topics": list(entry.topics),
        "draft": rules.draft is not None,
        "evidence": [
            part.quote for part in (rules.draft, rules.effective, rules.ends) if part and part.quote
        ],
        "repeals": [{"title": repeal.title, "doc_no": repeal.number} for repeal in entry.repeals],
        "units": len(proposal.document.units),
        "same_as": proposal.same_as or None,
        "replaces": proposal.replaces or None,
        "doubts": list(proposal.doubts),
    }


def lines_of(number: int, proposal: Proposal) -> Iterator[str]:
    """A proposal for reading, `number` counting it from 1."""
    entry = proposal.entry
    yield f"{number}. {proposal.file}"
    if proposal.same_as:
        yield f"   与已有的 {proposal.same_as} 内容相同，不重复加入"
        return
    for label, value in _fields(entry):
        yield f"   {label}　{value}"
    labels = [unit.label for unit in proposal.document.units]
    yield f"   条目　{len(labels)} 个：{_range(labels)}"
    if proposal.replaces:
        yield f"   取代　{proposal.replaces}（保留，标为已废止；加入后用 zhengce diff {proposal.replaces} {entry.key} 看改了什么）"
    for doubt in proposal.doubts:
        yield f"   请核对　{doubt}"


def _fields(entry: DocumentEntry) -> Iterator[tuple[str, str]]:
    first, last = dates_of(entry)
    rules = entry.validity
    yield "键　　（key）　", entry.key
    yield "题名　（title）　", entry.title
    yield "文号　（number）", entry.number or "（无）"
    yield "发文　（issuers）", "、".join(entry.issuers) or "（没有认出）"
    yield "印发　（issued）", _iso(entry.issued) or "（没有认出）"
    if entry.topics:
        yield "领域词（topics）", "、".join(entry.topics)
    if rules.draft:
        yield "效力　", f"征求意见稿“{rules.draft.quote}”"
        return
    yield (
        "施行　（effective）",
        f"{_iso(first) or '（没有认出）'}{_said(rules.effective.quote if rules.effective else '')}",
    )
    yield (
        "失效　（expires）",
        f"{_iso(last) or '文中没有规定'}{_said(rules.ends.quote if rules.ends else '')}",
    )
    for repeal in entry.repeals:
        yield "废止　", f"《{repeal.title}》{repeal.number}"


def _said(quote: str) -> str:
    return f"（“{quote}”）" if quote else ""


def _range(labels: list[str]) -> str:
    return "、".join(labels) if len(labels) < 6 else f"{'、'.join(labels[:3])} … {labels[-1]}"


def _iso(day: Any) -> str | None:
    return day.isoformat() if day else None

"""Warnings and notes that belong to an answer: validity of what is cited, limits of what the text says."""

import re
from collections.abc import Iterable
from datetime import date

from corpus.catalog import Corpus
from corpus.model import Status

__all__ = ["UPPER_LIMIT_NOTE", "text_notes", "validity_warnings"]

UPPER_LIMIT_NOTE = "“不超过”“最高”是上限，实际金额以评审结果和当年度申报通知为准。"
_UPPER = re.compile("不超过|不高于|最高|以内")
_NOTICE = re.compile("申报通知")
_JUDGEMENT = re.compile("择优|分档|分类给予|综合评估|绩效考核|评审")


def validity_warnings(corpus: Corpus, docs: Iterable[str], as_of: date) -> tuple[str, ...]:
    """One warning for each document that is not in force on `as_of`, naming the rule by which it was judged."""
    warnings = []
    for doc in dict.fromkeys(docs):
        validity = corpus.validity(doc, as_of)
        name = corpus.document(doc).doc_no or f"《{corpus.document(doc).title}》"
        match validity.status:
            case Status.EXPIRED:
                warnings.append(
                    f"{name}在{as_of:%Y-%m-%d}已过有效期：{validity.rule}申报前请确认有无新文件。"
                )
            case Status.NOT_YET:
                warnings.append(f"{name}在{as_of:%Y-%m-%d}尚未施行：{validity.rule}")
            case Status.REPEALED:
                warnings.append(f"{name}在{as_of:%Y-%m-%d}已被废止。")
            case Status.DRAFT:
                warnings.append(f"{name}是征求意见稿，没有正式印发，不能作为申报依据。")
            case Status.IN_FORCE:
                pass
    return tuple(warnings)


def text_notes(quoted: str, *, about_money: bool) -> tuple[str, ...]:
    """Notes that follow from the words quoted."""
    notes = []
    if about_money and _UPPER.search(quoted):
        notes.append(UPPER_LIMIT_NOTE)
    elif about_money and _JUDGEMENT.search(quoted):
        notes.append("具体金额由主管部门评审或考核后确定。")
    if _NOTICE.search(quoted):
        notes.append("其余事项以当年度申报通知为准。")
    return tuple(notes)

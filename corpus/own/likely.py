"""Questions that are likely to be asked of a document that nobody has written any for.

Bundled documents bring questions that people wrote (`corpus/expected/`). For an added document they are made from its
words: what a unit is about, asked in the ways in which policies are asked about, so that its units are found and judged
on equal terms.
"""

import re
from collections.abc import Iterator

from corpus.expected import ExpectedQuestion
from corpus.folding import squeeze
from corpus.model import Clause, ClauseKind, Document, Unit

__all__ = ["likely_questions"]

_SIGN = re.compile(
    r"^(?:第[一二三四五六七八九十百千零〇\d]+条(?:之[一二三四五六七八九十]+)?|[一二三四五六七八九十]+、|[（(][一二三四五六七八九十\d]+[)）]|\d{1,3}[.．、])\s*"
)
_CLAUSE = re.compile(r"[^。；;！？，,：:]+")
_SENTENCE = re.compile(r"[^。；;！？]+")
_TERM = re.compile(
    r"(?:本[\u4e00-\u9fff]{1,6}所称的?)?(?P<term>[^，,。；]{2,20}?)(?:[（(][^（）()]*[)）])?[，,]?是指"
)
_LEAD = re.compile(r"^(?:对于?|凡|为了?|经|由|按照?|根据|依据|应当|鼓励|支持|加强|推动|促进|加快)")
_ASKED = (
    (re.compile(r"万元|元|%|补贴|补助|奖励|资助|资金支持"), ("{}能补多少钱？", "{}给多少支持？")),
    (re.compile(r"条件|符合|应当|应为|须|不得|具备|资格"), ("{}要什么条件？",)),
    (re.compile(r"材料|申请|申报|提交|程序|流程|评审|公示"), ("{}怎么申请，要什么材料？",)),
    (re.compile(r"负责|主管|牵头|职责|分工"), ("{}由谁负责？",)),
    (re.compile(r"撤销|取消|追回|处罚|责任|处分|罚款|违反|弄虚作假"), ("{}会怎么处理？",)),
    (re.compile(r"有效期|施行|实施|废止|年内|日内|期限|期间"), ("{}是什么时候，期限多长？",)),
)
_ANY = ("{}有什么规定？", "{}")
_LONGEST_SUBJECT, _LONGEST_SENTENCE = 32, 70
_MOST, _LEAST, _IN_ALL = 12, 3, 600


def likely_questions(document: Document) -> Iterator[ExpectedQuestion]:
    """Up to a dozen questions for each unit, fewer for each of many."""
    most = max(_LEAST, min(_MOST, _IN_ALL // max(1, len(document.units))))
    for unit in document.units:
        texts = list(dict.fromkeys(_questions(unit)))[:most]
        yield from (ExpectedQuestion(document.key, unit.label, text) for text in texts)


def _questions(unit: Unit) -> Iterator[str]:
    subject = _subject(unit)
    for term in _TERM.finditer(squeeze(_SIGN.sub("", unit.text))):
        yield f"什么是{_LEAD.sub('', term['term'])}？"
    if subject:
        for pattern, forms in _ASKED:
            if pattern.search(unit.text):
                yield from (form.format(subject) for form in forms)
        yield from (form.format(subject) for form in _ANY)
    for clause in _items(unit):
        below = clause.heading or _short(clause.text)
        if below:
            yield f"{subject}{'，' if subject else ''}{below}"
    for sentence in _SENTENCE.findall(squeeze(_SIGN.sub("", unit.text))):
        if len(sentence) <= _LONGEST_SENTENCE:
            yield sentence


def _subject(unit: Unit) -> str:
    """What a unit is about: its heading, else how its first sentence begins."""
    return squeeze(unit.heading)[:_LONGEST_SUBJECT] or _short(unit.text)


def _short(text: str) -> str:
    """The first clause of a text that says something."""
    for clause in _CLAUSE.findall(squeeze(_SIGN.sub("", text))):
        plain = _SIGN.sub("", clause)
        if len(plain) >= 4:
            return plain[:_LONGEST_SUBJECT]
    return ""


def _items(unit: Unit) -> list[Clause]:
    return [clause for clause in unit.walk() if clause.kind is ClauseKind.ITEM]

"""A backend that answers at once, slowly, or not at all."""

import threading
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from corpus.errors import BackendFault, UnknownDocument
from ui.backend.values import (
    Amount,
    Calculation,
    Citation,
    Document,
    DocumentUnit,
    Done,
    Event,
    Hit,
    Link,
    Original,
    Piece,
    Reply,
    RuleFacts,
    Stage,
    UnitText,
)

__all__ = ["DOCUMENTS", "FakeBackend", "reply"]

QUOTE = "按照合同金额30%给予支持,不超过300万元。"
TEXT = f"第十一条 支持首创产品。\n(一)支持方式\n{QUOTE}\n(二)其他\n按第十条办理。"
WARNING = "京测发〔2022〕2号在2026-11-21已过有效期。申报前请确认有无新文件。"
ANSWER = f"""**首创产品支持：最高可获支持 300万元（上限）。**

**请补充**

- 请问首创类型是哪一种：国际首创、国内首创？

**计算过程**

1. 1200万元 × 30% = 360万元
2. 取小 → 300万元

**依据**

> {QUOTE}
> ——《测试办法》第十一条

**条件核对**

- 缺信息：合同在1年内签订（第十一条）

**说明**

- 以评审为准。"""


def reply(question: str = "能补多少？", **changed: Any) -> Reply:
    """An answer with everything in it; `changed` fields go before."""
    citation = Citation(
        doc="d1",
        doc_no="京测发〔2022〕1号",
        title="测试办法",
        unit="第十一条",
        path="第十一条（一）",
        quote=QUOTE,
        status="in_force",
    )
    given: dict[str, Any] = {
        "id": "0" * 32,
        "question": question,
        "answer": ANSWER,
        "refused": False,
        "citations": (citation,),
        "amount": Amount(value=300, unit="万元", kind="upper_bound"),
        "calculation": Calculation(
            rule="d1.first", inputs={"合同金额": "1200万元"}, steps=("1200万元 × 30% = 360万元",)
        ),
        "warnings": (),
        "index_version": "v1",
        "latency_ms": 1.0,
    }
    return Reply(**(given | changed))


def _document(key: str, number: str, title: str, status: Any, expires: date | None) -> Document:
    units = tuple(
        DocumentUnit(label=f"第{n}条", heading="", chapter="第一章 总则") for n in ("十", "十一", "十二")
    )
    day = date(2022, 6, 10)
    return Document(
        key=key,
        doc_no=number,
        title=title,
        issuers=("测试委",),
        issued=day,
        effective=day,
        expires=expires,
        status=status,
        units=units,
    )


DOCUMENTS = (
    _document("d1", "京测发〔2022〕1号", "测试办法", "in_force", None),
    _document("d2", "京测发〔2022〕2号", "过期措施", "expired", date(2025, 6, 10)),
)


class FakeBackend:
    """Answers with `reply`; `fault` is raised instead, `hold` is waited for after the first stage."""

    def __init__(self) -> None:
        self.fault = ""
        self.hold: threading.Event | None = None
        self.asked: list[tuple[str, tuple[str, ...]]] = []
        self.rated: list[tuple[str, bool, str]] = []
        self.changed: dict[str, Any] = {}

    def ready(self) -> bool:
        """Always."""
        return True

    def ask(self, question: str, history: Sequence[str]) -> Iterator[Event]:
        """A stage, two pieces, the whole."""
        self.asked.append((question, tuple(history)))
        yield Stage(name="understand")
        if self.hold is not None:
            self.hold.wait(20)
        if self.fault:
            raise BackendFault(self.fault)
        yield Piece(text="首创产品")
        yield Piece(text="支持")
        yield Done(reply=reply(question, **self.changed))

    def rate(self, answer: str, good: bool, comment: str) -> None:
        """Noted."""
        self.rated.append((answer, good, comment))

    def documents(self) -> tuple[Document, ...]:
        """Two."""
        return DOCUMENTS

    def unit(self, doc: str, label: str) -> UnitText:
        """The same text everywhere."""
        found = next((one for one in DOCUMENTS if one.key == doc), None)
        if found is None:
            raise UnknownDocument(f"没有键为“{doc}”的文件。")
        links = (
            Link(from_doc=doc, from_unit=label, to_doc=doc, path="第十条", words="第十条", kind="article"),
        )
        return UnitText(
            doc=doc,
            doc_no=found.doc_no,
            title=found.title,
            unit=label,
            heading="支持首创产品",
            chapter="第一章 总则",
            text=TEXT.replace("第十一条", label, 1),
            corrected=None,
            status=found.status,
            validity="自印发日期起算。",
            links=links,
            linked_from=(),
            rules=(),
        )

    def text(self, doc: str) -> tuple[UnitText, ...]:
        """All units of the document."""
        self.unit(doc, "第十条")
        return tuple(self.unit(doc, unit.label) for one in DOCUMENTS if one.key == doc for unit in one.units)

    def search(self, words: str, most: int) -> tuple[Hit, ...]:
        """One hit."""
        return (Hit(doc="d1", unit="第十一条", heading="支持首创产品", score=1.0, text=TEXT),)

    def containing(self, words: str, most: int) -> tuple[Hit, ...]:
        """One hit where the words stand in the text."""
        return self.search(words, most) if all(word in TEXT for word in words.split()) else ()

    def rules(self) -> tuple[RuleFacts, ...]:
        """Two rules of the first document."""
        return tuple(
            RuleFacts(
                id=f"d1.{n}", doc="d1", unit=unit, path=unit, label=label, kind="upper_bound", inputs=()
            )
            for n, unit, label in (
                ("first", "第十一条", "首创产品支持"),
                ("second", "第十二条", "保险费补贴"),
            )
        )

    def original(self, doc: str) -> Original:
        """A small file."""
        return Original(name=f"{doc}.txt", content=TEXT.encode(), whole=True)

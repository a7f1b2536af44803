"""Cases, answers and runs that tests of the evals are made of."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from assistant.answer import Amount, Answer, Calculation, Citation
from evals.cases import Case, CaseSet
from evals.reply import Reply
from evals.runner import Options

DAY = date(2026, 11, 21)
QUOTE = "按照融资费用(包括租息和手续费)的20%给予企业补贴,每年每家企业补贴金额不超过50万元"
UNIT = {"doc": "2022-06", "unit": "第十条"}
OTHER = {"doc": "2022-06", "unit": "第九条"}


def case(**changes: Any) -> Case:
    """An amount case whose answer is 24 万元 of 2022-06 第十条, but for `changes`."""
    gold: dict[str, Any] = {
        "id": "x-1",
        "type": "amount",
        "question": "融资租赁费用120万，补多少？",
        "citations": [UNIT],
        "amount": {"value": 24},
        "must_include": ["24万元"],
        "quotes": [UNIT | {"quote": QUOTE}],
        "recompute": "min(D(120)*D('0.2'),D(50))",
    }
    return Case.model_validate(gold | changes)


def reply(**changes: Any) -> Reply:
    """The right answer to `case()`, but for `changes`."""
    said: dict[str, Any] = {
        "answer": f"**可获支持 24万元。**\n\n> {QUOTE}",
        "refused": False,
        "citations": [UNIT | {"quote": QUOTE}],
        "amount": {"value": 24},
        "calculation": {"rule": "r", "inputs": {"fee": "120万元"}, "steps": ["120万元 × 20% = 24万元"]},
    }
    return Reply.model_validate(said | changes)


class Fake:
    """An assistant that says what it was given for each question, and counts what it was asked."""

    def __init__(self, amounts: Mapping[str, int | None], *, breaks_at: str = "") -> None:
        self.amounts = amounts
        self.asked: list[str] = []
        self._breaks_at = breaks_at

    def answer(self, text: str, history: Sequence[str] = (), as_of: date | None = None) -> Answer:
        """24万元 and the like, cited from 2022-06 第十条; None is a refusal."""
        if text == self._breaks_at:
            raise KeyboardInterrupt
        self.asked.append(text)
        amount = self.amounts[text]
        cited = Citation("2022-06", "京科发〔2022〕6号", "办法", "第十条", "第十条（三）", QUOTE, "in_force")
        return Answer(
            id="a",
            question=text,
            answer="无法回答" if amount is None else f"可获支持 {amount}万元。",
            refused=amount is None,
            citations=() if amount is None else (cited,),
            amount=None if amount is None else Amount(Decimal(amount), "exact"),
            calculation=None if amount is None else Calculation("r", {}, (f"得 {amount}万元",)),
            warnings=(),
            index_version="1",
            latency_ms=5.0,
        )


def chosen(*cases: Case, hidden: bool = False) -> CaseSet:
    """A set of these cases."""
    return CaseSet(name="mine", hidden=hidden, cases=cases)


def options(folder: Path, **changes: Any) -> Options:
    """Options with thresholds that every right answer meets and a baseline of the test's own."""
    thresholds = folder / "thresholds.yaml"
    thresholds.write_text(
        "at_least: {amount: 0.5}\np95_ms_at_most: 500\nnewly_failing_at_most: 0\n", encoding="utf-8"
    )
    given: dict[str, Any] = {"home": folder, "as_of": DAY, "index_version": "1", "out": folder / "run"}
    return Options(**(given | {"thresholds": thresholds, "baseline": folder / "baseline.json"} | changes))

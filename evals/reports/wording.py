"""Golds and answers in a few words, as every report shows them."""

from decimal import Decimal

from evals.cases import Case
from evals.reply import Reply

__all__ = ["actual", "expected", "money", "question"]


def question(case: Case) -> str:
    """The turns of the user, oldest first."""
    return " → ".join([*case.history, case.question])


def expected(case: Case) -> list[tuple[str, str]]:
    """Label and value of all that the gold demands."""
    rows = [("应答", "拒答" if case.refuse else "作答")]
    if case.citations:
        rows.append(("应引", "、".join(f"{place.doc} {place.unit}" for place in case.citations)))
    if case.also_ok:
        rows.append(("可引", "、".join(f"{place.doc} {place.unit}" for place in case.also_ok)))
    if case.amount:
        rows.append(("金额", money(case.amount.value)))
    if case.must_include:
        rows.append(("要点", "、".join(case.must_include)))
    if case.must_not_include:
        rows.append(("不得有", "、".join(case.must_not_include)))
    return rows


def actual(reply: Reply) -> list[tuple[str, str]]:
    """Label and value of what the answer says, in the same order."""
    rows = [("应答", "拒答" if reply.refused else "作答")]
    if reply.units:
        rows.append(("引用", "、".join(f"{place.doc} {place.unit}" for place in reply.units)))
    if reply.amount:
        rows.append(("金额", money(reply.amount.value)))
    return rows


def money(value: Decimal) -> str:
    """万元 without zeros that say nothing."""
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) + " 万元"

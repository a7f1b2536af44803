"""Calculations as an Excel workbook."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from openpyxl import Workbook

from assistant.matching.workbook import Cell, add_sheet, workbook_bytes
from ui.backend.computed import Calculated, Combined, Item, Money

__all__ = ["calculations_workbook"]

_COLUMNS = {
    "名称": 26,
    "事项": 34,
    "判定": 8,
    "金额（万元）": 12,
    "最低（万元）": 12,
    "最高（万元）": 12,
    "金额说明": 22,
    "上限或确定": 11,
    "周期": 16,
    "文件": 22,
    "条款": 18,
    "所填": 40,
    "计算过程": 56,
    "还缺": 40,
    "假设": 40,
    "规则": 26,
}
_CHECKS = {"名称": 26, "条件": 44, "状态": 12, "条款": 18, "原文": 80}
_SUMS = {"项目": 30, "内容": 60, "依据": 80}

Row = tuple[str, Item, Calculated]


def calculations_workbook(rows: Sequence[Row], sums: Combined | None) -> bytes:
    """The sheets 计算结果, 条件核对 and, where they can be added, 合算."""
    book = Workbook()
    book.remove(book.active)
    add_sheet(book, "计算结果", _COLUMNS, map(_result, rows), "B2")
    add_sheet(book, "条件核对", _CHECKS, _checks(rows))
    if sums is not None:
        add_sheet(book, "合算", _SUMS, _sums(sums))
    return workbook_bytes(book)


def _result(row: Row) -> list[Cell]:
    name, item, found = row
    money = found.money
    return [
        name,
        item.label,
        found.verdict,
        _wan(money, money.value if money else None),
        _wan(money, money.low if money else None),
        _wan(money, money.high if money else None),
        money.words if money else "",
        ("上限" if money.upper else "确定") if money else "",
        item.period,
        item.number,
        item.path,
        "；".join(f"{label}：{value}" for label, value in found.inputs),
        "\n".join(f"{number}. {step}" for number, step in enumerate(found.steps, 1)),
        "\n".join(question for _, question in found.missing),
        "\n".join(found.assumptions),
        found.rule,
    ]


def _wan(money: Money | None, value: Decimal | None) -> Decimal | None:
    return value if money is not None and money.unit == "万元" else None


def _checks(rows: Iterable[Row]) -> Iterator[Sequence[Cell]]:
    for name, _, found in rows:
        yield from ([name, check.label, check.state, check.path, check.quote] for check in found.checks)


def _sums(sums: Combined) -> Iterator[Sequence[Cell]]:
    yield ["合计（万元）", sums.total_wan, ""]
    yield from (["计入", f"{label}：{amount}", ""] for label, amount in sums.counted)
    yield from ([f"未计入：{left.label}", left.reason, left.quote] for left in sums.left)
    yield from ([f"合并上限：{limit.label}", limit.reason, limit.quote] for limit in sums.limits)
    yield from (["须留意", "以下情形不能同时获得", proviso] for proviso in sums.provisos)

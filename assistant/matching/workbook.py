"""A match result as an Excel workbook."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from io import BytesIO
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from assistant.matching.result import ANSWER_WORDS, STATUS_WORDS, VERDICT_WORDS, MatchItem, MatchResult
from corpus.errors import InvalidInput
from corpus.quantities.quantity import Measure, Quantity
from corpus.why import why

__all__ = ["Cell", "add_sheet", "workbook_bytes", "workbook_of", "write_workbook"]

Cell = str | int | Decimal | None

_ITEM_COLUMNS = {
    "事项": 34,
    "判定": 8,
    "金额（万元）": 12,
    "最低（万元）": 12,
    "最高（万元）": 12,
    "金额说明": 20,
    "性质": 10,
    "周期": 16,
    "计入合计": 9,
    "不符合的条件": 44,
    "还要确认": 44,
    "备注": 34,
    "文件": 22,
    "条款": 18,
    "文件效力": 12,
    "申报主体": 30,
    "所用情况": 44,
    "计算过程": 50,
    "原文": 60,
    "规则": 26,
}
_SUM_COLUMNS = {"项目": 24, "内容": 80, "依据": 60}
_FACT_COLUMNS = {"情况": 28, "所填": 44, "用到的输入数": 14}
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write_workbook(result: MatchResult, path: Path) -> None:
    """Write what `workbook_of` makes; raises InvalidInput where `path` cannot be written."""
    if path.suffix.lower() != ".xlsx":
        raise InvalidInput(f"“{path}”要以 .xlsx 结尾")
    try:
        workbook_of(result).save(path)
    except OSError as error:
        raise InvalidInput(f"写不了 {path}：{why(error)}") from error


def workbook_of(result: MatchResult) -> Workbook:
    """The sheets 匹配结果, 组合与合计 and 所填情况."""
    book = Workbook()
    book.remove(book.active)
    add_sheet(book, "匹配结果", _ITEM_COLUMNS, map(_row, result.items), "B2")
    add_sheet(book, "组合与合计", _SUM_COLUMNS, _sums(result))
    add_sheet(book, "所填情况", _FACT_COLUMNS, [*result.facts, *((note, "", None) for note in result.notes)])
    return book


def workbook_bytes(book: Workbook) -> bytes:
    """The file's content, for handing out without a file."""
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def add_sheet(
    book: Workbook, title: str, columns: dict[str, int], rows: Iterable[Sequence[Cell]], frozen: str = "A2"
) -> None:
    """A sheet with `columns` (heading and width), text wrapped, nothing in it run as a formula."""
    sheet = book.create_sheet(title)
    sheet.append(list(columns))
    for row in rows:
        sheet.append([_safe(cell) for cell in row])
    for number, width in enumerate(columns.values(), 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    for cells in sheet.iter_rows():
        for cell in cells:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = frozen
    sheet.auto_filter.ref = sheet.dimensions


def _safe(cell: Cell) -> Cell:
    """Text that a spreadsheet would run as a formula is made plain by an apostrophe."""
    if not isinstance(cell, str):
        return cell
    text = ILLEGAL_CHARACTERS_RE.sub("", cell)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _row(item: MatchItem) -> list[Cell]:
    outcome = item.outcome
    return [
        item.rule.label,
        VERDICT_WORDS[item.verdict],
        _wan(outcome.amount),
        _wan(outcome.low),
        _wan(outcome.high),
        item.money,
        ANSWER_WORDS[item.rule.answers],
        item.period,
        "是" if item.counted else "",
        "；".join(item.reasons),
        "；".join(item.decided_by),
        item.remark,
        item.document.doc_no or item.document.title,
        item.rule.path,
        STATUS_WORDS[item.status],
        item.rule.applicant,
        "；".join(f"{label}：{value}" for label, value in item.used),
        "\n".join(outcome.steps),
        "\n".join(f"{source.path}：{source.quote}" for source in item.sources),
        item.rule.id,
    ]


def _wan(quantity: Quantity | None) -> Decimal | None:
    return quantity.in_wan() if quantity is not None and quantity.measure is Measure.MONEY else None


def _sums(result: MatchResult) -> Iterator[list[Cell]]:
    portfolio = result.portfolio
    labels = {item.rule.id: item.rule.label for item in result.items}
    yield ["企业", result.name, ""]
    yield ["判断之日", result.as_of.isoformat(), ""]
    yield ["可申报的合计", str(portfolio.total), ""]
    yield ["待确认的也都符合时", str(result.possible), ""]
    for rule in portfolio.chosen:
        yield ["计入合计", labels[rule], rule]
    for part in portfolio.dropped:
        yield [f"未计入：{labels[part.rule]}", part.reason, part.quote]
    for limit in portfolio.limits:
        yield [f"合并上限：{limit.label}", f"{limit.before} 减到 {limit.after}", limit.quote]
    for proviso in portfolio.provisos:
        yield ["须留意", "以下情形不能同时获得", proviso]

"""Files of an enterprise's facts: templates to fill in, and what comes back filled in."""

import re
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import yaml
from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell as SheetCell

from assistant.matching.profile import Fact as StatedFact
from assistant.matching.profile import Profile as StatedProfile
from assistant.matching.profile import profile_template, read_profile
from assistant.matching.workbook import Cell, add_sheet, workbook_bytes
from assistant.service.texts import clean
from corpus.errors import InvalidInput
from ui.backend.computed import Field
from ui.backend.matched import Fact, Profile, Said

__all__ = ["read_profile_file", "template_workbook", "template_yaml"]

NAME = "企业名称"
_LABEL, _VALUE, _HOW = "情况", "填写", "写法"
_LARGEST = 5_000_000
_UNPACKED = 50_000_000
_LARGEST_YAML = 200_000
_DEEPEST = 6
_ROWS = 1000
_COLUMNS = 12
_LONGEST = 500
_YEAR = re.compile(r"((?:19|20)\d\d)年?")
_PARTS = re.compile(r"[、;；\n]+")


def template_yaml() -> bytes:
    """The commented example."""
    return profile_template().encode()


def template_workbook(basics: Iterable[Fact], others: Mapping[str, Field], years: tuple[str, ...]) -> bytes:
    """A workbook with the common facts to fill in, and a list of all others that may be added."""
    book = Workbook()
    book.remove(book.active)
    columns = {_LABEL: 40, _VALUE: 30, **{f"{year}年": 14 for year in years}, _HOW: 60}
    blank: list[Cell] = [""] * len(years)
    rows: list[list[Cell]] = [[NAME, "", *blank, "不知道的留空；没填的不当作零，会列为待确认"]]
    rows += [[fact.label, "", *blank, _how(fact)] for fact in basics]
    add_sheet(book, "企业情况", columns, rows)
    add_sheet(
        book,
        "可以再加的情况",
        {_LABEL: 70, _HOW: 60},
        ([label, _field_how(field)] for label, field in others.items()),
    )
    return workbook_bytes(book)


def read_profile_file(name: str, content: bytes, units: Mapping[str, str], lists: set[str]) -> Profile:
    """The profile in an uploaded file; `units` are those of bare numbers by label, `lists` may hold several."""
    kind = Path(name).suffix.lower()
    if len(content) > _LARGEST:
        raise InvalidInput("文件太大（最多 5 MB）。企业情况的表不会这么大，请核对是不是选错了文件。")
    if kind == ".xlsx":
        return _from_workbook(content, units, lists)
    if kind in (".yaml", ".yml"):
        return _from_yaml(content)
    raise InvalidInput("只认 .xlsx 和 .yaml 文件。请下载模板，填好后再上传。")


def _how(fact: Fact) -> str:
    if fact.kind == "yearly" and fact.field is not None:
        return f"按年填在右边各年的格里，单位{fact.field.unit}；{fact.hint}"
    how = {"date": "日期，如 2022-06-01", "list": "几项用“、”分开"}.get(fact.kind, "")
    if fact.field is not None:
        how = _field_how(fact.field)
    return "；".join(part for part in (how, fact.hint) if part and part != how) if how else fact.hint


def _field_how(field: Field) -> str:
    if field.kind == "flag":
        return "填“是”或“否”"
    if field.kind == "choice":
        return f"选填：{'、'.join(label for _, label in field.choices)}"
    return f"数，单位{field.unit}" if field.unit else "数"


def _from_yaml(content: bytes) -> Profile:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput("文件不是 UTF-8 文本，请用模板另存为 UTF-8 后再上传。") from error
    _check_yaml(text)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "企业情况.yaml"
        path.write_text(clean(text), encoding="utf-8")
        return _kept(read_profile(path))


def _check_yaml(text: str) -> None:
    """Refuse what makes a YAML reader swell: references, depth, length; raises InvalidInput."""
    if len(text) > _LARGEST_YAML:
        raise InvalidInput("文件太大。企业情况的 YAML 文件不会超过 200 KB。")
    depth = 0
    try:
        for token in yaml.scan(text, Loader=yaml.SafeLoader):
            if isinstance(token, yaml.AnchorToken | yaml.AliasToken | yaml.TagToken):
                raise InvalidInput(
                    f"第{token.start_mark.line + 1}行：不支持 YAML 的引用和标签（& * !），请写成普通的值。"
                )
            if isinstance(token, yaml.BlockMappingStartToken | yaml.BlockSequenceStartToken):
                depth += 1
            if isinstance(token, yaml.FlowMappingStartToken | yaml.FlowSequenceStartToken):
                depth += 1
            if isinstance(token, yaml.BlockEndToken | yaml.FlowMappingEndToken | yaml.FlowSequenceEndToken):
                depth -= 1
            if depth > _DEEPEST:
                raise InvalidInput(f"第{token.start_mark.line + 1}行：层次太深，请按模板写。")
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"第{mark.line + 1}行" if mark else "文件"
        raise InvalidInput(f"{where}不是合格的 YAML，请对照模板检查缩进、冒号和引号。") from error


def _kept(stated: StatedProfile) -> Profile:
    rules = {
        rule: {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
        for rule, values in stated.rules.items()
    }
    return {"name": stated.name, "facts": {fact.label: _said(fact) for fact in stated.facts}, "rules": rules}


def _said(fact: StatedFact) -> Said:
    if fact.by_year:
        return {str(year): value for year, value in fact.by_year.items()}
    return fact.values[0] if len(fact.values) == 1 else list(fact.values)


def _from_workbook(content: bytes, units: Mapping[str, str], lists: set[str]) -> Profile:
    rows = _rows(content)
    try:
        head = next(row for row in rows if any(_text(cell) == _LABEL for cell in row))
    except StopIteration as error:
        raise InvalidInput(f"表里没有“{_LABEL}”这一列。请下载模板，填好后再上传。") from error
    names = [_text(cell) for cell in head]
    place = names.index(_LABEL)
    values = [
        i
        for i, name in enumerate(names)
        if i > place and name not in ("", _HOW) and not _YEAR.fullmatch(name)
    ]
    years = {i: match[1] for i, name in enumerate(names) if (match := _YEAR.fullmatch(name))}
    profile: Profile = {"name": "", "facts": {}, "rules": {}}
    for row in rows:
        label = _text(row[place]) if place < len(row) else ""
        if not label:
            continue
        unit = units.get(label, "")
        said = [text for i in values if i < len(row) and (text := _text(row[i], unit))]
        by_year = {year: text for i, year in years.items() if i < len(row) and (text := _text(row[i], unit))}
        if label == NAME:
            profile["name"] = said[0] if said else ""
        elif by_year or said:
            profile["facts"][label] = by_year or _listed(said[0], listed=label in lists)
    if not profile["facts"]:
        raise InvalidInput("表里还没有填任何情况。请在“填写”一列或各年的格里填好再上传。")
    return profile


def _listed(text: str, *, listed: bool) -> Said:
    parts = [part.strip() for part in _PARTS.split(text) if part.strip()]
    several = len(parts) > 1 and (listed or all(part[0].isdigit() for part in parts))
    return parts if several else text


def _rows(content: bytes) -> Iterator[tuple[SheetCell, ...]]:
    """The rows of the first sheet; raises InvalidInput where the file is no workbook, or swells when unpacked."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > _UNPACKED:
                raise InvalidInput("文件解开后太大，没有读取。请用模板重新填写。")
        sheet = _opened(content)
        yield from sheet.iter_rows(max_row=_ROWS, max_col=_COLUMNS)
    except InvalidInput:
        raise
    # openpyxl raises errors of many kinds on a damaged file.
    except Exception as error:
        raise InvalidInput("这不是能读的 Excel 文件（.xlsx）。请用模板填写，并保存为 .xlsx。") from error


def _opened(content: bytes) -> Any:
    return load_workbook(BytesIO(content), read_only=True, data_only=True).worksheets[0]


_READERS: tuple[tuple[type, Callable[[Any], str]], ...] = (
    (bool, lambda value: "是" if value else "否"),
    (datetime, lambda value: f"{value:%Y-%m-%d}"),
    (date, lambda value: value.isoformat()),
)


def _text(cell: Any, unit: str = "") -> str:
    """A cell in words; a bare number gets the unit of its fact."""
    value = cell.value
    if value is None:
        return ""
    for kind, read in _READERS:
        if isinstance(value, kind):
            return read(value)
    if isinstance(value, int | float):
        if "%" in str(cell.number_format):
            return f"{value * 100:.10g}%"
        return f"{value:.15g}{unit}"
    text = clean(str(value)).strip().lstrip("'")[:_LONGEST]
    return f"{text}{unit}" if unit and re.fullmatch(r"[\d.,]+", text) else text

"""Rules as support items with the fields of their forms; all of it from rule data."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Literal

from assistant.calculator.deciding import deciding_inputs
from assistant.calculator.facts import takes_years
from assistant.matching.result import ANSWER_WORDS
from corpus.catalog import Corpus
from corpus.errors import InvalidInput
from corpus.model import Document
from corpus.quantities.quantity import Measure, Quantity
from corpus.rulebook.formula import Fixed
from corpus.rulebook.model import Rule
from corpus.rulebook.parts import YEARS, InputSpec, Period
from corpus.rules import RuleBook
from ui.backend.computed import Field, Item

__all__ = ["display", "field_of", "items_of", "number_of", "unit_of", "written"]

_DISPLAY: Mapping[Measure, tuple[str, Decimal]] = {
    Measure.MONEY: ("万元", Decimal(10_000)),
    Measure.RATIO: ("%", Decimal("0.01")),
    Measure.MONTH: ("个月", Decimal(1)),
    Measure.ORDINAL: ("第几个", Decimal(1)),
}
_WHOLE = frozenset(
    {Measure.PERSON, Measure.FIRM, Measure.ITEM, Measure.PIECE, Measure.COUNT, Measure.ORDINAL, Measure.DAY}
)
_PERIODS = {"one_off": "一次性", "yearly": "每年", "term": "分年度支持同一项目"}
_NUMBERED = re.compile(r"^(第[一二三四五六七八九十]+[章节]|[一二三四五六七八九十]+、)\s*")
_ISSUING = re.compile(r"^(关于|北京市|中关村国家自主创新示范区|支持|推动|促进)+|[（(].*?[）)]$")
_KIND_OF_TEXT = re.compile(
    r"(支持)?(资金管理办法|管理办法|的?若干(政策)?措施|工作指引|登记办法|认定支持办法|行动方案|行动计划)$"
)


def unit_of(measure: Measure | None) -> str:
    """The unit in which people write a quantity of this measure."""
    if measure is None:
        return ""
    return _DISPLAY[measure][0] if measure in _DISPLAY else measure.value


def display(quantity: Quantity) -> Decimal:
    """The quantity as a number in that unit."""
    _, factor = _DISPLAY.get(quantity.measure, ("", Decimal(1)))
    return quantity.value / factor


def written(number: float, unit: str) -> str:
    """A number of a field as calculating reads it: `1200万元`, `30%`, `第2个`."""
    plain = f"{Decimal(repr(number)):f}"
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return f"第{plain}个" if unit == _DISPLAY[Measure.ORDINAL][0] else f"{plain}{unit}"


def number_of(text: str, unit: str) -> float | None:
    """What `written` makes, or anything that means it (`1.2亿元`), as the number of a field in `unit`."""
    try:
        quantity = Quantity.parse(text)
    except InvalidInput:
        return None
    if quantity.measure is not Measure.PLAIN and unit_of(quantity.measure) != unit:
        return None
    return float(display(quantity))


def items_of(book: RuleBook, corpus: Corpus, as_of: date) -> tuple[Item, ...]:
    """Every rule as an item, judged on a day."""
    common = {(file.document, name) for file in book.files for name in file.common.inputs}
    shared = _shared_headings(book, corpus)
    return tuple(_item(rule, corpus, as_of, common, shared) for rule in book.rules)


def _item(
    rule: Rule, corpus: Corpus, as_of: date, common: set[tuple[str, str]], shared: frozenset[str]
) -> Item:
    document = corpus.document(rule.doc)
    validity = corpus.validity(rule.doc, as_of)
    return Item(
        rule=rule.id,
        label=rule.label,
        aliases=rule.aliases,
        applicant=rule.applicant,
        doc=rule.doc,
        doc_no=document.doc_no,
        title=document.title,
        unit=rule.unit,
        path=rule.path,
        issuers=document.issuers,
        status=validity.status.value,
        expires=validity.expires,
        field=_field(corpus, rule, document, shared),
        answers=ANSWER_WORDS[rule.answers],
        period=_period(rule.period),
        fields=tuple(_fields(rule, common)),
    )


def _period(period: Period) -> str:
    words = _PERIODS[period.kind]
    return f"{words}，不超过{period.max_years.value}" if isinstance(period.max_years, Fixed) else words


def _heading(corpus: Corpus, rule: Rule) -> str:
    """The nearest heading above the rule's unit, without its number."""
    return _NUMBERED.sub("", corpus.unit(rule.doc, rule.unit).chapter.rsplit(" / ", 1)[-1])


def _shared_headings(book: RuleBook, corpus: Corpus) -> frozenset[str]:
    """Headings that say nothing of the matter: other documents of the corpus have them too."""
    docs: dict[str, set[str]] = {}
    for document in corpus.documents:
        for unit in document.units:
            for part in unit.chapter.split(" / "):
                docs.setdefault(_NUMBERED.sub("", part), set()).add(document.key)
    return frozenset(heading for heading, found in docs.items() if not heading or len(found) > 1)


def _field(corpus: Corpus, rule: Rule, document: Document, shared: frozenset[str]) -> str:
    heading = _heading(corpus, rule)
    if heading not in shared:
        return heading
    bare = _KIND_OF_TEXT.sub("", _ISSUING.sub("", document.title))
    return _ISSUING.sub("", bare) or document.title


def _fields(rule: Rule, common: set[tuple[str, str]]) -> Iterator[Field]:
    """The fields, those that decide the amount first, those that everybody is asked last."""
    deciding = {*deciding_inputs(rule), *rule.amount_choices}
    made = [_made(rule, spec, deciding, common) for spec in rule.inputs.values()]
    if takes_years(rule) and YEARS not in rule.inputs:
        made.append(_years())
    for role in ("main", "own", "common"):
        yield from (field for field in made if field.role == role)


def _made(rule: Rule, spec: InputSpec, deciding: set[str], common: set[tuple[str, str]]) -> Field:
    if spec.name in deciding:
        return field_of(spec, "main")
    return field_of(spec, "common" if (rule.doc, spec.name) in common else "own")


def field_of(spec: InputSpec, role: Literal["main", "own", "common"]) -> Field:
    """An input as a field."""
    bounds, measure = spec.range, spec.measure
    low = 0.0 if measure is not None and bounds is None else None
    if bounds is not None and bounds.lower is not None:
        low = float(display(bounds.lower))
    return Field(
        name=spec.name,
        label=spec.label,
        kind="choice" if spec.choices else "flag" if measure is None else _number(measure),
        unit=unit_of(measure),
        choices=tuple((choice.value, choice.label) for choice in spec.choices),
        low=low,
        high=float(display(bounds.upper)) if bounds is not None and bounds.upper is not None else None,
        question=spec.question,
        hint=_hint(spec),
        role=role,
        many=spec.many.value,
    )


def _number(measure: Measure) -> Literal["number", "whole"]:
    return "whole" if measure in _WHOLE else "number"


def _hint(spec: InputSpec) -> str:
    """What helps to fill the field in: the question, its range, what stands in for it."""
    parts = [spec.question]
    if spec.range is not None and not _boundless(spec):
        parts.append(f"范围：{spec.range.words()}。")
    if spec.derive is not None:
        parts.append("可以不填，由其他几项算出。")
    if spec.assume is not None:
        choice = spec.choice(spec.assume)
        parts.append(f"不填按“{choice.label if choice else spec.assume}”计算。")
    return "".join(parts)


def _boundless(spec: InputSpec) -> bool:
    """Whether the range only says that the value may be negative."""
    lower = spec.range.lower if spec.range else None
    return lower is not None and lower.value < 0 and spec.range is not None and spec.range.upper is None


def _years() -> Field:
    question = "按年支持的，一共算几年？不填按一年计。"
    return Field(YEARS, "支持年数", "whole", "年", (), 1.0, None, question, question, "main", "no")

"""Units, rules and calculations as the command line shows them, in words and as JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from assistant.calculator.evaluate import calculate
from assistant.composing.notes import validity_warnings
from assistant.composing.render import marked
from assistant.outcome import Outcome
from corpus.catalog import Corpus
from corpus.errors import InvalidInput
from corpus.links import Links
from corpus.model import Status
from corpus.rulebook.model import Rule
from corpus.rules import RuleBook

__all__ = [
    "Calculated",
    "calculated",
    "calculation_text",
    "describe_rules",
    "describe_unit",
    "describe_unit_in_full",
    "inputs_text",
    "outcome_dict",
    "parse_values",
    "unit_text",
]


def describe_unit(corpus: Corpus, doc: str, label: str, as_of: date) -> dict[str, Any]:
    """A unit with its place, its document's status on `as_of` and the OCR faults mended for search."""
    unit = corpus.unit(corpus.key_of(doc), label)
    document = corpus.document(unit.doc)
    validity = corpus.validity(unit.doc, as_of)
    return {
        "doc": unit.doc,
        "doc_no": document.doc_no,
        "title": document.title,
        "unit": unit.label,
        "heading": unit.heading,
        "chapter": unit.chapter,
        "text": unit.text,
        "corrected": corpus.corrected(unit.text) if corpus.corrected(unit.text) != unit.text else None,
        "status": validity.status.value,
        "validity": validity.rule,
        "spans": [[span.start, span.end] for span in unit.spans],
    }


def describe_unit_in_full(
    corpus: Corpus, links: Links, book: RuleBook, doc: str, label: str, as_of: date
) -> dict[str, Any]:
    """A unit as `describe_unit` has it, with its cross-references in both directions and its rules."""
    described = describe_unit(corpus, doc, label, as_of)
    place = described["doc"], described["unit"]
    return {
        **described,
        "links": [asdict(link) for link in links.leaving(*place)],
        "linked_from": [asdict(link) for link in links.arriving(*place)],
        "rules": [_rule(rule) for rule in book.for_unit(*place)],
    }


def unit_text(described: dict[str, Any]) -> str:
    """A described unit for reading."""
    number = f"（{described['doc_no']}）" if described["doc_no"] else ""
    lines = [f"《{described['title']}》{number}", described["chapter"], "", described["text"], ""]
    if described["corrected"]:
        lines.append("（原文有识别错误，检索时按更正后的文字；此处保留原样）")
    lines.append(f"效力：{described['validity']}")
    return "\n".join(line for line in lines if line is not None)


def describe_rules(book: RuleBook) -> dict[str, Any]:
    """All rules in the contract's shape."""
    return {
        "rules": [_rule(rule) for rule in book.rules],
        "not_computable": [
            {"doc": doc, "unit": entry.unit, "quote": entry.quote, "reason": entry.reason}
            for doc, entry in book.not_computable
        ],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "doc": rule.doc,
        "unit": rule.unit,
        "path": rule.path,
        "label": rule.label,
        "kind": rule.kind.value,
        "inputs": [
            {
                "name": name,
                "label": spec.label,
                "unit": spec.measure.value if spec.measure else ("选择" if spec.choices else "是否"),
                "required": spec.required,
            }
            for name, spec in rule.inputs.items()
        ],
        "quotes": list(dict.fromkeys(quote for _, quote in rule.quoted())),
    }


def parse_values(values: Sequence[str]) -> dict[str, Any]:
    """`name=value` arguments; several values of a list are parted by 、 or come as repeated arguments."""
    given: dict[str, Any] = {}
    for argument in values:
        name, sign, value = argument.partition("=")
        if not sign or not name or not value:
            raise InvalidInput(f"“{argument}”应写成 名称=值，例如 contract=1200万元")
        parts = value.split("、")
        earlier = given.get(name)
        if earlier is not None:
            parts = [*(earlier if isinstance(earlier, list) else [earlier]), *parts]
        given[name] = parts if len(parts) > 1 else parts[0]
    return given


@dataclass(frozen=True, slots=True)
class Calculated:
    """An outcome with the status of the rule's document, and a warning where it is not in force."""

    outcome: Outcome
    status: Status
    warnings: tuple[str, ...]


def calculated(
    book: RuleBook, corpus: Corpus, rule: str, given: Mapping[str, Any], as_of: date
) -> Calculated:
    """One calculation, the document judged on `as_of`; raises UnknownRule or InvalidInput."""
    found = book.rule(rule)
    warnings = validity_warnings(corpus, (found.doc,), as_of)
    return Calculated(calculate(found, given), corpus.validity(found.doc, as_of).status, warnings)


def outcome_dict(found: Calculated) -> dict[str, Any]:
    """A calculation as the JSON of `zhengce calc --json`; money in 万元."""
    outcome = found.outcome
    amount = outcome.amount
    return {
        "rule": outcome.rule,
        "status": found.status.value,
        "warnings": list(found.warnings),
        "version": outcome.version,
        "text_hash": outcome.text_hash,
        "eligibility": outcome.eligibility.value,
        "amount": None
        if amount is None
        else {"value": str(amount.in_wan()), "unit": "万元", "kind": outcome.kind}
        if amount.measure.value == "元"
        else {"value": str(amount.value), "unit": amount.measure.value, "kind": outcome.kind},
        "low": str(outcome.low) if outcome.low else None,
        "high": str(outcome.high) if outcome.high else None,
        "inputs": dict(outcome.inputs),
        "steps": list(outcome.steps),
        "missing": [missing.name for missing in outcome.missing],
        "questions": [missing.question for missing in outcome.missing],
        "conditions": [
            {"label": v.label, "state": v.state.value, "hard": v.hard, "path": v.path, "quote": v.quote}
            for v in outcome.verdicts
        ],
        "assumptions": list(outcome.assumptions),
        "other_readings": [
            {"label": a.label, "low": str(a.low), "high": str(a.high) if a.high else None}
            for a in outcome.other_readings
        ],
        "citations": [
            {"doc": c.doc, "unit": c.unit, "path": c.path, "quote": c.quote} for c in outcome.citations
        ],
    }


def calculation_text(found: Calculated) -> str:
    """A calculation for reading: result, warnings, steps, conditions, questions."""
    outcome = found.outcome
    head = f"{outcome.label}（{outcome.rule}）"
    if outcome.amount is not None:
        bound = "上限" if outcome.kind == "upper_bound" else "确定"
        lines = [f"{head}：{outcome.amount}（{bound}）"]
    else:
        lines = [f"{head}：{outcome.low or '？'} 至 {outcome.high or '不限'}，还缺信息"]
    lines += [marked(warning) for warning in found.warnings]
    lines += [f"  {number}. {step}" for number, step in enumerate(outcome.steps, 1)]
    lines += [f"  [{v.state.value}] {v.label}（{v.path}）" for v in outcome.verdicts]
    lines += [f"  假设：{text}" for text in outcome.assumptions]
    lines += [f"  请补充：{missing.question}" for missing in outcome.missing]
    lines += [f"  依据：{c.path}“{c.quote}”" for c in outcome.citations]
    return "\n".join(lines)


def inputs_text(rule: Rule) -> str:
    """The inputs that can be given, one a line."""
    lines = []
    for name, spec in rule.inputs.items():
        options = "、".join(choice.label for choice in spec.choices) or (
            "是/否" if spec.is_flag else str(spec.measure)
        )
        lines.append(f"  可填：{name}=（{spec.label}；{options}）")
    return "\n".join(lines)

"""One rule file: YAML → vocabulary, with every mistake named by line and field."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from corpus.errors import UnknownDocument, UserError
from corpus.rulebook.checks import check_rule
from corpus.rulebook.model import RuleFile
from corpus.rulebook.quotes import Texts, group_faults, quote_faults, text_hash
from corpus.rulebook.walk import Location
from corpus.rulebook.yaml_file import Problem, YamlFile, read_yaml

__all__ = ["identified", "read_rule_file"]

_UNHASHED = ("examples", "reviewed")


def read_rule_file(path: Path, texts: Texts) -> tuple[YamlFile, RuleFile | None, list[Problem]]:
    """One file parsed and checked against the texts; no content where it does not fit the vocabulary."""
    source = read_yaml(path)
    if source.data is None:
        return source, None, list(source.problems)
    try:
        content = RuleFile.model_validate(identified(source.data, texts))
    except ValidationError as error:
        return source, None, [source.problem(_place(fault), _message(fault)) for fault in error.errors()]
    return source, content, list(_check_file(source, content, texts))


def identified(data: Any, texts: Texts) -> Any:
    """The file's data with document, text hash and version put into each rule."""
    if not isinstance(data, dict) or not isinstance(data.get("rules"), list):
        return data
    doc = data.get("document", "")
    common = data.get("common", {})
    return {**data, "rules": [_identify(_with_common(rule, common), doc, texts) for rule in data["rules"]]}


def _with_common(rule: Any, common: Any) -> Any:
    if not (isinstance(rule, dict) and isinstance(common, dict)):
        return rule
    merged = dict(rule)
    if common.get("inputs"):
        merged["inputs"] = {**rule.get("inputs", {}), **common["inputs"]}
    if common.get("conditions"):
        merged["conditions"] = [*rule.get("conditions", []), *common["conditions"]]
    return merged


def _identify(rule: Any, doc: str, texts: Texts) -> Any:
    if not isinstance(rule, dict):
        return rule
    try:
        text = text_hash(texts.unit(doc, str(rule.get("unit", ""))))
    except UserError:
        text = ""
    content = {key: value for key, value in rule.items() if key not in _UNHASHED}
    canonical = json.dumps([doc, text, content], ensure_ascii=False, sort_keys=True)
    version = hashlib.sha256(canonical.encode()).hexdigest()[:12]
    return {**rule, "doc": doc, "text_hash": text, "version": version}


_MESSAGES = {
    "missing": "缺少这个必填字段：{field}",
    "extra_forbidden": "不认识的字段“{field}”",
    "union_tag_invalid": "不认识的运算“{input}”，可用的见 corpus/rules/README.md",
    "union_tag_not_found": "这里要写一个运算（只有一个键的映射）、一个输入名或一个带单位的常数",
    "enum": "“{input}”不在允许的取值里：{expected}",
    "literal_error": "“{input}”不在允许的取值里：{expected}",
    "too_short": "至少要写一条",
}


def _place(fault: Any) -> Location:
    """Where a fault is; an unknown operation is at its own key."""
    tag = fault.get("ctx", {}).get("tag")
    return (*fault["loc"], tag) if tag else tuple(fault["loc"])


def _message(fault: Any) -> str:
    if fault["type"] == "value_error":
        return str(fault["ctx"]["error"])
    template = _MESSAGES.get(fault["type"], "格式不对（{type}）：“{input}”")
    context = fault.get("ctx", {})
    shown = context.get("tag", fault.get("input"))
    expected = context.get("expected", "")
    return template.format(field=fault["loc"][-1], input=shown, type=fault["type"], expected=expected)


def _check_file(source: YamlFile, content: RuleFile, texts: Texts) -> Iterator[Problem]:
    doc = content.document
    try:
        for index, rule in enumerate(content.rules):
            for at, message in check_rule(rule, texts):
                yield source.problem(("rules", index, *at), message)
        for index, entry in enumerate(content.not_computable):
            for message in quote_faults(texts, doc, entry.path or entry.unit, entry.quote):
                yield source.problem(("not_computable", index, "quote"), message)
        for index, quote in enumerate(content.stacking):
            for message in quote_faults(texts, doc, quote.path, quote.quote):
                yield source.problem(("stacking", index, "quote"), message)
        for index, group in enumerate(content.groups):
            for message in (*quote_faults(texts, doc, group.path, group.quote), *group_faults(group)):
                yield source.problem(("groups", index, "quote"), message)
    except UnknownDocument as error:
        yield source.problem(("document",), str(error))

"""Rule files → a checked rule book; nothing that contradicts the texts gets in."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from corpus.catalog import load_corpus
from corpus.errors import RuleError, UnknownRule, UnknownUnit, UserError
from corpus.rule_checks import check_rule
from corpus.rule_model import Group, NotComputable, Rule, RuleFile, Stacking
from corpus.rule_quotes import Texts, quote_faults, text_hash
from corpus.rule_yaml import Problem, YamlFile, read_yaml

__all__ = ["RULES_FOLDER", "RuleBook", "check_rules", "load_rules", "read_rules", "review_hash"]

RULES_FOLDER = Path(__file__).parent / "rules"
_UNHASHED = ("examples", "reviewed")


@dataclass(frozen=True)
class RuleBook:
    """All rules, in the order of files and entries."""

    rules: tuple[Rule, ...]
    not_computable: tuple[tuple[str, NotComputable], ...]
    groups: dict[str, Group]
    stacking: dict[str, tuple[Stacking, ...]]

    def rule(self, rule_id: str) -> Rule:
        """The rule with this id; raises UnknownRule."""
        found = next((rule for rule in self.rules if rule.id == rule_id), None)
        if found is None:
            near = [rule.id for rule in self.rules if rule_id and rule_id in rule.id]
            hint = f"相近的有：{'、'.join(near[:5])}" if near else "用 zhengce rules 查看全部规则"
            raise UnknownRule(f"没有编号为“{rule_id}”的规则。{hint}")
        return found

    def for_unit(self, doc: str, label: str) -> tuple[Rule, ...]:
        """The rules of one unit."""
        return tuple(rule for rule in self.rules if rule.doc == doc and rule.unit == label)


def review_hash(corpus: Texts, doc: str, unit: str) -> str:
    """What `reviewed` of a rule must say once its unit has been read; raises UnknownUnit."""
    return text_hash(corpus.unit(doc, unit))


def check_rules(folder: Path, corpus: Texts) -> list[Problem]:
    """Everything that is wrong in the rule files of `folder`, in the order of files and lines."""
    return sorted(_read(folder, corpus)[1])


def load_rules(folder: Path, corpus: Texts) -> RuleBook:
    """The rules of `folder`; raises RuleError naming every problem."""
    book, problems = _read(folder, corpus)
    if problems:
        shown = "\n".join(str(problem) for problem in sorted(problems)[:20])
        raise RuleError(f"规则文件有 {len(problems)} 处问题：\n{shown}")
    return book


@lru_cache(maxsize=1)
def read_rules() -> RuleBook:
    """The rules that this package carries, loaded and checked once per process; raises RuleError."""
    return load_rules(RULES_FOLDER, load_corpus())


def _read(folder: Path, corpus: Texts) -> tuple[RuleBook, list[Problem]]:
    rules: list[Rule] = []
    not_computable: list[tuple[str, NotComputable]] = []
    groups: dict[str, Group] = {}
    stacking: dict[str, tuple[Stacking, ...]] = {}
    problems: list[Problem] = []
    places: dict[str, tuple[YamlFile, int]] = {}
    for path in sorted(folder.glob("*.yaml")):
        source = read_yaml(path)
        problems += source.problems
        content = _parse(source, corpus, problems) if source.data is not None else None
        if content is None:
            continue
        for index, rule in enumerate(content.rules):
            if rule.id in places:
                problems.append(source.problem(("rules", index, "id"), f"编号“{rule.id}”已经用过"))
            places[rule.id] = source, index
        rules += content.rules
        not_computable += [(content.document, entry) for entry in content.not_computable]
        groups |= {group.key: group for group in content.groups}
        stacking[content.document] = content.stacking
        problems += _check_file(source, content, corpus)
    problems += _check_references(rules, groups, places)
    return RuleBook(tuple(rules), tuple(not_computable), groups, stacking), problems


def _parse(source: YamlFile, corpus: Texts, problems: list[Problem]) -> RuleFile | None:
    try:
        return RuleFile.model_validate(_with_identity(source.data, corpus))
    except ValidationError as error:
        for fault in error.errors():
            problems.append(source.problem(fault["loc"], _message(fault)))
        return None


def _with_identity(data: Any, corpus: Texts) -> Any:
    """The file's data with document, text hash and version put into each rule."""
    if not isinstance(data, dict) or not isinstance(data.get("rules"), list):
        return data
    doc = data.get("document", "")
    common = data.get("common", {})
    return {**data, "rules": [_identify(_with_common(rule, common), doc, corpus) for rule in data["rules"]]}


def _with_common(rule: Any, common: Any) -> Any:
    if not (isinstance(rule, dict) and isinstance(common, dict)):
        return rule
    merged = dict(rule)
    if common.get("inputs"):
        merged["inputs"] = {**rule.get("inputs", {}), **common["inputs"]}
    if common.get("conditions"):
        merged["conditions"] = [*rule.get("conditions", []), *common["conditions"]]
    return merged


def _identify(rule: Any, doc: str, corpus: Texts) -> Any:
    if not isinstance(rule, dict):
        return rule
    try:
        text = text_hash(corpus.unit(doc, str(rule.get("unit", ""))))
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


def _message(fault: Any) -> str:
    if fault["type"] == "value_error":
        return str(fault["ctx"]["error"])
    template = _MESSAGES.get(fault["type"], "格式不对（{type}）：“{input}”")
    context = fault.get("ctx", {})
    shown = context.get("tag", fault.get("input"))
    expected = context.get("expected", "")
    return template.format(field=fault["loc"][-1], input=shown, type=fault["type"], expected=expected)


def _check_file(source: YamlFile, content: RuleFile, corpus: Texts) -> Iterator[Problem]:
    doc = content.document
    try:
        for index, rule in enumerate(content.rules):
            for at, message in check_rule(rule, corpus):
                yield source.problem(("rules", index, *at), message)
        for index, entry in enumerate(content.not_computable):
            for message in quote_faults(corpus, doc, entry.path or entry.unit, entry.quote):
                yield source.problem(("not_computable", index, "quote"), message)
        for name in ("groups", "stacking"):
            for index, quote in enumerate(getattr(content, name)):
                for message in quote_faults(corpus, doc, quote.path, quote.quote):
                    yield source.problem((name, index, "quote"), message)
    except UserError as error:
        if isinstance(error, UnknownUnit):
            raise
        yield source.problem(("document",), str(error))


def _check_references(
    rules: list[Rule], groups: dict[str, Group], places: dict[str, tuple[YamlFile, int]]
) -> Iterator[Problem]:
    for rule in rules:
        source, index = places[rule.id]
        if rule.group is not None and rule.group not in groups:
            yield source.problem(("rules", index, "group"), f"没有名为“{rule.group}”的 groups 条目")
        for number, stacking in enumerate(rule.stacking):
            for other in stacking.rules:
                if other not in places:
                    yield source.problem(("rules", index, "stacking", number, "with"), f"没有规则“{other}”")

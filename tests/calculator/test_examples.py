"""The examples in the rule files come out, and changing any constant of a rule is noticed."""

import json
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.calculator.examples import example_faults, example_problems
from corpus.catalog import load_corpus
from corpus.rulebook.model import Example, Rule
from corpus.rules import RULES_FOLDER, RuleBook, check_rules, load_rules, read_rules

BOOK = read_rules()
EXAMPLES = [(rule, example) for rule in BOOK.rules for example in rule.examples]
# Fields that hold no constant that is computed with.
WORDS = {
    "id", "unit", "path", "label", "aliases", "applicant", "synonyms", "denials", "quote", "quotes", "text", "name", "ask",
    "words", "judgement", "stacking", "period", "reviewed", "range", "value", "examples", "choices", "version",
}  # fmt: skip


_NUMBER = re.compile(r"\d+(?:\.\d+)?")


@pytest.mark.parametrize(
    ("rule", "example"), EXAMPLES, ids=[f"{rule.id}：{example.name}" for rule, example in EXAMPLES]
)
def test_the_example_comes_out(rule: Rule, example: Example) -> None:
    assert list(example_faults(rule, example)) == []


@pytest.mark.parametrize("rule", BOOK.rules, ids=[rule.id for rule in BOOK.rules])
def test_a_changed_constant_is_noticed(rule: Rule, tmp_path: Path) -> None:
    source, index = BOOK.places[rule.id]
    raw = json.loads(json.dumps(source.data["rules"][index]))
    raw.pop("stacking", None)
    raw.pop("group", None)
    file = {"document": rule.doc, "common": source.data.get("common", {}), "rules": [raw]}
    assert accepted(file, tmp_path), "the unchanged rule must be accepted"
    unnoticed = [
        f"{'.'.join(map(str, at))}: {before} → {after}"
        for at, before, after in mutations(raw)
        if accepted(replaced(file, ("rules", 0, *at), after), tmp_path)
    ]
    assert unnoticed == []


def accepted(file: Any, folder: Path) -> bool:
    """Whether a rule file loads and its examples come out."""
    text = yaml.dump(file, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False)
    (folder / "rules.yaml").write_text(text, encoding="utf-8")
    corpus = load_corpus()
    if check_rules(folder, corpus):
        return False
    return example_problems(load_rules(folder, corpus)) == []


CHANGES: tuple[Callable[[Decimal], Decimal], ...] = (
    lambda number: number + 1,
    lambda number: number * 10 or number + 10,
)


def mutations(part: Any, at: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    """Every constant of a rule with its first number raised by one, and ten times as large."""
    if isinstance(part, dict):
        for key, value in part.items():
            if key not in WORDS:
                yield from mutations(value, (*at, key))
    elif isinstance(part, list):
        for index, value in enumerate(part):
            yield from mutations(value, (*at, index))
    elif isinstance(part, str) and re.search(r"\d", part) and at[-2:-1] != ("assumptions",):
        for change in CHANGES:
            yield at, part, _NUMBER.sub(partial(_changed, change), part, count=1)


def _changed(change: Callable[[Decimal], Decimal], match: re.Match[str]) -> str:
    return f"{change(Decimal(match.group())):f}"


def replaced(part: Any, at: tuple[str | int, ...], value: str) -> Any:
    """`part` with the value at place `at` replaced."""
    if not at:
        return value
    key, *rest = at
    if isinstance(part, dict):
        return {**part, key: replaced(part[key], tuple(rest), value)}
    return [*part[:key], replaced(part[key], tuple(rest), value), *part[int(key) + 1 :]]


def test_a_wrong_example_is_named_with_its_line(tmp_path: Path) -> None:
    source = RULES_FOLDER / "2022-05.yaml"
    text = source.read_text(encoding="utf-8")
    right = "given: {premium: 100万元, valid_equipment: 是}, expect: {amount: 80万元, eligibility: eligible}"
    assert text.count(right) == 1
    wrong = "given: {premium: 100万元, valid_equipment: 是}, expect: {amount: 79万元, missing: [premium], failing: equipment}"
    (tmp_path / source.name).write_text(text.replace(right, wrong), encoding="utf-8")
    book: RuleBook = load_rules(tmp_path, load_corpus())
    (problem,) = example_problems(book)
    assert problem.line == text[: text.index(right)].count("\n") + 1
    for words in (
        "amount 应为 79万元，算得 80万元",
        "missing 应为 premium，算得 空",
        "failing 应为 equipment，算得 无",
    ):
        assert words in problem.message

"""What an enterprise says of itself: a YAML file of facts in Chinese, and of values for single rules."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corpus.errors import InvalidInput
from corpus.rulebook.yaml_file import YamlFile, read_yaml
from corpus.rules import RULES_FOLDER
from corpus.why import why

__all__ = ["Fact", "Profile", "profile_template", "read_profile"]

_TEMPLATE = RULES_FOLDER.parent / "profile.example.yaml"
_KEYS = {"name": "name", "facts": "facts", "rules": "rules", "名称": "name", "情况": "facts", "规则": "rules"}
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact as written: `label` in the profile's words, with `values` or, year by year, `by_year`."""

    label: str
    values: tuple[str, ...] = ()
    by_year: Mapping[int, str] = field(default_factory=dict)

    def __str__(self) -> str:
        years = [f"{year}年{value}" for year, value in self.by_year.items()]
        return "、".join([*self.values, *years])


@dataclass(frozen=True, slots=True)
class Profile:
    """An enterprise: its facts, and inputs given by name for single rules (rule id → input → value)."""

    name: str
    facts: tuple[Fact, ...]
    rules: Mapping[str, Mapping[str, str | tuple[str, ...]]]


def profile_template() -> str:
    """A commented example profile, to be filled in."""
    return _TEMPLATE.read_text(encoding="utf-8")


def read_profile(path: Path) -> Profile:
    """Read a profile file; raises InvalidInput with file and line where it cannot be used."""
    try:
        source = read_yaml(path)
    except OSError as error:
        raise InvalidInput(f"读不了企业情况文件 {path}：{why(error)}") from error
    if source.problems:
        raise InvalidInput(str(source.problems[0]))
    if not isinstance(source.data, dict):
        raise _fault(source, (), "要写成 name、facts、rules 三项，例子见 corpus/profile.example.yaml")
    parts: dict[str, Any] = {}
    for key, value in source.data.items():
        if key not in _KEYS:
            raise _fault(source, (key,), f"不认识“{key}”；只用 name（名称）、facts（情况）、rules（规则）")
        parts[_KEYS[key]] = (key, value)
    name_key, name = parts.get("name", ("name", ""))
    if not isinstance(name, str):
        raise _fault(source, (name_key,), "名称要写成一行文字")
    return Profile(name, tuple(_facts(source, parts)), dict(_rules(source, parts)))


def _facts(source: YamlFile, parts: Mapping[str, Any]) -> Iterator[Fact]:
    for at, label, value in _entries(source, parts, "facts"):
        if isinstance(value, dict):
            yield Fact(label, by_year=_by_year(source, at, value))
        elif values := _values(source, at, value):
            yield Fact(label, values)


def _by_year(source: YamlFile, at: tuple[str, ...], value: Mapping[str, Any]) -> Mapping[int, str]:
    found: dict[int, str] = {}
    for key, amount in value.items():
        year = key.strip().removesuffix("年")
        if not _YEAR.fullmatch(year) or not isinstance(amount, str):
            raise _fault(source, (*at, key), "逐年的数要写成 {2025: 800万元, 2024: 300万元}")
        if amount.strip():
            found[int(year)] = amount.strip()
    return dict(sorted(found.items()))


def _rules(
    source: YamlFile, parts: Mapping[str, Any]
) -> Iterator[tuple[str, dict[str, str | tuple[str, ...]]]]:
    for at, rule, value in _entries(source, parts, "rules"):
        if not isinstance(value, dict):
            raise _fault(source, at, "要写成 {输入名: 值}；输入名用 zhengce rules --json 查看")
        given = {name: _values(source, (*at, name), raw) for name, raw in value.items()}
        yield rule, {name: v[0] if len(v) == 1 else v for name, v in given.items() if v}


def _entries(
    source: YamlFile, parts: Mapping[str, Any], name: str
) -> Iterator[tuple[tuple[str, ...], str, Any]]:
    key, entries = parts.get(name, (name, {}))
    if entries in ("", "{}"):
        return
    if not isinstance(entries, dict):
        raise _fault(source, (key,), "要写成一行一项的“名称: 值”")
    for label, value in entries.items():
        yield (key, label), label, value


def _values(source: YamlFile, at: tuple[str, ...], value: Any) -> tuple[str, ...]:
    """The texts of one value or list; a value left empty is none."""
    listed = value if isinstance(value, list) else [value]
    if not all(isinstance(part, str) for part in listed):
        raise _fault(source, at, "要写成一个值、一列值 [300万元, 800万元] 或逐年的值 {2025: 800万元}")
    return tuple(part.strip() for part in listed if part.strip())


def _fault(source: YamlFile, at: tuple[str, ...], message: str) -> InvalidInput:
    return InvalidInput(str(source.problem(at, message)))

"""YAML with line numbers: rule files are read as plain text values, and every error names its line."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from corpus.why import why

__all__ = ["Problem", "YamlFile", "read_yaml"]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something wrong in a rule file; `str()` is a Chinese sentence with file, line and field."""

    file: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file} 第{self.line}行"
        return f"{where} {self.field}：{self.message}" if self.field else f"{where}：{self.message}"


@dataclass(frozen=True)
class YamlFile:
    """A parsed file: its data (scalars as text), and where each part stands."""

    name: str
    data: Any
    root: yaml.Node | None
    problems: tuple[Problem, ...] = ()

    def problem(self, location: Iterable[str | int], message: str) -> Problem:
        """A problem at `location` (keys and indexes); parts that the file does not have are skipped."""
        node = self.root
        line = node.start_mark.line if node else 0
        field: list[str] = []
        for part in location:
            found = _child(node, part)
            if found is None:
                continue
            line, node = found
            field.append(f"[{int(part) + 1}]" if isinstance(part, int) else f".{part}")
        return Problem(self.name, line + 1, "".join(field).lstrip("."), message)


def read_yaml(path: Path) -> YamlFile:
    """Read one file; a syntax error or a repeated key is among `problems`, with `data` None."""
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        return YamlFile(path.name, None, None, (Problem(path.name, line, "", why(error)),))
    repeated = [] if root is None else list(_repeated_keys(root, path.name))
    if repeated or root is None:
        return YamlFile(path.name, None, root, tuple(repeated) or (Problem(path.name, 1, "", "文件是空的"),))
    return YamlFile(path.name, _plain(root), root)


def _plain(node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return {key.value: _plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_plain(part) for part in node.value]
    return node.value


def _repeated_keys(node: yaml.Node, file: str) -> Iterable[Problem]:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                yield Problem(file, key.start_mark.line + 1, str(key.value), "这个字段写了两次")
            seen.add(key.value)
            yield from _repeated_keys(value, file)
    elif isinstance(node, yaml.SequenceNode):
        for part in node.value:
            yield from _repeated_keys(part, file)


def _child(node: yaml.Node | None, part: str | int) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == part:
                return key.start_mark.line, value
    elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part].start_mark.line, node.value[part]
    return None

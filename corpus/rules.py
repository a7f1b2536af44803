"""Rule files → a checked rule book; nothing that contradicts the texts gets in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from corpus.catalog import load_corpus
from corpus.errors import RuleError, UnknownRule
from corpus.rulebook.cache import CheckedRules
from corpus.rulebook.files import read_rule_file
from corpus.rulebook.model import Group, NotComputable, Rule, RuleFile
from corpus.rulebook.parts import Stacking
from corpus.rulebook.quotes import Texts, text_hash
from corpus.rulebook.walk import Location
from corpus.rulebook.yaml_file import Problem, YamlFile

__all__ = ["RULES_FOLDER", "RuleBook", "check_rules", "load_rules", "read_rules", "review_hash"]

RULES_FOLDER = Path(__file__).parent / "rules"


@dataclass(frozen=True)
class RuleBook:
    """All rules, in the order of files and entries; `places` says where each rule stands."""

    files: tuple[RuleFile, ...]
    places: Mapping[str, tuple[YamlFile, int]]

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule."""
        return tuple(rule for file in self.files for rule in file.rules)

    @cached_property
    def not_computable(self) -> tuple[tuple[str, NotComputable], ...]:
        """Document key and entry of every figure that is no calculation."""
        return tuple((file.document, entry) for file in self.files for entry in file.not_computable)

    @cached_property
    def _by_id(self) -> Mapping[str, Rule]:
        return {rule.id: rule for rule in self.rules}

    def rule(self, rule_id: str) -> Rule:
        """The rule with this id; raises UnknownRule."""
        found = self._by_id.get(rule_id)
        if found is None:
            near = [rule.id for rule in self.rules if rule_id and rule_id in rule.id]
            hint = f"相近的有：{'、'.join(near[:5])}" if near else "用 zhengce rules 查看全部规则"
            raise UnknownRule(f"没有编号为“{rule_id}”的规则。{hint}")
        return found

    def for_unit(self, doc: str, label: str) -> tuple[Rule, ...]:
        """The rules of one unit."""
        return tuple(rule for rule in self.rules if rule.doc == doc and rule.unit == label)

    def group_of(self, rule: Rule) -> Group | None:
        """The yearly ceiling that a rule shares with others of its document."""
        groups = (group for file in self.files if file.document == rule.doc for group in file.groups)
        return next((group for group in groups if group.key == rule.group), None)

    def stacking_of(self, rule: Rule) -> tuple[Stacking, ...]:
        """What may not be combined with a rule: its own provisions and those of its document."""
        shared = [part for file in self.files if file.document == rule.doc for part in file.stacking]
        return (*rule.stacking, *shared)

    def problem(self, rule_id: str, at: Location, message: str) -> Problem:
        """A problem at place `at` of a rule, with the file and line where that stands."""
        source, index = self.places[rule_id]
        return source.problem(("rules", index, *at), message)


def review_hash(texts: Texts, doc: str, unit: str) -> str:
    """What `reviewed` of a rule must say once its unit has been read; raises UnknownUnit."""
    return text_hash(texts.unit(doc, unit))


def check_rules(folder: Path, texts: Texts) -> list[Problem]:
    """Everything that is wrong in the rule files of `folder`, in the order of files and lines."""
    return sorted(_read(folder, texts)[1])


def load_rules(folder: Path, texts: Texts) -> RuleBook:
    """The rules of `folder`; raises RuleError naming every problem."""
    book, problems = _read(folder, texts)
    if problems:
        shown = "\n".join(str(problem) for problem in sorted(problems)[:20])
        raise RuleError(f"规则文件有 {len(problems)} 处问题：\n{shown}")
    return book


@lru_cache(maxsize=1)
def read_rules(cache: Path | None = None) -> RuleBook:
    """The rules that this package carries, once per process; raises RuleError.

    They are checked against the texts where the folder `cache` does not hold the outcome of that check for
    the same rules and texts.
    """
    if cache is None:
        return load_rules(RULES_FOLDER, load_corpus())
    checked = CheckedRules(cache, RULES_FOLDER)
    files = checked.read()
    if files is not None:
        return RuleBook(files, {})
    book = load_rules(RULES_FOLDER, load_corpus())
    checked.write(load_corpus())
    return book


def _read(folder: Path, texts: Texts) -> tuple[RuleBook, list[Problem]]:
    files: list[RuleFile] = []
    places: dict[str, tuple[YamlFile, int]] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.yaml")):
        source, content, found = read_rule_file(path, texts)
        problems += found
        if content is None:
            continue
        files.append(content)
        for index, rule in enumerate(content.rules):
            if rule.id in places:
                problems.append(source.problem(("rules", index, "id"), f"编号“{rule.id}”已经用过"))
            places[rule.id] = source, index
    book = RuleBook(tuple(files), places)
    return book, [*problems, *_check_references(book)]


def _check_references(book: RuleBook) -> Iterator[Problem]:
    for rule in book.rules:
        if rule.group is not None and book.group_of(rule) is None:
            yield book.problem(rule.id, ("group",), f"没有名为“{rule.group}”的 groups 条目")
        for index, stacking in enumerate(rule.stacking):
            for other in stacking.rules:
                if other not in book.places:
                    yield book.problem(rule.id, ("stacking", index, "with"), f"没有规则“{other}”")
